"""The agents' queue page over HTTP, big desk and small, beside a view that does the least of the same."""

from bench.pages import Page, compare
from bench.report import Options, Report

TOLD = (
    "One agent who serves all organisations. The floor: a view behind the same middleware and session, one SELECT over "
    "the queue's index of as many rows under the same role and row-level security, joined in Python to as many bytes."
)
QUEUE = Page(
    name="queue page",
    email="agent1@ravingcrm.example",
    path=lambda: "/queue/",
    floor=lambda _: "/bench/queue/",
    times_small=1.3,
)


def run(_: Options) -> Report:
    """Load both desks, then fetch page and floor of each in turns."""
    return compare("queue", [QUEUE], told=TOLD)
