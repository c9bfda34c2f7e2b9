"""Uptime as contract arithmetic: raw and contract figures, and the gap between them. Standard library only."""
