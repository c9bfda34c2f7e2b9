"""The SLA engine: business time and the fold of a ticket's clocks. Pure Python, standard library only."""
