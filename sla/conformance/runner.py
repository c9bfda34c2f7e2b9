"""Each case of a conformance file (the format of `deadline_cases.json`) against the production engine.

A case that cannot be read fails with the reason; it never stops the run.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sla.conformance.scenarios import scenario_due
from sla.conformance.values import (
    name_of,
    read_instant,
    read_instant_or_never,
    read_minutes,
    read_pauses,
    read_spent,
    read_text,
    turned_round,
)
from sla.engine.calendar import BusinessCalendar
from sla.engine.spec import CalendarError, CalendarSpec

Result = tuple[str, bool, str]
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def run(document: object) -> list[Result]:
    """Every case of `document` as (id, passed, detail), in order; the detail of a passed case is empty.

    `add` and `between` cases go through `BusinessCalendar.due` and `.elapsed`, scenarios through the fold
    of the ticket clocks. Instants are compared exactly, minutes too, but for those that have no end as a decimal.
    """
    cases = document.get("cases") if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(cases, list):
        return [("file", False, "the file has no list 'cases'")]
    calendars = _calendars(document.get("calendars"))
    return [_result(case, number, calendars) for number, case in enumerate(cases, start=1)]


def _calendars(data: object) -> dict[str, BusinessCalendar | str]:
    """Each calendar by name, or what is wrong with it."""
    calendars: dict[str, BusinessCalendar | str] = {}
    for name, spec in data.items() if isinstance(data, Mapping) else ():
        try:
            calendars[name] = BusinessCalendar(CalendarSpec.from_json(spec))
        except CalendarError as error:
            calendars[name] = f"calendar {name!r}: {error}"
    return calendars


def _result(case: object, number: int, calendars: Mapping[str, BusinessCalendar | str]) -> Result:
    if not isinstance(case, Mapping):
        return f"case {number}", False, "the case is not an object"
    name = name_of(case, number)
    try:
        asked = read_text(case["calendar"])
        calendar = calendars.get(asked, f"there is no calendar {asked!r}")
        if isinstance(calendar, str):
            return name, False, calendar
        expected, found = _KINDS[read_text(case["kind"])](calendar, case)
        strange = [] if expected == found else turned_round(case)
    except KeyError as error:
        return name, False, f"missing or unknown: {error}"
    except _UNREADABLE as error:
        return name, False, f"malformed: {error}"
    if expected == found:
        return name, True, ""
    return name, False, "; ".join([f"expected {_text(expected)}, found {_text(found)}", *strange])


def _add(calendar: BusinessCalendar, case: Mapping[str, Any]) -> tuple[object, object]:
    minutes = read_minutes(case["minutes"])
    return read_instant_or_never(case["due"]), calendar.due(read_instant(case["start"]), minutes, read_pauses(case))


def _between(calendar: BusinessCalendar, case: Mapping[str, Any]) -> tuple[object, object]:
    spent = calendar.elapsed(read_instant(case["start"]), read_instant(case["end"]), read_pauses(case))
    found = Fraction(spent // timedelta(microseconds=1), 60_000_000)
    return read_spent(case["minutes"], found), found


def _scenario(calendar: BusinessCalendar, case: Mapping[str, Any]) -> tuple[object, object]:
    return read_instant_or_never(case["due"]), scenario_due(calendar, case)


_KINDS: dict[str, Callable[[BusinessCalendar, Mapping[str, Any]], tuple[object, object]]] = {
    "add": _add,
    "between": _between,
    "scenario": _scenario,
}


def _text(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):.10g} minutes" if value.denominator > 1 else f"{value} minutes"
    return "never" if value is None else str(value)
