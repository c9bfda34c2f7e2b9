"""The values of an uptime case: instants, exact numbers, names. Others raise ValueError or TypeError."""

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sla.conformance.values import read_datetime, read_number
from sla.engine.spec_json import read_time
from status.uptime.facts import Names, UsualWindow

_PLACES = 8
T = TypeVar("T")


def read_zone(name: object) -> ZoneInfo:
    """An IANA zone; ValueError for one that does not exist."""
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is no time zone")
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:
        raise ValueError(f"there is no time zone {name!r}") from error


def read_instant(text: object, zone: ZoneInfo) -> datetime:
    """The instant that an ISO 8601 text names; without an offset it is wall time in `zone`."""
    at = read_datetime(text)
    return at.replace(tzinfo=zone) if at.utcoffset() is None else at


def read_or_none(read: Callable[..., T], value: object, *more: Any) -> T | None:
    """What `read` makes of the value; None for null."""
    return None if value is None else read(value, *more)


def read_names(value: object) -> Names:
    """A list of names; null stands for all of them."""
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError(f"{value!r} is no list of names")
    return frozenset(value)


def read_list(case: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of a list in the case; none when the case has no such list."""
    found = case.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise TypeError(f"{key} is no list of objects")
    return found


def read_object(case: Mapping[str, Any], key: str, default: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """The object of that name in the case; `default` when the case has none, KeyError when that is None."""
    found = case[key] if default is None else case.get(key, default)
    if not isinstance(found, Mapping):
        raise TypeError(f"{key} is no object")
    return found


def read_count(value: object) -> int:
    """A whole number, such as a threshold."""
    if type(value) is not int:
        raise TypeError(f"{value!r} is no whole number")
    return value


def read_window(data: Mapping[str, Any]) -> UsualWindow:
    """A usual window for maintenance, from `weekday`, `from` and `to`."""
    return UsualWindow(data["weekday"], read_time(data["from"]), read_time(data["to"]))


def agrees(expected: object, found: object) -> bool:
    """Whether the engine's value is the expected one: numbers exactly, or to the 8 places that are published."""
    if isinstance(found, Mapping):
        named = expected.items() if isinstance(expected, Mapping) else ()
        return isinstance(expected, Mapping) and all(
            agrees(value, found.get(name, Fraction(0))) for name, value in named
        )
    if not isinstance(found, Fraction):
        return type(expected) is type(found) and expected == found
    return expected is not None and read_number(expected) in (found, round(found, _PLACES))


def text_of(value: object) -> str:
    """A value as the cases write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {text_of(one)}" for name, one in value.items()) or "nothing"
    if not isinstance(value, Fraction):
        return str(value)
    units = round(value * 10**_PLACES)
    sign, (whole, part) = "-" if units < 0 else "", divmod(abs(units), 10**_PLACES)
    return f"{sign}{whole}.{part:0{_PLACES}}".rstrip("0").rstrip(".")
