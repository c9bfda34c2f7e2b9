"""A month's working as people read it: each interval with its source and rule, each window with its notice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from helpdesk.lib.instants import span_text
from sla.engine.instants import from_us
from status.reckoning.months import Reckoning
from status.reckoning.words import REASONS, REFUSALS, minutes_text, whole_minutes
from status.uptime.claims import Cause, Refusal
from status.uptime.facts import Maintenance
from status.uptime.figures import Item, Slice
from status.uptime.notice import announced
from status.uptime.reasons import Reason


@dataclass(frozen=True)
class Source:
    """Who says that something was down: an incident with its page, or a probe. No title: it is not published."""

    ref: str
    title: str
    is_incident: bool


@dataclass(frozen=True)
class Interval:
    """One line of the working. Minutes are weighted."""

    begins: datetime
    ends: datetime
    components: str
    sources: Sequence[Source]
    raw: str
    counted: str
    rule: str
    counts: bool


@dataclass(frozen=True)
class Left:
    """One line of the gap: what left out how much, on which evidence."""

    reason: str
    minutes: str
    title: str
    evidence: str
    approved_by: str
    announced_at: datetime | None


@dataclass(frozen=True)
class NoticePiece:
    """A part of a window with the notice that it had."""

    begins: datetime
    ends: datetime
    announced_at: datetime
    before: str
    qualifies: bool


@dataclass(frozen=True)
class WindowNotice:
    """A window with the working of its notice. `ref` is what its page is found by."""

    ref: str
    title: str
    is_cancelled: bool
    was_announced: bool
    pieces: Sequence[NoticePiece]


@dataclass(frozen=True)
class NotLeft:
    """What leaves nothing out, and why."""

    title: str
    why: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Working:
    """Everything between what happened and the figure."""

    intervals: Sequence[Interval]
    left: Sequence[Left]
    windows: Sequence[WindowNotice]
    refused: Sequence[NotLeft]


def working_of(found: Reckoning) -> Working:
    """The working of the whole."""
    incidents = {one.ref for one in found.facts.incidents}
    people = {one.ref: one.proposed_by for one in found.facts.exclusions}
    return Working(
        [_interval(piece, found, incidents) for piece in found.whole.working],
        [_left(item, found.titles, people) for item in found.whole.items],
        [_window(one, found) for one in found.facts.maintenances],
        [_refused(one, found.titles) for one in found.whole.refusals],
    )


def names_in(refs: Sequence[str], titles: Mapping[str, str]) -> str:
    """Components by name."""
    return ", ".join(sorted(titles.get(ref, ref) for ref in refs))


def rule_of(cause: Cause | None, weight: Fraction) -> str:
    """What decided of an interval, in words."""
    if cause is None:
        return _("Counts.") if weight else _("Weighs nothing.")
    if cause.reason in (Reason.SCHEDULED_MAINTENANCE, Reason.EMERGENCY_MAINTENANCE) and cause.announced_at:
        return _("Left out: %s, announced.") % REASONS[cause.reason]
    if cause.reason is Reason.BELOW_MINIMUM_DURATION:
        return _("Left out: shorter than the shortest outage that counts.")
    return _("Left out: %(reason)s, approved by %(person)s.") % {
        "reason": REASONS[cause.reason],
        "person": cause.approved_by,
    }


def _interval(piece: Slice, found: Reckoning, incidents: set[str]) -> Interval:
    return Interval(
        piece.begins,
        piece.ends,
        names_in(piece.components, found.titles),
        [Source(ref, found.titles.get(ref, ""), ref in incidents) for ref in piece.refs],
        minutes_text(piece.raw_minutes),
        minutes_text(piece.counted_minutes),
        rule_of(piece.cause, piece.counted),
        bool(piece.counted),
    )


def _left(item: Item, titles: Mapping[str, str], people: Mapping[str, str]) -> Left:
    cause = item.cause
    return Left(
        str(REASONS[cause.reason]),
        whole_minutes(item.minutes),
        titles.get(cause.ref, ""),
        cause.evidence,
        _("%(one)s, approved by %(other)s") % {"one": people.get(cause.ref, ""), "other": cause.approved_by}
        if cause.approved_by
        else "",
        cause.announced_at,
    )


def _window(window: Maintenance, found: Reckoning) -> WindowNotice:
    pieces = [
        NoticePiece(
            from_us(piece.begins),
            from_us(piece.ends),
            piece.announced_at,
            _before(from_us(piece.begins) - piece.announced_at),
            piece.has_notice(found.terms.notice) and not window.cancelled,
        )
        for piece in announced(window.announcements)
    ]
    return WindowNotice(window.ref, found.titles.get(window.ref, ""), window.cancelled, bool(pieces), pieces)


def _before(span: timedelta) -> str:
    if span < timedelta(0):
        return _("%s after it began") % span_text(span)
    return _("%s before") % span_text(span)


def _refused(one: Refusal, titles: Mapping[str, str]) -> NotLeft:
    return NotLeft(titles.get(one.ref, ""), str(REFUSALS[one.why]), one.begins, one.ends)
