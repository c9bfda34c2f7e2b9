"""Business time against a walk of every minute, and the laws that a deadline obeys."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.sla.engine.walker import LIMIT_DAYS, Walker
from tests.sla.engine.world import week_calendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HALF_HOURS = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(49)]

# Around their changes of the clocks: forward and back by an hour, by half an hour, across midnight, for good.
TURNS = {
    "Europe/London": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "America/Sao_Paulo": ("2018-11-04", "2018-02-18"),
    "Asia/Colombo": ("1996-05-25", "1996-10-26", "2006-04-15", "2026-11-24"),
    "Pacific/Apia": ("2011-12-30", "2012-04-01"),
    "Africa/Casablanca": ("2026-02-15", "2026-03-22"),
}

many = settings(max_examples=50, deadline=None)


@st.composite
def hours(draw):
    """The hours of a day: closed, one shift, two, or round the clock."""
    marks = sorted(draw(st.sets(st.sampled_from(HALF_HOURS), min_size=4, max_size=4)))
    shifts = [[], [[marks[0], marks[3]]], [[marks[0], marks[1]], [marks[2], marks[3]]], [["00:00", "24:00"]]]
    return draw(st.sampled_from(shifts))


@st.composite
def calendars(draw):
    """A calendar with any hours on any weekdays, and a day near a change of its clocks."""
    tz = draw(st.sampled_from(sorted(TURNS)))
    week = {day: draw(hours()) for day in draw(st.sets(st.sampled_from(DAYS), min_size=1))}
    assume(any(week.values()))
    turn = draw(st.sampled_from(TURNS[tz]))
    special = {turn: draw(hours())} if draw(st.booleans()) else {}
    holidays = [turn] if draw(st.booleans()) else []
    return week_calendar(tz, week, special, holidays), datetime.fromisoformat(turn).replace(tzinfo=UTC)


def minutes_around(turn):
    return st.integers(-3 * 1440, 3 * 1440).map(lambda minutes: turn + timedelta(minutes=minutes))


@st.composite
def questions(draw):
    """A calendar, an instant near its turn, a budget and some pauses."""
    calendar, turn = draw(calendars())
    start = draw(minutes_around(turn))
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        begins = draw(minutes_around(turn))
        pauses.append((begins, begins + timedelta(minutes=draw(st.integers(0, 2000)))))
    return calendar, start, draw(st.integers(0, 1200)), pauses


@many
@given(questions())
def test_due_is_what_a_walk_of_every_minute_finds(question):
    calendar, start, minutes, pauses = question
    expected = Walker(calendar).due(start, minutes, pauses)
    found = calendar.due(start, minutes, pauses)
    if expected is None:
        assert found is None or found > start + timedelta(days=LIMIT_DAYS)
    else:
        assert found == expected


@many
@given(questions(), st.integers(0, 5 * 1440))
def test_elapsed_is_what_a_walk_of_every_minute_finds(question, length):
    calendar, start, _, pauses = question
    end = start + timedelta(minutes=length)
    assert calendar.elapsed(start, end, pauses) == Walker(calendar).elapsed(start, end, pauses)


@settings(max_examples=80, deadline=None)
@given(questions())
def test_a_deadline_is_the_first_instant_at_which_exactly_the_budget_has_run(question):
    calendar, start, minutes, pauses = question
    due = calendar.due(start, minutes, pauses)
    if due is None:
        return
    budget, tick = timedelta(minutes=minutes), timedelta(microseconds=1)
    assert calendar.elapsed(start, due, pauses) == budget
    if minutes:
        assert calendar.elapsed(start, due - tick, pauses) == budget - tick
    else:
        assert due == start


@settings(max_examples=80, deadline=None)
@given(questions(), st.integers(0, 3000), st.integers(0, 500))
def test_later_or_longer_is_never_due_earlier_and_no_start_costs_more_than_its_delay(question, delay, more):
    calendar, start, minutes, _ = question
    later = start + timedelta(minutes=delay)
    due, due_later, due_longer = (
        calendar.due(begin, budget) for begin, budget in ((start, minutes), (later, minutes), (start, minutes + more))
    )
    assert due_later is None or due is not None
    if due is None or due_later is None or due_longer is None:
        return
    assert due <= due_later
    assert due <= due_longer
    if minutes:
        assert calendar.elapsed(due, due_later) == calendar.elapsed(start, later)


@settings(max_examples=80, deadline=None)
@given(questions(), st.integers(0, 6 * 1440))
def test_windows_are_ordered_apart_and_add_up_to_the_elapsed_time(question, length):
    calendar, start, _, _ = question
    end = start + timedelta(minutes=length)
    windows = list(calendar.windows(start, end))
    edges = [edge for window in windows for edge in window]
    assert edges == sorted(set(edges))
    assert sum((closes - opens for opens, closes in windows), timedelta(0)) == calendar.elapsed(start, end)
    for opens, closes in windows:
        assert calendar.is_open(opens)
        assert calendar.next_opening(opens) == opens
        assert calendar.is_open_inclusive(closes)


@settings(max_examples=80, deadline=None)
@given(questions())
def test_a_local_midnight_is_the_first_instant_of_its_date(question):
    calendar, at, _, _ = question
    midnight = calendar.local_midnight(at)
    day = at.astimezone(calendar.zone).date()
    assert midnight <= at
    assert midnight.astimezone(calendar.zone).date() == day
    assert (midnight - timedelta(minutes=1)).astimezone(calendar.zone).date() != day


@settings(max_examples=80, deadline=None)
@given(questions(), st.integers(1, 6))
def test_the_nth_day_ends_where_a_window_of_its_date_does(question, days):
    calendar, start, _, _ = question
    close = calendar.end_of_nth_day(start, days)
    instant = timedelta(microseconds=1)
    last = (close - instant).astimezone(calendar.zone)
    assert calendar.is_open(close - instant)
    assert calendar.closed_reason(last.date()) is None
    assert last.date() > start.astimezone(calendar.zone).date()
    one_less = calendar.end_of_nth_day(start, days - 1) if days > 1 else start
    assert one_less < close
