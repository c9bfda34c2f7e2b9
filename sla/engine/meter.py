"""The scale a clock is measured on: U(t), the open, unpaused support time used since its start.

Everything here is whole microseconds. A meter knows calendars and legs; it knows nothing of promises.
"""

from sla.engine.calendar import BusinessCalendar


class MeterLeg:
    """A stretch of counting from `start` to `end` (None while it runs); `used` is U at its start."""

    __slots__ = ("calendar", "end", "start", "used")

    def __init__(self, start: int, end: int | None, used: int, calendar: BusinessCalendar) -> None:
        self.start, self.end, self.used, self.calendar = start, end, used, calendar

    def used_at(self, at: int) -> int:
        """U at `at`, an instant of this leg; later ones count as its end."""
        return self.used + self.calendar.open_us(self.start, at if self.end is None else min(at, self.end))

    def whole(self) -> int:
        """U at the end of this leg, which has ended."""
        assert self.end is not None
        return self.used_at(self.end)


class Meter:
    """U(t) of one clock, over all its legs."""

    __slots__ = ("calendar", "legs", "total")

    def __init__(self, calendar: BusinessCalendar) -> None:
        self.calendar = calendar
        self.legs: list[MeterLeg] = []
        self.total = 0  # U at the last halt; a running leg adds to it

    def run(self, at: int) -> None:
        """Count from `at` on, with the calendar in force."""
        self.legs.append(MeterLeg(at, None, self.total, self.calendar))

    def halt(self, at: int) -> None:
        """Stop counting at `at`."""
        leg = self.legs[-1]
        self.total = leg.used_at(at)
        leg.end = at

    def used(self, at: int) -> int:
        """U at `at`, not before the last change."""
        return self.legs[-1].used_at(at)

    def used_then(self, at: int) -> int:
        """U at any instant since the opening, past ones too."""
        return next(leg for leg in reversed(self.legs) if leg.start <= at).used_at(at)

    def reach(self, point: int, since: int) -> int | None:
        """The earliest instant, from `since` on and while counting, at which U is at least `point`."""
        for leg in self.legs:
            end = leg.end
            if end is not None and (end < since or leg.whole() < point):
                continue
            begin = max(leg.start, since)
            return leg.calendar.due_us(begin, point - leg.used_at(begin))
        return None

    def due_from(self, point: int, at: int) -> int | None:
        """When U would be `point` if it counted from `at` on: `at` where that is used up; None if never."""
        return self.calendar.due_us(at, point - self.used(at))

    def switched(self, calendar: BusinessCalendar, recount_from: int) -> "Meter":
        """The same, by `calendar` from now on, and with the time since `recount_from` counted by it again (POLICY 6).

        This one is left as it is, and goes its own way.
        """
        twin = Meter(calendar)
        for leg in self.legs:
            if leg.end is not None and leg.end <= recount_from:
                twin.legs.append(leg)
                continue
            if leg.start < recount_from:
                twin.legs.append(MeterLeg(leg.start, recount_from, leg.used, leg.calendar))
            used = twin.legs[-1].whole() if twin.legs else 0
            twin.legs.append(MeterLeg(max(leg.start, recount_from), leg.end, used, calendar))
        twin.total = self.total if twin.legs[-1].end is None else twin.legs[-1].whole()
        return twin
