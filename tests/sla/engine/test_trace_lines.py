"""Each line of an explanation tells of a stretch: from when, to when, in which words, with how much support time."""

from zoneinfo import ZoneInfo

from sla.engine.trace import explain
from tests.sla.engine.world import LIMIT, RESPONSE, entry, m, read

COLOMBO = ZoneInfo("Asia/Colombo")


def told(*entries, at, kind):
    return [
        (
            f"{line.start.astimezone(COLOMBO):%d %H:%M}",
            f"{line.end.astimezone(COLOMBO):%d %H:%M}",
            line.label,
            line.minutes // m(1),
        )
        for line in explain(read(*entries, at=at, kind=kind))
    ]


def test_waiting_outside_and_resolved_stretches_follow_one_another():
    entries = [
        entry("2026-11-18 10:00", "opened", "P1"),
        entry("2026-11-18 11:00", "paused"),
        entry("2026-11-18 12:00", "outside"),
        entry("2026-11-18 13:00", "resumed"),
        entry("2026-11-18 14:00", "covered"),
        entry("2026-11-18 15:00", "resolved"),
        entry("2026-11-19 09:00", "reopened"),
    ]
    assert told(*entries, at="2026-11-19 10:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P1: 18 h of support time", 0),
        ("18 10:00", "18 11:00", "Wed 18 Nov 10:00–11:00, 1 h", 60),
        ("18 11:00", "18 12:00", "paused: waiting for the client, Wed 18 Nov 11:00–12:00, 1 h not counted", 0),
        ("18 12:00", "18 14:00", "paused: outside standard support, Wed 18 Nov 12:00–14:00, 2 h not counted", 0),
        ("18 14:00", "18 15:00", "Wed 18 Nov 14:00–15:00, 1 h", 60),
        ("18 15:00", "19 09:00", "resolved, then reopened: Wed 18 Nov 15:00 – Thu 19 Nov 09:00, 3 h not counted", 0),
        ("19 09:00", "19 17:00", "Thu 19 Nov 09:00–17:00, 8 h", 480),
        ("20 08:00", "20 16:00", "Fri 20 Nov 08:00–16:00, 8 h", 480),
        ("20 16:00", "20 16:00", "due: Fri 20 Nov 16:00", 0),
    ]


def test_what_is_outside_says_so_while_it_lasts():
    entries = [
        entry("2026-11-18 10:00", "opened", "P1"),
        entry("2026-11-18 11:00", "outside"),
    ]
    assert told(*entries, at="2026-11-18 12:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P1: 18 h of support time", 0),
        ("18 10:00", "18 11:00", "Wed 18 Nov 10:00–11:00, 1 h", 60),
        ("18 11:00", "18 12:00", "paused: outside standard support, since Wed 18 Nov 11:00", 0),
        ("18 12:00", "18 12:00", "due: not while waiting, 17 h left", 0),
    ]


def test_a_cause_that_began_meanwhile_holds_on_when_the_other_ends():
    entries = [
        entry("2026-11-18 10:00", "opened", "P1"),
        entry("2026-11-18 11:00", "outside"),
        entry("2026-11-18 12:00", "paused"),
        entry("2026-11-18 13:00", "covered"),
    ]
    assert told(*entries, at="2026-11-18 14:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P1: 18 h of support time", 0),
        ("18 10:00", "18 11:00", "Wed 18 Nov 10:00–11:00, 1 h", 60),
        ("18 11:00", "18 13:00", "paused: outside standard support, Wed 18 Nov 11:00–13:00, 2 h not counted", 0),
        ("18 13:00", "18 14:00", "paused: waiting for the client, since Wed 18 Nov 13:00", 0),
        ("18 14:00", "18 14:00", "due: not while waiting, 17 h left", 0),
    ]


