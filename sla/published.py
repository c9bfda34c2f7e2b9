"""The policy as everybody may read it: from the rows that the engine counts by, so what is promised is enforced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.lib.instants import span_text
from sla.listing import WeekShown, rule_name, today_in, weeks_of, year_flags
from sla.models import Agreement, Calendar, Event, Holiday, MatrixLevel, Policy, PolicyVersion, Target
from sla.models.calendar import ClosureRule
from sla.queries import DEFAULT_CALENDAR, DEFAULT_POLICY, matrix_in_force, policy_in_force
from sla.versions import Matrix, target_rows

CALLED_BY_ITSELF = (Event.RESPONSE_OVERDUE, Event.TARGET_MISSED, Event.LIMIT_PASSED, Event.UNACKNOWLEDGED)


@dataclass(frozen=True, kw_only=True)
class ListedYear:
    """The dates of a year on which the desk is closed. Unconfirmed: more may come, so deadlines are provisional."""

    year: int
    confirmed: bool
    holidays: Sequence[Holiday]


@dataclass(frozen=True, kw_only=True)
class InForce:
    """What holds now beside the policy's own figures: the desk's hours and holidays, and the escalation matrix."""

    calendar: Calendar
    week: WeekShown | None
    years: Sequence[ListedYear]
    levels: Sequence[MatrixLevel]
    calls: Sequence[tuple[str, str]]  # an event, and the level that it calls
    reminder: str  # support time


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A severity in the policy's words, with the support time that the engine counts for each; empty: no promise."""

    target: Target
    response: str
    goal: str
    limit: str


@dataclass(frozen=True, kw_only=True)
class Published:
    """One version of a policy, spans in words. `in_force` is None for a version that no longer or not yet holds.

    `until` is when the next version took over, or will; None for the newest.
    """

    policy: Policy
    version: PolicyVersion
    until: datetime | None
    promises: Sequence[Promise]
    working_day: str
    reopen_window: str
    zone: str
    versions: Sequence[PolicyVersion]
    in_force: InForce | None


def published_policy(*, organisation_id: int | None, number: int | None, at: datetime) -> Published | None:
    """The version `number` (None: the one in force) of the organisation's policy, or of everybody's.

    None where there is no such version. The scope must hold the organisation.
    """
    agreement = _agreement(organisation_id)
    policy = agreement.policy if agreement else Policy.objects.filter(key=DEFAULT_POLICY).first()
    calendar = agreement.calendar if agreement else Calendar.objects.filter(key=DEFAULT_CALENDAR).first()
    if policy is None or calendar is None:
        return None
    versions = list(PolicyVersion.objects.filter(policy=policy).order_by("-number"))
    current = policy_in_force(policy.pk, at=at)
    version = current if number is None else next((one for one in versions if one.number == number), None)
    if version is None:
        return None
    return Published(
        policy=policy,
        version=version,
        until=min((one.effective_from for one in versions if one.number > version.number), default=None),
        promises=[_promise(target) for target in target_rows(version.pk)],
        working_day=_span(version.working_day_minutes),
        reopen_window=_span(version.reopen_minutes),
        zone=calendar.time_zone,
        versions=versions,
        in_force=_in_force(calendar, at=at) if version == current else None,
    )


def _promise(target: Target) -> Promise:
    return Promise(
        target=target,
        response=_span(target.response_minutes),
        goal=_span(target.target_minutes),
        limit=_span(target.limit_minutes),
    )


def _span(minutes: int | None) -> str:
    return span_text(timedelta(minutes=minutes)) if minutes is not None else ""


def _agreement(organisation_id: int | None) -> Agreement | None:
    if organisation_id is None:
        return None
    found: Agreement | None = (
        Agreement.objects.select_related("calendar", "policy").filter(organisation_id=organisation_id).first()
    )
    return found


def _in_force(calendar: Calendar, *, at: datetime) -> InForce:
    today, matrix = today_in(calendar, at=at), matrix_in_force(at=at)
    weeks = weeks_of(calendar, today=today)
    flags = year_flags(calendar)
    return InForce(
        calendar=calendar,
        week=next((week for week in weeks if week.standing == "now"), None),
        years=[_year(calendar, year, flags[year]) for year in (today.year, today.year + 1) if year in flags],
        levels=list(matrix.levels.values()),
        calls=_calls(matrix),
        reminder=_span(matrix.version.reminder_minutes),
    )


def _year(calendar: Calendar, year: int, confirmed: bool) -> ListedYear:
    closes = "closes_statutory" if calendar.closes_on == ClosureRule.STATUTORY else "closes_public"
    holidays = calendar.holidays.filter(date__year=year, **{closes: True}).order_by("date")
    return ListedYear(year=year, confirmed=confirmed, holidays=list(holidays))


def _calls(matrix: Matrix) -> list[tuple[str, str]]:
    """Which level each lateness calls; the people there are told by the rules that admins see."""
    rules = [rule for event in CALLED_BY_ITSELF for rule in matrix.all_rules if rule.event == event]
    return [
        (rule_name(rule), f"Level {rule.level_after}, {matrix.name(rule.level_after)}")
        for rule in rules
        if rule.level_after is not None
    ]
