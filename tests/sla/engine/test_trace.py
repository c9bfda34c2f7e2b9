"""The explanation of a deadline, line by line."""

from dataclasses import replace

from sla.engine.trace import explain
from tests.sla.engine.world import POLICY, RESPONSE, calendar, entry, m, read, t, week_calendar, with_holiday


def labels(reading):
    return [line.label for line in explain(reading)]


def test_a_deadline_over_a_weekend_and_a_poya_day():
    lines = explain(read(entry("2026-11-20 15:10", "opened", "P2"), at="2026-11-20 15:10", kind=RESPONSE))
    assert [line.label for line in lines] == [
        "opened Fri 20 Nov 15:10, P2: 18 h of support time",
        "Fri 20 Nov 15:10–17:00, 1 h 50 min",
        "Sat 21, Sun 22 Nov closed",
        "Mon 23 Nov 08:00–17:00, 9 h",
        "Tue 24 Nov closed: Il Full Moon Poya Day",
        "Wed 25 Nov 08:00–15:10, 7 h 10 min",
        "due: Wed 25 Nov 15:10",
    ]
    assert [line.minutes for line in lines] == [m(0), m(110), m(0), m(540), m(0), m(430), m(0)]
    assert [line.running_total for line in lines] == [m(0), m(110), m(110), m(650), m(650), m(1080), m(1080)]
    assert (lines[1].start, lines[1].end) == (t("2026-11-20 15:10"), t("2026-11-20 17:00"))


def test_pauses_and_severity_changes_stand_where_they_happened():
    entries = [
        entry("2026-11-20 15:10", "opened", "P3"),
        entry("2026-11-23 09:00", "paused"),
        entry("2026-11-25 09:30", "resumed"),
        entry("2026-11-26 10:00", "severity", "P1"),
    ]
    assert labels(read(*entries, at="2026-11-26 11:00")) == [
        "opened Fri 20 Nov 15:10, P3: 63 h of support time",
        "Fri 20 Nov 15:10–17:00, 1 h 50 min",
        "Sat 21, Sun 22 Nov closed",
        "Mon 23 Nov 08:00–09:00, 1 h",
        "paused: waiting for the client, Mon 23 Nov 09:00 – Wed 25 Nov 09:30, 9 h 30 min not counted",
        "Wed 25 Nov 09:30–17:00, 7 h 30 min",
        "Thu 26 Nov 08:00–10:00, 2 h",
        "severity P3 → P1, Thu 26 Nov 10:00: 63 h → 30 h 20 min of support time",
        "Thu 26 Nov 10:00–17:00, 7 h",
        "Fri 27 Nov 08:00–17:00, 9 h",
        "Sat 28, Sun 29 Nov closed",
        "Mon 30 Nov 08:00–10:00, 2 h",
        "due: Mon 30 Nov 10:00",
    ]


def test_a_waiting_clock_tells_what_is_left():
    entries = [entry("2026-11-23 15:00", "opened", "P1"), entry("2026-11-23 16:30", "paused")]
    assert labels(read(*entries, at="2026-11-25 12:00")) == [
        "opened Mon 23 Nov 15:00, P1: 18 h of support time",
        "Mon 23 Nov 15:00–16:30, 1 h 30 min",
        "paused: waiting for the client, since Mon 23 Nov 16:30",
        "due: not while waiting, 16 h 30 min left",
    ]


def test_a_holiday_announced_in_the_evening_is_told_with_what_it_closes():
    change = [(t("2026-11-26 20:39"), with_holiday(calendar(), "2026-11-27", "Special closure"))]
    reading = read(
        entry("2026-11-26 15:00", "opened", "P1"),
        at="2026-11-26 21:00",
        kind=RESPONSE,
        later_calendars=change,
    )
    assert labels(reading) == [
        "opened Thu 26 Nov 15:00, P1: 9 h of support time",
        "Thu 26 Nov 15:00–17:00, 2 h",
        "calendar changed, Thu 26 Nov 20:39: still 9 h of support time",
        "Fri 27 Nov closed: Special closure; Sat 28, Sun 29 Nov closed",
        "Mon 30 Nov 08:00–15:00, 7 h",
        "due: Mon 30 Nov 15:00",
    ]


def test_a_deadline_in_an_unconfirmed_year_says_so_and_names_the_year():
    assert labels(read(entry("2026-12-31 15:00", "opened", "P1"), at="2026-12-31 15:00", kind=RESPONSE)) == [
        "opened Thu 31 Dec 15:00, P1: 9 h of support time",
        "Thu 31 Dec 15:00–17:00, 2 h",
        "Fri 1 Jan 2027 08:00–15:00, 7 h",
        "due: Fri 1 Jan 2027 15:00, at the earliest: the holidays of that year are not confirmed",
    ]


