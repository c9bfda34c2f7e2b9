"""Faults that other helpdesks had with deadlines, each test named by its number in our list of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import ClockKind, EntryKind, State, Verdict
from sla.engine.spec import CalendarError, CalendarSpec
from tests.sla.engine.walker import Walker
from tests.sla.engine.world import (
    LIMIT,
    POLICY,
    RESPONSE,
    TARGET,
    calendar,
    entry,
    m,
    read,
    t,
    week_calendar,
    with_holiday,
    without_holiday,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_t1_three_days_round_the_clock_lose_no_second():
    start = t("2026-11-20 00:00")
    assert calendar("colombo_247").elapsed(start, start + timedelta(days=3)) == timedelta(days=3)
    assert calendar("colombo_247").is_open(t("2026-11-20 23:59:59.999999"))
    assert list(calendar("colombo_247").windows(start, start + timedelta(days=3))) == [
        (start, start + timedelta(days=3))
    ]


def test_t4_a_holiday_taken_off_the_list_opens_its_date_for_new_tickets():
    opened = entry("2026-11-23 15:00", "opened", "P1")
    assert read(opened, at="2026-11-23 15:00", kind=RESPONSE).due == t("2026-11-25 15:00")
    base = without_holiday(calendar(), "2026-11-24")
    assert read(opened, at="2026-11-23 15:00", kind=RESPONSE, base=base).due == t("2026-11-24 15:00")


def test_t5_a_calendar_edit_moves_open_clocks_and_no_closed_one():
    opened, known = entry("2026-11-26 10:00", "opened", "P1"), t("2026-11-26 12:00")
    change = [(known, with_holiday(calendar(), "2026-11-27"))]
    assert read(opened, at="2026-11-26 13:00", later_calendars=change).due == t("2026-12-01 10:00")
    resolved = entry("2026-11-26 11:00", "resolved")
    assert read(opened, resolved, at="2026-11-26 13:00", later_calendars=change).due == t("2026-11-30 10:00")


def test_t6_a_paused_ticket_gets_the_new_deadline_when_it_resumes():
    opened, pause = entry("2026-11-26 10:00", "opened", "P1"), entry("2026-11-26 11:00", "paused")
    change = [(t("2026-11-26 12:00"), with_holiday(calendar(), "2026-11-27"))]
    resumed = entry("2026-11-26 13:00", "resumed")
    assert read(opened, pause, resumed, at="2026-11-26 13:00", later_calendars=change).due == t("2026-12-01 12:00")


NOTHING = replace(POLICY, minutes={severity: dict.fromkeys(ClockKind) for severity in POLICY.minutes})


@pytest.mark.parametrize("kind", list(ClockKind))
def test_t7_a_policy_that_promises_nothing_any_more_leaves_nothing_to_tell_and_the_history(kind):
    opened, retired = entry("2026-11-16 10:00", "opened", "P1"), [(t("2026-11-16 12:00"), NOTHING)]
    reading = read(opened, at="2026-11-30 10:00", kind=kind, later_policies=retired)
    assert (reading.state, reading.verdict) == (State.RUNNING, Verdict.PENDING)
    assert (reading.due, reading.warn_at, reading.breached_at) == (None, None, None)
    late = [(t("2026-11-20 12:00"), NOTHING)]  # the breach had been recorded before: it stays
    kept = read(opened, at="2026-11-30 10:00", kind=kind, later_policies=late)
    assert (kept.verdict, kept.breached_at) == (Verdict.BREACHED, read(opened, at="2026-11-16 10:00", kind=kind).due)


def test_t8_a_policy_without_a_target_takes_the_old_one_with_it_and_no_other():
    opened = entry("2026-11-16 10:00", "opened", "P1")
    without = replace(POLICY, minutes={**POLICY.minutes, "P1": {RESPONSE: 540, TARGET: None, LIMIT: 1080}})
    change = [(t("2026-11-16 12:00"), without)]
    found = {kind: read(opened, at="2026-11-16 13:00", kind=kind, later_policies=change).due for kind in ClockKind}
    assert found == {RESPONSE: t("2026-11-17 10:00"), TARGET: None, LIMIT: t("2026-11-18 10:00")}


@pytest.mark.parametrize("order", [("responded", "paused"), ("paused", "responded")])
def test_t11_an_answer_and_a_pause_in_one_save_meet_the_response(order):
    entries = [
        entry("2026-11-16 10:00", "opened", "P1"),
        *(entry("2026-11-16 11:00", kind) for kind in order),
    ]
    response = read(*entries, at="2026-11-30 10:00", kind=RESPONSE)
    assert (response.state, response.verdict, response.stopped_at) == (
        State.STOPPED,
        Verdict.MET,
        t("2026-11-16 11:00"),
    )
    assert read(*entries, at="2026-11-30 10:00", kind=LIMIT).state is State.PAUSED


@pytest.mark.parametrize("kind", list(EntryKind))
def test_t12_only_an_answer_meets_the_response(kind):
    entries = [entry("2026-11-16 10:00", "opened", "P1"), entry("2026-11-16 11:00", kind, "P1")]
    verdict = read(*entries, at="2026-11-16 12:00", kind=RESPONSE).verdict
    assert (verdict is Verdict.MET) is (kind is EntryKind.RESPONDED)


@pytest.mark.parametrize(
    ("kind", "response", "limit"),
    [
        (EntryKind.RESPONDED, State.STOPPED, State.RUNNING),
        (EntryKind.PAUSED, State.PAUSED, State.PAUSED),
        (EntryKind.RESUMED, State.RUNNING, State.RUNNING),
        (EntryKind.SEVERITY, State.RUNNING, State.RUNNING),
        (EntryKind.RESOLVED, State.RUNNING, State.STOPPED),
        (EntryKind.WITHDRAWN, State.STOPPED, State.STOPPED),
        (EntryKind.REOPENED, State.RUNNING, State.RUNNING),
        (EntryKind.CLOSED, State.STOPPED, State.STOPPED),
    ],
)
def test_t13_the_kind_of_entry_decides_the_state_and_no_status_name_does(kind, response, limit):
    entries = [entry("2026-11-16 10:00", "opened", "P1"), entry("2026-11-16 11:00", kind, "P2")]
    states = [read(*entries, at="2026-11-16 12:00", kind=clock).state for clock in (RESPONSE, TARGET, LIMIT)]
    assert states == [response, limit, limit]


def test_t14_a_reopened_ticket_has_a_resolution_clock_each_time():
    entries = [entry("2026-11-16 10:00", "opened", "P1")]
    for resolved, reopened, due in (
        ("2026-11-16 12:00", "2026-11-17 12:00", "2026-11-19 10:00"),
        ("2026-11-17 16:00", "2026-11-18 16:00", "2026-11-20 10:00"),
    ):
        entries += [entry(resolved, "resolved"), entry(reopened, "reopened")]
        reading = read(*entries, at=reopened)
        assert (reading.state, reading.due) == (State.RUNNING, t(due))


def test_t18_a_verdict_and_the_time_used_are_frozen_when_the_clock_stops():
    entries = [entry("2026-11-16 10:00", "opened", "P1"), entry("2026-11-19 10:00", "resolved")]
    soon, late = (read(*entries, at=at) for at in ("2026-11-19 10:00", "2027-11-19 10:00"))
    assert (late.verdict, late.used, late.breached_at) == (
        Verdict.BREACHED,
        m(3 * 540),
        t("2026-11-18 10:00"),
    )
    assert replace(late, at=soon.at) == soon


def test_t19_an_hour_from_friday_half_past_four_is_due_on_monday_half_past_eight():
    assert calendar().due(t("2026-11-20 16:30"), 60) == t("2026-11-23 08:30")


def test_t20_a_pause_moves_the_deadline_by_working_time_over_holidays():
    pause, resume = entry("2026-11-23 16:00", "paused"), entry("2026-11-25 09:00", "resumed")  # Poya between
    reading = read(entry("2026-11-23 10:00", "opened", "P1"), pause, resume, at="2026-11-25 09:00")
    assert reading.due == t("2026-11-26 12:00")
    without = read(entry("2026-11-23 10:00", "opened", "P1"), at="2026-11-23 10:00")
    assert calendar().elapsed(without.due, reading.due) == m(120)


def test_t21_pause_counts_working_time_only():
    pauses = [(t("2026-11-20 16:00"), t("2026-11-23 09:00"))]
    start, end = t("2026-11-20 08:00"), t("2026-11-23 17:00")
    assert calendar().elapsed(start, end) - calendar().elapsed(start, end, pauses) == m(120)
    entries = [
        entry("2026-11-20 15:00", "opened", "P1"),
        entry("2026-11-20 16:00", "paused"),
        entry("2026-11-23 09:00", "resumed"),
    ]
    assert read(*entries, at="2026-11-23 09:00", kind=RESPONSE).due == t("2026-11-23 17:00")


@pytest.mark.parametrize(
    ("born", "state"), [("paused", State.PAUSED), ("closed", State.STOPPED), ("resolved", State.STOPPED)]
)
def test_t22_a_ticket_born_paused_or_closed_burns_no_time(born, state):
    entries = [entry("2020-11-16 10:00", "opened", "P1"), entry("2020-11-16 10:00", born)]
    reading = read(*entries, at="2026-11-16 10:00")
    assert (reading.state, reading.used, reading.breached_at) == (state, m(0), None)


def test_t23_a_pause_stays_credited_when_the_severity_changes():
    entries = [
        entry("2026-11-16 10:00", "opened", "P3"),
        entry("2026-11-16 12:00", "paused"),
        entry("2026-11-18 12:00", "resumed"),
        entry("2026-11-18 14:00", "severity", "P1"),
    ]
    reading = read(*entries, at="2026-11-18 14:00")
    assert (reading.used, reading.due, reading.verdict) == (m(240), t("2026-11-20 14:00"), Verdict.PENDING)
    back = read(*entries, entry("2026-11-18 15:00", "severity", "P3"), at="2026-11-18 15:00")
    assert back.due == calendar().due(t("2026-11-16 10:00"), 3780, [(entries[1].at, entries[2].at)])


def test_t25_a_weekend_ticket_answered_on_monday_took_five_minutes():
    entries = [entry("2026-11-21 11:00", "opened", "P1"), entry("2026-11-23 08:05", "responded")]
    assert read(*entries, at="2026-11-30 10:00", kind=RESPONSE).used == m(5)


def test_t27_a_calendar_without_working_days_ends_at_the_horizon():
    spec = CalendarSpec.from_json({"tz": "Asia/Colombo", "week": {}})
    with pytest.raises(CalendarError):
        spec.validate()
    empty = BusinessCalendar(spec)
    assert empty.due(t("2026-11-16 08:00"), 1) is None
    assert empty.next_opening(t("2026-11-16 08:00")) is None
    assert empty.end_of_nth_day(t("2026-11-16 08:00"), 1) is None


@pytest.mark.parametrize("days", [days for size in range(1, 8) for days in combinations(DAYS, size)])
def test_t28_every_subset_of_weekdays_works_with_split_shifts(days):
    split = week_calendar("Asia/Colombo", {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in days})
    start = t("2026-11-18 12:30")
    due = split.due(start, 500)
    assert split.elapsed(start, due) == m(500)
    assert split.elapsed(start, due - timedelta(seconds=1)) < m(500)
    assert DAYS[due.astimezone(split.zone).weekday()] in days


@pytest.mark.parametrize("days", [("mon",), ("tue", "thu"), ("sat", "sun"), ("wed", "thu", "fri")])
def test_t28_a_few_subsets_agree_with_the_walk_of_every_minute(days):
    split = week_calendar("Asia/Colombo", {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in days})
    start = t("2026-11-18 12:30")
    assert split.due(start, 500) == Walker(split).due(start, 500)


def test_t29_the_warning_walks_back_in_working_time_over_days():
    reading = read(entry("2026-11-20 12:00", "opened", "P1"), at="2026-11-20 12:00", kind=RESPONSE)
    assert (reading.due, reading.warn_at) == (t("2026-11-23 12:00"), t("2026-11-23 09:45"))
    quarter = replace(POLICY, warn_percent=25)
    early = read(entry("2026-11-20 16:00", "opened", "P1"), at="2026-11-20 16:00", kind=RESPONSE, policy=quarter)
    assert early.warn_at == t("2026-11-23 09:15")


@pytest.mark.parametrize(
    ("start", "reading", "due"),
    [
        ("2026-11-23 16:50", "elapsed", "2026-11-25 16:50"),
        ("2026-11-23 16:50", "end_of_nth_day", "2026-11-25 17:00"),
        ("2026-11-20 16:50", "elapsed", "2026-11-23 16:50"),
    ],
)
def test_t30_a_day_promised_before_closing_and_a_holiday_is_a_whole_day(start, reading, due):
    policy = replace(POLICY, reading=reading)
    opened = entry(start, "opened", "P1")
    assert read(opened, at=start, kind=RESPONSE, policy=policy).due == t(due)


def test_t31_a_day_is_what_the_policy_version_of_the_ticket_says():
    opened = entry("2026-11-16 10:00", "opened", "P1")
    day_of_24_hours = replace(POLICY, minutes={"P1": {RESPONSE: 1440}})
    assert read(opened, at="2026-11-16 10:00", kind=RESPONSE).due == t("2026-11-17 10:00")
    assert read(opened, at="2026-11-16 10:00", kind=RESPONSE, policy=day_of_24_hours).due == t("2026-11-18 16:00")


def test_t32_figures_of_the_past_use_the_offset_of_their_own_day():
    london = calendar("london")
    assert london.elapsed(t("2026-10-23 08:30", "+00:00"), t("2026-10-26 09:30", "+00:00")) == m(480 + 30)
    opened = replace(entry("2026-10-23 12:00", "opened", "P1"), at=t("2026-10-23 12:00", "+01:00"))
    live = read(opened, at=t("2026-10-23 12:00", "+01:00"), base=london, kind=RESPONSE)
    report = read(opened, at=t("2027-06-23 12:00", "+01:00"), base=london, kind=RESPONSE)
    assert live.due == report.due == report.breached_at == t("2026-10-26 12:30", "+00:00")


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (
            "2026-03-08T00:00:00-05:00",
            30,
            "2026-03-08T03:30:00-04:00",
        ),  # opens at 02:30, which does not exist
        ("2026-10-31T12:00:00-04:00", 90, "2026-11-01T04:00:00-05:00"),
    ],
)
def test_t33_an_opening_in_the_skipped_hour_opens_when_the_hour_is_over(start, minutes, due):
    early = week_calendar("America/New_York", {"sun": [["02:30", "06:00"]]})
    assert early.due(datetime.fromisoformat(start), minutes) == datetime.fromisoformat(due)


def test_t33_the_hour_that_happens_twice_counts_twice():
    night = week_calendar("America/New_York", {"sun": [["01:15", "01:45"]]})
    windows = list(night.windows(t("2026-11-01 00:00", "-04:00"), t("2026-11-02 00:00", "-05:00")))
    assert windows == [
        (t("2026-11-01 01:15", "-04:00"), t("2026-11-01 01:45", "-04:00")),
        (t("2026-11-01 01:15", "-05:00"), t("2026-11-01 01:45", "-05:00")),
    ]
    assert night.due(t("2026-11-01 00:00", "-04:00"), 45) == t("2026-11-01 01:30", "-05:00")


def test_t35_the_day_is_the_calendars_own_on_either_side_of_the_date_line():
    sunday = {"sun": [["08:00", "17:00"]]}
    kiribati, samoa = week_calendar("Pacific/Kiritimati", sunday), week_calendar("Pacific/Pago_Pago", sunday)
    saturday_in_london = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    assert kiribati.is_open(saturday_in_london)
    assert not samoa.is_open(saturday_in_london)
    assert samoa.next_opening(saturday_in_london) == datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    assert kiribati.next_opening(datetime(2026, 11, 22, 8, 0, tzinfo=UTC)) == datetime(2026, 11, 28, 18, 0, tzinfo=UTC)


def test_clock_kinds_are_the_three_of_the_policy():
    assert [kind.value for kind in ClockKind] == ["response", "target", "limit"]
