"""A desk loaded in bulk has the rows that the operations write, and its clocks replay."""

from collections import Counter
from datetime import timedelta

import pytest
from django.forms.models import model_to_dict

from bench.sweep_floor import claim_raw
from helpdesk.accounts.models import StaffMember, User
from helpdesk.audit.models import AuditEntry
from helpdesk.demo.bulk import Size, load_desk
from helpdesk.demo.bulk.lives import SPREAD
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import EntryKind, SearchRow, Ticket, TicketCounter, TicketState, TimelineEntry
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.handling import assign
from tickets.operations.intake import open_ticket
from tickets.operations.replay import differences
from tickets.operations.status import close, resolve
from tickets.operations.sweep import sweep

AT = colombo("2026-11-16 09:30")
OPEN, CLOSED, LIVES = 120, 80, 40
UNLIKE = {"id", "ticket", "subject", "number", "public_id", "submission_key", "recorded_at"}
RELATED = ("organisation", "requester", "calendar")


def make_stage():
    load_desk(Size(organisations=3, open=OPEN, closed=CLOSED, lives=LIVES), at=AT, progress=str)
    return True


@pytest.fixture
def desk(world):
    with system_scope("tests look at everything"):
        yield world


def plain(row):
    return {name: value for name, value in model_to_dict(row).items() if name not in UNLIKE}


def written(ticket):
    """What a ticket left behind, without what is its own by nature."""
    found = (
        Clock.objects.filter(ticket=ticket).order_by("kind"),
        TimelineEntry.objects.filter(ticket=ticket).order_by("at", "id"),
        AuditEntry.objects.filter(subject=ticket.reference).order_by("at", "id"),
        SearchRow.objects.filter(ticket=ticket),
    )
    rows = [plain(ticket), *([plain(row) for row in rows] for rows in found)]
    return repr(rows).replace(ticket.reference, "REFERENCE")


def again(ticket):
    """The same ticket, made by the operations."""
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
    for entry in TimelineEntry.objects.filter(ticket=ticket).order_by("at", "id"):
        if entry.kind == EntryKind.REPLY:
            answer(made, entry, waits=ticket.state == TicketState.WAITING)
        elif entry.kind == EntryKind.RESOLVED:
            staff = StaffMember.objects.get(user_id=entry.actor_id)
            resolve(ticket=made, actor=actor_of(staff), message=entry.body, at=entry.at)
        elif entry.kind == EntryKind.CLOSED:
            close(ticket=made, actor=SYSTEM, at=entry.at)
    return made


def answer(made, entry, *, waits):
    staff = StaffMember.objects.get(user_id=entry.actor_id)
    actor = actor_of(staff)
    assign(ticket=made, assignee=staff, actor=actor, at=entry.at)
    if waits:
        wait_for_client(ticket=made, question=entry.body, actor=actor, at=entry.at)
    else:
        reply(ticket=made, body=entry.body, actor=actor, at=entry.at)


def test_every_ticket_has_the_rows_that_the_operations_and_the_sweep_write(desk):
    loaded = list(Ticket.objects.select_related(*RELATED).order_by("pk"))
    made = {ticket.pk: again(ticket).pk for ticket in loaded}
    assert sweep(at=AT) > 0, "the warnings of the tickets made again"
    kinds = Counter()
    for ticket in loaded:
        twin = Ticket.objects.select_related(*RELATED).get(pk=made[ticket.pk])
        warned = Clock.objects.filter(ticket=ticket, warned_at__isnull=False).exists()
        assert written(ticket) == written(twin), (ticket.severity, ticket.state, warned)
        kinds[ticket.state, warned] += 1
    assert kinds[TicketState.CLOSED, False] == CLOSED
    assert SearchRow.objects.count() == 2 * len(loaded)
    assert len(made) == OPEN + CLOSED
    assert min(kinds[key] for key in (("open", False), ("open", True), ("waiting", False))) > 0, kinds


def test_every_loaded_clock_replays_and_nothing_is_breached_yet(desk):
    tickets = Ticket.objects.select_related("organisation", "calendar")
    assert tickets.count() == OPEN + CLOSED
    assert [found for ticket in tickets for found in differences(ticket, at=AT)] == []
    assert not Clock.objects.filter(verdict="breached").exists()
    assert not Notice.objects.exists()
    assert sweep(at=AT) == 0, "warnings of the past have been given"
    assert TimelineEntry.objects.filter(kind=EntryKind.WARNING).exists()


def test_the_copies_of_a_life_are_spread_and_none_is_like_another(desk):
    opened = list(Ticket.objects.filter(in_queue=True).order_by("opened_at").values_list("opened_at", flat=True))
    assert len(set(opened)) == OPEN
    assert len(set(Ticket.objects.values_list("public_id", flat=True))) == OPEN + CLOSED
    first = Ticket.objects.filter(in_queue=True).order_by("pk").values_list("opened_at", flat=True)
    assert first[0] - first[LIVES] == first[LIVES] - first[2 * LIVES] == SPREAD / 3


def test_numbers_are_gap_free_and_the_counters_go_on_from_them(desk):
    assert TicketCounter.objects.count() == 3
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
