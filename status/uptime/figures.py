"""Figures and what they are made of; percentages are exact, and only their display is cut off."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction

from sla.engine.instants import MINUTE_US, from_us
from status.uptime.claims import Cause, Refusal
from status.uptime.reasons import Reason

_ENOUGH_COVERAGE = 99


@dataclass(frozen=True)
class Slice:
    """A line of the working: from here to there these components were down, and this much of it counts.

    `raw` and `counted` are weights between 0 and 1; `refs` name the incidents and probes that say so. Ends are in
    microseconds and may lie between two where a cap of a fraction ran out.
    """

    begins_us: Fraction
    ends_us: Fraction
    raw: Fraction
    counted: Fraction
    cause: Cause | None
    components: tuple[str, ...]
    refs: tuple[str, ...]

    @property
    def begins(self) -> datetime:
        """The first instant, to the microsecond."""
        return from_us(int(self.begins_us))

    @property
    def ends(self) -> datetime:
        """The first instant after it, to the microsecond."""
        return from_us(int(self.ends_us))

    @property
    def says(self) -> tuple[object, ...]:
        """Everything but the times."""
        return self.raw, self.counted, self.cause, self.components, self.refs

    @property
    def raw_minutes(self) -> Fraction:
        """Weighted minutes before exclusions."""
        return (self.ends_us - self.begins_us) * self.raw / MINUTE_US

    @property
    def counted_minutes(self) -> Fraction:
        """Weighted minutes after exclusions."""
        return (self.ends_us - self.begins_us) * self.counted / MINUTE_US

    def counted_since(self, first: int) -> Fraction:
        """Weighted minutes after exclusions from the instant `first` on."""
        begins = max(self.begins_us, Fraction(first))
        return max(self.ends_us - begins, Fraction(0)) * self.counted / MINUTE_US


@dataclass(frozen=True)
class Item:
    """A line of the gap: weighted minutes that one cause left out."""

    cause: Cause
    minutes: Fraction


@dataclass(frozen=True)
class Totals:
    """Minutes, exactly. `counted` is downtime by the contract; `elapsed` is what has passed of `total`."""

    total: Fraction
    raw: Fraction
    counted: Fraction
    budget: Fraction
    elapsed: Fraction
    unmeasured: Fraction
    observed: Fraction
    observed_down: Fraction

    @property
    def excluded(self) -> Fraction:
        """The gap between the two figures."""
        return self.raw - self.counted

    @property
    def uptime(self) -> Fraction:
        """The contract figure in per cent of all minutes of the period."""
        return 100 - 100 * self.counted / self.total

    @property
    def raw_uptime(self) -> Fraction:
        """The same without any exclusion."""
        return 100 - 100 * self.raw / self.total

    @property
    def target_met(self) -> bool:
        """Whether the unrounded figure reaches the target: downtime is within the budget."""
        return self.counted <= self.budget

    @property
    def budget_left(self) -> Fraction:
        """What may still be down; below zero when the promise is broken."""
        return self.budget - self.counted

    @property
    def observed_uptime(self) -> Fraction | None:
        """Per cent of the minutes in which the components existed; None before the first."""
        return 100 - 100 * self.observed_down / self.observed if self.observed else None

    @property
    def coverage(self) -> Fraction | None:
        """Per cent of the elapsed minutes that were measured; None before the first."""
        return 100 - 100 * self.unmeasured / self.elapsed if self.elapsed else None

    @property
    def fully_measured(self) -> bool:
        """Whether coverage is at least 99 %; else the figure is labelled."""
        return self.coverage is not None and self.coverage >= _ENOUGH_COVERAGE


@dataclass(frozen=True)
class Figure:
    """A month's totals, with the working, the gap itemised, and what was refused."""

    month: str
    totals: Totals
    working: tuple[Slice, ...]
    items: tuple[Item, ...]
    refusals: tuple[Refusal, ...]

    @property
    def by_reason(self) -> dict[Reason, Fraction]:
        """The gap's minutes by reason, in the order of the closed list."""
        found: dict[Reason, Fraction] = {}
        for item in self.items:
            found[item.cause.reason] = found.get(item.cause.reason, Fraction(0)) + item.minutes
        return found


def roll_up(months: Iterable[Totals]) -> Totals:
    """Several months as one: minutes are added, percentages are never averaged. ValueError for none."""
    found = list(months)
    if not found:
        raise ValueError("there are no months to add")
    names = [field.name for field in fields(Totals)]
    return Totals(**{name: sum((getattr(one, name) for one in found), Fraction(0)) for name in names})


def display(percent: Fraction) -> str:
    """Cut off after three places, never rounded up: 100.000 is shown only for 100."""
    thousandths = percent * 1000 // 1
    return f"{thousandths // 1000}.{thousandths % 1000:03}"
