"""What the tests of the checklist share: no earlier attempts, a ticket of each organisation, and who looks."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World, make_world
from tests.support import actor_of
from tickets.models import Ticket
from tickets.operations.conversation import add_note, reply
from tickets.operations.intake import open_ticket

ROLES = ("alice", "amara", "agent", "manager", "admin")


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    """Sign-in attempts are counted in Redis, which no rollback reaches."""
    cache.clear()


class Browsers(dict[str, Client]):
    """A browser for each role, signed in when first asked for, and a stranger's; a fault is a 500, as in production."""

    def __init__(self, world: World, sign_in: SignIn) -> None:
        super().__init__(stranger=Client(raise_request_exception=False))
        self._world, self._sign_in = world, sign_in

    def __missing__(self, who: str) -> Client:
        self[who] = self._sign_in(getattr(self._world, who), raise_request_exception=False)
        return self[who]


@pytest.fixture
def browsers(world: World, signed_in: SignIn) -> Browsers:
    """`browsers["alice"]`; a name of the world, or `stranger`."""
    return Browsers(world, signed_in)


def make_ticket(world: World, text: str = "x") -> Ticket:
    """A ticket of ACME with the text in every field that people fill in."""
    with system_scope("tests write a ticket"):
        ticket = open_ticket(
            organisation=world.acme, requester=world.alice, subject=text[:200], description=text, steps=text,
            affected_users=text[:200], since=text[:200], severity="P2", actor=actor_of(world.alice),
        )  # fmt: skip
        reply(ticket=ticket, actor=actor_of(world.agent), body=text)
        add_note(ticket=ticket, actor=actor_of(world.agent), body=text)
    return ticket


def world_with_a_ticket() -> World:
    """A stage for files whose tests all look at one ticket of ACME's."""
    world = make_world()
    world.ticket = make_ticket(world)  # type: ignore[attr-defined]  # for the fixture below alone
    return world


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of ACME's."""
    return getattr(world, "ticket", None) or make_ticket(world)


class Markup(HTMLParser):
    """What a page would run, load or follow, besides what our own templates say."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not given.get("nonce"):
            self.faults.append("a script without the nonce")
        if tag.startswith(("x-", "svg", "object", "embed", "base")):
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.faults.append(f"{tag} {name}")
            if name == "href" and tag == "a" and leads_elsewhere_safely(given):
                continue
            if name in ("href", "src", "action", "formaction") and not is_ours(value or ""):
                self.faults.append(f"{tag} {name}={value}")
        if tag == "iframe":
            assert "sandbox" in given, "a mail is shown without any right"
            assert not given["sandbox"], "and is given none back"

    handle_startendtag = handle_starttag


def is_ours(address: str) -> bool:
    """Whether a link stays on this site, or opens a mail program."""
    parts = urlsplit(re.sub(r"[\x00-\x20]", "", address))  # browsers drop these too
    if parts.scheme in ("", "mailto"):
        return not parts.netloc
    return f"{parts.scheme}://{parts.netloc}" == settings.SITE_URL


def leads_elsewhere_safely(given: dict[str, str | None]) -> bool:
    """Whether a link that somebody wrote is of the web, vouched for by nobody, and opens apart from this page."""
    rel = set((given.get("rel") or "").split())
    is_web = (given.get("href") or "").startswith(("http://", "https://"))
    return is_web and rel >= {"noopener", "nofollow"} and given.get("target") == "_blank"


def faults_of(page: str) -> list[str]:
    """What is wrong with the markup of a page or a mail."""
    parser = Markup()
    parser.feed(page)
    parser.close()
    return parser.faults
