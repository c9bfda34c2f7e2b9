"""A desk loaded in bulk has the rows that the operations write, and its clocks replay."""

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict

from bench.sweep_floor import claim_raw
from helpdesk.accounts.models import StaffMember, User
from helpdesk.audit.models import AuditEntry
from helpdesk.demo import bulk
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import EntryKind, Ticket, TicketCounter, TicketState, TimelineEntry
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.handling import assign
from tickets.operations.intake import open_ticket
from tickets.operations.replay import differences
from tickets.operations.sweep import sweep

AT = colombo("2026-11-16 09:30")
UNLIKE = {"id", "ticket", "subject", "number", "public_id", "submission_key", "recorded_at"}


@pytest.fixture
def desk(db):
    bulk.load_open_tickets(organisations=3, tickets=120, at=AT, progress=str)
    with system_scope("tests look at everything"):
        yield


def plain(row):
    return {name: value for name, value in model_to_dict(row).items() if name not in UNLIKE}


def written(ticket):
    """What a ticket left behind, without what is its own by nature."""
    found = (
        Clock.objects.filter(ticket=ticket),
        TimelineEntry.objects.filter(ticket=ticket),
        AuditEntry.objects.filter(subject=ticket.reference),
    )
    return [plain(ticket), *([plain(row) for row in rows.order_by("pk")] for rows in found)]


def again(ticket):
    """The same ticket, made by the operations."""
    entries = list(TimelineEntry.objects.filter(ticket=ticket).order_by("at", "id"))
    made = open_ticket(
        organisation=ticket.organisation,
        requester=ticket.requester,
        subject=ticket.subject,
        description=ticket.description,
        steps=ticket.steps,
        affected_users=ticket.affected_users,
        since=ticket.since,
        severity=ticket.severity,
        actor=actor_of(ticket.requester),
        at=ticket.opened_at,
    )
    answer = next((entry for entry in entries if entry.kind == EntryKind.REPLY), None)
    if answer is not None:
        staff = StaffMember.objects.get(user_id=answer.actor_id)
        actor = actor_of(staff)
        assign(ticket=made, assignee=staff, actor=actor, at=answer.at)
        if ticket.state == TicketState.WAITING:
            wait_for_client(ticket=made, question=answer.body, actor=actor, at=answer.at)
        else:
            reply(ticket=made, body=answer.body, actor=actor, at=answer.at)
    return Ticket.objects.select_related("organisation", "requester", "calendar").get(pk=made.pk)


def test_each_kind_of_ticket_has_the_rows_that_the_operations_write(desk):
    seen = set()
    for ticket in Ticket.objects.select_related("organisation", "requester", "calendar").order_by("pk"):
        kind = (ticket.severity, ticket.state, ticket.assignee_id is None)
        warned = Clock.objects.filter(ticket=ticket, warned_at__isnull=False).exists()
        if kind in seen or warned:
            continue
        seen.add(kind)
        assert written(ticket) == written(again(ticket)), kind
    assert len(seen) >= 9, seen


def test_every_loaded_clock_replays_and_nothing_is_breached_yet(desk):
    tickets = Ticket.objects.select_related("organisation", "calendar")
    assert tickets.count() == 120
    assert [found for ticket in tickets for found in differences(ticket, at=AT)] == []
    assert not Clock.objects.filter(verdict="breached").exists()
    assert not Notice.objects.exists()
    assert sweep(at=AT) == 0, "warnings of the past have been given"
    assert TimelineEntry.objects.filter(kind=EntryKind.WARNING).exists()


def test_numbers_are_gap_free_and_the_counters_go_on_from_them(desk):
    for counter in TicketCounter.objects.all():
        numbers = Ticket.objects.filter(organisation=counter.organisation).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, counter.last_number + 1))


def test_the_sweep_and_its_floor_claim_the_same_clocks(desk):
    later = AT + timedelta(hours=2)
    due = Clock.objects.filter(next_event_at__lt=later).count()
    assert due > 0
    assert claim_raw(at=later, limit=1) == 1
    assert Notice.objects.count() == 1
    assert sweep(at=later) >= due - 1
    assert User.objects.count() == 31 + 2 * 3
