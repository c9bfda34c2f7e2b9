"""Editing calendars: each edit writes its rows and a new version with the whole calendar in it (POLICY 3, 6)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.wake import wake
from sla.engine.spec import CalendarError, CalendarSpec, load_zone
from sla.listing import today_in
from sla.models import Calendar, CalendarVersion, CalendarWeek, Holiday
from sla.models.calendar import ClosureRule
from sla.operations.calendar_changes import Change, check_year, words_of, write_changes
from sla.operations.reaching import require_calendar

LONGEST_REASON = 300


@transaction.atomic
def edit_calendar(
    *, calendar: Calendar, changes: Sequence[Change], reason: str, actor: Actor, at: datetime | None = None
) -> CalendarVersion:
    """Apply the changes together and publish the calendar's next version; all or nothing.

    The version says what changed, then `reason`. Running clocks move later, never earlier (POLICY 6). Raises whatever
    `write_changes` and `publish` refuse, and `Forbidden` from who does not serve all whom the calendar counts for.
    """
    return _edit(calendar, changes, actor=actor, at=at, why=summary_of(changes, reason))


def _edit(
    calendar: Calendar, changes: Sequence[Change], *, actor: Actor, at: datetime | None, why: str
) -> CalendarVersion:
    """The one order of every edit: the right to it, the calendar's lock, the instant, its rows, its next version."""
    require(actor, "settings.calendar")
    calendar, at = locked(calendar), at or database_now()
    require_calendar(actor, calendar)
    write_changes(calendar, changes, today=today_in(calendar, at=at))
    return publish(calendar=calendar, reason=why, actor=actor, at=at)


def summary_of(changes: Sequence[Change], reason: str) -> str:
    """What changed and why, as short as a version's reason must be."""
    first = words_of(changes[0])
    many = "" if len(changes) == 1 else f" (and {len(changes) - 1} more changes)"
    return f"{first}{many}. {reason.strip()}".removesuffix(". ")[:LONGEST_REASON]


@transaction.atomic
def make_calendar(
    *, key: str, name: str, time_zone: str, hours: dict[str, Any], actor: Actor, at: datetime | None = None
) -> Calendar:
    """A new calendar with its support hours, published at once; it keeps a holiday list from this year on.

    Raises `Conflict` for a key that is taken, `DomainError` for a week without hours and for a zone that does not
    exist.
    """
    require(actor, "settings.calendar")
    try:
        load_zone(time_zone)
    except CalendarError as error:
        raise DomainError(str(error), field="time_zone") from None
    at = at or database_now()
    facts = {"name": name, "time_zone": time_zone, "made_by_id": actor.staff_id}
    calendar, made = Calendar.objects.get_or_create(key=key, defaults=facts)
    if not made:
        raise Conflict(_("There is a calendar “%(key)s” already.") % {"key": key}, field="key")
    calendar.weeks.create(effective_from=at.date().replace(month=1, day=1), hours=hours)
    calendar.years.create(year=at.year, confirmed=False)
    publish(calendar=calendar, reason=_("The calendar was made"), actor=actor, at=at)
    return calendar


@transaction.atomic
def add_holiday(
    *,
    calendar: Calendar,
    day: date,
    name: str,
    categories: list[str],
    source: str,
    actor: Actor,
    at: datetime | None = None,
) -> CalendarVersion:
    """Add a dated holiday and publish the calendar's next version; running clocks move later, never earlier.

    Mercantile and Poya days close the desk, or every public holiday, as the calendar says. Raises `Conflict`
    when the date has a holiday already, `DomainError` for an empty name, source or unknown category, and for a year
    of which no support time is known.
    """
    change: Change = {"do": "holiday.add", "date": day.isoformat(), "name": name.strip()}
    change |= {"categories": categories, "source": source}
    return edit_calendar(calendar=calendar, changes=[change], reason="", actor=actor, at=at)


@transaction.atomic
def remove_holiday(*, holiday: Holiday, reason: str, actor: Actor, at: datetime | None = None) -> CalendarVersion:
    """Remove a holiday and publish the next version: promised deadlines stay, new tickets use the new list.

    Raises `DomainError` without a reason, `Conflict` when somebody else has removed it meanwhile.
    """
    require(actor, "settings.calendar")
    _check_reason(reason, missing="Say why the holiday is removed.")
    change: Change = {"do": "holiday.remove", "date": holiday.date.isoformat(), "name": holiday.name}
    return edit_calendar(calendar=holiday.calendar, changes=[change], reason=reason, actor=actor, at=at)


