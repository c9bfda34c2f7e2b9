"""The client's list of tickets over HTTP, big desk and small, beside a view that does the least of the same."""

from bench.pages import Page, compare
from bench.report import Options, Report
from tickets.lists.listing import PAGE

TOLD = (
    "A client user, who sees their own tickets, and a client admin, who sees the organisation's. The floor: a view "
    "behind the same middleware and session, one SELECT over the same index of as many of the newest tickets under the "
    "same role and row-level security, joined in Python to as many bytes."
)
PAGES = [
    Page(
        name=f"list of a client {role}",
        email=f"{role}@b00001.example",
        path=lambda: "/tickets/",
        floor=lambda _: f"/bench/list/{PAGE}/",
    )
    for role in ("user", "admin")
]


def run(_: Options) -> Report:
    """Load both desks, then fetch page and floor of each in turns."""
    return compare("portal", PAGES, told=TOLD)
