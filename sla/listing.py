"""What the admins' pages about calendars, agreements and the matrix show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from helpdesk.accounts.members import Member
from sla.engine.spec_json import WEEKDAYS
from sla.models import Agreement, Calendar, CalendarWeek, Event, Holiday, LevelKind, MatrixLevel, MatrixRule
from sla.versions import Matrix
from sla.visible import calendars_seen_by

DAYS = dict(zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
WARN_FROM_MONTH = 7  # POLICY 3: admins are warned from July on

RECIPIENTS = {
    "client": "the client who opened it",
    "assignee": "the assignee, if there is one",
    "assignee_or_level1": "the assignee, else level 1",
    "next": "the next level up",
    "same": "the same level again, until someone acknowledges",
}
NAMED = {"team": "the team “%s”", "role": "everybody with the role “%s”", "address": "%s"}
HOW_REACHED = {
    LevelKind.TEAM: "every member of the team “{team}”, and the queue",
    LevelKind.ACCOUNT_MANAGER: "each client’s own account manager; if none or away, the deputy; else the admins",
    LevelKind.ADDRESS: "the address itself; if it is one of our own inbound addresses, the team “{team}” and the queue",
}


@dataclass(frozen=True)
class UnreadyYear:
    """A calendar whose next year's holiday list nobody has confirmed, though it is July or later."""

    calendar: Calendar
    year: int
    is_missing: bool


@dataclass(frozen=True)
class WeekShown:
    """One of a calendar's weeks, as (day, hours) in words, and how it stands to today."""

    pk: int
    effective_from: date
    days: list[tuple[str, str]]
    standing: str  # "past", "now" or "later"


def calendars(member: Member) -> QuerySet[Calendar]:
    """The calendars that the member sees, by name."""
    return calendars_seen_by(member).order_by("name", "pk")


def today_in(calendar: Calendar, *, at: datetime) -> date:
    """The calendar's local date at the instant."""
    return at.astimezone(ZoneInfo(calendar.time_zone)).date()


def unready_calendars(member: Member, *, at: datetime) -> list[UnreadyYear]:
    """The member's calendars that need their next year's list confirmed; empty before July. Two queries."""
    found = []
    for calendar in calendars_seen_by(member, past=False).order_by("name", "pk").prefetch_related("years"):
        today = today_in(calendar, at=at)
        flags = {row.year: row.confirmed for row in calendar.years.all()}
        # A calendar without any year keeps no list: there is nothing to confirm.
        if flags and today.month >= WARN_FROM_MONTH and not flags.get(today.year + 1):
            found.append(UnreadyYear(calendar, today.year + 1, today.year + 1 not in flags))
    return found


def year_flags(calendar: Calendar) -> dict[int, bool]:
    """The years that have a list, with whether it is confirmed, in order."""
    return dict(calendar.years.order_by("year").values_list("year", "confirmed"))


def holidays_of(calendar: Calendar, year: int) -> QuerySet[Holiday]:
    """The year's holidays in order."""
    return calendar.holidays.filter(date__year=year).order_by("date")


def weeks_of(calendar: Calendar, *, today: date) -> list[WeekShown]:
    """The calendar's weeks, newest first, in words."""
    rows = list(CalendarWeek.objects.filter(calendar=calendar).order_by("effective_from"))
    begun = [row for row in rows if row.effective_from <= today]
    current = begun[-1] if begun else rows[0] if rows else None
    return [_shown(row, current) for row in reversed(rows)]


def _shown(row: CalendarWeek, current: CalendarWeek | None) -> WeekShown:
    assert current is not None
    standing = "later" if row.effective_from > current.effective_from else "past"
    days = [(name, hours_text(row.hours.get(key) or [])) for key, name in DAYS.items()]
    return WeekShown(row.pk, row.effective_from, days, "now" if row == current else standing)


def hours_text(intervals: list[list[str]]) -> str:
    """`08:00-12:00, 13:00-17:00`, as it is typed too; empty for a closed day."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in intervals)


def agreements_of(organisation_ids: frozenset[int]) -> dict[int, Agreement]:
    """The agreements by organisation, with calendar and policy."""
    found = Agreement.objects.filter(organisation_id__any=organisation_ids).select_related("calendar", "policy")
    return {agreement.organisation_id: agreement for agreement in found}


def level_text(level: MatrixLevel, teams: Mapping[str, str]) -> str:
    """How a level finds its people, in words. `teams`: the names of teams by their keys."""
    return HOW_REACHED[LevelKind(level.kind)].format(team=teams.get(level.team_key, level.team_key))


def rule_name(rule: MatrixRule) -> str:
    """A rule as people call it: its event, and its severity where it has one."""
    event = str(Event(rule.event).label) if rule.event in Event.values else rule.event
    return f"{event}, {rule.severity}" if rule.severity else event


def rule_text(rule: MatrixRule, matrix: Matrix, teams: Mapping[str, str]) -> str:
    """Who is told on an event, in words. `teams`: the names of teams by their keys."""
    return "; ".join(_recipient_text(token, matrix, teams) for token in rule.recipients)


def _recipient_text(token: str, matrix: Matrix, teams: Mapping[str, str]) -> str:
    if token in RECIPIENTS:
        return RECIPIENTS[token]
    kind, _, named = token.partition(":")
    if named:
        return NAMED[kind] % (teams.get(named, named) if kind == "team" else named.replace("_", " "))
    number = int(token.removeprefix("level"))
    return f"level {number} ({matrix.name(number)})"


def level_after_text(rule: MatrixRule) -> str:
    """Which level the ticket stands on afterwards, in words."""
    if rule.event == Event.ASKED:
        return "one level up"
    return f"level {rule.level_after}" if rule.level_after else "unchanged"
