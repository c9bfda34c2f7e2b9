"""The fold by table: severity changes and policy versions (POLICY 5)."""

from dataclasses import replace

import pytest

from sla.engine.entries import State, Verdict
from tests.sla.engine.world import LIMIT, POLICY, RESPONSE, entry, m, read, t


def opened(severity, at="2026-11-16 09:00"):
    return entry(at, "opened", severity)


def to(severity, at):
    return entry(at, "severity", severity)


@pytest.mark.parametrize(
    ("first", "change", "due"),
    [
        ("P3", to("P1", "2026-11-20 17:30"), "2026-11-25 17:00"),  # sooner: counted from the change
        ("P2", to("P1", "2026-11-20 15:00"), "2026-11-23 09:00"),  # the old due is sooner and stays
        ("P4", to("P3", "2026-11-16 12:00"), "2026-11-26 12:00"),  # from no promise to one
        ("P1", to("P3", "2026-11-16 15:00"), "2026-11-26 09:00"),  # lowered: counted from the start
        ("P3", to("P4", "2026-11-16 15:00"), None),
    ],
)
def test_a_change_moves_the_due_instant_as_the_policy_says(first, change, due):
    reading = read(opened(first), change, at=change.at)
    assert reading.due == (None if due is None else t(due))
    assert reading.verdict is Verdict.PENDING


def test_the_same_severity_again_changes_nothing():
    assert read(opened("P1"), to("P1", "2026-11-16 12:00"), at="2026-11-16 13:00") == read(
        opened("P1"), at="2026-11-16 13:00"
    )


def test_lowering_never_brings_a_deadline_forward():
    shorter = replace(POLICY, minutes={"P1": {LIMIT: 1080}, "P2": {LIMIT: 540}})
    reading = read(opened("P1"), to("P2", "2026-11-16 10:00"), at="2026-11-16 11:00", policy=shorter)
    assert reading.due == t("2026-11-18 09:00")


def test_raising_to_a_severity_without_a_promise_keeps_the_old_one():
    odd = replace(POLICY, minutes={"P1": {LIMIT: None}, "P2": {LIMIT: 540}})
    assert read(opened("P2"), to("P1", "2026-11-16 10:00"), at="2026-11-16 11:00", policy=odd).due == t(
        "2026-11-17 09:00"
    )


def test_a_breach_stays_when_lowering_moves_the_due_instant():
    reading = read(opened("P1"), to("P3", "2026-11-19 09:00"), at="2026-11-19 10:00")
    assert (reading.due, reading.verdict) == (t("2026-11-26 09:00"), Verdict.BREACHED)
    assert reading.breached_at == t("2026-11-18 09:00")
    resolved = entry("2026-11-20 09:00", "resolved")
    assert read(opened("P1"), to("P3", "2026-11-19 09:00"), resolved, at="2026-11-30 09:00").verdict is Verdict.BREACHED


def test_a_due_instant_already_passed_keeps_its_place_when_raised():
    reading = read(opened("P2"), to("P1", "2026-11-25 09:00"), at="2026-11-25 10:00")
    assert (reading.due, reading.breached_at) == (t("2026-11-23 09:00"), t("2026-11-23 09:00"))


def test_returning_restores_what_was_promised_then():
    entries = [opened("P1"), to("P3", "2026-11-16 12:00"), to("P1", "2026-11-17 12:00")]
    assert read(*entries, at="2026-11-17 12:00").due == t("2026-11-18 09:00")


def test_returning_too_late_is_due_at_once_and_not_before():
    entries = [opened("P1"), to("P3", "2026-11-16 12:00"), to("P1", "2026-11-20 20:00")]
    reading = read(*entries, at="2026-11-20 20:00")
    assert (reading.due, reading.verdict, reading.warn_at) == (
        t("2026-11-20 20:00"),
        Verdict.PENDING,
        t("2026-11-20 20:00"),
    )
    assert read(*entries, at="2026-11-20 20:01").breached_at == t("2026-11-20 20:00")


def test_lowering_and_raising_cannot_launder_a_promise():
    laundered = [
        opened("P2"),
        to("P4", "2026-11-16 10:00"),
        to("P2", "2026-11-17 10:00"),
        to("P3", "2026-11-18 10:00"),
        to("P4", "2026-11-19 10:00"),
        to("P2", "2026-11-20 10:00"),
    ]
    assert read(*laundered, at="2026-11-20 11:00").due == t("2026-11-23 09:00")


def test_a_pause_between_is_given_back_to_the_promise_returned_to():
    entries = [
        opened("P1"),
        to("P3", "2026-11-16 12:00"),
        entry("2026-11-16 14:00", "paused"),
        entry("2026-11-17 14:00", "resumed"),
        to("P1", "2026-11-17 15:00"),
    ]
    assert read(*entries, at="2026-11-17 15:00").due == t("2026-11-19 09:00")


def test_a_change_while_paused_shows_no_due_instant_and_counts_on_after_it():
    entries = [opened("P3"), entry("2026-11-16 12:00", "paused"), to("P1", "2026-11-17 12:00")]
    reading = read(*entries, at="2026-11-17 13:00")
    assert (reading.state, reading.due, reading.budget) == (State.PAUSED, None, m(180 + 1080))
    resumed = entry("2026-11-18 12:00", "resumed")
    assert read(*entries, resumed, at="2026-11-18 12:00").due == t("2026-11-20 12:00")


