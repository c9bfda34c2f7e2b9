"""The life of a resolution clock, its policy and calendar changed around it, against a judge that walks through it."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sla.engine.calendar import BusinessCalendar
from sla.engine.clock import fold
from sla.engine.entries import Entry, EntryKind, State, Targets, Verdict
from tests.sla.engine.judge import NEVER, QUARTER, Judge
from tests.sla.engine.world import LIMIT, calendar, t, with_holiday, without_holiday

SEVERITIES = ("P1", "P2", "P3", "P4")
POLICIES = (
    {"P1": 540, "P2": 1080, "P3": 2160, "P4": None},
    {"P1": 900, "P2": 540, "P3": 2700, "P4": None},
    {"P1": 270, "P2": 2160, "P3": None, "P4": None},
    {"P1": 1080, "P2": 1080, "P3": 1080, "P4": 3240},
)
LONG_DAY = {date(2026, 11, 18): ((21600, 79200),), date(2026, 11, 20): ((28800, 43200),)}
CALENDARS = (
    with_holiday(calendar(), "2026-11-17"),
    with_holiday(with_holiday(calendar(), "2026-11-18"), "2026-11-20"),
    without_holiday(calendar(), "2026-11-24"),
    BusinessCalendar(replace(calendar().spec, exceptions=LONG_DAY)),
    BusinessCalendar(
        replace(calendar().spec, week={**calendar().spec.week, 5: ((32400, 54000),), 2: ((25200, 75600),)})
    ),
)
HOLDS = {"paused": "waiting", "outside": "outside", "resolved": "resolved"}
RELEASES = {"resumed": "waiting", "covered": "outside", "reopened": "resolved"}
steps = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 8, 36, 40, 96, 100, 130]),
        st.one_of(
            st.sampled_from([*HOLDS, *RELEASES]),
            st.sampled_from(SEVERITIES),
            st.sampled_from(POLICIES),
        ),
    ),
    min_size=1,
    max_size=8,
)


def lived(severity, hour, life):
    """Each instant at which the clock counts or waits, with the judge's due instant and the engine's reading."""
    at = t("2026-11-16 00:00") + hour * timedelta(hours=1)
    judge = Judge(at, severity, POLICIES[0], calendar())
    entries, policies, calendars = [Entry(at=at, kind=EntryKind.OPENED, severity=severity)], [], []
    for quarters, what in life:
        at += quarters * QUARTER
        if judge.due <= at and not judge.stopped:
            return  # breached, or about to be: what follows is another law's
        if isinstance(what, BusinessCalendar):
            calendars.append((at, what))
            judge.change_calendar(at, what, what.local_midnight(at))
        elif isinstance(what, dict):
            policies.append((at, what))
            judge.change_policy(what)
        elif what in SEVERITIES:
            entries.append(Entry(at=at, kind=EntryKind.SEVERITY, severity=what))
            judge.change_severity(at, what)
        else:
            entries.append(Entry(at=at, kind=EntryKind(what)))
            if what in HOLDS:
                judge.hold(at, HOLDS[what])
            else:
                judge.release(at, RELEASES[what])
        yield (
            at,
            judge,
            fold(
                kind=LIMIT,
                entries=entries,
                policies=[(known, _targets(one)) for known, one in [(entries[0].at, POLICIES[0]), *policies]],
                calendars=[(entries[0].at, calendar()), *calendars],
                at=at,
            ),
        )


def _targets(minutes):
    return Targets(minutes={severity: {LIMIT: one} for severity, one in minutes.items()})


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.sampled_from(SEVERITIES), st.integers(0, 23), steps)
def test_a_clock_is_due_when_the_judge_says_so(severity, hour, life):
    for at, judge, reading in lived(severity, hour, life):
        assert reading.verdict is not Verdict.BREACHED
        state = State.STOPPED if judge.stopped else State.PAUSED if judge.holds else State.RUNNING
        assert reading.state is state
        if not judge.stopped:
            assert reading.due == (None if judge.due == NEVER else judge.due), f"at {at}"


gaps = st.sampled_from([1, 30, 96, 130, 200, 400])


@settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    st.sampled_from(("P2", "P3")), st.tuples(gaps, gaps, gaps, gaps, gaps), st.permutations(CALENDARS), st.booleans()
)
def test_pauses_around_a_changed_calendar_are_judged_the_same(severity, waits, calendars, paused_before):
    first, second = ("paused", calendars[0]) if paused_before else (calendars[0], "paused")
    life = list(zip(waits, (first, second, "resumed", "paused", "resumed"), strict=True))
    for at, judge, reading in lived(severity, 8, life):
        assert reading.due == (None if judge.due == NEVER else judge.due), f"at {at}"


@pytest.mark.parametrize(
    ("severity", "hour", "life", "due"),
    [
        # A poorer policy moves nothing; a better one moves what is promised.
        ("P1", 9, [(8, POLICIES[2])], "2026-11-17 09:00"),
        ("P1", 8, [(8, POLICIES[1])], "2026-11-17 14:00"),
    ],
)
def test_the_judge_himself_knows_what_a_hand_counts(severity, hour, life, due):
    *_, (_at, judge, reading) = lived(severity, hour, life)
    assert judge.due == reading.due == t(due)


# A small world, in which all happens on few days: two hours of support on each, the 18th closed.
DAILY = replace(calendar().spec, week=dict.fromkeys(range(7), ((28800, 36000),)), closed={date(2026, 11, 18): ""})
SMALL_POLICIES = (
    {"P1": 60, "P2": 120, "P3": 240, "P4": None},
    {"P1": 90, "P2": 60, "P3": 300, "P4": None},
    {"P1": 30, "P2": 240, "P3": None, "P4": None},
    {"P1": 120, "P2": 120, "P3": 120, "P4": 360},
)
EDITS = {
    "a day closed": {"closed": {date(2026, 11, 17): "", date(2026, 11, 18): ""}},
    "a day opened": {"closed": {}},
    "a holiday moved": {"closed": {date(2026, 11, 19): ""}},
    "a long day": {"exceptions": {date(2026, 11, 17): ((28800, 43200),)}},
    "odd hours": {"exceptions": {date(2026, 11, 17): ((28800, 30600),), date(2026, 11, 20): ((21600, 50400),)}},
}
SMALL_BASE = BusinessCalendar(DAILY)
SMALL_CALENDARS = {name: BusinessCalendar(replace(DAILY, **edit)) for name, edit in EDITS.items()}
SEED, LIVES = 13, 2500
WAITS = (1, 2, 3, 5, 8, 20, 60, 92, 95, 96, 110, 200)
STEPS = (tuple(SMALL_CALENDARS), (*HOLDS, *RELEASES), SEVERITIES, SEVERITIES, SMALL_POLICIES)


def small_life(drawn):
    """Like `lived`, in the small world, with up to three changes of the calendar among severities, pauses, policies."""
    at = t("2026-11-16 06:00") + drawn.randrange(20) * QUARTER
    severity = drawn.choice(SEVERITIES)
    judge, told = Judge(at, severity, SMALL_POLICIES[0], SMALL_BASE), []
    entries = [Entry(at=at, kind=EntryKind.OPENED, severity=severity)]
    policies, calendars = [(at, _targets(SMALL_POLICIES[0]))], [(at, SMALL_BASE)]
    for _ in range(drawn.randint(2, 7)):
        quarters, what = drawn.choice(WAITS), drawn.choice(drawn.choice(STEPS))
        at += quarters * QUARTER
        if judge.due <= at and not judge.stopped:
            return
        if isinstance(what, dict):
            policies.append((at, _targets(what)))
            judge.change_policy(what)
        elif what in SMALL_CALENDARS:
            calendars.append((at, SMALL_CALENDARS[what]))
            judge.change_calendar(at, SMALL_CALENDARS[what], SMALL_CALENDARS[what].local_midnight(at))
        elif what in SEVERITIES:
            entries.append(Entry(at=at, kind=EntryKind.SEVERITY, severity=what))
            judge.change_severity(at, what)
        else:
            entries.append(Entry(at=at, kind=EntryKind(what)))
            judge.hold(at, HOLDS[what]) if what in HOLDS else judge.release(at, RELEASES[what])
        told.append((quarters, what))
        yield told, judge, fold(kind=LIMIT, entries=entries, policies=policies, calendars=calendars, at=at)


def test_changed_calendars_among_severities_pauses_and_policies_are_judged_the_same():
    drawn, seen = random.Random(SEED), 0
    for _ in range(LIVES):
        for told, judge, reading in small_life(drawn):
            seen += 1
            assert reading.verdict is not Verdict.BREACHED, told
            assert (reading.state is State.STOPPED) is judge.stopped, told
            if not judge.stopped:
                assert reading.due == (None if judge.due == NEVER else judge.due), f"{judge.start}: {told}"
    assert seen > 2 * LIVES
