"""The engine's facts and terms as a case of the published format: what `reading` makes of it measures the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from status.conformance.values import text_of
from status.uptime.facts import Exclusion, Facts, Incident, Maintenance, Names, ProbeSeries, Terms, UsualWindow
from status.uptime.figures import Figure, Totals, display
from status.uptime.periods import Month
from status.uptime.reasons import Reason

SCHEMA = "uptime-cases/1"
_Data = dict[str, Any]
_NO_TITLES: Mapping[str, str] = {}


def case_of(
    name: str,
    facts: Facts,
    terms: Terms,
    month: Month,
    figure: Figure,
    *,
    now: datetime | None = None,
    since: datetime | None = None,
    titles: Mapping[str, str] = _NO_TITLES,
) -> _Data:
    """The case `name`: what happened and was agreed, and what `figure` says of it. `titles` are for people, by ref."""
    case: _Data = {
        "id": name,
        "timezone": month.zone.key,
        "month": month.name,
        "settings": settings_of(terms, since=since),
        "incidents": [_incident(one, titles) for one in facts.incidents],
        "maintenances": [_window(one, titles) for one in facts.maintenances],
        "exclusions": [_typed(one) for one in facts.exclusions],
        "probes": [_probe(one) for one in facts.probes],
        "expected": expected_of(figure),
    }
    if now is not None:
        case["now"] = now.isoformat()
    if facts.unmeasured is not None:
        case["unmeasured_minutes"] = exact(facts.unmeasured)
    return case


def settings_of(terms: Terms, *, since: datetime | None = None) -> _Data:
    """What was agreed, and which components are asked for."""
    settings: _Data = {
        "target": exact(terms.target),
        "core_components": sorted(terms.core),
        "measure_components": list(terms.components),
        "enabled_reasons": [reason.value for reason in Reason if reason in terms.reasons],
        "weights": {"partial_outage": exact(terms.partial_weight)},
        "notice_minutes": exact(Fraction(terms.notice.total_seconds()) / 60),
        "emergency_cap_minutes": exact(terms.emergency_cap),
        "min_outage_minutes": exact(terms.min_outage),
        "beta_since": {name: at.isoformat() for name, at in sorted(terms.beta_since.items())},
    }
    if terms.usual_windows is not None:
        settings["maintenance_windows"] = [_usual(one) for one in terms.usual_windows]
    if terms.maintenance_cap is not None:
        settings["maintenance_cap_minutes"] = exact(terms.maintenance_cap)
    if terms.organisation is not None:
        settings["tenant"] = terms.organisation
    if since is not None:
        settings["component_since"] = since.isoformat()
    return settings


def expected_of(figure: Figure) -> _Data:
    """What the case expects: every value that the format has a name for."""
    told: _Data = {name: _told(value) for name, value in values_of(figure.totals).items() if value is not None}
    told["excluded_by_reason"] = {reason.value: text_of(minutes) for reason, minutes in figure.by_reason.items()}
    return told


def values_of(totals: Totals) -> dict[str, object]:
    """A period's values by the names that the format has for them."""
    return {
        "total_minutes": totals.total,
        "raw_down_minutes": totals.raw,
        "excluded_minutes": totals.excluded,
        "downtime_minutes": totals.counted,
        "uptime_pct": totals.uptime,
        "uptime_display": display(totals.uptime),
        "raw_uptime_pct": totals.raw_uptime,
        "raw_uptime_display": display(totals.raw_uptime),
        "target_met": totals.target_met,
        "budget_minutes": totals.budget,
        "budget_left_minutes": totals.budget_left,
        "observed_minutes": totals.observed,
        "uptime_pct_observed": totals.observed_uptime,
        "unmeasured_minutes": totals.unmeasured,
        "measured_minutes": totals.elapsed - totals.unmeasured,
        "coverage_pct": totals.coverage,
        "fully_measured": totals.fully_measured,
    }


def of_component(facts: Facts, component: str) -> Facts:
    """What bears on one component alone: its figure is the same."""
    incidents = (
        replace(one, impacts=tuple(impact for impact in one.impacts if impact.component == component))
        for one in facts.incidents
    )
    return replace(
        facts,
        incidents=tuple(one for one in incidents if one.impacts),
        maintenances=tuple(one for one in facts.maintenances if _bears(one.components, component)),
        exclusions=tuple(one for one in facts.exclusions if _bears(one.components, component)),
        probes=tuple(one for one in facts.probes if one.component == component),
    )


def exact(number: Fraction) -> str:
    """A number as it is read back: a decimal where it has one, else a fraction."""
    text = text_of(number)
    return text if Fraction(text) == number else f"{number.numerator}/{number.denominator}"


def _bears(names: Names, component: str) -> bool:
    return names is None or component in names


def _told(value: object) -> object:
    return text_of(value) if isinstance(value, Fraction) else value


def _names(names: Names) -> list[str] | None:
    return None if names is None else sorted(names)


def _usual(window: UsualWindow) -> _Data:
    return {"weekday": window.weekday, "from": _wall(window.opens), "to": _wall(window.closes)}


def _wall(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{second:02}" if second else "")


def _incident(incident: Incident, titles: Mapping[str, str]) -> _Data:
    return {
        "id": incident.ref,
        "title": titles.get(incident.ref, ""),
        "retracted": incident.retracted,
        "tenants": _names(incident.organisations),
        "impacts": [
            {
                "component": one.component,
                "impact": one.level.value,
                "from": one.begins.isoformat(),
                "to": one.ends and one.ends.isoformat(),
            }
            for one in incident.impacts
        ],
    }


def _window(window: Maintenance, titles: Mapping[str, str]) -> _Data:
    return {
        "id": window.ref,
        "title": titles.get(window.ref, ""),
        "cancelled": window.cancelled,
        "components": _names(window.components),
        "tenants": _names(window.organisations),
        "revisions": [
            {
                "announced_at": one.announced_at and one.announced_at.isoformat(),
                "published_at": one.published_at and one.published_at.isoformat(),
                "queued_at": one.queued_at and one.queued_at.isoformat(),
                "start": one.begins.isoformat(),
                "end": one.ends.isoformat(),
            }
            for one in window.announcements
        ],
    }


def _typed(typed: Exclusion) -> _Data:
    return {
        "id": typed.ref,
        "reason": typed.reason,
        "from": typed.begins.isoformat(),
        "to": typed.ends.isoformat(),
        "approved": typed.approved,
        "evidence": typed.evidence,
        "proposed_by": typed.proposed_by,
        "approved_by": typed.approved_by,
        "components": _names(typed.components),
        "tenants": _names(typed.organisations),
    }


def _probe(probe: ProbeSeries) -> _Data:
    return {
        "id": probe.ref,
        "component": probe.component,
        "first_check_at": probe.first_check_at.isoformat(),
        "interval_seconds": int(probe.interval.total_seconds()),
        "fail_threshold": probe.fail_threshold,
        "success_threshold": probe.success_threshold,
        "results": probe.results,
        "retracted_runs": sorted(at.isoformat() for at in probe.dropped),
    }
