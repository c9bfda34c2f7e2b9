"""A case of the published format as the engine's facts and terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sla.conformance.values import read_number, read_text
from sla.engine.instants import from_us, to_us
from status.conformance.values import (
    read_count,
    read_instant,
    read_list,
    read_names,
    read_object,
    read_or_none,
    read_window,
    read_zone,
)
from status.uptime.facts import (
    Announcement,
    Exclusion,
    Facts,
    Impact,
    Incident,
    Level,
    Maintenance,
    ProbeSeries,
    Terms,
)
from status.uptime.periods import Month
from status.uptime.probing import confirmed_runs
from status.uptime.reasons import DEFAULT_ON, ORGANISATION_ONLY, Reason

_Data = Mapping[str, Any]
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_NEVER = to_us(datetime.max.replace(tzinfo=UTC))
_FIXED = {"major_outage": 1, "degraded_performance": 0, "operational": 0}


@dataclass(frozen=True)
class Case:
    """A case of one month, read."""

    month: Month
    facts: Facts
    terms: Terms
    now: datetime | None


def read_case(case: _Data, default_reasons: object) -> Case:
    """A case of one month as the engine takes it."""
    zone = read_zone(case["timezone"])
    terms = read_terms(read_object(case, "settings"), default_reasons)
    now = read_or_none(read_instant, case.get("now"), zone)
    return Case(Month(case["month"], zone), read_facts(case, terms, zone), terms, now)


def read_terms(settings: _Data, default_reasons: object) -> Terms:
    """The terms of a case; `default_reasons` stand in the file for every case that names none."""
    core = read_names(settings.get("core_components")) or frozenset()
    asked = read_names(settings.get("measure_components"))
    measured = settings["measure_components"] if asked else settings.get("core_components") or ()
    given = read_names(settings.get("enabled_reasons", default_reasons))
    windows = None if settings.get("maintenance_windows") is None else read_list(settings, "maintenance_windows")
    return Terms(
        components=tuple(measured),
        core=core,
        # A name that is not on the closed list switches nothing on.
        reasons=DEFAULT_ON if given is None else frozenset(reason for reason in Reason if reason in given),
        usual_windows=None if windows is None else tuple(read_window(one) for one in windows),
        organisation=read_or_none(read_text, settings.get("tenant")),
        beta_since=_beta_since(settings.get("beta_since"), frozenset(measured) - core),
        target=_number(settings.get("target"), Terms.target),
        partial_weight=_number(_partial_weight(read_object(settings, "weights", {})), Terms.partial_weight),
        notice=_notice(settings),
        maintenance_cap=read_or_none(read_number, settings.get("maintenance_cap_minutes")),
        emergency_cap=_number(settings.get("emergency_cap_minutes"), Terms.emergency_cap),
        min_outage=_number(settings.get("min_outage_minutes"), Terms.min_outage),
    )


def read_facts(case: _Data, terms: Terms, zone: ZoneInfo) -> Facts:
    """Everything that a case says has happened."""
    incidents = tuple(_incident(one, n, zone) for n, one in enumerate(read_list(case, "incidents"), start=1))
    return Facts(
        incidents=incidents,
        maintenances=tuple(_window(one, n, zone) for n, one in enumerate(read_list(case, "maintenances"), start=1)),
        exclusions=tuple(_typed(one, n, terms, zone) for n, one in enumerate(read_list(case, "exclusions"), start=1)),
        probes=tuple(_probe(one, n, incidents, zone) for n, one in enumerate(read_list(case, "probes"), start=1)),
        unmeasured=read_or_none(read_number, case.get("unmeasured_minutes")),
    )


def turned_round(facts: Facts) -> list[str]:
    """What ends before it begins, and so holds no instant: told with a failure."""
    stretches = [("an impact", one.begins, one.ends) for incident in facts.incidents for one in incident.impacts]
    stretches += [("a revision", one.begins, one.ends) for window in facts.maintenances for one in window.announcements]
    stretches += [("an exclusion", one.begins, one.ends) for one in facts.exclusions]
    return [f"{what} ends before it begins" for what, begins, ends in stretches if ends and to_us(ends) < to_us(begins)]


def _number(value: object, default: Fraction) -> Fraction:
    return default if value is None else read_number(value)


def _notice(settings: _Data) -> timedelta:
    """The notice that a window needs, in minutes or in hours; 48 hours where none is given."""
    if settings.get("notice_minutes") is not None:
        return timedelta(minutes=1) * float(read_number(settings["notice_minutes"]))
    hours = settings.get("notice_hours")
    return Terms.notice if hours is None else timedelta(hours=1) * float(read_number(hours))


def _beta_since(given: Any, others: frozenset[str]) -> dict[str, datetime]:
    """Since when components are beta features; where a case does not say, an approved exclusion stands for the flag."""
    if given is None:
        return dict.fromkeys(others, _ALWAYS)
    return {name: datetime.fromisoformat(at) for name, at in given.items()}


def _partial_weight(weights: _Data) -> object:
    """The only weight that can be chosen; ValueError when another is given and differs from the rule."""
    for name, value in weights.items():
        if name != Level.PARTIAL and read_number(value) != _FIXED.get(name, -1):
            raise ValueError(f"the weight of {name} cannot be chosen")
    return weights.get(Level.PARTIAL)


def _incident(data: _Data, number: int, zone: ZoneInfo) -> Incident:
    return Incident(
        ref=str(data.get("id", f"incident {number}")),
        impacts=tuple(
            Impact(
                read_text(one["component"]),
                Level(one["impact"]),
                read_instant(one["from"], zone),
                read_or_none(read_instant, one["to"], zone),
            )
            for one in read_list(data, "impacts")
        ),
        retracted=bool(data.get("retracted", False)),
        organisations=read_names(data.get("tenants")),
    )


def _window(data: _Data, number: int, zone: ZoneInfo) -> Maintenance:
    announcements = []
    for one in read_list(data, "revisions"):
        said = read_or_none(read_instant, one["announced_at"], zone)
        begins, ends = read_instant(one["start"], zone), read_instant(one["end"], zone)
        announcements.append(Announcement(begins, ends, published_at=said, queued_at=said))
    return Maintenance(
        ref=str(data.get("id", f"maintenance {number}")),
        announcements=tuple(announcements),
        components=read_names(data.get("components")),
        cancelled=bool(data.get("cancelled", False)),
        organisations=read_names(data.get("tenants")),
    )


def _typed(data: _Data, number: int, terms: Terms, zone: ZoneInfo) -> Exclusion:
    """Most cases say only that somebody approved; who did, and on which evidence, may stand there besides."""
    organisations = read_names(data.get("tenants"))
    reason = read_text(data["reason"])
    if organisations is None and reason in set(ORGANISATION_ONLY) and terms.organisation is not None:
        organisations = frozenset({terms.organisation})
    ref = str(data.get("id", f"exclusion {number}"))
    return Exclusion(
        ref=ref,
        reason=reason,
        begins=read_instant(data["from"], zone),
        ends=read_instant(data["to"], zone),
        evidence=str(data.get("evidence", ref)),
        proposed_by=str(data.get("proposed_by", "proposer")),
        approved_by=str(data.get("approved_by", "approver")) if data.get("approved") is True else "",
        components=read_names(data.get("components")),
        organisations=organisations,
    )


def _probe(data: _Data, number: int, incidents: tuple[Incident, ...], zone: ZoneInfo) -> ProbeSeries:
    series = ProbeSeries(
        ref=str(data.get("id", f"probe {number}")),
        component=read_text(data["component"]),
        first_check_at=read_instant(data["first_check_at"], zone),
        results=read_text(data["results"]),
        interval=timedelta(seconds=float(read_number(data.get("interval_seconds", 60)))),
        fail_threshold=read_count(data.get("fail_threshold", 3)),
        success_threshold=read_count(data.get("success_threshold", 2)),
    )
    told = data.get("retracted_runs")
    dropped = _dropped(series, incidents) if told is None else frozenset(read_instant(at, zone) for at in told)
    return ProbeSeries(**{**vars(series), "dropped": dropped})


def _dropped(series: ProbeSeries, incidents: tuple[Incident, ...]) -> frozenset[datetime]:
    """Where a case does not link the two, a retracted incident is taken for that of the runs it overlaps."""
    withdrawn = [
        (to_us(impact.begins), _NEVER if impact.ends is None else to_us(impact.ends))
        for incident in incidents
        if incident.retracted and incident.organisations is None
        for impact in incident.impacts
        if impact.component == series.component
    ]
    return frozenset(
        from_us(first)
        for first, last in confirmed_runs(series, _NEVER)
        if any(first < ends and begins < (_NEVER if last is None else last) for begins, ends in withdrawn)
    )