def test_a_reopened_and_resolved_ticket_tells_both_cycles_and_its_verdict():
    entries = [
        entry("2026-12-21 16:00", "opened", "P1"),
        entry("2026-12-22 10:00", "resolved"),
        entry("2026-12-24 16:00", "reopened"),
        entry("2026-12-28 09:30", "resolved"),
    ]
    assert labels(read(*entries, at="2027-12-29 16:00")) == [
        "opened Mon 21 Dec 16:00, P1: 18 h of support time",
        "Mon 21 Dec 16:00–17:00, 1 h",
        "Tue 22 Dec 08:00–10:00, 2 h",
        "resolved, then reopened: Tue 22 Dec 10:00 – Thu 24 Dec 16:00, 15 h not counted",
        "Thu 24 Dec 16:00–17:00, 1 h",
        "Fri 25 Dec closed: Christmas Day; Sat 26, Sun 27 Dec closed",
        "Mon 28 Dec 08:00–09:30, 1 h 30 min",
        "stopped: Mon 28 Dec 09:30, in time",
        "due: Tue 29 Dec 13:00",
    ]


def test_no_promise_is_told_up_to_now():
    assert labels(read(entry("2026-11-20 16:00", "opened", "P4"), at="2026-11-23 09:00")) == [
        "opened Fri 20 Nov 16:00, P4: no deadline",
        "Fri 20 Nov 16:00–17:00, 1 h",
        "Sat 21, Sun 22 Nov closed",
        "Mon 23 Nov 08:00–09:00, 1 h",
        "due: never, no deadline is promised",
    ]


def test_a_promise_lost_and_made_is_told():
    entries = [entry("2026-11-16 10:00", "opened", "P3"), entry("2026-11-16 11:00", "severity", "P4")]
    back = entry("2026-11-16 12:00", "severity", "P3")
    changes = [label for label in labels(read(*entries, back, at="2026-11-16 12:00")) if label.startswith("sev")]
    assert changes == [
        "severity P3 → P4, Mon 16 Nov 11:00: no deadline",
        "severity P4 → P3, Mon 16 Nov 12:00: 63 h of support time",
    ]


def test_another_policy_version_is_told():
    later = [(t("2026-11-17 09:00"), replace(POLICY, minutes={"P1": {RESPONSE: 1080}}))]
    reading = read(
        entry("2026-11-16 15:00", "opened", "P1"), at="2026-11-17 10:00", kind=RESPONSE, later_policies=later
    )
    assert labels(reading)[2:5] == [
        "Tue 17 Nov 08:00–09:00, 1 h",
        "policy changed, Tue 17 Nov 09:00: 9 h → 18 h of support time",
        "Tue 17 Nov 09:00–17:00, 8 h",
    ]


def test_split_shifts_midnights_and_seconds():
    night = week_calendar("Asia/Colombo", {"mon": [["08:00", "12:00"], ["22:00", "24:00"]], "tue": []})
    policy = replace(POLICY, minutes={"P1": {RESPONSE: 240}})
    opened = replace(entry("2026-11-16 11:59", "opened", "P1"), at=t("2026-11-16 11:59:30"))
    assert labels(read(opened, at="2026-11-16 12:00", kind=RESPONSE, base=night, policy=policy)) == [
        "opened Mon 16 Nov 11:59:30, P1: 4 h of support time",
        "Mon 16 Nov 11:59:30–12:00, 30 s",
        "Mon 16 Nov 22:00–24:00, 2 h",
        "Tue 17 – Sun 22 Nov closed",
        "Mon 23 Nov 08:00–09:59:30, 1 h 59 min 30 s",
        "due: Mon 23 Nov 09:59:30",
    ]


def test_a_window_round_the_clock_is_one_line():
    round_the_clock = calendar("colombo_247")
    reading = read(entry("2026-11-20 15:00", "opened", "P1"), at="2026-11-20 15:00", base=round_the_clock)
    assert labels(reading)[1:] == ["Fri 20 Nov 15:00 – Sat 21 Nov 09:00, 18 h", "due: Sat 21 Nov 09:00"]


def test_a_long_span_is_cut_in_the_middle_and_its_sum_kept():
    policy = replace(POLICY, minutes={"P1": {RESPONSE: 540 * 200}})
    lines = explain(
        read(entry("2026-01-05 08:00", "opened", "P1"), at="2026-01-05 08:00", kind=RESPONSE, policy=policy)
    )
    assert len(lines) == 60
    assert lines[30].label == "… 190 more lines, Mon 9 Feb 08:00 – Wed 23 Sep 17:00: 1386 h"
    assert sum((line.minutes for line in lines), m(0)) == lines[-1].running_total == m(540 * 200)
    assert lines[-1].label.startswith("due: ")


def test_a_clock_that_has_not_begun_has_nothing_to_tell():
    assert explain(read(entry("2026-11-20 15:00", "opened", "P1"), at="2026-11-20 14:00")) == []
