"""The walk is shared out among processes: each route once, to whoever is free, and nobody's report is lost."""

import os

import pytest

from helpdesk.proof.crew import Place, share
from helpdesk.proof.report import Report
from helpdesk.proof.routes import Route

ROUTES = [Route(f"route {number}", f"route/{number}/", ()) for number in range(9)]


class Noting:
    """A hand that reports which routes it was given, and in which process."""

    def __init__(self, report: Report, place: Place, dies_at: str = "") -> None:
        self.report, self.dies_at = report, dies_at
        report.counts[f"hand {place.number} of {place.hands}"] += 1

    def visit(self, route: Route) -> str:
        if route.name == self.dies_at:
            os._exit(1)
        self.report.add("visited", route.name)
        self.report.counts["visits"] += 1
        return route.name

    def finish(self) -> None:
        self.report.counts["finished"] += 1


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_route_is_visited_once_and_every_hand_finishes(workers):
    said: list[str] = []
    report = Report(progress=said.append)
    share(ROUTES, Noting, report, workers=workers, ready=lambda: said.append("ready"))
    assert {finding.where for finding in report.findings.values()} == {route.name for route in ROUTES}
    hands = {f"hand {number} of {workers}": 1 for number in range(workers)}
    assert report.counts == {"visits": 9, "finished": workers, **hands}
    assert said.index("ready") < min(at for at, line in enumerate(said) if "/9 " in line)
    assert [line.partition(" ")[0] for line in said if "/9 " in line] == [f"{number}/9" for number in range(1, 10)]


def test_a_process_that_dies_takes_the_proof_with_it():
    with pytest.raises(RuntimeError, match="nothing is proven"):
        share(ROUTES, lambda report, place: Noting(report, place, dies_at="route 4"), Report(), workers=2)
