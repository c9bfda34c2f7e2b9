"""The fold against the calendar, and the laws that hold for any timeline."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sla.engine.clock import fold
from sla.engine.entries import ClockKind, Entry, EntryKind, State, Verdict
from sla.engine.trace import explain
from tests.sla.engine.world import POLICY, RESPONSE, calendar, t, with_holiday, without_holiday

START = t("2026-11-16 07:30")
SEVERITIES = ("P1", "P2", "P3", "P4")
OTHERS = [kind for kind in EntryKind if kind is not EntryKind.OPENED]

quarters = st.integers(0, 21 * 96).map(lambda quarter: START + timedelta(minutes=15 * quarter))
entries = st.builds(
    Entry,
    at=quarters,
    kind=st.sampled_from(OTHERS),
    severity=st.sampled_from(SEVERITIES),
    with_message=st.booleans(),
)
timelines = st.builds(
    lambda severity, rest: [Entry(at=START, kind=EntryKind.OPENED, severity=severity), *rest],
    st.sampled_from(SEVERITIES),
    st.lists(entries, max_size=8),
)
versions = st.lists(
    st.tuples(
        quarters,
        st.sampled_from(
            [
                with_holiday(calendar(), "2026-11-18"),
                with_holiday(calendar(), "2026-11-27"),
                without_holiday(calendar(), "2026-11-24"),
                calendar("colombo_split"),
            ]
        ),
    ),
    max_size=2,
)
kinds = st.sampled_from(list(ClockKind))
often = settings(max_examples=120, deadline=None)


def look(timeline, kind, at, later=()):
    return fold(
        kind=kind,
        entries=timeline,
        policies=[(START, POLICY)],
        calendars=[(START, calendar()), *later],
        at=at,
    )


@often
@given(st.sampled_from(SEVERITIES), kinds, st.lists(st.tuples(quarters, quarters), max_size=4))
def test_a_clock_that_only_pauses_is_due_where_the_calendar_says(severity, kind, spans):
    pauses = sorted((min(span), max(span)) for span in spans if span[0] != span[1])
    pauses = [span for i, span in enumerate(pauses) if i == 0 or span[0] > max(end for _, end in pauses[:i])]
    timeline = [Entry(at=START, kind=EntryKind.OPENED, severity=severity)]
    for begins, ends in pauses:
        timeline += [Entry(at=begins, kind=EntryKind.PAUSED), Entry(at=ends, kind=EntryKind.RESUMED)]
    minutes = POLICY.minutes_of(severity, kind)
    at = max(entry.at for entry in timeline)
    reading = look(timeline, kind, at)
    assert reading.due == (None if minutes is None else calendar().due(START, minutes, pauses))
    assert reading.used == calendar().elapsed(START, at, pauses)


@often
@given(timelines, kinds, quarters, quarters, versions)
def test_a_breach_sticks_and_is_never_dated_before_a_reading_that_did_not_know_it(timeline, kind, one, other, later):
    early, late = (look(timeline, kind, at, later) for at in sorted((one, other)))
    if early.verdict is Verdict.BREACHED:
        assert late.verdict is Verdict.BREACHED
        assert late.breached_at == early.breached_at
    elif late.verdict is Verdict.BREACHED and early.state is not State.STOPPED:
        assert late.breached_at >= early.at or early.state is State.NONE


@often
@given(timelines, kinds, quarters, versions)
def test_the_figures_of_a_reading_agree_with_each_other(timeline, kind, at, later):
    reading = look(timeline, kind, at, later)
    assert reading.used >= timedelta(0)
    assert (reading.budget is None) is (reading.remaining is None)
    if reading.budget is not None:
        assert reading.remaining == max(reading.budget - reading.used, timedelta(0))
    assert (reading.stopped_at is not None) is (reading.state is State.STOPPED)
    assert (reading.paused_since is not None) is (reading.state is State.PAUSED)
    assert (reading.breached_at is not None) is (reading.verdict is Verdict.BREACHED)
    if reading.state is State.STOPPED:
        assert reading.verdict is not Verdict.PENDING
    if reading.state is State.RUNNING and reading.verdict is Verdict.PENDING and reading.due is not None:
        assert reading.due >= at
        assert kind is ClockKind.TARGET or reading.warn_at <= reading.due
    if reading.verdict is not Verdict.PENDING or reading.state is not State.RUNNING:
        assert reading.warn_at is None


@often
@given(timelines, kinds, quarters, versions)
def test_a_new_calendar_version_never_brings_a_running_deadline_forward(timeline, kind, at, later):
    known = [version for version in later if version[0] <= at]
    now = at + timedelta(seconds=1)  # a version known at the instant of an entry would count as known before it
    before = look(timeline, kind, now, known)
    after = look(timeline, kind, now, [*known, (now, calendar("colombo_split"))])
    if before.state is State.RUNNING:
        assert (before.due is None) is (after.due is None)
        assert before.due is None or after.due >= before.due
        if before.verdict is Verdict.BREACHED:
            assert after.due == before.due
    elif before.state is State.STOPPED:
        assert after == before


@often
@given(st.lists(st.tuples(st.sampled_from(SEVERITIES), quarters), max_size=6), st.sampled_from(SEVERITIES))
def test_no_walk_through_severities_gets_a_later_promise_than_the_one_it_returns_to(walk, first):
    timeline = [Entry(at=START, kind=EntryKind.OPENED, severity=first)]
    timeline += [Entry(at=at, kind=EntryKind.SEVERITY, severity=severity) for severity, at in walk]
    end = max(entry.at for entry in timeline) + timedelta(minutes=15)
    back = [*timeline, Entry(at=end, kind=EntryKind.SEVERITY, severity=first)]
    promised, reading = look(timeline[:1], RESPONSE, START), look(back, RESPONSE, end)
    if not [entry for entry in timeline if entry.at == START][1:]:
        assert reading.due <= max(promised.due, end)


@often
@given(timelines, kinds, quarters, versions, st.randoms(use_true_random=False))
def test_the_same_timeline_in_another_order_of_recording_reads_the_same(timeline, kind, at, later, random):
    distinct = {entry.at: entry for entry in timeline if entry.at > START}
    ordered = [timeline[0], *sorted(distinct.values(), key=lambda entry: entry.at)]
    shuffled = list(ordered)
    random.shuffle(shuffled)
    assert look(shuffled, kind, at, later) == look(ordered, kind, at, later)


@often
@given(timelines, kinds, quarters, versions)
def test_an_explanation_counts_as_much_time_as_the_clock(timeline, kind, at, later):
    reading = look(timeline, kind, at, later)
    lines = explain(reading)
    if reading.state is State.NONE:
        assert lines == []
        return
    assert 0 < len(lines) <= 60
    total = sum((line.minutes for line in lines), timedelta(0))
    assert lines[-1].running_total == total
    if reading.state is not State.RUNNING or reading.due is None:
        assert total == reading.used
    elif reading.verdict is Verdict.PENDING and not later:
        assert total == reading.budget
