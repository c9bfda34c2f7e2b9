"""The policy that everybody may read: the figures on it are those that tickets are counted by."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from helpdesk.accounts.models import Organisation
from helpdesk.lib.tenancy import scope
from sla.models import Agreement, Policy, PolicyVersion, Severity
from sla.operations.seeding import create_policy
from tests.conftest import SignIn, World
from tickets.promises import promises_for

PAGE = "/policy/"
OPENED = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # a Monday, 08:30 in Colombo


def text_of(browser: Client, address: str = PAGE) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def own_policy(organisation: Organisation, *, response: int) -> Policy:
    """A policy of this organisation's own: so many minutes for an answer, whatever the severity."""
    targets = [
        {"severity": severity, "name": severity, "definition": "Any", "response_text": f"in {response} minutes"}
        | {"resolution_text": "as agreed", "response_minutes": response, "target_minutes": None, "limit_minutes": None}
        for severity in Severity.values
    ]
    version = {"effective_from": "2021-01-01T00:00:00+05:30", "reason": "Theirs", "uptime_percent": "99.9"}
    policy = create_policy(key="theirs", name="Their policy", version=version, targets=targets)
    with scope({organisation.pk}):
        Agreement.objects.filter(organisation=organisation).update(policy=policy)
    return policy


def test_a_stranger_reads_the_whole_policy(world: World) -> None:
    page = text_of(Client())
    for said in (
        "version 1, in force from",
        "Complete outage or major functionality loss",
        "within 1-2 business days",
        "target 9 h, limit 18 h of support time",
        "08:00-17:00",
        "Times of Asia/Colombo",
        "not final yet",  # the holidays of next year
        "Level 3, Product Team",
        "Describe the steps that lead to the problem",
        "Data migration",
        "We guarantee 99.5 % of each month",
        "at least 48 hours ahead",
        "disaster-recovery drills",
    ):
        assert said in page, said
    assert world.manager.user.email not in page


def test_what_is_printed_is_what_a_ticket_is_promised(world: World, signed_in: SignIn) -> None:
    own_policy(world.acme, response=90)
    theirs, others = text_of(signed_in(world.alice)), text_of(Client())
    assert ("1 h 30 min of support time" in theirs, "We guarantee 99.9 %" in theirs) == (True, True)
    assert ("Their policy" in others, "1 h 30 min" in others) == (False, False)
    assert "Their policy" not in text_of(signed_in(world.bob))
    with scope({world.acme.pk}):
        first = promises_for(world.acme.pk, at=OPENED).severities[0]
    assert first.response == datetime(2026, 11, 16, 4, 30, tzinfo=UTC)


def test_older_versions_stay_readable_and_say_so(world: World) -> None:
    standard = Policy.objects.get(key="standard")
    PolicyVersion.objects.create(
        policy=standard, number=2, effective_from=datetime(2026, 1, 1, tzinfo=UTC), reason="New", uptime_percent="99.95"
    )
    assert ("We guarantee 99.95 %" in text_of(Client()), "version 2" in text_of(Client())) == (True, True)
    older = text_of(Client(), f"{PAGE}versions/1/")
    assert ("not the one in force" in older, "99.5 %" in older, "Support hours" in older) == (True, True, False)
    assert "until Thu 1 Jan 2026, 05:30 (Colombo)." in older
    assert "until" not in text_of(Client()).partition("<h1>")[2].partition("</p>")[0]
    assert Client().get(f"{PAGE}versions/3/").status_code == 404


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}versions/1/"])
def test_it_is_read_only(world: World, address: str) -> None:
    assert Client().post(address).status_code in (403, 405)
