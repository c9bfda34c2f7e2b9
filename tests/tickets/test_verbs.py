"""The verbs and their refusals: states (POLICY 9), rights, and input that makes no sense."""

import uuid
from datetime import date

import pytest

from helpdesk.audit.models import AuditEntry
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import Ticket, TimelineEntry
from tickets.operations.conversation import add_note, reply, resume, wait_for_client
from tickets.operations.covering import mark_outside
from tickets.operations.handling import assign, change_severity, escalate
from tickets.operations.scheduling import plan
from tickets.operations.status import close, reopen, resolve, withdraw

LATER = colombo("2026-11-16 12:00")


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("subject", "   ", "Give the ticket a subject"),
        ("subject", "x" * 201, "201 characters long; at most 200 fit"),
        ("description", "", "Describe what happens"),
        ("description", "x" * 1_000_000, "1,000,000 characters long; at most 50,000 fit"),
        ("description", "a\x00b", "cannot be stored"),
        ("severity", "P9", "“P9” is no severity"),
        ("affected_users", "x" * 201, "at most 200 fit"),
    ],
)
def test_input_that_makes_no_sense_is_refused_at_its_field_and_leaves_nothing(submit, field, given, message):
    with pytest.raises(DomainError, match=message) as refused:
        submit(**{field: given})
    assert refused.value.field == field
    assert (Ticket.objects.count(), TimelineEntry.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_a_second_submit_of_the_same_form_is_the_same_ticket(submit):
    key = uuid.uuid4()
    first, second = submit(submission_key=key), submit(submission_key=key)
    assert first.pk == second.pk
    assert submit().number == 2
    assert Notice.objects.filter(reference="ACME-1", event="acknowledgement").count() == 1


def test_numbers_are_counted_per_organisation(submit, world):
    submit()
    other = submit(organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    assert other.reference == "GLOBEX-1"


def test_a_requester_of_another_organisation_is_refused(submit, world):
    with pytest.raises(DomainError, match="not an active person of this organisation"):
        submit(requester=world.bob)


VERBS = {
    "reply": lambda ticket, staff, client: reply(ticket=ticket, actor=staff, body="Hi", at=LATER),
    "note": lambda ticket, staff, client: add_note(ticket=ticket, actor=staff, body="Hm", at=LATER),
    "wait": lambda ticket, staff, client: wait_for_client(ticket=ticket, actor=staff, question="?", at=LATER),
    "resume": lambda ticket, staff, client: resume(ticket=ticket, actor=staff, reason="ok", at=LATER),
    "resolve": lambda ticket, staff, client: resolve(ticket=ticket, actor=staff, message="ok", at=LATER),
    "withdraw": lambda ticket, staff, client: withdraw(ticket=ticket, actor=client, at=LATER),
    "reopen": lambda ticket, staff, client: reopen(ticket=ticket, actor=client, reason="no", at=LATER),
    "close": lambda ticket, staff, client: close(ticket=ticket, actor=client, at=LATER),
    "assign": lambda ticket, staff, client: assign(ticket=ticket, assignee=None, actor=staff, at=LATER),
    "severity": lambda ticket, staff, client: change_severity(
        ticket=ticket, severity="P2", reason="r", actor=staff, at=LATER
    ),
    "plan": lambda ticket, staff, client: plan(
        ticket=ticket, planned_on=date(2026, 12, 1), reason="r", actor=staff, at=LATER
    ),
    "outside": lambda ticket, staff, client: mark_outside(
        ticket=ticket, reason="Training", message="Not covered.", actor=staff, at=LATER
    ),
    "escalate": lambda ticket, staff, client: escalate(ticket=ticket, reason="r", actor=client, at=LATER),
}
ALLOWED = {
    "open": {"reply", "note", "wait", "resolve", "withdraw", "assign", "severity", "plan", "outside", "escalate"},
    "waiting": {"reply", "note", "resume", "resolve", "withdraw", "assign", "severity", "plan", "outside", "escalate"},
    "resolved": {"reply", "note", "reopen", "close"},
    "closed": {"note"},
}


def brought_to(state, ticket, staff, client):
    at = colombo("2026-11-16 11:00")
    if state == "waiting":
        wait_for_client(ticket=ticket, actor=staff, question="?", at=at)
    if state in ("resolved", "closed"):
        resolve(ticket=ticket, actor=staff, message="ok", at=at)
    if state == "closed":
        close(ticket=ticket, actor=client, at=at)


@pytest.mark.parametrize("state", ALLOWED)
@pytest.mark.parametrize("verb", VERBS)
def test_each_state_allows_what_the_policy_allows_and_refuses_the_rest(submit, world, state, verb):
    ticket, staff, client = submit("P4"), actor_of(world.agent), actor_of(world.alice)
    brought_to(state, ticket, staff, client)
    before = TimelineEntry.objects.count()
    if verb in ALLOWED[state]:
        VERBS[verb](ticket, staff, client)
        assert TimelineEntry.objects.count() > before
    else:
        with pytest.raises(Conflict, match=f"ACME-1 is {'waiting' if state == 'waiting' else state}"):
            VERBS[verb](ticket, staff, client)
        assert TimelineEntry.objects.count() == before


def test_a_client_may_not_do_what_agents_do(submit, world):
    ticket, alice = submit(), actor_of(world.alice)
    for verb in ("note", "wait", "resolve", "assign", "severity", "plan", "outside"):
        with pytest.raises(Forbidden):
            VERBS[verb](ticket, alice, alice)


def test_only_somebody_who_serves_the_organisation_can_be_the_assignee(submit, world):
    with pytest.raises(DomainError, match="Nadia does not serve Acme Trading"):
        assign(ticket=submit(), assignee=world.narrow, actor=actor_of(world.agent), at=LATER)


def test_waiting_needs_a_question_or_a_logged_contact(submit, world):
    with pytest.raises(DomainError, match="Ask the client a question"):
        wait_for_client(ticket=submit(), actor=actor_of(world.agent))


def test_a_p4_has_no_resolution_deadline_but_a_measured_clock(submit):
    ticket = submit("P4")
    limit = Clock.objects.get(ticket=ticket, kind="limit")
    assert (limit.state, limit.due_at, limit.budget) == ("running", None, None)


def test_every_change_is_in_the_audit_log_with_its_actor(submit, world):
    ticket = submit()
    change_severity(ticket=ticket, severity="P2", reason="Less urgent", actor=actor_of(world.agent), at=LATER)
    entry = AuditEntry.objects.get(action="ticket.severity")
    assert (entry.actor_name, entry.reason, entry.data) == (
        "Nimal",
        "Less urgent",
        {"from": "P1", "to": "P2"},
    )
