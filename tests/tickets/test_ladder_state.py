"""What the page says of the ladder's next step is what the sweep then does; and the pauses with their reasons."""

from datetime import timedelta

import pytest

from helpdesk.accounts.models import Organisation
from tests.support import actor_of, colombo
from tickets.ladder.state import next_step
from tickets.models import EntryKind, Ticket, TimelineEntry
from tickets.operations.conversation import reply, resume, wait_for_client
from tickets.operations.handling import acknowledge, change_severity
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import sweep
from tickets.pauses import pauses_of
from tickets.queries import escalations_of, readings_of

pytestmark = pytest.mark.usefixtures("everything")
SECOND = timedelta(seconds=1)
EVENTS = (EntryKind.WARNING, EntryKind.BREACH, EntryKind.TARGET_MISSED, EntryKind.REMINDED)


def upcoming(ticket, at, *, staff=True):
    fresh = Ticket.objects.select_related("organisation", "requester", "calendar").get(pk=ticket.pk)
    return next_step(fresh, escalations_of(fresh), at=at, staff=staff)


@pytest.mark.parametrize("severity", ["P1", "P2"])
def test_each_step_told_ahead_is_what_the_sweep_does_then(submit, severity):
    ticket, at = submit(severity, "2026-11-16 10:00"), colombo("2026-11-16 10:01")
    for _ in range(7):
        step = upcoming(ticket, at)
        seen = TimelineEntry.objects.filter(ticket=ticket, kind__in=EVENTS).count()
        sweep(at=step.at - SECOND)
        assert TimelineEntry.objects.filter(ticket=ticket, kind__in=EVENTS).count() == seen, step
        at = step.at + SECOND
        sweep(at=at)
        entries = TimelineEntry.objects.filter(ticket=ticket, kind__in=EVENTS).order_by("pk")[seen:]
        level = Ticket.objects.get(pk=ticket.pk).level
        assert (step.event, step.told) in [(entry.data["event"], entry.data["told"]) for entry in entries]
        assert not step.climbs or level == step.level


def test_names_are_told_to_staff_and_the_level_alone_to_the_client(submit):
    ticket, at = submit("P1", "2026-11-16 10:00"), colombo("2026-11-16 17:00")
    mine, theirs = upcoming(ticket, at), upcoming(ticket, at, staff=False)
    assert (mine.event, mine.told) == ("warning", ["Nimal (Support Team, level 1)"])
    assert (theirs.event, theirs.climbs, theirs.level, theirs.level_name) == (
        "response_overdue", True, 2, "Account Manager",
    )  # fmt: skip
    assert (theirs.at, theirs.told, theirs.warning) == (colombo("2026-11-17 10:00"), [], "")


def test_a_level_that_reaches_nobody_is_told_ahead_to_staff(submit, world):
    Organisation.objects.filter(pk=world.acme.pk).update(account_manager=None, deputy=None)
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-17 09:00"))
    step = upcoming(ticket, colombo("2026-11-17 09:00"))
    assert step.event == "response_overdue"
    assert "Nobody could be reached at level 2" in step.warning
    assert upcoming(ticket, colombo("2026-11-17 09:00"), staff=False).warning == ""


def test_an_acknowledged_rung_reminds_no_more_and_a_waiting_ticket_has_no_next_step(submit, world):
    ticket = submit("P2", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-18 10:01"))
    at = colombo("2026-11-18 10:02")
    reminded = upcoming(ticket, at)
    acknowledge(escalation=escalations_of(ticket)[-1], actor=actor_of(world.manager), at=at)
    assert reminded.event == "unacknowledged" or upcoming(ticket, at).event != "unacknowledged"
    reply(ticket=ticket, actor=actor_of(world.agent), body="Looking.", at=at)
    wait_for_client(ticket=ticket, actor=actor_of(world.agent), question="Which one?", at=at)
    assert upcoming(ticket, at) is None


def test_a_resolved_ticket_has_no_next_step(submit, world):
    ticket, at = submit("P1"), colombo("2026-11-16 11:00")
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=at)
    assert upcoming(ticket, at) is None


def test_every_pause_is_shown_with_its_reason(submit, world):
    ticket, agent = submit("P3", "2026-11-16 10:00"), actor_of(world.agent)
    first, on, done, back, last = (colombo(f"2026-11-{day} 11:00") for day in (16, 17, 18, 19, 20))
    wait_for_client(ticket=ticket, actor=agent, contact="by phone, she looks it up", at=first)
    resume(ticket=ticket, actor=agent, reason="She rang.", at=on)
    resolve(ticket=ticket, actor=agent, message="Done.", at=done)
    reopen(ticket=ticket, actor=actor_of(world.alice), reason="Not so.", at=back)
    wait_for_client(ticket=ticket, actor=agent, question="Which one?", at=last)
    reading = list(readings_of(Ticket.objects.get(pk=ticket.pk), at=last + SECOND).values())[-1]
    found = [(one.start, one.end, one.reason) for one in pauses_of(ticket, reading, staff=False)]
    assert found == [
        (first, on, "The client was contacted: by phone, she looks it up"),
        (done, back, "Resolved, and reopened later."),
        (last, None, "Waiting for the client's answer."),
    ]


def test_a_raised_severity_moves_the_next_step(submit, world):
    ticket, at = submit("P3", "2026-11-16 10:00"), colombo("2026-11-16 11:00")
    later = upcoming(ticket, at).at
    change_severity(ticket=ticket, severity="P1", reason="All of them.", actor=actor_of(world.agent), at=at)
    assert upcoming(ticket, at).at < later
