"""Uptime on stored data: what is read, what was agreed, and the figures that every page, file and alert shows."""
