"""Tickets over the API: the same operations as the pages, the same rights, exact answers."""

import uuid

import pytest

from helpdesk.accounts.models import Organisation
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope
from sla.queries import matrix_in_force
from tests.api.conftest import path_of, problem
from tests.support import actor_of
from tickets.models import Ticket, TimelineEntry
from tickets.operations import handling
from tickets.operations.fields import FieldText, define_field

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


def test_an_organisation_is_named_in_small_letters_too(world, caller):
    made = caller(world.agent).post("/tickets/", {**NEW, "organisation": "globex", "requester": world.bob.pk})
    assert made.json()["reference"] == "GLOBEX-1"
    assert caller(world.alice).post("/tickets/", {**NEW, "organisation": "acme"}).json()["reference"] == "ACME-1"


@pytest.mark.parametrize("key", ["GLOBEX", "NOPE", "-"])
def test_a_client_is_told_that_theirs_is_meant(world, caller, key):
    answer = caller(world.alice).post("/tickets/", {**NEW, "organisation": key})
    assert [error["message"] for error in answer.json()["errors"]] == [
        "This is not your organisation. Leave it out: yours is meant."
    ]


def test_no_ticket_is_opened_for_an_inactive_organisation(world, caller):
    with system_scope("tests end a contract"):
        Organisation.objects.filter(pk=world.acme.pk).update(is_active=False)
    sent = {**NEW, "organisation": "ACME", "requester": world.alice.pk}
    answer = caller(world.agent).post("/tickets/", sent)
    assert (problem(answer), answer.json()["errors"][0]["field"]) == ((409, "conflict"), "organisation")
    with system_scope("the test looks"):
        assert Ticket.objects.count() == 0


def test_a_reason_goes_with_what_has_one(world, caller, ticket):
    agent, who = caller(world.agent), world.agent.user.pk
    answer = agent.patch(path_of(ticket), {"assignee": who, "reason": "Mine."}, If_Match="*")
    assert (problem(answer), answer.json()["errors"][0]["field"]) == ((422, "invalid"), "reason")
    assert agent.get(path_of(ticket)).json()["assignee"] is None
    change = {"assignee": who, "severity": "P1", "reason": "All stand still."}
    assert agent.patch(path_of(ticket), change, If_Match="*").json()["assignee"]["id"] == who


def test_a_level_that_is_no_more_is_named_by_its_number(world, caller, signed_in, ticket, monkeypatch):
    """A later version of the matrix may have fewer levels than a ticket has climbed."""
    alice = caller(world.alice)
    alice.post(f"{path_of(ticket)}escalations/", {"reason": "Soon."})
    monkeypatch.delitem(matrix_in_force(at=database_now()).levels, 2)
    [rung] = alice.get(f"{path_of(ticket)}escalations/").json()["items"]
    assert (rung["level"], rung["level_name"]) == (2, "Level 2")
    [waiting] = caller(world.agent).get("/escalations/").json()["items"]
    assert waiting["level_name"] == "Level 2"
    shown = signed_in(world.alice).get(ticket.path)
    assert (shown.status_code, "Level 2" in shown.content.decode()) == (200, True)


def test_staff_read_and_replace_tags_and_clients_get_none(world, caller, ticket):
    agent, path = caller(world.agent), path_of(ticket)
    changed = agent.patch(path, {"tags": ["VIP", "late payer"]}, If_Match="*")
    assert (changed.status_code, changed.json()["tags"]) == (200, ["late payer", "vip"])
    assert agent.patch(path, {"tags": ["vip"]}, If_Match="*").json()["tags"] == ["vip"]
    refused = agent.patch(path, {"tags": ["a,b"]}, If_Match="*")
    assert (problem(refused), refused.json()["errors"][0]["field"]) == ((422, "invalid"), "tags")
    alice = caller(world.alice)
    assert "tags" not in alice.get(path).json()
    assert alice.patch(path, {"tags": []}, If_Match="*").status_code == 403


def test_custom_fields_are_read_by_whoever_sees_them_and_set_by_number(world, caller, ticket):
    with system_scope("the tests' fields"):
        site, risk, theirs = (
            define_field(actor=actor_of(world.admin), text=FieldText(label=label, **more), kind=kind, only_for=whose)
            for label, kind, whose, more in (
                ("Site", "text", world.acme, {"visible": True, "fillable": True, "required": True}),
                ("Risk", "yes_no", None, {"position": "1"}),
                ("Theirs", "text", world.globex, {"visible": True, "fillable": True}),
            )
        )
    alice, agent, address = caller(world.alice), caller(world.agent), path_of(ticket)
    assert alice.get(address).json()["custom_fields"] == [{"id": site.pk, "name": "Site", "kind": "text", "value": ""}]
    changed = agent.patch(address, {"custom_fields": {str(site.pk): "North", str(risk.pk): "yes"}}, If_Match="*")
    assert changed.status_code == 200
    assert [one["value"] for one in changed.json()["custom_fields"]] == ["North", "yes"]
    assert [one["value"] for one in alice.get(address).json()["custom_fields"]] == ["North"]
    for values, field in (
        ({str(site.pk): " "}, site.input_name),
        ({str(risk.pk): "maybe"}, risk.input_name),
        ({str(theirs.pk): "x"}, "custom_fields"),
        ({"Site": "x"}, "custom_fields"),
    ):
        refused = agent.patch(address, {"custom_fields": values}, If_Match="*")
        assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, [field])
    assert problem(alice.patch(address, {"custom_fields": {str(site.pk): "x"}}, If_Match="*"))[0] == 403
    missing = alice.post("/tickets/", NEW)
    assert (missing.status_code, [one["field"] for one in missing.json()["errors"]]) == (422, [site.input_name])
    made = alice.post("/tickets/", {**NEW, "custom_fields": {str(site.pk): "South"}})
    assert [one["value"] for one in made.json()["custom_fields"]] == ["South"]
