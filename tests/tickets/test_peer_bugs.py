"""Bugs that other helpdesks had, lived with tickets and the operations; the engine's own are in tests/sla/engine."""

from datetime import date, timedelta

import pytest

from helpdesk.lib.actors import SYSTEM
from helpdesk.notifications.models import Notice
from sla.models import Calendar, Policy
from sla.operations.calendars import add_holiday, remove_holiday, set_support_hours
from sla.operations.planning import confirm_plan
from sla.operations.policies import newest_version
from sla.operations.policy_planning import plan_policy_edit
from sla.policy_spec import spec_of
from tests.support import actor_of, colombo
from tests.tickets.test_policy_edits import changed, publish
from tickets.models import TimelineEntry
from tickets.operations.conversation import resume, wait_for_client
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.edits.recompute import refresh_stale_clocks
from tickets.operations.replay import replay_clocks
from tickets.operations.status import resolve
from tickets.operations.sweep import sweep

pytestmark = pytest.mark.usefixtures("everything")
OPENED, EDITED = "2026-11-26 10:00", colombo("2026-11-26 12:00")  # a Thursday
NO_RESOLUTION = {f"P{n}": {"target_minutes": None, "limit_minutes": None} for n in (1, 2, 3)}


def dues(ticket):
    """The stored deadlines of a ticket, in Colombo."""
    rows = ticket.clocks.order_by("kind").values_list("kind", "due_at")
    return {kind: due and f"{due.astimezone(EDITED.tzinfo):%Y-%m-%d %H:%M}" for kind, due in rows}


def holiday(day="2026-11-27"):
    calendar = Calendar.objects.get(key="sri-lanka")
    facts = {"name": "A day", "categories": ["mercantile"], "source": "A gazette"}
    add_holiday(calendar=calendar, day=date.fromisoformat(day), **facts, actor=SYSTEM, at=EDITED)
    refresh_stale_clocks(at=EDITED)
    return calendar


def moved_to(world, **figures):
    """A new version of the policy, to which running tickets are moved."""
    policy, admin = Policy.objects.get(key="standard"), actor_of(world.admin)
    newest = newest_version(policy)
    facts = {"effective_on": None, "reason": "Agreed", "seen": newest.number, "actor": admin, "at": EDITED}
    plan = plan_policy_edit(policy=policy, spec=changed(spec_of(newest), **figures), **facts)
    work_off_plans(at=EDITED)
    confirm_plan(plan=plan, reaches_running=True, actor=admin, at=EDITED)
    work_off_plans(at=EDITED)


def longer_hours(_world):
    """Fridays are closed from now on."""
    week = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu")}
    set_support_hours(
        calendar=Calendar.objects.get(key="sri-lanka"), hours=week, effective_from=date(2026, 11, 27), reason="Fridays",
        actor=SYSTEM, at=EDITED,
    )  # fmt: skip
    refresh_stale_clocks(at=EDITED)


EDITS = {
    "a holiday": (lambda _world: holiday(), {"limit": "2026-12-01 10:00", "response": "2026-11-30 10:00"}),
    "hours": (longer_hours, {"limit": "2026-12-01 10:00", "response": "2026-11-30 10:00"}),
    "a limit": (
        lambda world: moved_to(world, P1={"limit_minutes": 1620}, P2={"limit_minutes": 3000}),
        {"limit": "2026-12-01 10:00", "response": "2026-11-27 10:00"},
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_t5_every_kind_of_edit_moves_open_clocks_and_no_closed_one(world, submit, edit):
    make, expected = EDITS[edit]
    still, done = submit("P1", OPENED), submit("P1", OPENED)
    resolve(ticket=done, message="Done.", actor=actor_of(world.agent), at=colombo("2026-11-26 11:00"))
    before = dues(still)
    assert (before["response"], before["limit"]) == ("2026-11-27 10:00", "2026-11-30 10:00")
    closed = [*done.clocks.order_by("kind").values("kind", "due_at", "promised_at", "verdict", "stopped_at")]
    make(world)
    assert {kind: due for kind, due in dues(still).items() if kind != "target"} == expected
    after = [*done.clocks.order_by("kind").values("kind", "due_at", "promised_at", "verdict", "stopped_at")]
    assert after == closed
    assert replay_clocks(at=EDITED) == []


def test_t4_a_holiday_taken_out_again_opens_its_date_for_new_tickets_and_keeps_what_was_promised(submit):
    calendar = holiday()
    promised = submit("P1", "2026-11-26 13:00")
    assert dues(promised)["response"] == "2026-11-30 13:00"
    at = EDITED + timedelta(hours=2)
    remove_holiday(holiday=calendar.holidays.get(date=date(2026, 11, 27)), reason="Revoked", actor=SYSTEM, at=at)
    refresh_stale_clocks(at=at)
    assert dues(promised)["response"] == "2026-11-30 13:00", "POLICY 6: what was promised stays"
    assert dues(submit("P1", "2026-11-26 15:00"))["response"] == "2026-11-27 15:00"
    assert replay_clocks(at=colombo("2026-11-26 15:00")) == []


def test_t6_a_ticket_that_waits_while_the_calendar_changes_goes_on_by_the_new_one(world, submit):
    ticket, agent = submit("P1", OPENED), actor_of(world.agent)
    wait_for_client(ticket=ticket, question="Which one?", actor=agent, at=colombo("2026-11-26 11:00"))
    holiday()
    assert dues(ticket)["limit"] is None
    resume(ticket=ticket, reason="Found it", actor=agent, at=colombo("2026-11-26 13:00"))
    assert dues(ticket)["limit"] == "2026-12-01 12:00", "18 h less one, from 13:00 over a closed Friday"
    assert replay_clocks(at=colombo("2026-11-26 13:00")) == []


def test_t7_t8_a_policy_that_promises_no_resolution_any_more_takes_its_deadlines_and_their_mails_along(world, submit):
    broken, running = submit("P1", "2026-11-23 10:00"), submit("P1", OPENED)
    sweep(at=EDITED)  # the first one's limit has passed by now
    history = broken.clocks.get(kind="limit")
    assert (history.verdict, history.breached_at) == ("breached", colombo("2026-11-26 10:00"))
    told = set(Notice.objects.filter(event__in=("target_missed", "limit_passed")).values_list("pk", flat=True))
    assert told
    moved_to(world, **NO_RESOLUTION)
    assert (dues(running)["target"], dues(running)["limit"]) == (None, None)
    assert dues(running)["response"] == "2026-11-27 10:00", "and no other target than those it lacks"
    for day in range(27, 31):
        sweep(at=colombo(f"2026-11-{day} 16:59"))
    later = Notice.objects.filter(event__in=("target_missed", "limit_passed")).exclude(pk__in=told)
    assert list(later) == []
    assert Notice.objects.filter(event="response_overdue", reference=running.reference).exists(), "the sweep did sweep"
    history.refresh_from_db()
    assert (history.verdict, history.breached_at) == ("breached", colombo("2026-11-26 10:00"))
    assert TimelineEntry.objects.filter(ticket=running, kind="policy").count() == 1


def test_t31_a_working_day_is_as_long_as_the_tickets_own_version_says(world, submit):
    """Another reading in a later version changes no ticket that was opened before it."""
    before = submit("P1", OPENED)
    publish(world, reading="end_of_nth_day", at="2026-11-26 12:00")
    after = submit("P1", "2026-11-26 13:00")
    assert dues(before)["response"] == "2026-11-27 10:00"
    assert dues(after)["response"] == "2026-11-27 17:00"
    assert replay_clocks(at=colombo("2026-11-26 13:00")) == []
