"""What a clock promises, as a point on the U scale, and how a severity change moves it (POLICY 5)."""

from dataclasses import dataclass, replace

from sla.engine.meter import Meter


@dataclass(slots=True)
class Promise:
    """The promise under one severity; microseconds throughout.

    `point`: the support time after which the clock is due; None promises nothing. `base`: the instant the
    promise was counted from, before which it cannot fall due. `warn_from`: the same for its warning.
    `floor`: an instant promised under an earlier calendar, which a later one may not bring forward (POLICY
    6); at first that from which it was counted. `plain`, `plain_base`: the two by the calendar in force alone.
    `earlier`: the meters of the calendars before, each with this promise's point on its scale.
    """

    point: int | None
    base: int
    warn_from: int
    floor: int
    plain: int | None = None
    plain_base: int = 0
    earlier: tuple[tuple[Meter, int], ...] = ()

    def __post_init__(self) -> None:
        if self.plain is None:
            self.plain, self.plain_base = self.point, self.base

    def extend(self, minutes: int | None, start: int, at: int) -> None:
        """Promise, from `at` on, no less than `minutes` from `start`; None promises nothing."""
        if minutes is None or self.point is None:
            self.point, self.plain, self.earlier = None, None, ()
            return
        if minutes > self.point:
            self.point, self.base, self.warn_from = minutes, start, at
        if self.plain is None or minutes > self.plain:
            self.plain, self.plain_base = minutes, start

    def owed(self, at: int) -> bool:
        """Whether a calendar before the one in force has some of it still to come, at `at`."""
        return any(meter.used(at) < point for meter, point in self.earlier)

    def ahead_of(self, used: int, at: int) -> bool:
        """Whether this promise is still to come, at `at` with `used` on the clock."""
        return self.point is None or self.point > used or self.owed(at)


def at_once(used: int, at: int) -> Promise:
    """Due at `at`, with `used` on the clock; if that is paused, when it runs again."""
    return Promise(point=used, base=at, warn_from=at, floor=at)


def returned(held: Promise, *, used: int, at: int) -> Promise:
    """Back to a severity held before: what was promised then if still ahead, else due at once."""
    return replace(held, warn_from=at) if held.ahead_of(used, at) else at_once(used, at)


def raised(current: Promise, *, minutes: int | None, used: int, at: int) -> Promise:
    """To a more severe one: min(old due, due(at, new minutes)); an earlier old due stays untouched.

    Where both come to the same support time, the old one may be due later by an earlier calendar: the new one counts.
    """
    if minutes is None or (current.point is not None and current.point < used + minutes):
        return replace(current)
    same = current.point == used + minutes
    return Promise(point=used + minutes, base=at, warn_from=current.warn_from if same else at, floor=at)


def lowered(current: Promise, *, minutes: int | None, start: int, at: int) -> Promise:
    """To a less severe one: max(old due, due(start, new minutes)); no promise is never due."""
    promise = replace(current)
    promise.extend(minutes, start, at)
    return promise
