"""Fault injection: `python3 dev.py faults [--seconds N]`. Kills what can be killed, then counts what is left."""
