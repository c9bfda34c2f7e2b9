"""Tickets over the API: the same operations as the pages, the same rights, exact answers."""

import uuid

import pytest

from helpdesk.audit.models import AuditEntry
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import path_of, problem
from tickets.models import Ticket, TimelineEntry
from tickets.operations import handling

NEW = {"subject": "Invoices fail", "description": "All of them.", "severity": "P2"}


def test_a_client_opens_a_ticket_and_reads_it_at_its_address(world, caller):
    alice = caller(world.alice)
    made = alice.post("/tickets/", {**NEW, "steps": "Press Send.", "since": "Monday"})
    assert made.status_code == 201
    shown = made.json()
    assert {name: shown[name] for name in ("reference", "organisation", "state", "severity", "level", "steps")} == {
        "reference": "ACME-1", "organisation": "ACME", "state": "open", "severity": "P2", "level": 1,
        "steps": "Press Send.",
    }  # fmt: skip
    assert shown["requester"] == {"id": world.alice.pk, "name": "Alice"}
    assert shown["url"] == made.headers["Location"]
    again = alice.get(made.headers["Location"].partition("8000")[2])
    assert (again.json(), again.headers["ETag"]) == (shown, made.headers["ETag"])


def test_staff_open_a_ticket_for_a_client(world, caller):
    agent = caller(world.agent)
    made = agent.post("/tickets/", {**NEW, "organisation": "GLOBEX", "requester": world.bob.pk})
    assert (made.status_code, made.json()["reference"], made.json()["channel"]) == (201, "GLOBEX-1", "staff")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"severity": "P9"}, "severity"),
        ({"description": None}, "description"),
        ({"follows": str(uuid.uuid4())}, "follows"),
        ({"colour": "red"}, "colour"),
        ({"organisation": "GLOBEX"}, "organisation"),
        ({"requester": 10**30}, "requester"),
    ],
)
def test_a_ticket_with_something_wrong_is_refused_by_field(world, caller, change, field):
    answer = caller(world.alice).post("/tickets/", {**NEW, **change})
    assert problem(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_change_of_several_things_happens_in_order(world, caller, ticket):
    agent = caller(world.agent)
    seen = agent.get(path_of(ticket)).headers["ETag"]
    answer = agent.patch(
        path_of(ticket),
        {"assignee": world.agent.user.pk, "severity": "P4", "planned_on": "2026-12-24", "reason": "Not urgent."},
        If_Match=seen,
    )
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["severity"], shown["planned_on"], shown["assignee"]["name"]) == ("P4", "2026-12-24", "Nimal")
    with system_scope("the test looks"):
        kinds = TimelineEntry.objects.filter(ticket=ticket).order_by("pk").values_list("kind", flat=True)
        assert list(kinds)[-3:] == ["severity", "planned", "assigned"]


def test_a_change_of_which_one_part_is_refused_changes_nothing(world, caller, ticket):
    agent = caller(world.agent)
    refused = agent.patch(path_of(ticket), {"severity": "P1", "reason": "Now.", "planned_on": "soon"}, If_Match="*")
    assert problem(refused) == (422, "invalid")
    refused = agent.patch(path_of(ticket), {"severity": "P1", "reason": "Now.", "assignee": 424242}, If_Match="*")
    assert problem(refused) == (422, "invalid")
    with system_scope("the test looks"):
        assert Ticket.objects.get(pk=ticket.pk).severity == "P2"


def test_what_an_operation_wrote_before_a_later_one_refused_is_undone(world, caller, ticket, monkeypatch):
    """The operation itself is made to fail at its end: its entries, the audit row and the notices were written."""
    agent = caller(world.agent)
    before = agent.get(path_of(ticket)).content
    monkeypatch.setattr(handling, "tell_client", refuse)
    refused = agent.patch(path_of(ticket), {"severity": "P1", "reason": "Now."}, If_Match="*")
    assert problem(refused) == (409, "conflict")
    assert agent.get(path_of(ticket)).content == before
    with system_scope("the test looks"):
        assert AuditEntry.objects.filter(action="ticket.severity").count() == 0


def refuse(*args, **options):
    raise Conflict("Too late.")
