"""What an edit of a calendar consists of: changes as plain data, each written to the calendar's rows by one function.

A change is `{"do": NAME, …}`, dates as `2026-12-25`: so an edit can be kept, shown, previewed and applied later. The
functions here write rows only; publishing them as the calendar's next version is `sla.operations.calendars`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.lib.errors import Conflict, DomainError
from sla.engine.calendar import FIRST_YEAR, LAST_YEAR
from sla.engine.spec import CalendarError, CalendarSpec
from sla.engine.spec_json import read_date, read_intervals
from sla.models import Calendar, CalendarException
from sla.models.calendar import ClosureRule, ExceptionKind

CATEGORIES = ("public", "bank", "mercantile", "poya", "government")
MOST_CHANGES = 500
Change = dict[str, Any]


def write_changes(calendar: Calendar, changes: Sequence[Change], *, today: date) -> None:
    """Write the changes to the calendar's rows, in order. The caller holds the calendar's lock and publishes.

    `today` is a date of the calendar's zone. Raises `DomainError` for whatever one of them refuses: a date that does
    not exist, an unknown category, hours that overlap; `Conflict` where the rows are not as the change supposes.
    """
    if not changes:
        raise DomainError(_("Nothing would change."))
    if len(changes) > MOST_CHANGES:
        raise DomainError(_("At most %(most)d changes at a time.") % {"most": MOST_CHANGES})
    for change in changes:
        WRITERS[change["do"]](calendar, change, today)


def words_of(change: Mapping[str, Any]) -> str:
    """A change as one line for people and for the record."""
    named: dict[str, Any] = {"name": "", "note": "", **change}
    named["hours"] = hours_words(change.get("hours", []))
    return str(WORDS[change["do"]]() % named).strip()


def hours_words(hours: object) -> str:
    """`08:00-12:00, 13:00-17:00` of a day's spans, "closed" of none; of a whole week its days after one another."""
    if isinstance(hours, Mapping):
        return "; ".join(f"{day} {hours_words(spans)}" for day, spans in hours.items())
    spans = hours if isinstance(hours, list | tuple) else []
    return ", ".join(f"{opens}-{closes}" for opens, closes in spans) or _("closed")


