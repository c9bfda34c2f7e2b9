"""Which outages there were, and which exclusions may be set against them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from sla.engine.instants import MINUTE_US, from_us, to_us
from status.uptime.facts import Exclusion, Facts, Maintenance, Names, Terms
from status.uptime.notice import Piece, announced, in_usual_windows
from status.uptime.probing import kept_runs
from status.uptime.reasons import COMPUTED, ORGANISATION_ONLY, Reason, Refused
from status.uptime.spans import Stretch, common, merged, without


@dataclass(frozen=True)
class Outage:
    """A component down with a weight; `ref` names the incident or the probe that says so. Microseconds."""

    begins: int
    ends: int
    component: str
    weight: Fraction
    ref: str


@dataclass(frozen=True)
class Cause:
    """What an exclusion rests on: typed evidence and its approver, or the notice of the window."""

    reason: Reason
    ref: str = ""
    evidence: str = ""
    approved_by: str = ""
    announced_at: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """A cause that may be set against outages of `components` (None: all) in an interval, in microseconds."""

    begins: int
    ends: int
    cause: Cause
    components: Names = None

    def covers(self, component: str) -> bool:
        """Whether it may be set against an outage of the component."""
        return self.components is None or component in self.components


@dataclass(frozen=True)
class Refusal:
    """An exclusion, a window or a part of one that leaves nothing out, and why."""

    ref: str
    why: Refused
    begins: datetime
    ends: datetime
    announced_at: datetime | None = None


def outages_of(facts: Facts, terms: Terms, until: int) -> list[Outage]:
    """Every outage of the measured components up to `until`; what is open ends there."""
    found = [
        Outage(
            to_us(impact.begins), _end(impact.ends, until), impact.component, terms.weight(impact.level), incident.ref
        )
        for incident in facts.incidents
        if not incident.retracted and terms.concerns(incident.organisations)
        for impact in incident.impacts
    ]
    found += [
        Outage(first, until if last is None else last, probe.component, Fraction(1), probe.ref)
        for probe in facts.probes
        for first, last in kept_runs(probe, until)
    ]
    return [one for one in found if one.component in terms.components and one.weight and one.begins < one.ends]


def claims_of(
    facts: Facts, terms: Terms, zone: ZoneInfo, outages: Sequence[Outage]
) -> tuple[list[Claim], list[Refusal]]:
    """The exclusions that qualify, in the order of the closed list, and those that do not."""
    found: list[Claim | Refusal] = []
    for window in facts.maintenances:
        if terms.concerns(window.organisations):
            found += _of_window(window, terms, zone)
    for typed in facts.exclusions:
        if terms.concerns(typed.organisations):
            found += _of_typed(typed, terms, outages)
    found += [Claim(*run, Cause(Reason.BELOW_MINIMUM_DURATION)) for run in _short_runs(terms, outages)]
    claims = [one for one in found if isinstance(one, Claim)]
    refusals = [one for one in found if isinstance(one, Refusal)]
    return sorted(claims, key=lambda claim: claim.cause.reason.rank), refusals


def _end(at: datetime | None, until: int) -> int:
    return until if at is None else min(to_us(at), until)


def _short_runs(terms: Terms, outages: Iterable[Outage]) -> list[Stretch]:
    """Outages of the measured whole that did not last as long as the shortest that counts.

    Their own length decides, also where a month or a maintenance window cuts them.
    """
    least = terms.min_outage * MINUTE_US
    return [run for run in merged((one.begins, one.ends) for one in outages) if run[1] - run[0] < least]


def _of_window(window: Maintenance, terms: Terms, zone: ZoneInfo) -> Iterator[Claim | Refusal]:
    pieces = announced(window.announcements)
    if window.cancelled or not pieces:
        why = Refused.CANCELLED if window.cancelled else Refused.NEVER_ANNOUNCED
        for one in window.announcements[-1:]:
            yield Refusal(window.ref, why, one.begins, one.ends)
        return
    for piece in pieces:
        if piece.has_notice(terms.notice):
            yield from _scheduled(window, piece, terms, zone)
        else:
            yield _short_notice(window, piece, terms)


def _scheduled(window: Maintenance, piece: Piece, terms: Terms, zone: ZoneInfo) -> Iterator[Claim | Refusal]:
    if Reason.SCHEDULED_MAINTENANCE not in terms.reasons:
        yield _refused(window, piece, (piece.begins, piece.ends), Refused.SWITCHED_OFF)
        return
    whole = [(piece.begins, piece.ends)]
    usual = whole
    if terms.usual_windows is not None:
        usual = in_usual_windows(terms.usual_windows, zone.key, piece.begins, piece.ends)
    cause = Cause(Reason.SCHEDULED_MAINTENANCE, window.ref, announced_at=piece.announced_at)
    for begins, ends in usual:
        yield Claim(begins, ends, cause, window.components)
    for stretch in without(whole, usual):
        yield _refused(window, piece, stretch, Refused.OUTSIDE_USUAL_WINDOWS)


def _short_notice(window: Maintenance, piece: Piece, terms: Terms) -> Claim | Refusal:
    """Short notice counts as downtime, unless the terms know emergency maintenance and it was told before it began."""
    if Reason.EMERGENCY_MAINTENANCE in terms.reasons and to_us(piece.announced_at) < piece.begins:
        cause = Cause(Reason.EMERGENCY_MAINTENANCE, window.ref, announced_at=piece.announced_at)
        return Claim(piece.begins, piece.ends, cause, window.components)
    return _refused(window, piece, (piece.begins, piece.ends), Refused.SHORT_NOTICE)


def _refused(window: Maintenance, piece: Piece, stretch: Stretch, why: Refused) -> Refusal:
    return Refusal(window.ref, why, from_us(stretch[0]), from_us(stretch[1]), piece.announced_at)


def _of_typed(typed: Exclusion, terms: Terms, outages: Sequence[Outage]) -> Iterator[Claim | Refusal]:
    why = _fault_of(typed, terms)
    if why is not None:
        yield Refusal(typed.ref, why, typed.begins, typed.ends)
        return
    cause = Cause(Reason(typed.reason), typed.ref, typed.evidence, typed.approved_by)
    claim = Claim(to_us(typed.begins), to_us(typed.ends), cause, typed.components)
    if cause.reason is not Reason.BETA_FEATURE:
        yield claim
        return
    beta = list(_of_beta(claim, terms, outages))
    yield from beta
    if not beta:
        yield Refusal(typed.ref, Refused.NOT_A_BETA_COMPONENT, typed.begins, typed.ends)


def _fault_of(typed: Exclusion, terms: Terms) -> Refused | None:
    """Why a typed exclusion does not qualify, whatever the outage; None when it does."""
    if typed.reason not in set(Reason):
        return Refused.NOT_ON_THE_LIST
    reason = Reason(typed.reason)
    faults = {
        Refused.COMPUTED_NEVER_TYPED: reason in COMPUTED,
        Refused.SWITCHED_OFF: reason not in terms.reasons,
        Refused.NOT_APPROVED: not typed.approved,
        Refused.NO_EVIDENCE: not typed.evidence.strip(),
        Refused.ONE_ORGANISATION_ONLY: reason in ORGANISATION_ONLY and typed.organisations is None,
    }
    return next((fault for fault, holds in faults.items() if holds), None)


def _of_beta(claim: Claim, terms: Terms, outages: Sequence[Outage]) -> Iterator[Claim]:
    """The claim for outages of components that are not core and were beta features before the outage began."""
    for component in terms.components:
        since = terms.beta_since.get(component)
        if since is None or component in terms.core or not claim.covers(component):
            continue
        runs = merged((one.begins, one.ends) for one in outages if one.component == component)
        for begins, ends in common((run for run in runs if run[0] >= to_us(since)), claim.begins, claim.ends):
            yield Claim(begins, ends, claim.cause, frozenset({component}))
