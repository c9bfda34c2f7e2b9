"""What a clock promises, as a point on the U scale, and how a severity change moves it (POLICY 5)."""

from dataclasses import dataclass, replace


@dataclass(slots=True)
class Promise:
    """The promise under one severity; microseconds throughout.

    `point`: the support time after which the clock is due; None promises nothing. `base`: the instant the
    promise was counted from, before which it cannot fall due. `warn_from`: the same for its warning.
    `floor`: an instant promised under an earlier calendar, which a later one may not bring forward (POLICY
    6). `shown`: the due instant last shown while the clock ran.
    """

    point: int | None
    base: int
    warn_from: int
    floor: int | None = None
    shown: int | None = None

    def ahead_of(self, used: int, at: int) -> bool:
        """Whether this promise is still to come, at `at` with `used` on the clock."""
        return self.point is None or self.point > used or (self.floor is not None and self.floor > at)


def returned(held: Promise, *, used: int, at: int) -> Promise:
    """Back to a severity held before: what was promised then if still ahead, else due at once."""
    if held.ahead_of(used, at):
        return replace(held, warn_from=at)
    return Promise(point=used, base=at, warn_from=at)


def raised(current: Promise, *, minutes: int | None, used: int, at: int) -> Promise:
    """To a more severe one: min(old due, due(at, new minutes)); an earlier old due stays untouched."""
    if minutes is None or (current.point is not None and current.point <= used + minutes):
        return replace(current)
    return Promise(point=used + minutes, base=at, warn_from=at)


def lowered(current: Promise, *, minutes: int | None, start: int, at: int) -> Promise:
    """To a less severe one: max(old due, due(start, new minutes)); no promise is never due."""
    if current.point is None or (minutes is not None and minutes <= current.point):
        return replace(current)
    return Promise(point=minutes, base=start, warn_from=at, floor=current.floor, shown=current.shown)
