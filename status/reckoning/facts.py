"""What is stored, as the engine's facts: the one place where incidents, windows, exclusions and probes become figures.

It reads in the scope at hand: in that of nobody what is everybody's, in that of one organisation its own besides. No
other scope is right, for a figure is the platform's or one organisation's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from sla.engine.instants import from_us
from status.impacts import spans_of
from status.maintenance.windows import announced_as
from status.models import Exclusion, Incident, MaintenanceWindow, Verdict
from status.reckoning.measured import probe_series
from status.reckoning.parts import Parts
from status.uptime import facts as engine
from status.uptime.facts import Level, Names
from status.uptime.periods import Month


@dataclass(frozen=True)
class Stored:
    """The facts, and for people what their refs are called; a ref without a title is of what was not published."""

    facts: engine.Facts
    titles: Mapping[str, str]


def stored_facts(month: Month, parts: Parts, *, own: str | None, until: datetime, lead: timedelta) -> Stored:
    """Everything that bears on the month, in the scope at hand.

    `own`: the key of the organisation whose figure it is. `until`: when it is asked, for what is still being measured.
    `lead`: how far beyond the month's ends an outage is looked for, that its whole length may be known.
    """
    begins, ends = from_us(month.begins) - lead, from_us(month.ends) + lead
    titles: dict[str, str] = {}
    names = None if own is None else frozenset({own})
    facts = engine.Facts(
        incidents=_incidents(begins, ends, parts, names, titles),
        maintenances=_windows(begins, ends, parts, names, titles),
        exclusions=_exclusions(begins, ends, parts, names),
        probes=probe_series(begins=begins, ends=ends, until=until, refs=parts.refs, titles=titles),
    )
    return Stored(facts, titles)


def _incidents(
    begins: datetime, ends: datetime, parts: Parts, names: Names, titles: dict[str, str]
) -> tuple[engine.Incident, ...]:
    """Drafts too, for what was down was down; retracted ones as such (R10)."""
    lasting = Q(resolved_at__isnull=True, retracted_at__isnull=True)
    reaching = lasting | Q(resolved_at__gte=begins) | Q(retracted_at__gte=begins)
    rows = Incident.objects.filter(reaching, started_at__lt=ends).order_by("started_at", "pk")
    found = []
    for row in rows.prefetch_related("impacts"):
        ref = str(row.public_id)
        titles[ref] = "" if row.is_draft else row.title
        impacts = tuple(
            engine.Impact(parts.refs[span.component_id], Level(span.level), span.begins, span.ends)
            for span in spans_of(row.impacts.all())
        )
        found.append(engine.Incident(ref, impacts, row.is_retracted, None if row.for_all else names))
    return tuple(found)


def _windows(
    begins: datetime, ends: datetime, parts: Parts, names: Names, titles: dict[str, str]
) -> tuple[engine.Maintenance, ...]:
    """Published windows with everything that was announced of them; cancelled ones as such."""
    rows = MaintenanceWindow.objects.filter(published_at__isnull=False, begins_at__lt=ends, ends_at__gt=begins)
    found = []
    for row in rows.order_by("begins_at", "pk").prefetch_related("announcements", "components"):
        ref = str(row.public_id)
        titles[ref] = row.title
        listed = frozenset(parts.refs[one.component_id] for one in row.components.all()) or None
        found.append(
            engine.Maintenance(
                ref, announced_as(row.announcements.all()), listed, row.is_cancelled, None if row.for_all else names
            )
        )
    return tuple(found)


def _exclusions(begins: datetime, ends: datetime, parts: Parts, names: Names) -> tuple[engine.Exclusion, ...]:
    """What two people agreed on; what waits or was declined says nothing."""
    rows = Exclusion.objects.filter(
        begins_at__lt=ends, ends_at__gt=begins, decisions__verdict=Verdict.APPROVED
    ).order_by("begins_at", "pk")
    found = []
    for row in rows.prefetch_related("components", "decisions"):
        verdicts = {one.verdict: one for one in row.decisions.all()}
        if Verdict.DECLINED in verdicts:
            continue
        approver = verdicts[Verdict.APPROVED].decider_name
        if (
            approver == row.proposer_name
        ):  # two people of one name: the engine tells people apart by what they are called
            approver = f"{approver} (2)"
        found.append(
            engine.Exclusion(
                ref=str(row.public_id),
                reason=row.reason,
                begins=row.begins_at,
                ends=row.ends_at,
                evidence=row.evidence,
                proposed_by=row.proposer_name,
                approved_by=approver,
                components=frozenset(parts.refs[one.component_id] for one in row.components.all()) or None,
                organisations=None if row.for_all else names,
            )
        )
    return tuple(found)
