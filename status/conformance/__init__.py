"""Runs published uptime cases through the production engine. Pure: no framework, no database."""

from status.conformance.runner import Result, run

__all__ = ["Result", "run"]
