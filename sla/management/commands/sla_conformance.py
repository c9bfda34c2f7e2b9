"""`manage.py sla_conformance FILE`: run a conformance file through the engine that the product uses."""

from collections.abc import Sequence
from typing import Any

from helpdesk.lib.conformance import ConformanceCommand
from sla.conformance.runner import run


class Command(ConformanceCommand):
    help = "Runs a conformance file through the production engine; exit 1 if a case fails."
    format_of = "deadline_cases.json"

    def results(self, cases: Any) -> Sequence[tuple[str, bool, str]]:
        return run(cases)
