"""`manage.py uptime_conformance FILE`: run a file of uptime cases through the engine that the product uses."""

from collections.abc import Sequence
from typing import Any

from helpdesk.lib.conformance import ConformanceCommand
from status.conformance.runner import run


class Command(ConformanceCommand):
    help = "Runs a file of uptime cases through the production uptime engine; exit 1 if a case fails."
    format_of = "uptime_cases.json"

    def results(self, cases: Any) -> Sequence[tuple[str, bool, str]]:
        return run(cases)
