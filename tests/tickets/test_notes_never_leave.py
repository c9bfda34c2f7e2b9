"""An internal note reaches no client by mail: the operations do not quote it, and the database would refuse it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.events import FOR_CLIENTS
from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.rendering import render_notice
from tests.support import actor_of, colombo
from tickets.models import Ticket, Watcher
from tickets.operations.announcing import tell_client
from tickets.operations.conversation import add_note, reply, resume, wait_for_client
from tickets.operations.covering import mark_covered, mark_outside
from tickets.operations.feedback import give_feedback
from tickets.operations.handling import assign, change_severity, escalate
from tickets.operations.intake import open_ticket
from tickets.operations.merging import merge
from tickets.operations.scheduling import plan
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import sweep
from tickets.operations.work import begin, save, send

CANARY = "canary-of-a-note-4711"


@pytest.fixture
def ticket(world) -> Ticket:
    with system_scope("the test's ticket"):
        yield opened(world)


def opened(world, severity: str = "P1") -> Ticket:
    return open_ticket(
        organisation=world.acme, requester=world.alice, subject="Invoices fail", description="All of them.",
        severity=severity, actor=actor_of(world.alice), at=colombo("2026-01-19 10:00"),
    )  # fmt: skip


def note(ticket: Ticket, world, hour: int) -> None:
    at = colombo(f"2026-01-20 {hour:02}:00")
    add_note(ticket=ticket, actor=actor_of(world.agent), body=f"{CANARY} @Nimal {hour}", at=at)


def test_no_kind_of_notice_to_a_client_holds_a_note_s_text(world, ticket):
    """A note before every verb that tells somebody; colleagues follow, so that they are told too."""
    agent, client = actor_of(world.agent), actor_of(world.alice)
    Watcher.objects.create(
        organisation=world.acme, ticket=ticket, member=world.amara, added_at=colombo("2026-01-19 11:00")
    )
    sweep(at=colombo("2026-01-20 10:01"))
    verbs = [
        lambda: assign(ticket=ticket, assignee=world.manager, actor=agent, at=at),
        lambda: reply(ticket=ticket, body="We look into it.", actor=agent, at=at),
        lambda: wait_for_client(ticket=ticket, question="Which browser?", actor=agent, at=at),
        lambda: resume(ticket=ticket, reason="We know.", actor=agent, at=at),
        lambda: change_severity(ticket=ticket, severity="P4", reason="One user only.", actor=agent, at=at),
        lambda: mark_outside(ticket=ticket, reason="Training", message="Not covered.", actor=agent, at=at),
        lambda: mark_covered(ticket=ticket, reason="It is.", actor=agent, at=at),
        lambda: plan(ticket=ticket, planned_on=date(2026, 12, 1), reason="Not yet.", actor=agent, at=at),
        lambda: escalate(ticket=ticket, reason="Too slow.", actor=client, at=at),
        lambda: reply(ticket=ticket, body="Still so.", actor=client, at=at),
        lambda: resolve(ticket=ticket, message="Fixed.", actor=agent, at=at),
        lambda: reopen(ticket=ticket, reason="Not fixed.", actor=client, at=at),
        lambda: resolve(ticket=ticket, actor=agent, at=at),
        lambda: give_feedback(ticket=ticket, helped="no", comment="No.", actor=client, at=at),
        lambda: merge(ticket=ticket, into=opened(world), actor=agent, at=at),
    ]
    for hour, verb in enumerate(verbs, start=8):
        note(ticket, world, hour)
        at = colombo(f"2026-01-20 {hour:02}:30")
        verb()
    to_clients = Notice.objects.filter(recipient__endswith="@acme.example")
    events = set(to_clients.values_list("event", flat=True))
    assert events == {"acknowledgement", *FOR_CLIENTS}, "every kind that there is"
    assert set(to_clients.values_list("audience", flat=True)) == {"client"}
    for notice in to_clients:
        mail = render_notice(notice)
        assert CANARY not in f"{notice.facts} {notice.reason} {mail.subject} {mail.text} {mail.html}", notice.event


def test_the_database_refuses_to_queue_a_note_for_a_client(world, ticket):
    """Whoever quotes the wrong entry by mistake: nothing is queued."""
    entry = add_note(ticket=ticket, actor=actor_of(world.agent), body=CANARY, at=colombo("2026-01-20 10:00"))
    work = begin(ticket, actor=actor_of(world.agent), at=colombo("2026-01-20 11:00"))
    save(work, action="ticket.reply")
    tell_client(work, event="reply", quoting=entry, author="Nimal")
    with pytest.raises(IntegrityError, match="public message"), transaction.atomic():
        send(work)
    assert not Notice.objects.filter(event="reply").exists()


@pytest.mark.parametrize("given", ["a note's text under a public entry", "another ticket's organisation", "no entry"])
def test_the_database_compares_the_text_with_the_entry(world, ticket, given):
    public = reply(ticket=ticket, body="x" * 5000, actor=actor_of(world.agent), at=colombo("2026-01-20 10:00"))
    notice = Notice.objects.get(event="reply", recipient=world.alice.email)
    assert notice.entry_id == public.pk
    assert notice.facts["message"] == "x" * 4000 + " …"
    Notice.objects.filter(pk=notice.pk).update(state=DeliveryState.SENT)
    changes = {
        "a note's text under a public entry": {"facts": {**notice.facts, "message": CANARY}},
        "another ticket's organisation": {"organisation_id": world.globex.pk},
        "no entry": {"entry_id": None},
    }
    with pytest.raises(IntegrityError, match="public message"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**changes[given])