@transaction.atomic
def set_support_hours(
    *,
    calendar: Calendar,
    hours: dict[str, list[list[str]]],
    effective_from: date,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> CalendarVersion:
    """Set the week's support hours from a date of the calendar's zone on: today or later, as history is not rewritten.

    Raises `DomainError` for hours that make no sense and for a past date, `Conflict` for a date for which a change
    is announced already: that one is withdrawn first.
    """
    require(actor, "settings.calendar")
    _check_reason(reason, missing="Say why the support hours change.")
    change: Change = {"do": "hours.set", "effective_from": effective_from.isoformat(), "hours": hours}
    return _edit(calendar, [change], actor=actor, at=at, why=reason.strip())


@transaction.atomic
def withdraw_support_hours(
    *, week: CalendarWeek, reason: str, actor: Actor, at: datetime | None = None
) -> CalendarVersion:
    """Take back a change of the support hours that has not begun; the hours before it go on.

    Raises `DomainError` without a reason, `Conflict` for hours that are in force or past, or withdrawn already.
    """
    require(actor, "settings.calendar")
    _check_reason(reason, missing="Say why the change is withdrawn.")
    change: Change = {"do": "hours.withdraw", "effective_from": week.effective_from.isoformat()}
    why = f"Change of support hours on {week.effective_from:%d %B %Y} withdrawn. {reason.strip()}"
    return _edit(week.calendar, [change], actor=actor, at=at, why=why)


@transaction.atomic
def confirm_year(*, calendar: Calendar, year: int, actor: Actor, at: datetime | None = None) -> CalendarVersion:
    """Confirm a year's holiday list: deadlines that reach it are no longer provisional (POLICY 3).

    A confirmed year stays as it is: the version in force is returned, and none is added.
    """
    require(actor, "settings.calendar")
    check_year(year, field="year")
    calendar = locked(calendar)
    if calendar.current_version is not None and calendar.years.filter(year=year, confirmed=True).exists():
        return calendar.current_version
    change: Change = {"do": "year.confirm", "year": year}
    return edit_calendar(calendar=calendar, changes=[change], reason="", actor=actor, at=at)


@transaction.atomic
def publish(
    *, calendar: Calendar, reason: str, actor: Actor, at: datetime | None = None, new_only: bool = False
) -> CalendarVersion:
    """Write the calendar's rows as its next version, known from `at` on, and wake the recomputing of clocks.

    With `new_only` tickets that are open keep the version before it.
    Raises `DomainError` when the calendar as a whole makes no sense; nothing is then changed.
    """
    spec = checked_specification(calendar)
    at = at or database_now()
    number = (calendar.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = calendar.versions.create(number=number, known_from=at, reason=reason[:300], spec=spec, new_only=new_only)
    calendar.current_version = version
    calendar.save(update_fields=["current_version"])
    record_vendor(action="calendar.version", subject=f"{calendar.key} {number}", actor=actor, at=at, reason=reason)
    wake("tickets.refresh_stale_clocks")
    return version


def checked_specification(calendar: Calendar) -> dict[str, Any]:
    """The calendar's rows as a whole. Raises `DomainError` when they make no sense together."""
    spec = specification(calendar)
    try:
        CalendarSpec.from_json(spec).validate()
    except CalendarError as error:
        raise DomainError(str(error), field="hours") from error
    return spec


def specification(calendar: Calendar) -> dict[str, Any]:
    """The calendar's rows in the conformance format, with holiday names and confirmed years."""
    weeks = list(calendar.weeks.order_by("effective_from"))
    if not weeks:
        raise DomainError("A calendar needs support hours.", field="hours")
    closes = {"closes_statutory": True} if calendar.closes_on == ClosureRule.STATUTORY else {"closes_public": True}
    holidays = list(calendar.holidays.filter(**closes).order_by("date"))
    return {
        "tz": calendar.time_zone,
        "week": weeks[0].hours,
        "versions": [{"from": week.effective_from.isoformat(), "week": week.hours} for week in weeks[1:]],
        "holidays": [holiday.date.isoformat() for holiday in holidays],
        "holiday_names": {holiday.date.isoformat(): holiday.name for holiday in holidays},
        "exceptions": {row.date.isoformat(): row.hours for row in calendar.exceptions.order_by("date")},
        "confirmed_years": _confirmed_years(calendar),
    }


def _confirmed_years(calendar: Calendar) -> list[int] | None:
    """None for a calendar that keeps no holiday list at all: there is nothing to confirm."""
    if not calendar.years.exists():
        return None
    return list(calendar.years.filter(confirmed=True).order_by("year").values_list("year", flat=True))


def _check_reason(reason: str, *, missing: str) -> None:
    if not reason.strip():
        raise DomainError(missing, field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(f"The reason is longer than {LONGEST_REASON} characters.", field="reason")


def locked(calendar: Calendar) -> Calendar:
    """The calendar's row, locked: whoever edits it waits here."""
    return Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
