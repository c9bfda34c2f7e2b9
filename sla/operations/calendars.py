"""Editing calendars: each edit writes its rows and a new version with the whole calendar in it (POLICY 3, 6)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.wake import wake
from sla.engine.calendar import FIRST_YEAR, LAST_YEAR
from sla.engine.spec import CalendarError, CalendarSpec
from sla.listing import today_in
from sla.models import Calendar, CalendarVersion, CalendarWeek, Holiday
from sla.models.calendar import ClosureRule

LONGEST_REASON = 300
CATEGORIES = ("public", "bank", "mercantile", "poya", "government")


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
    require(actor, "settings.calendar")
    _check_year(day.year, field="date")
    unknown = [category for category in categories if category not in CATEGORIES]
    if unknown or not categories:
        raise DomainError(f"Choose at least one of: {', '.join(CATEGORIES)}.", field="categories")
    for field, value in (("name", name), ("source", source)):
        if not value.strip():
            raise DomainError(f"A holiday needs a {field}.", field=field)
    calendar = _locked(calendar)
    existing = calendar.holidays.filter(date=day).first()
    if existing is not None:
        raise Conflict(f"{day:%d %B %Y} is already a holiday: {existing.name}.", field="date")
    calendar.holidays.create(
        date=day,
        name=name.strip(),
        categories=categories,
        source=source.strip(),
        closes_statutory=bool({"mercantile", "poya"} & set(categories)),
        closes_public="public" in categories,
    )
    return publish(calendar=calendar, reason=f"Holiday added: {day} {name.strip()}", actor=actor, at=at)


@transaction.atomic
def remove_holiday(*, holiday: Holiday, reason: str, actor: Actor, at: datetime | None = None) -> CalendarVersion:
    """Remove a holiday and publish the next version: promised deadlines stay, new tickets use the new list.

    Raises `DomainError` without a reason, `Conflict` when somebody else has removed it meanwhile.
    """
    require(actor, "settings.calendar")
    _check_reason(reason, missing="Say why the holiday is removed.")
    calendar = _locked(holiday.calendar)
    removed, _ = calendar.holidays.filter(pk=holiday.pk).delete()
    if not removed:
        raise Conflict(f"{holiday.date:%d %B %Y}, {holiday.name}, has been removed already.")
    why = f"Holiday removed: {holiday.date} {holiday.name}. {reason.strip()}"
    return publish(calendar=calendar, reason=why, actor=actor, at=at)


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
    _check_year(effective_from.year, field="effective_from")
    calendar = _locked(calendar)
    at = at or database_now()
    if effective_from < today_in(calendar, at=at):
        raise DomainError("This date is past. Support hours change from today on, or later.", field="effective_from")
    if calendar.weeks.filter(effective_from=effective_from).exists():
        said = f"A change of the support hours on {effective_from:%d %B %Y} is announced already. Withdraw it first."
        raise Conflict(said, field="effective_from")
    calendar.weeks.create(effective_from=effective_from, hours=hours)
    return publish(calendar=calendar, reason=reason.strip(), actor=actor, at=at)


@transaction.atomic
def withdraw_support_hours(
    *, week: CalendarWeek, reason: str, actor: Actor, at: datetime | None = None
) -> CalendarVersion:
    """Take back a change of the support hours that has not begun; the hours before it go on.

    Raises `DomainError` without a reason, `Conflict` for hours that are in force or past, or withdrawn already.
    """
    require(actor, "settings.calendar")
    _check_reason(reason, missing="Say why the change is withdrawn.")
    calendar = _locked(week.calendar)
    at = at or database_now()
    day = f"{week.effective_from:%d %B %Y}"
    if week.effective_from <= today_in(calendar, at=at):
        raise Conflict(f"The support hours from {day} have begun. Announce a change instead.")
    removed, _ = calendar.weeks.filter(pk=week.pk).delete()
    if not removed:
        raise Conflict(f"The change on {day} has been withdrawn already.")
    why = f"Change of support hours on {day} withdrawn. {reason.strip()}"
    return publish(calendar=calendar, reason=why, actor=actor, at=at)


@transaction.atomic
def confirm_year(*, calendar: Calendar, year: int, actor: Actor, at: datetime | None = None) -> CalendarVersion:
    """Confirm a year's holiday list: deadlines that reach it are no longer provisional (POLICY 3).

    A confirmed year stays as it is: the version in force is returned, and none is added.
    """
    require(actor, "settings.calendar")
    _check_year(year, field="year")
    calendar = _locked(calendar)
    if calendar.current_version is not None and calendar.years.filter(year=year, confirmed=True).exists():
        return calendar.current_version
    calendar.years.update_or_create(year=year, defaults={"confirmed": True})
    return publish(calendar=calendar, reason=f"Holiday list of {year} confirmed", actor=actor, at=at)


@transaction.atomic
def publish(*, calendar: Calendar, reason: str, actor: Actor, at: datetime | None = None) -> CalendarVersion:
    """Write the calendar's rows as its next version, known from `at` on, and wake the recomputing of clocks.

    Raises `DomainError` when the calendar as a whole makes no sense; nothing is then changed.
    """
    spec = specification(calendar)
    try:
        CalendarSpec.from_json(spec).validate()
    except CalendarError as error:
        raise DomainError(str(error), field="hours") from error
    at = at or database_now()
    number = (calendar.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = calendar.versions.create(number=number, known_from=at, reason=reason[:300], spec=spec)
    calendar.current_version = version
    calendar.save(update_fields=["current_version"])
    record_vendor(action="calendar.version", subject=f"{calendar.key} {number}", actor=actor, at=at, reason=reason)
    wake("tickets.refresh_stale_clocks")
    return version


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


def _check_year(year: int, *, field: str) -> None:
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise DomainError(f"Choose a year from {FIRST_YEAR} to {LAST_YEAR - 1}.", field=field)


def _locked(calendar: Calendar) -> Calendar:
    return Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
