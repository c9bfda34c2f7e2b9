"""Each case of a conformance file (the format of `uptime_cases.json`) against the production engine.

A case that cannot be read fails with the reason; it never stops the run. Only what a case expects is compared.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sla.conformance.values import name_of, read_number
from status.conformance.reading import read_facts, read_terms, turned_round
from status.conformance.values import agrees, read_instant, read_object, read_or_none, read_zone, text_of
from status.conformance.writing import values_of
from status.uptime.engine import measure
from status.uptime.figures import Totals, roll_up
from status.uptime.periods import Month, months_of

Result = tuple[str, bool, str]
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_Data = Mapping[str, Any]
_POLICY = {"core_components": ["app"]}


def run(document: object) -> list[Result]:
    """Every case of `document` as (id, passed, detail), in order; the detail of a passed case is empty.

    Numbers are compared exactly, or to the 8 places that the format publishes. A key that the engine does not
    give fails: nothing passes unseen.
    """
    cases = document.get("cases") if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(cases, list):
        return [("file", False, "the file has no list 'cases'")]
    return [_result(case, number, document.get("default_reasons_on")) for number, case in enumerate(cases, start=1)]


def _result(case: object, number: int, default_reasons: object) -> Result:
    if not isinstance(case, Mapping):
        return f"case {number}", False, "the case is not an object"
    name = name_of(case, number)
    try:
        expected = read_object(case, "expected")
        found = _found(case, default_reasons)
        wrong = [_difference(key, value, found) for key, value in expected.items() if not _holds(key, value, found)]
        wrong += _turned_round(case, default_reasons) if wrong else []
    except KeyError as error:
        return name, False, f"missing or unknown: {error}"
    except _UNREADABLE as error:
        return name, False, f"malformed: {error}"
    if not expected:
        return name, False, "the case expects nothing"
    return name, not wrong, "; ".join(wrong)


def _holds(key: str, value: object, found: Mapping[str, object]) -> bool:
    return key in found and agrees(value, found[key])


def _difference(key: str, value: object, found: Mapping[str, object]) -> str:
    if key not in found:
        return f"{key}: the engine gives no such value"
    return f"{key}: expected {text_of(value)}, found {text_of(found[key])}"


def _found(case: _Data, default_reasons: object) -> dict[str, object]:
    """Every value that the engine gives for the case, by the name that the format has for it."""
    zone, settings = read_zone(case["timezone"]), read_object(case, "settings", _POLICY)
    terms = read_terms(settings, default_reasons)
    if "inputs" in case:
        return _rolled_up(case, terms.target)
    facts = read_facts(case, terms, zone)
    now = read_or_none(read_instant, case.get("now"), zone)
    since = read_or_none(read_instant, settings.get("component_since"), zone)
    period = _period(case)
    figures = [measure(facts, terms, month, now=now, since=since) for month in months_of(period, zone)]
    reasons: dict[str, Fraction] = {}
    for figure in figures:
        for reason, minutes in figure.by_reason.items():
            reasons[reason] = reasons.get(reason, Fraction(0)) + minutes
    return {**values_of(roll_up(figure.totals for figure in figures)), "excluded_by_reason": reasons}


def _turned_round(case: _Data, default_reasons: object) -> list[str]:
    if "inputs" in case:
        return []
    terms = read_terms(read_object(case, "settings", _POLICY), default_reasons)
    return turned_round(read_facts(case, terms, read_zone(case["timezone"])))


def _period(case: _Data) -> str:
    """The month, quarter or year that a case is about."""
    named = [case[name] for name in ("quarter", "year", "month") if name in case]
    return str(named[0]) if named else case["month"]


def _rolled_up(case: _Data, target: Fraction) -> dict[str, object]:
    """A period of which the months' downtime is given; `wrong_mean_of_months` is what must not be published."""
    months = months_of(_period(case), read_zone(case["timezone"]))
    inputs = case["inputs"]
    if not isinstance(inputs, list) or not all(isinstance(one, list) and len(one) == 2 for one in inputs):
        raise TypeError("inputs is no list of pairs of month and minutes")
    given = {name: read_number(minutes) for name, minutes in inputs}
    if strange := set(given) - {month.name for month in months}:
        raise ValueError(f"{min(strange)} is not a month of {_period(case)}")
    totals = [_month_totals(month, given.get(month.name, Fraction(0)), target) for month in months]
    values = values_of(roll_up(totals))
    told = ("total_minutes", "downtime_minutes", "uptime_pct", "uptime_display", "target_met", "budget_minutes")
    found = {key: values[key] for key in (*told, "budget_left_minutes")}
    return {**found, "wrong_mean_of_months": sum((one.uptime for one in totals), Fraction(0)) / len(totals)}


def _month_totals(month: Month, down: Fraction, target: Fraction) -> Totals:
    budget, none = month.minutes * (100 - target) / 100, Fraction(0)
    return Totals(month.minutes, down, down, budget, month.minutes, none, month.minutes, down)