def test_due_at_once_while_paused_is_due_when_the_clock_resumes():
    entries = [
        opened("P1"),
        to("P3", "2026-11-16 12:00"),
        entry("2026-11-20 12:00", "paused"),
        to("P1", "2026-11-20 13:00"),
    ]
    waiting = read(*entries, at="2026-11-23 09:00")
    assert (waiting.due, waiting.verdict) == (None, Verdict.PENDING)
    resumed = read(*entries, entry("2026-11-23 10:00", "resumed"), at="2026-11-23 10:01")
    assert (resumed.due, resumed.breached_at) == (t("2026-11-23 10:00"), t("2026-11-23 10:00"))


@pytest.mark.parametrize("order", [("severity", "paused"), ("paused", "severity")])
def test_due_at_once_and_a_pause_in_one_save_is_due_at_that_instant(order):
    both = {"severity": to("P1", "2026-11-20 12:00"), "paused": entry("2026-11-20 12:00", "paused")}
    entries = [opened("P1"), to("P3", "2026-11-16 12:00"), *(both[kind] for kind in order)]
    reading = read(*entries, at="2026-11-20 12:00")
    assert (reading.state, reading.due) == (State.PAUSED, t("2026-11-20 12:00"))


def test_a_stopped_clock_keeps_its_figures_and_takes_the_change_when_reopened():
    entries = [opened("P3"), entry("2026-11-17 09:00", "resolved"), to("P1", "2026-11-17 10:00")]
    stopped = read(*entries, at="2026-11-18 09:00")
    assert (stopped.due, stopped.budget, stopped.verdict) == (t("2026-11-26 09:00"), m(3780), Verdict.MET)
    reopened = read(*entries, entry("2026-11-19 09:00", "reopened"), at="2026-11-19 09:00")
    assert (reopened.due, reopened.budget) == (t("2026-11-23 09:00"), m(540 + 1080))


def test_a_warning_already_past_when_a_change_makes_it_so_is_due_at_the_change():
    entries = [opened("P1"), to("P3", "2026-11-16 10:00"), to("P1", "2026-11-18 08:30")]
    assert read(*entries, at="2026-11-18 08:30").warn_at == t("2026-11-18 08:30")


def test_a_promise_kept_keeps_its_warning():
    entries = [opened("P2"), to("P1", "2026-11-20 15:00")]
    assert read(*entries, at="2026-11-20 15:00").warn_at == read(opened("P2"), at="2026-11-20 15:00").warn_at


def test_the_end_of_the_nth_day_counts_from_the_change_when_raised_and_from_the_start_when_lowered():
    nth = replace(POLICY, reading="end_of_nth_day")
    raised = read(opened("P3"), to("P1", "2026-11-17 12:00"), at="2026-11-17 12:00", policy=nth)
    assert raised.due == t("2026-11-19 17:00")
    lowered = read(opened("P1"), to("P3", "2026-11-17 12:00"), at="2026-11-17 12:00", policy=nth)
    assert lowered.due == t("2026-11-26 17:00")


def policy_of(limit, response=540):
    return replace(POLICY, minutes={"P1": {LIMIT: limit, RESPONSE: response}})


@pytest.mark.parametrize(
    ("minutes", "due"),
    [(2700, "2026-11-23 09:00"), (60, "2026-11-18 09:00"), (1080, "2026-11-18 09:00"), (None, None)],
)
def test_another_policy_version_never_brings_a_deadline_forward(minutes, due):
    later = [(t("2026-11-17 09:00"), policy_of(minutes))]
    reading = read(opened("P1"), at="2026-11-17 10:00", later_policies=later)
    assert reading.due == (None if due is None else t(due))


def test_another_policy_version_moves_no_breached_and_no_stopped_clock():
    breached = read(opened("P1"), at="2026-11-20 10:00", later_policies=[(t("2026-11-19 09:00"), policy_of(9999))])
    assert (breached.due, breached.verdict) == (t("2026-11-18 09:00"), Verdict.BREACHED)
    resolved = entry("2026-11-17 09:00", "resolved")
    stopped = read(
        opened("P1"),
        resolved,
        at="2026-11-20 10:00",
        later_policies=[(t("2026-11-17 10:00"), policy_of(9999))],
    )
    assert (stopped.due, stopped.budget) == (t("2026-11-18 09:00"), m(1080))


def test_another_policy_version_gives_the_minutes_of_later_changes():
    later = replace(POLICY, minutes={**POLICY.minutes, "P1": {LIMIT: 60}})
    reading = read(
        opened("P3"),
        to("P1", "2026-11-18 09:00"),
        at="2026-11-18 09:00",
        later_policies=[(t("2026-11-17 09:00"), later)],
    )
    assert reading.due == t("2026-11-18 10:00")


def test_a_paused_clock_takes_another_policy_version_too():
    later = [(t("2026-11-17 09:00"), policy_of(2700))]
    entries = [opened("P1"), entry("2026-11-16 12:00", "paused"), entry("2026-11-18 12:00", "resumed")]
    assert read(*entries[:2], at="2026-11-17 10:00", later_policies=later).remaining == m(2520)
    assert read(*entries, at="2026-11-18 13:00", later_policies=later).due == t("2026-11-26 09:00")


def test_a_policy_version_under_which_the_warning_is_past_warns_at_once():
    later = [(t("2026-11-17 08:20"), policy_of(2700, response=600))]
    reading = read(opened("P1"), at="2026-11-17 08:20", kind=RESPONSE, later_policies=later)
    assert (reading.due, reading.warn_at) == (t("2026-11-17 10:00"), t("2026-11-17 08:20"))


def test_a_lowered_severity_that_is_overdue_as_well_is_dated_from_the_start():
    reading = read(opened("P1"), to("P2", "2026-12-01 09:00"), at="2026-12-01 10:00")
    assert (reading.due, reading.breached_at) == (t("2026-11-23 09:00"), t("2026-11-18 09:00"))
