"""What a clock promises, as a point on the U scale, and how a severity change moves it (POLICY 5)."""

from dataclasses import dataclass, replace

from sla.engine.meter import Meter


@dataclass(slots=True)
class Promise:
    """The promise under one severity; microseconds throughout.

    `point`: the support time after which the clock is due; None promises nothing. `base`: the instant the
    promise was counted from, before which it cannot fall due. `warn_from`: the same for its warning.
    `floor`: an instant promised under an earlier calendar, which a later one may not bring forward (POLICY
    6); at first that from which it was counted. `shown`: the due instant last shown while the clock ran. `plain`,
    `plain_base`: the two by the calendar in force alone. `earlier`: the meters of the calendars before, each with this
    promise's point on its scale.
    """

    point: int | None
    base: int
    warn_from: int
    floor: int
    shown: int | None = None
    plain: int | None = None
    plain_base: int = 0
    earlier: tuple[tuple[Meter, int], ...] = ()

    def __post_init__(self) -> None:
        if self.plain is None:
            self.plain, self.plain_base = self.point, self.base

    def extend(self, minutes: int | None, start: int) -> None:
        """By the calendar in force alone, promise at least `minutes` from `start` on; None promises nothing."""
        if minutes is None or self.plain is None:
            self.plain, self.earlier = None, ()
        elif minutes > self.plain:
            self.plain, self.plain_base = minutes, start

    def ahead_of(self, used: int, at: int) -> bool:
        """Whether this promise is still to come, at `at` with `used` on the clock."""
        return self.point is None or self.point > used or self.floor > at


def returned(held: Promise, *, used: int, at: int) -> Promise:
    """Back to a severity held before: what was promised then if still ahead, else due at once."""
    if held.ahead_of(used, at):
        return replace(held, warn_from=at)
    return Promise(point=used, base=at, warn_from=at, floor=at)


def raised(current: Promise, *, minutes: int | None, used: int, at: int) -> Promise:
    """To a more severe one: min(old due, due(at, new minutes)); an earlier old due stays untouched."""
    if minutes is None or (current.point is not None and current.point <= used + minutes):
        return replace(current)
    return Promise(point=used + minutes, base=at, warn_from=at, floor=at)


def lowered(current: Promise, *, minutes: int | None, start: int, at: int) -> Promise:
    """To a less severe one: max(old due, due(start, new minutes)); no promise is never due."""
    promise = replace(current)
    promise.extend(minutes, start)
    if current.point is not None and (minutes is None or minutes > current.point):
        promise.point, promise.base, promise.warn_from = minutes, start, at
    return promise
