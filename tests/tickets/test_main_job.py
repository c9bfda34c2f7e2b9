"""The main job end to end: submitted, unanswered, escalated level by level, acknowledged, answered."""

from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import Escalation, Ticket, TimelineEntry
from tickets.operations.conversation import reply
from tickets.operations.handling import acknowledge
from tickets.operations.replay import differences
from tickets.operations.sweep import sweep

AGENT, MANAGER = "nimal@ravingcrm.example", "malini@ravingcrm.example"


def events_told(ticket, *events):
    found = Notice.objects.filter(reference=ticket.reference, event__in=events).order_by("event", "recipient")
    return list(found.values_list("event", "recipient", "level"))


def test_a_submitted_ticket_has_its_deadlines_and_its_acknowledgement(submit):
    ticket = submit("P1", "2026-11-16 10:00")
    assert dict(Clock.objects.filter(ticket=ticket).values_list("kind", "due_at")) == {
        "response": colombo("2026-11-17 10:00"),
        "target": colombo("2026-11-17 10:00"),
        "limit": colombo("2026-11-18 10:00"),
    }
    assert ticket.reference == "ACME-1"
    assert events_told(ticket, "acknowledgement", "new_ticket") == [
        ("acknowledgement", "alice@acme.example", None),
        ("new_ticket", AGENT, 1),
    ]


def test_a_ticket_nobody_answers_climbs_the_matrix_to_the_right_people(submit, world):
    ticket = submit("P1", "2026-11-16 10:00")
    assert sweep(at=colombo("2026-11-16 16:44")) == 0
    assert sweep(at=colombo("2026-11-16 16:46")) == 1, "three quarters of the response budget: 16:45"
    assert sweep(at=colombo("2026-11-17 10:00")) == 0, "an act at the due instant would be in time"
    assert sweep(at=colombo("2026-11-17 10:01")) == 2
    assert sweep(at=colombo("2026-11-17 10:02")) == 0
    assert events_told(ticket, "warning", "response_overdue", "target_missed") == [
        ("response_overdue", MANAGER, 2),
        ("target_missed", AGENT, 1),
        ("warning", AGENT, 1),
    ]
    assert Ticket.objects.get().level == 2
    assert sweep(at=colombo("2026-11-17 14:31")) == 2, "the resolution warning, and nobody acknowledged for 270 min"
    assert sweep(at=colombo("2026-11-18 10:01")) == 2, "the limit, and a second reminder"
    assert events_told(ticket, "limit_passed") == [
        ("limit_passed", MANAGER, 3),
        ("limit_passed", "product@ravingcrm.example", 3),
    ]
    assert Ticket.objects.get().level == 3


def test_breaches_stand_in_the_record_at_their_due_instants(submit):
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-18 12:00"))
    entries = TimelineEntry.objects.filter(ticket=ticket, kind__in=("breach", "target_missed")).order_by("at", "id")
    assert [(entry.kind, entry.data["clock"], entry.at) for entry in entries] == [
        ("breach", "response", colombo("2026-11-17 10:00")),
        ("target_missed", "target", colombo("2026-11-17 10:00")),
        ("breach", "limit", colombo("2026-11-18 10:00")),
    ]


def test_an_acknowledgement_stops_that_rungs_reminders_and_a_later_event_still_climbs(submit, world):
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-17 10:01"))
    rung = Escalation.objects.get()
    acknowledge(escalation=rung, actor=actor_of(world.manager), at=colombo("2026-11-17 11:00"))
    assert sweep(at=colombo("2026-11-17 16:59")) == 1, "the resolution's warning only"
    assert events_told(ticket, "unacknowledged") == []
    sweep(at=colombo("2026-11-18 10:01"))
    assert Escalation.objects.filter(acknowledged_at__isnull=True).values_list("level", flat=True)[0] == 3


def test_an_answer_stops_the_response_clock_and_the_record_replays(submit, world):
    ticket = submit("P1", "2026-11-16 10:00")
    reply(ticket=ticket, actor=actor_of(world.agent), body="We are on it.", at=colombo("2026-11-16 11:00"))
    clock = Clock.objects.get(ticket=ticket, kind="response")
    assert (clock.state, clock.verdict, clock.stopped_at) == ("stopped", "met", colombo("2026-11-16 11:00"))
    assert differences(Ticket.objects.get(), at=colombo("2026-11-16 12:00")) == []
    sweep(at=colombo("2026-11-17 10:01"))
    assert events_told(ticket, "response_overdue") == []


def test_a_late_answer_finds_the_breach_recorded_before_it_even_without_a_sweep(submit, world):
    ticket = submit("P1", "2026-11-16 10:00")
    reply(ticket=ticket, actor=actor_of(world.agent), body="Sorry.", at=colombo("2026-11-17 10:05"))
    assert Clock.objects.get(ticket=ticket, kind="response").verdict == "breached"
    assert events_told(ticket, "response_overdue") == [("response_overdue", MANAGER, 2)]
    assert Ticket.objects.get().level == 2
