"""Where two versions of a calendar part: the first date on which they may count differently."""

from datetime import date

from sla.engine.spec import CalendarSpec, Intervals


def first_difference(old: CalendarSpec, new: CalendarSpec, since: date) -> date | None:
    """The first local date from `since` on whose hours or certainty may differ between the two; None if none does.

    It may name a date a little before the first that really differs, never one after it.
    """
    if old.tz != new.tz:
        return since
    dated = set(old.closed.keys() ^ new.closed.keys())
    own = old.exceptions.keys() | new.exceptions.keys()
    dated |= {day for day in own if old.exceptions.get(day) != new.exceptions.get(day)}
    differing = {day for day in dated if day >= since and old.intervals_on(day) != new.intervals_on(day)}
    differing |= _changed_weeks(old, new, since) | _changed_years(old, new, since)
    return min(differing, default=None)


def closes_only(old: CalendarSpec, new: CalendarSpec, since: date) -> bool:
    """Whether the new calendar only closes dates after `since`, each as a whole, and is otherwise the old one.

    Then a clock that counts by it is only held up: its budget stays, and its deadline moves by what is closed.
    """
    same = (old.tz, old.week, tuple(old.versions), old.confirmed_years)
    if same != (new.tz, new.week, tuple(new.versions), new.confirmed_years):
        return False
    dated = old.closed.keys() | new.closed.keys() | old.exceptions.keys() | new.exceptions.keys()
    differing = {day for day in dated if day >= since and old.intervals_on(day) != new.intervals_on(day)}
    return since not in differing and not any(new.intervals_on(day) for day in differing)


def _changed_weeks(old: CalendarSpec, new: CalendarSpec, since: date) -> set[date]:
    """The starts, not before `since`, of stretches in which the weekly hours differ."""
    if (old.week, old.versions) == (new.week, new.versions):
        return set()
    starts = {since, *(max(start, since) for spec in (old, new) for start, _ in spec.versions)}
    return {start for start in starts if _hours(old, start) != _hours(new, start)}


def _hours(spec: CalendarSpec, day: date) -> dict[int, Intervals]:
    """The hours of the week's open days: a day without is the same whether it is named or not."""
    return {weekday: hours for weekday, hours in spec.week_on(day).items() if hours}


def _changed_years(old: CalendarSpec, new: CalendarSpec, since: date) -> set[date]:
    if old.confirmed_years == new.confirmed_years:
        return set()
    if old.confirmed_years is None or new.confirmed_years is None:
        return {since}
    years = old.confirmed_years ^ new.confirmed_years
    return {max(since, date(year, 1, 1)) for year in years if year >= since.year}
