"""The front door and the frame around every page."""

import re

import pytest
from django.test import Client

from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from tests.conftest import SignIn, World


@pytest.mark.parametrize(
    ("who", "start"),
    [
        ("alice", "/tickets/"),
        ("amara", "/tickets/"),
        ("agent", "/queue/"),
        ("manager", "/clients/"),
        ("admin", "/queue/"),
    ],
)
def test_everybody_starts_where_their_work_begins(world: World, signed_in: SignIn, who: str, start: str) -> None:
    answer = signed_in(getattr(world, who)).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, start)


def test_somebody_who_belongs_to_nobody_is_told_so(db: None, signed_in: SignIn) -> None:
    loner = User.objects.create_user("loner@nowhere.example", "secret-1", name="Lena")
    answer = signed_in(loner).get("/")
    assert answer.status_code == 403
    assert "belong to no organisation" in answer.content.decode()


def navigation(browser: Client, path: str) -> list[tuple[str, bool]]:
    return [(entry.label, entry.active) for entry in browser.get(path).context["navigation"]]


def test_the_navigation_shows_what_the_role_may_do(world: World, signed_in: SignIn) -> None:
    page = "/account/"
    client = [("Tickets", False), ("New ticket", False)]
    assert navigation(signed_in(world.alice), page) == client
    assert navigation(signed_in(world.amara), page) == [*client, ("People", False)]
    staff = [(name, False) for name in ("Queue", "Tickets", "Escalations", "Service", "New ticket")]
    assert navigation(signed_in(world.agent), page) == staff
    assert navigation(signed_in(world.admin), "/settings/people/") == [
        *staff[:4],
        ("My clients", False),
        *staff[4:],
        ("Settings", True),
    ]


@pytest.mark.parametrize("path", ["/incidents/", "/maintenance/series/", "/uptime/exclusions/"])
def test_incidents_maintenance_and_uptime_are_one_room_with_tabs_among_them(
    world: World, signed_in: SignIn, path: str
) -> None:
    browser = signed_in(world.agent)
    assert [label for label, active in navigation(browser, path) if active] == ["Service"]
    page = browser.get(path).content.decode()
    tabs = re.search(r'<nav class="tabs" aria-label="Service">(.*?)</nav>', page, re.DOTALL)
    assert tabs is not None
    assert re.findall(r'href="([^"]+)"', tabs[1]) == ["/incidents/", "/maintenance/", "/uptime/"]
    assert re.findall(r'href="(/[a-z]+/)" aria-current="page"', tabs[1]) == [f"/{path.split('/')[1]}/"]


def test_admins_see_on_every_page_that_notices_failed(world: World, signed_in: SignIn) -> None:
    with system_scope("a failed notice"):
        Notice.objects.create(
            organisation=world.acme, key="k", event="reply", recipient="x@acme.example", state="dead",
            reference="ACME-1", path="/tickets/", template="reply",
        )  # fmt: skip
    page = "/accounts/password/change/"
    assert "could not be delivered" in signed_in(world.admin).get(page).content.decode()
    assert "could not be delivered" not in signed_in(world.agent).get(page).content.decode()
