"""Policies, the matrix and the list of unacknowledged escalations over the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import system_scope
from sla.models import Agreement, Policy, PolicyVersion
from sla.operations.seeding import create_policy
from tests.api.conftest import problem, ticket_of
from tests.support import actor_of, colombo
from tickets.operations.handling import acknowledge, escalate
from tickets.queries import unacknowledged

TARGETS = [
    ("P1", 540, 540, 1080),
    ("P2", 1080, 1620, 2700),
    ("P3", 1620, 3780, 3780),
    ("P4", 1620, None, None),
]
VERSION = {
    "number", "effective_from", "is_in_force", "working_day_minutes", "reading", "warn_percent", "reopen_minutes",
    "waiting_pauses_response", "waiting_pauses_resolution",
    "users_part", "not_covered", "targets", "uptime_percent", "maintenance_notice_hours", "statements",
}  # fmt: skip


@pytest.fixture
def own_policy(world) -> Policy:
    """A policy of minutes, of Globex alone."""
    found = create_policy(
        key="minutes",
        name="Minutes",
        version={"effective_from": "2026-01-01T00:00:00+05:30", "reason": "Secret terms"},
        targets=[],
    )
    with system_scope("Globex moves"):
        Agreement.objects.filter(organisation=world.globex).update(policy=found)
    return found


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("alice", ["standard"]),
        ("bob", ["minutes"]),
        ("agent", ["minutes", "standard"]),
        ("admin", ["minutes", "standard"]),
    ],
)
def test_clients_see_the_policy_that_they_are_supported_under(world, caller, own_policy, who, seen):
    asking = caller(getattr(world, who))
    assert [item["key"] for item in asking.get("/policies/").json()["items"]] == seen
    for key in ("minutes", "standard", "none"):
        for below in ("", "versions/", "versions/1/"):
            assert asking.get(f"/policies/{key}/{below}").status_code == (200 if key in seen else 404)


def test_a_version_promises_what_the_policy_says(world, caller):
    alice = caller(world.alice)
    assert alice.get("/policies/standard/").json()["version"] == 1
    shown = alice.get("/policies/standard/versions/1/").json()
    names = ("severity", "response_minutes", "target_minutes", "limit_minutes")
    assert [tuple(target[name] for name in names) for target in shown["targets"]] == TARGETS
    assert (shown["is_in_force"], shown["working_day_minutes"], shown["reading"]) == (True, 540, "elapsed")
    assert set(shown) == VERSION
    assert set(caller(world.agent).get("/policies/standard/versions/1/").json()) == VERSION | {"reason", "recorded_at"}
    assert problem(alice.get("/policies/standard/versions/2/")) == (404, "not-found")
    assert problem(alice.get(f"/policies/standard/versions/{10**30}/")) == (404, "not-found")


def test_a_version_for_a_later_day_is_shown_and_not_in_force(world, caller):
    policy = Policy.objects.get(key="standard")
    PolicyVersion.objects.create(
        policy=policy, number=2, effective_from=colombo("2199-01-01 00:00"), reason="Later", users_part=[]
    )
    alice = caller(world.alice)
    shown = alice.get("/policies/standard/versions/?ordering=newest").json()["items"]
    assert [(version["number"], version["is_in_force"]) for version in shown] == [(2, False), (1, True)]
    assert alice.get("/policies/standard/").json()["version"] == 1


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "admin"])
def test_row_18_clients_see_levels_and_published_contacts_and_no_private_address(world, caller, who):
    """row 18: how a level is reached is the vendor's own."""
    shown = caller(getattr(world, who)).get("/matrix/").json()
    public = {"level", "name", "contact"}
    clients = who in ("alice", "amara")
    assert {frozenset(level) for level in shown["levels"]} == {
        frozenset(public if clients else public | {"kind", "team", "address"})
    }
    assert [(level["level"], level["name"]) for level in shown["levels"]] == [
        (1, "Support Team"), (2, "Account Manager"), (3, "Product Team"),
    ]  # fmt: skip
    assert ("reason" in shown) is not clients
    assert (shown["version"], shown["reminder_minutes"]) == (1, 270)
    assert {rule["event"] for rule in shown["rules"]} >= {"submitted", "response_overdue", "limit_passed", "asked"}


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_what_is_published_takes_no_change(world, caller, method):
    for path in ("/matrix/", "/policies/", "/policies/standard/versions/1/", "/escalations/", "/teams/"):
        assert problem(caller(world.admin).call(method, path, {})) == (405, "method-not-allowed")


def climbed(world, person: str = "alice"):
    ticket = ticket_of(world, person)
    with system_scope("tests escalate"):
        escalate(ticket=ticket, actor=actor_of(world.agent), reason="Payroll")
    return ticket


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 403), ("amara", 403), ("agent", 200), ("manager", 200), ("admin", 200)]
)
def test_row_17_the_list_of_what_waits_is_for_staff(world, caller, who, status):
    """row 17: the role's capability decides."""
    assert caller(getattr(world, who)).get("/escalations/").status_code == status


def test_staff_see_what_waits_of_the_organisations_that_they_serve(world, caller):
    acme, globex = climbed(world), climbed(world, "bob")
    agent, narrow = caller(world.agent), caller(world.narrow)
    shown = agent.get("/escalations/").json()["items"]
    assert [(item["reference"], item["organisation"], item["level"]) for item in shown] == [
        ("ACME-1", "ACME", 2), ("GLOBEX-1", "GLOBEX", 2),
    ]  # fmt: skip
    assert (shown[0]["ticket"], shown[0]["reason"]) == (str(acme.public_id), "Escalated by hand: Payroll")
    assert [item["ticket"] for item in narrow.get("/escalations/").json()["items"]] == [str(globex.public_id)]
    assert [item["reference"] for item in agent.get("/escalations/?organisation=ACME").json()["items"]] == ["ACME-1"]
    assert agent.get("/escalations/?level=3").json()["items"] == []
    assert problem(narrow.get("/escalations/?organisation=ACME")) == (400, "parameter")
    with system_scope("tests acknowledge"):
        acknowledge(escalation=unacknowledged().get(ticket=acme), actor=actor_of(world.agent))
    assert [item["reference"] for item in agent.get("/escalations/").json()["items"]] == ["GLOBEX-1"]


@pytest.mark.parametrize("path", ["/escalations/", "/policies/", "/policies/standard/versions/"])
def test_a_list_costs_the_same_number_of_queries_at_any_length(world, caller, path):
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert agent.get(path).status_code == 200
        return len(taken)

    agent = caller(world.agent)
    climbed(world)
    agent.get(path)
    few = queries()
    standard = Policy.objects.get(key="standard")
    for number in range(2, 7):
        climbed(world)
        when = colombo(f"2199-02-0{number} 00:00")
        PolicyVersion.objects.create(policy=standard, number=number, effective_from=when, reason="x")
        create_policy(key=f"p{number}", name="P", version={"effective_from": str(when), "reason": "x"}, targets=[])
    assert queries() == few