def test_what_was_outside_when_it_was_resolved_is_so_again_when_reopened():
    entries = [
        entry("2026-11-18 10:00", "opened", "P1"),
        entry("2026-11-18 11:00", "outside"),
        entry("2026-11-18 12:00", "resolved"),
        entry("2026-11-18 13:00", "reopened"),
    ]
    assert told(*entries, at="2026-11-18 14:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P1: 18 h of support time", 0),
        ("18 10:00", "18 11:00", "Wed 18 Nov 10:00–11:00, 1 h", 60),
        ("18 11:00", "18 12:00", "paused: outside standard support, Wed 18 Nov 11:00–12:00, 1 h not counted", 0),
        ("18 12:00", "18 13:00", "resolved, then reopened: Wed 18 Nov 12:00–13:00, 1 h not counted", 0),
        ("18 13:00", "18 14:00", "paused: outside standard support, since Wed 18 Nov 13:00", 0),
        ("18 14:00", "18 14:00", "due: not while waiting, 17 h left", 0),
    ]


def test_a_late_resolution_says_so():
    entries = [
        entry("2026-11-18 10:00", "opened", "P1"),
        entry("2026-11-20 16:00", "resolved"),
    ]
    assert told(*entries, at="2026-11-23 09:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P1: 18 h of support time", 0),
        ("18 10:00", "18 17:00", "Wed 18 Nov 10:00–17:00, 7 h", 420),
        ("19 08:00", "19 17:00", "Thu 19 Nov 08:00–17:00, 9 h", 540),
        ("20 08:00", "20 16:00", "Fri 20 Nov 08:00–16:00, 8 h", 480),
        ("20 16:00", "20 16:00", "stopped: Fri 20 Nov 16:00, too late", 0),
        ("20 10:00", "20 10:00", "due: Fri 20 Nov 10:00", 0),
    ]


def test_a_withdrawal_ends_without_a_verdict():
    entries = [
        entry("2026-11-18 10:00", "opened", "P1"),
        entry("2026-11-18 12:00", "withdrawn"),
    ]
    assert told(*entries, at="2026-11-18 13:00", kind=RESPONSE) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P1: 9 h of support time", 0),
        ("18 10:00", "18 12:00", "Wed 18 Nov 10:00–12:00, 2 h", 120),
        ("18 12:00", "18 12:00", "stopped: Wed 18 Nov 12:00, without a verdict", 0),
        ("19 10:00", "19 10:00", "due: Thu 19 Nov 10:00", 0),
    ]


def test_without_a_promise_it_is_never_due():
    entries = [
        entry("2026-11-18 10:00", "opened", "P4"),
    ]
    assert told(*entries, at="2026-11-18 12:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P4: no deadline", 0),
        ("18 10:00", "18 12:00", "Wed 18 Nov 10:00–12:00, 2 h", 120),
        ("18 12:00", "18 12:00", "due: never, no deadline is promised", 0),
    ]


def test_a_merged_ticket_stops_once_out_of_its_pause():
    entries = [
        entry("2026-11-18 10:00", "opened", "P1"),
        entry("2026-11-18 11:00", "paused"),
        entry("2026-11-18 12:00", "merged"),
        entry("2026-11-18 13:00", "merged"),
    ]
    assert told(*entries, at="2026-11-18 14:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P1: 18 h of support time", 0),
        ("18 10:00", "18 11:00", "Wed 18 Nov 10:00–11:00, 1 h", 60),
        ("18 11:00", "18 12:00", "paused: waiting for the client, Wed 18 Nov 11:00–12:00, 1 h not counted", 0),
        ("18 12:00", "18 12:00", "stopped: Wed 18 Nov 12:00, without a verdict", 0),
    ]


def test_what_changed_at_the_instant_of_a_pause_is_told_before_it():
    entries = [
        entry("2026-11-18 10:00", "opened", "P3"),
        entry("2026-11-18 11:00", "severity", "P1"),
        entry("2026-11-18 11:00", "paused"),
    ]
    assert told(*entries, at="2026-11-18 12:00", kind=LIMIT) == [
        ("18 10:00", "18 10:00", "opened Wed 18 Nov 10:00, P3: 63 h of support time", 0),
        ("18 10:00", "18 11:00", "Wed 18 Nov 10:00–11:00, 1 h", 60),
        ("18 11:00", "18 11:00", "severity P3 → P1, Wed 18 Nov 11:00: 63 h → 19 h of support time", 0),
        ("18 11:00", "18 12:00", "paused: waiting for the client, since Wed 18 Nov 11:00", 0),
        ("18 12:00", "18 12:00", "due: not while waiting, 18 h left", 0),
    ]
