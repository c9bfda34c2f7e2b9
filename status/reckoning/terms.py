"""What was agreed of uptime, as the engine's terms: the versions that are stored, and beneath them the policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from helpdesk.accounts.models import Organisation
from sla.engine.instants import from_us
from sla.models import Agreement, Policy, PolicyVersion
from sla.queries import DEFAULT_POLICY, policy_in_force
from status.models import UptimeTerms, UsualWindow
from status.models.uptime import EVERYBODY
from status.reckoning.parts import Part
from status.uptime import facts as engine
from status.uptime.periods import Month
from status.uptime.reasons import DEFAULT_ON, Reason

TARGET, NOTICE_HOURS = Fraction(199, 2), 48  # POLICY, "Uptime" and "Maintenance": where no policy is stored


@dataclass(frozen=True)
class Agreed:
    """What holds in a month: the version that says so, if any, and what the policy gives where it says nothing."""

    version: UptimeTerms | None
    target: Fraction
    notice_hours: int


def agreed(month: Month, *, organisation: Organisation | None) -> Agreed:
    """What was agreed for the month: the organisation's own version, else everybody's, else the policy alone."""
    version = _version(month, organisation)
    policy = _policy(month, organisation)
    target = version.target_percent if version else None
    hours = version.notice_hours if version else None
    if target is None:
        target = policy.uptime_percent if policy else None
    if hours is None:
        hours = policy.maintenance_notice_hours if policy else None
    return Agreed(
        version,
        TARGET if target is None else Fraction(target),
        NOTICE_HOURS if hours is None else hours,
    )


def terms_of(month: Month, parts: Sequence[Part], *, organisation: Organisation | None) -> engine.Terms:
    """The engine's terms of a month for the whole: down while a core component is. There must be one."""
    held = agreed(month, organisation=organisation)
    version = held.version
    return engine.Terms(
        components=tuple(part.ref for part in parts if part.is_core),
        core=frozenset(part.ref for part in parts if part.is_core),
        target=held.target,
        reasons=DEFAULT_ON if version is None else reasons_in(version),
        partial_weight=Fraction(1) if version is None else Fraction(version.partial_weight),
        notice=timedelta(hours=held.notice_hours),
        usual_windows=usual_windows() if version is not None and version.only_in_usual_windows else None,
        maintenance_cap=_minutes(version.maintenance_cap_minutes) if version else None,
        emergency_cap=Fraction(60 if version is None else version.emergency_cap_minutes),
        min_outage=Fraction(0 if version is None else version.min_outage_minutes),
        organisation=None if organisation is None else organisation.key,
        beta_since={part.ref: part.beta_since for part in parts if part.beta_since is not None},
    )


def reasons_in(version: UptimeTerms) -> frozenset[Reason]:
    """The reasons that a version switches on."""
    return frozenset(reason for reason in Reason if reason.value in version.reasons)


def usual_windows() -> tuple[engine.UsualWindow, ...]:
    """The usual times of maintenance, as stored now."""
    rows = UsualWindow.objects.order_by("weekday", "opens")
    return tuple(engine.UsualWindow(row.weekday, _seconds(row.opens), _seconds(row.closes)) for row in rows)


def first_day(month: Month) -> date:
    """The month's first day."""
    return from_us(month.begins).astimezone(month.zone).date()


def _version(month: Month, organisation: Organisation | None) -> UptimeTerms | None:
    keys = [EVERYBODY] if organisation is None else [organisation.pk, EVERYBODY]
    held = UptimeTerms.objects.filter(only_for__in=keys, effective_from__lte=first_day(month))
    rows = {row.only_for: row for row in held.order_by("number")}  # the last of each wins
    return next((rows[key] for key in keys if key in rows), None)


def _policy(month: Month, organisation: Organisation | None) -> PolicyVersion | None:
    """The policy as it stood when the month began."""
    at: datetime = from_us(month.begins)
    if organisation is not None:
        own = Agreement.objects.filter(organisation_id=organisation.pk).first()
        if own is not None:
            return policy_in_force(own.policy_id, at=at)
    general = Policy.objects.filter(key=DEFAULT_POLICY).first()
    return policy_in_force(general.pk, at=at) if general is not None else None


def _minutes(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second
