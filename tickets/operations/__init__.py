"""The verbs: the only writers of tickets. Pages, API, mail, tasks and the demo call these and nothing else."""
