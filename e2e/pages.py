"""Every page of the product and an address of each in the demo, by the lists that the proof of isolation keeps.

The resolver names the routes and `helpdesk/proof/fixtures.py` says what stands in their addresses, so that a new
route is looked at without a line here; without a line there, it fails.
"""

import fcntl
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from e2e.people import EMAILS
from e2e.serving import Place
from e2e.steps import everywhere
from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.lib.clock import database_now
from helpdesk.lib.wake import muted
from helpdesk.proof.aims import Aims, Visitor
from helpdesk.proof.canaries import Aviary
from helpdesk.proof.fixtures import ROUTES
from helpdesk.proof.routes import Route, routes
from helpdesk.proof.seeds import PEOPLE
from helpdesk.proof.sides import Side
from helpdesk.proof.world import seed_side

DOCUMENTS = "api:"  # these answer programs
READ_BY_PEOPLE = {"api:page"}
NO_PAGES = {
    "healthz": "answers the machine that watches the service",
    "readyz": "answers the machine that watches the service",
    "robots": "answers search engines",
    "calendar_feed": "a document for calendar programs",
    "no_invitation": "says, with 404, that a cut-off link opens nothing",
    "tickets:file": "a download",
    "settings:mail_source": "a download",
    "tickets:mail_frame": "a part of a mail's page: a stranger's HTML, in which nothing of ours can run",
    "status:v2": "a document for programs",
    "status:atom": "a feed for programs",
    "status:rss": "a feed for programs",
    "status:calendar": "a document for calendar programs",
    "status:component_calendar": "a document for calendar programs",
    "status:badge": "a picture",
    "status:component_badge": "a picture",
    **dict.fromkeys(("status:uptime_json", "status:uptime_csv"), "a download"),
    **dict.fromkeys(("status:own_uptime_json", "status:own_uptime_csv"), "a download"),
    "status:banner": "a part of every client's page",
    "tickets:mentions": "a part of the ticket's page: the options of its list box",
    "tickets:queue_counts": "a part of the queue's page: its counts",
}


@dataclass(frozen=True)
class Address:
    """A route, and its address for ACME's people."""

    name: str
    path: str


@cache
def all_addresses(place: Place) -> list[Address]:
    """Every address, over an ACME that has one of everything: the first process that asks gives it that."""
    listed = place.data / "addresses.json"
    with (place.data / "addresses.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not listed.exists():
            listed.write_text(json.dumps([[one.name, one.path] for one in addresses(stock())]))
    return [Address(name, path) for name, path in json.loads(listed.read_text())]


def stock() -> Side:
    """Give the demo's ACME one of everything that has a page, by the seeds of the proof."""
    staff = {role: EMAILS[role.replace("_", " ")] for role in PEOPLE if not role.startswith("client")}
    clients = {role: EMAILS[role.replace("_", " ")] for role in PEOPLE if role.startswith("client")}
    with everywhere(), muted():
        side = Side(Organisation.objects.get(key="ACME"))
        side.things = {"organisation": side.organisation}
        side.things |= {role: StaffMember.objects.get(user__email=email) for role, email in staff.items()}
        side.things |= {role: User.objects.get(email=email) for role, email in clients.items()}
        seed_side(side, Aviary(), at=database_now())
        side.refresh()
    return side


def addresses(side: Side) -> Iterator[Address]:
    """All of them that may be pages. Raises `LookupError` for a route of which nobody said what stands in it."""
    with everywhere():
        for route in routes():
            if not route.name.startswith(DOCUMENTS) or route.name in READ_BY_PEOPLE:
                yield Address(route.name, _path(route, side))


def _path(route: Route, side: Side) -> str:
    aims = Aims(route, ROUTES, own=side, victim=side)
    if route.name not in ROUTES or aims.unknown_kwargs():
        raise LookupError(f"{route.name} needs a line in helpdesk/proof/fixtures.py that says what its address holds")
    ask = aims.own_request("GET", Visitor(role="anonymous"))
    query = "&".join(f"{name}={value}" for name, value in ask.query)
    return f"{ask.path}?{query}" if query else ask.path
