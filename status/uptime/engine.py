"""The figures of a month: each instant's worst weight, and what of it is left out, by the rules R1 to R12."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction

from sla.engine.instants import MINUTE_US, to_us
from status.uptime.claims import Cause, Claim, Outage, claims_of, outages_of
from status.uptime.facts import Facts, Terms
from status.uptime.figures import Figure, Item, Slice, Totals
from status.uptime.periods import Month
from status.uptime.probing import without_result
from status.uptime.reasons import Reason
from status.uptime.spans import common, slices

_LATER = to_us(datetime.max.replace(tzinfo=UTC))
_CAPPED = (Reason.SCHEDULED_MAINTENANCE, Reason.EMERGENCY_MAINTENANCE)


def measure(
    facts: Facts, terms: Terms, month: Month, *, now: datetime | None = None, since: datetime | None = None
) -> Figure:
    """The raw and the contract figure of `month` for the components of `terms`, as one whole.

    What is open ends at `now` (None: after the month), and nothing lies beyond it. Observed figures start at
    `since`, when the components did; the contract's denominator is the whole month all the same.
    """
    until = _LATER if now is None else max(to_us(now), month.begins)
    seen = min(until, month.ends)
    outages = outages_of(facts, terms, until)
    claims, refusals = claims_of(facts, terms, month.zone, outages)
    working = _joined(_worked(outages, claims, terms, month.begins, seen))
    first = min(max(month.begins, month.begins if since is None else to_us(since)), seen)
    totals = Totals(
        total=month.minutes,
        raw=sum((piece.raw_minutes for piece in working), Fraction(0)),
        counted=sum((piece.counted_minutes for piece in working), Fraction(0)),
        budget=month.minutes * (100 - terms.target) / 100,
        elapsed=Fraction(seen - month.begins, MINUTE_US),
        unmeasured=_unmeasured(facts, terms, month.begins, seen),
        observed=Fraction(seen - first, MINUTE_US),
        observed_down=sum((piece.counted_since(first) for piece in working), Fraction(0)),
    )
    shown = tuple(one for one in refusals if to_us(one.begins) < month.ends and month.begins < to_us(one.ends))
    return Figure(month.name, totals, tuple(working), _items(working), shown)


def by_component(facts: Facts, terms: Terms, month: Month, *, now: datetime | None = None) -> dict[str, Figure]:
    """The figure of each measured component on its own."""
    return {
        component: measure(facts, replace(terms, components=(component,)), month, now=now)
        for component in terms.components
    }


@dataclass
class _Allowances:
    """What is left of the month's capped reasons, in microseconds; None: no cap."""

    left: dict[Reason, Fraction | None]

    @classmethod
    def of(cls, terms: Terms) -> "_Allowances":
        caps = (terms.maintenance_cap, terms.emergency_cap)
        return cls({r: None if cap is None else cap * MINUTE_US for r, cap in zip(_CAPPED, caps, strict=True)})

    def allow(self, claim: Claim) -> bool:
        return self.left.get(claim.cause.reason) != 0

    def room(self, used: set[Reason], wanted: Fraction) -> Fraction:
        """How much of `wanted` all the used reasons still allow."""
        return min([wanted, *(left for reason in used if (left := self.left.get(reason)) is not None)])

    def spend(self, used: set[Reason], spent: Fraction) -> None:
        for reason in used:
            left = self.left.get(reason)
            if left is not None:
                self.left[reason] = left - spent


def _worked(outages: Sequence[Outage], claims: Sequence[Claim], terms: Terms, begins: int, ends: int) -> list[Slice]:
    """Every piece of time with an outage, in order: exclusions by component first, then the worst of what is left."""
    allowances = _Allowances.of(terms)
    found: list[Slice] = []
    spans: list[Outage | Claim] = [*outages, *claims]
    for first, last, active in slices(spans, begins, ends):
        down = [one for one in active if isinstance(one, Outage)]
        if down:
            offered = [one for one in active if isinstance(one, Claim)]
            found += _pieces(Fraction(first), Fraction(last), down, offered, allowances)
    return found


def _pieces(
    first: Fraction, last: Fraction, down: Sequence[Outage], offered: Sequence[Claim], allowances: _Allowances
) -> list[Slice]:
    """One slice, cut where a cap is used up."""
    weights: dict[str, Fraction] = {}
    for outage in down:
        weights[outage.component] = max(outage.weight, weights.get(outage.component, Fraction(0)))
    raw = max(weights.values())
    found = []
    while first < last:
        excuses = {
            component: next((one for one in offered if one.covers(component) and allowances.allow(one)), None)
            for component in weights
        }
        counted = max((weights[name] for name, excuse in excuses.items() if excuse is None), default=Fraction(0))
        # Only what would have made the slice worse is left out; an excuse for less uses up nothing.
        needed = [(-weights[name], one) for name, one in excuses.items() if one and weights[name] > counted]
        used = {one.cause.reason for _, one in needed}
        piece = allowances.room(used, last - first)
        allowances.spend(used, piece)
        cause = min(needed, key=lambda pair: (pair[0], pair[1].cause.reason.rank))[1].cause if needed else None
        found.append(Slice(first, first + piece, raw, counted, cause, _names(down), _refs(down)))
        first += piece
    return found


def _names(down: Sequence[Outage]) -> tuple[str, ...]:
    return tuple(sorted({one.component for one in down}))


def _refs(down: Sequence[Outage]) -> tuple[str, ...]:
    return tuple(sorted({one.ref for one in down}))


def _joined(pieces: Sequence[Slice]) -> list[Slice]:
    """Neighbours that say the same, as one."""
    found: list[Slice] = []
    for piece in pieces:
        if found and found[-1].ends_us == piece.begins_us and found[-1].says == piece.says:
            found[-1] = replace(found[-1], ends_us=piece.ends_us)
        else:
            found.append(piece)
    return found


def _items(working: Sequence[Slice]) -> tuple[Item, ...]:
    """The gap between the two figures by cause, in the order of the closed list, then of time."""
    minutes: dict[Cause, Fraction] = {}
    for piece in working:
        if piece.cause is not None:
            minutes[piece.cause] = minutes.get(piece.cause, Fraction(0)) + piece.raw_minutes - piece.counted_minutes
    return tuple(Item(cause, minutes[cause]) for cause in sorted(minutes, key=lambda cause: cause.reason.rank))


def _unmeasured(facts: Facts, terms: Terms, begins: int, ends: int) -> Fraction:
    """Minutes without a result, at most those that have passed: as stated, else as the probes tell."""
    passed = Fraction(ends - begins, MINUTE_US)
    if facts.unmeasured is not None:
        return min(facts.unmeasured, passed)
    gaps = common(without_result(facts.probes, terms.components, ends), begins, ends)
    return Fraction(sum(last - first for first, last in gaps), MINUTE_US)