def check_year(year: int, *, field: str) -> None:
    """Raises `DomainError` for a year of which no support time is known."""
    if not FIRST_YEAR <= year < LAST_YEAR:
        said = _("Choose a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR - 1}
        raise DomainError(said, field=field)


def holiday_facts(name: str, categories: Sequence[str], source: str) -> dict[str, Any]:
    """A holiday's checked columns. Raises `DomainError` for an empty name, source or list, and an unknown category."""
    unknown = [category for category in categories if category not in CATEGORIES]
    if unknown or not categories:
        raise DomainError(_("Choose at least one of: %(all)s.") % {"all": ", ".join(CATEGORIES)}, field="categories")
    if not name.strip():
        raise DomainError(_("A holiday needs a name."), field="name")
    if not source.strip():
        raise DomainError(_("A holiday needs a source."), field="source")
    return {
        "name": name.strip()[:120],
        "categories": [category for category in CATEGORIES if category in categories],
        "source": source.strip()[:300],
        "closes_statutory": bool({"mercantile", "poya"} & set(categories)),
        "closes_public": "public" in categories,
    }


def _day_of(change: Mapping[str, Any], key: str = "date") -> date:
    try:
        day = read_date(change[key])
    except CalendarError as error:
        raise DomainError(str(error), field=key) from None
    check_year(day.year, field=key)
    return day


def _add_holiday(calendar: Calendar, change: Change, _today: date) -> None:
    day = _day_of(change)
    facts = holiday_facts(change["name"], change["categories"], change["source"])
    existing = calendar.holidays.filter(date=day).first()
    if existing is not None:
        said = _("%(day)s is already a holiday: %(name)s.")
        raise Conflict(said % {"day": f"{day:%d %B %Y}", "name": existing.name}, field="date")
    calendar.holidays.create(date=day, **facts)


def _change_holiday(calendar: Calendar, change: Change, _today: date) -> None:
    day = _day_of(change)
    facts = holiday_facts(change["name"], change["categories"], change["source"])
    if not calendar.holidays.filter(date=day).update(**facts):
        raise Conflict(_("%(day)s is no holiday any more.") % {"day": f"{day:%d %B %Y}"}, field="date")


def _remove_holiday(calendar: Calendar, change: Change, _today: date) -> None:
    day = _day_of(change)
    removed, _rows = calendar.holidays.filter(date=day).delete()
    if not removed:
        raise Conflict(_("%(day)s has been removed already.") % {"day": f"{day:%d %B %Y}"})


def _set_day(calendar: Calendar, change: Change, _today: date) -> None:
    day, note = _day_of(change), str(change.get("note", "")).strip()
    if not note:
        raise DomainError(_("Say why this date has hours of its own."), field="note")
    try:
        CalendarSpec(tz="UTC", week={}, exceptions={day: read_intervals(change["hours"], day.isoformat())})
    except CalendarError as error:
        raise DomainError(str(error), field="hours") from None
    kind = ExceptionKind(change.get("kind", ExceptionKind.OWN_HOURS))
    facts = {"hours": sorted(change["hours"]), "note": note[:200], "kind": kind}
    calendar.exceptions.update_or_create(date=day, defaults=facts)


def _clear_day(calendar: Calendar, change: Change, _today: date) -> None:
    day = _day_of(change)
    removed, _rows = CalendarException.objects.filter(calendar=calendar, date=day).delete()
    if not removed:
        raise Conflict(_("%(day)s has no hours of its own any more.") % {"day": f"{day:%d %B %Y}"})


def _set_hours(calendar: Calendar, change: Change, today: date) -> None:
    day = _day_of(change, "effective_from")
    if day < today:
        said = _("This date is past. Support hours change from today on, or later.")
        raise DomainError(said, field="effective_from")
    if calendar.weeks.filter(effective_from=day).exists():
        said = _("A change of the support hours on %(day)s is announced already. Withdraw it first.")
        raise Conflict(said % {"day": f"{day:%d %B %Y}"}, field="effective_from")
    calendar.weeks.create(effective_from=day, hours=change["hours"])


def _withdraw_hours(calendar: Calendar, change: Change, today: date) -> None:
    day = _day_of(change, "effective_from")
    if day <= today:
        said = _("The support hours from %(day)s have begun. Announce a change instead.")
        raise Conflict(said % {"day": f"{day:%d %B %Y}"})
    removed, _rows = calendar.weeks.filter(effective_from=day).delete()
    if not removed:
        raise Conflict(_("The change on %(day)s has been withdrawn already.") % {"day": f"{day:%d %B %Y}"})


def _set_rule(calendar: Calendar, change: Change, _today: date) -> None:
    if change["closes_on"] not in ClosureRule.values:
        raise DomainError(_("Choose which of the list's dates close the desk."), field="closes_on")
    calendar.closes_on = change["closes_on"]
    calendar.save(update_fields=["closes_on"])


def _confirm(calendar: Calendar, change: Change, _today: date) -> None:
    check_year(change["year"], field="year")
    calendar.years.update_or_create(year=change["year"], defaults={"confirmed": True})


WRITERS: Mapping[str, Callable[[Calendar, Change, date], None]] = {
    "holiday.add": _add_holiday,
    "holiday.change": _change_holiday,
    "holiday.remove": _remove_holiday,
    "day.set": _set_day,
    "day.clear": _clear_day,
    "hours.set": _set_hours,
    "hours.withdraw": _withdraw_hours,
    "rule.set": _set_rule,
    "year.confirm": _confirm,
}
WORDS: Mapping[str, Callable[[], str]] = {
    "holiday.add": lambda: _("Holiday added: %(date)s %(name)s"),
    "holiday.change": lambda: _("Holiday changed: %(date)s %(name)s"),
    "holiday.remove": lambda: _("Holiday removed: %(date)s %(name)s"),
    "day.set": lambda: _("%(date)s has hours of its own: %(hours)s. %(note)s"),
    "day.clear": lambda: _("%(date)s has its usual hours again"),
    "hours.set": lambda: _("Support hours from %(effective_from)s: %(hours)s"),
    "hours.withdraw": lambda: _("Change of support hours on %(effective_from)s withdrawn"),
    "rule.set": lambda: _("The desk is closed on: %(closes_on)s holidays"),
    "year.confirm": lambda: _("Holiday list of %(year)s confirmed"),
}
