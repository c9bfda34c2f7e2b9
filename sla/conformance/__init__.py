"""Runs published conformance files through the production engine. Pure: no framework, no database."""

from sla.conformance.runner import Result, run

__all__ = ["Result", "run"]
