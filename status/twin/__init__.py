"""The static twin: everything public below /status/ as files, which answer when nothing else does."""
