"""What a clock promises, as points on the U scale, and how a severity change moves it (POLICY 5)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from sla.engine.meter import Meter


class Count(NamedTuple):
    """Due once `point` of support time is used, and not before `base`, the instant it was counted from."""

    point: int
    base: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The earlier (`min`) or the later (`max`) of two: an edit of the calendar may make it the other one."""

    by: Callable[["Count", "Count"], "Count"]
    one: "Count | Chosen"
    other: "Count | Chosen"


Term = Count | Chosen
Clause = tuple[tuple[Meter, Count], ...]


def chosen(term: Term) -> Count:
    """The one that counts on its scale."""
    if isinstance(term, Count):
        return term
    return term.by(chosen(term.one), chosen(term.other))


def recounted(term: Term, before: Meter, after: Meter) -> Term:
    """The same on another scale, from the same instants on."""
    if isinstance(term, Count):
        return Count(term.point + after.used_then(term.base) - before.used_then(term.base), term.base)
    return Chosen(term.by, recounted(term.one, before, after), recounted(term.other, before, after))


@dataclass(slots=True)
class Promise:
    """The promise under one severity; microseconds throughout. It is due at the latest of `term` and all `kept`.

    `term`: what is promised by the calendar in force; None promises nothing. `kept`: what was promised by
    calendars before it, each the earliest of points on the scales of those. `point`: the support time, by the
    calendar in force, after which the clock is due. `warn_from`: the instant before which it does not warn.
    """

    term: Term | None
    warn_from: int
    kept: tuple[Clause, ...] = ()
    point: int | None = None

    def __post_init__(self) -> None:
        if self.point is None and self.term is not None:
            self.point = chosen(self.term).point

    def extend(self, minutes: int | None, start: int, at: int) -> None:
        """Promise, from `at` on, no less than `minutes` from `start`; None promises nothing."""
        if minutes is None or self.term is None:
            self.term, self.point, self.kept = None, None, ()
            return
        assert self.point is not None
        if minutes > self.point:
            self.point, self.warn_from = minutes, at
        self.term = Chosen(max, self.term, Count(minutes, start))


def at_once(used: int, at: int) -> Promise:
    """Due at `at`, with `used` on the clock; if that is paused, when it runs again."""
    return Promise(Count(used, at), warn_from=at)


def raised(current: Promise, *, minutes: int | None, meter: Meter, at: int) -> Promise:
    """To a more severe one: min(old due, due(at, new minutes)), the latter by the calendar in force."""
    if minutes is None:
        return replace(current)
    new = Count(meter.used(at) + minutes, at)
    if current.term is None:
        return Promise(new, warn_from=at)
    assert current.point is not None
    return Promise(
        Chosen(min, current.term, new),
        warn_from=at if new.point < current.point else current.warn_from,
        kept=tuple((*clause, (meter, new)) for clause in current.kept),
        point=min(current.point, new.point),
    )


def lowered(current: Promise, *, minutes: int | None, start: int, at: int) -> Promise:
    """To a less severe one: max(old due, due(start, new minutes)); no promise is never due."""
    promise = replace(current)
    promise.extend(minutes, start, at)
    return promise
