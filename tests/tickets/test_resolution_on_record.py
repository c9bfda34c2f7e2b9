"""What a resolution leaves on record (T15 of the peers' bugs): elapsed time, target and verdict, written together."""

from datetime import timedelta

import pytest

from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import TimelineEntry
from tickets.operations import status

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


def record_of(ticket) -> dict[str, tuple]:
    """Each clock's elapsed support time, budget, verdict and end, as stored."""
    clocks = Clock.objects.filter(ticket=ticket).order_by("pk")
    return {one.kind: (one.used, one.budget, one.verdict, one.stopped_at) for one in clocks}


def test_t15_a_resolution_stores_elapsed_target_and_verdict(world, ticket):
    at = colombo("2026-11-18 12:00")
    status.resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=at)
    used = timedelta(hours=7 + 9 + 4)  # Monday from ten, Tuesday, Wednesday until noon
    assert record_of(ticket) == {
        "response": (used, timedelta(minutes=1080), "breached", at),
        "target": (used, timedelta(minutes=1620), "met", at),
        "limit": (used, timedelta(minutes=2700), "met", at),
    }


def test_t15_all_of_it_is_written_or_nothing(world, ticket, monkeypatch):
    before = record_of(ticket)
    monkeypatch.setattr(status, "send", lambda _work: 1 / 0)  # the last step of the same transaction
    with pytest.raises(ZeroDivisionError):
        status.resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-16 12:00"))
    assert record_of(ticket) == before
    assert not TimelineEntry.objects.filter(ticket=ticket, kind="resolved").exists()


def test_t15_what_is_on_record_is_what_the_page_shows(world, ticket, signed_in):
    status.resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-16 12:00"))
    page = signed_in(world.alice).get(ticket.path).content.decode()
    assert "2 h of 45 h of support time used." in page
    assert page.count(">Met<") == 3
