"""The demo's uptime: outages of some months, one left out by two people, one proposal that waits, frozen months."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from helpdesk.lib.actors import Actor
from status.models import Component
from status.operations.exclusions import ExclusionText, approve_exclusion, propose_exclusion
from status.operations.incidents import UpdateText, open_incident, post_update
from status.operations.months import freeze_due, revise_frozen
from status.reckoning.listing import months_told

# Days ago, minutes, what happened, component, level, what was told of its end.
OUTAGES = (
    (75, 38, "Sign-in fails", "Web application", "major_outage", "A full disk. It is now watched."),
    (48, 64, "Everything is out of reach", "Web application", "major_outage", "The power is back in the whole region."),
    (40, 25, "Mails go out late", "E-mail", "degraded_performance", "The queue is worked off."),
    (9, 17, "Pages answer with errors", "Web application", "major_outage", "A release was taken back."),
)
STORM, RELEASE = 1, 3  # of these, what was left out, and what somebody proposes to leave out


def tell_of_uptime(
    components: Mapping[str, Component], *, agent: Actor, manager: Actor, began: datetime, now: datetime
) -> None:
    """Tell of the outages and exclude, then freeze each month when its time came. Needs the system scope.

    The storm was approved after its month had frozen, so that month has a second revision.
    """
    times = [(now - timedelta(days=days), now - timedelta(days=days) + timedelta(minutes=m)) for days, m, *_ in OUTAGES]
    for (begins, ends), (_days, _minutes, title, name, level, end) in zip(times, OUTAGES, strict=True):
        if begins <= began:
            continue
        told = UpdateText(phase="investigating", body="We look into it.", impacts={components[name].pk: level})
        incident = open_incident(actor=agent, title=title, update=told, at=begins)
        post_update(incident=incident, actor=agent, update=UpdateText(phase="resolved", body=end), at=ends)
    storm, release = times[STORM], times[RELEASE]
    proof = "Regional failure, notice 4711 of the operator of the grid."
    proposed = propose_exclusion(
        actor=agent, text=_text("force_majeure", storm, proof), at=storm[1] + timedelta(days=1)
    )
    propose_exclusion(
        actor=agent, text=_text("third_party_provider", release, "The provider’s own status page."), at=release[1]
    )
    for month in reversed(months_told(at=now)):
        if month.freezes_at() <= now:
            freeze_due(at=month.freezes_at())
    approved_at = min(storm[1] + timedelta(days=36), now)
    approve_exclusion(exclusion=proposed, actor=manager, at=approved_at)
    revise_frozen(at=approved_at)


def _text(reason: str, span: tuple[datetime, datetime], evidence: str) -> ExclusionText:
    return ExclusionText(reason=reason, begins_at=span[0], ends_at=span[1], evidence=evidence)
