"""Incidents: opening one, going on with updates, publishing a draft, taking one back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import system_scope
from status.impacts import levels_now, spans_of
from status.models import Component, ImpactLevel, Incident, IncidentKind, IncidentUpdate, Phase
from status.models.incident import LONGEST_REASON, LONGEST_TITLE
from status.models.levels import worst_of
from status.operations.audience import chosen_audience, refuse_unserved
from status.operations.checks import line, whole_text
from status.operations.public_notices import tell_of_newest, tell_of_retraction, tell_of_update
from status.operations.telling import tell_pages
from status.operations.threads import queue_answers
from status.operations.twin import spoil_twin
from status.operations.work import (
    REASON,
    audience_of,
    audit,
    locked_incident,
    refuse_retracted,
    revise_months_of,
    save_incident,
    write_update,
)


@dataclass(frozen=True, kw_only=True)
class UpdateText:
    """An update as typed. `display_at` None: now; earlier: told afterwards. `impacts` by the component's key.

    `next_update_at` is the promise of the next one. A component that `impacts` leaves out stays as it stands.
    """

    phase: str
    body: str
    display_at: datetime | None = None
    next_update_at: datetime | None = None
    impacts: Mapping[int, str] = field(default_factory=dict)


@transaction.atomic
def open_incident(
    *,
    actor: Actor,
    title: str,
    update: UpdateText,
    organisations: Sequence[Organisation] | None = None,
    kind: str = IncidentKind.INCIDENT,
    in_app: bool = True,
    published: bool = True,
    at: datetime | None = None,
) -> Incident:
    """Open an incident with its first update; `organisations` None: everybody may know, else these alone.

    Raises `DomainError` beside the input for a missing or long title, an empty audience, an unknown kind and what
    `post_update` refuses; `Forbidden` without the right, or for organisations that the actor does not serve.
    """
    require(actor, "incident.write")
    at = at or database_now()
    audience = chosen_audience(organisations)
    if kind not in IncidentKind.values:
        raise DomainError(_("Choose a kind from the list."), field="kind")
    incident = Incident(
        title=line(title, field="title", longest=LONGEST_TITLE, missing=_("Give it a title that clients understand.")),
        kind=kind,
        for_all=organisations is None,
        in_app=in_app,
        started_at=update.display_at or at,
        published_at=at if published else None,
        created_at=at,
        updated_at=at,
    )
    incident.owner_id = actor.staff_id
    checked = _checked(update, at=at)
    save_incident(incident, audience=audience)
    written = _write(incident, update, checked, actor=actor, at=at)
    if published:
        tell_pages(incident)
        tell_of_update(incident, written, at=at)
    said = {"for": "everybody" if incident.for_all else sorted(one.key for one in organisations or ())}
    audit("incident.open", incident, actor=actor, at=at, data={**said, "published": published})
    return incident


@transaction.atomic
def post_update(*, incident: Incident, actor: Actor, update: UpdateText, at: datetime | None = None) -> IncidentUpdate:
    """Write a further update; its phase, impacts and promise hold from its display instant on.

    A resolution ends every impact. A post-mortem is for a resolved incident, and moves nothing. Raises `DomainError`
    beside the input for an empty or over-long text, an unknown phase, component or level, a display instant that is
    ahead, a promise that is not, and a resolution earlier than what was told already; `Conflict` for a retracted
    incident and a post-mortem before the end; `Forbidden` as `locked_incident`.
    """
    locked = locked_incident(incident, actor=actor)
    at = at or database_now()
    refuse_retracted(locked)
    checked = _checked(update, at=at)
    _refuse_out_of_order(locked, update, at=at)
    locked.owner_id = actor.staff_id
    written = _write(locked, update, checked, actor=actor, at=at)
    if not locked.is_draft and update.phase != Phase.POSTMORTEM:
        queue_answers(written)
        tell_pages(locked)
    elif not locked.is_draft and locked.for_all:
        spoil_twin()
    tell_of_update(locked, written, at=at)
    audit("incident.update", locked, actor=actor, at=at, data={"phase": update.phase})
    return written


@transaction.atomic
def publish_incident(*, incident: Incident, actor: Actor, at: datetime | None = None) -> Incident:
    """Show a draft to those who may know. One that is published already stays as it is."""
    locked = locked_incident(incident, actor=actor)
    at = at or database_now()
    refuse_retracted(locked)
    if locked.published_at is None:
        locked.published_at = locked.updated_at = at
        save_incident(locked)
        tell_pages(locked)
        tell_of_newest(locked, at=at)
        audit("incident.publish", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def retract_incident(*, incident: Incident, actor: Actor, reason: str, at: datetime | None = None) -> Incident:
    """Take back what was no incident: it ends, counts as no downtime (R10), and says why. The record stays.

    Raises `DomainError` without a reason, and `Conflict` for one that is retracted already.
    """
    locked = locked_incident(incident, actor=actor)
    at = at or database_now()
    missing = _("Say why it is taken back; whoever read of it reads this too.")
    said = line(reason, field="reason", longest=LONGEST_REASON, missing=missing)
    if locked.is_retracted:
        raise Conflict(_("This incident has been retracted already."))
    locked.retracted_at, locked.retraction, locked.next_update_at, locked.updated_at = at, said, None, at
    save_incident(locked)
    revise_months_of(locked.started_at, at=at)
    if not locked.is_draft:
        tell_pages(locked)
    tell_of_retraction(locked, at=at)
    audit("incident.retract", locked, actor=actor, at=at, reason=said)
    return locked


@transaction.atomic
def set_in_app(*, incident: Incident, actor: Actor, wanted: bool, at: datetime | None = None) -> Incident:
    """Have banners tell of it, or not."""
    locked = locked_incident(incident, actor=actor)
    at = at or database_now()
    if locked.in_app is not wanted:
        locked.in_app, locked.updated_at = wanted, at
        save_incident(locked)
        if not locked.is_draft:
            tell_pages(locked)
        audit("incident.in_app", locked, actor=actor, at=at, data={"wanted": wanted})
    return locked


def _checked(update: UpdateText, *, at: datetime) -> list[tuple[Component, str]]:
    """The components that an update speaks of, with their levels; raises `DomainError` for what is wrong with it."""
    whole_text(update.body, field="body", missing=_("Write what you know, and what you do about it."))
    if update.phase not in Phase.values:
        raise DomainError(_("Choose a phase from the list."), field="phase")
    shown = update.display_at or at
    if shown > at:
        raise DomainError(_("An update cannot be told from an instant that is still ahead."), field="display_at")
    if update.next_update_at is not None:
        if update.phase in (Phase.RESOLVED, Phase.POSTMORTEM):
            raise DomainError(_("What is resolved promises no further update."), field="next_update_at")
        if update.next_update_at <= at:
            raise DomainError(_("Promise the next update for an instant that is ahead."), field="next_update_at")
    if not set(update.impacts.values()) <= set(ImpactLevel.values):
        raise DomainError(_("Choose each component’s state from the list."), field="impacts")
    known = {one.pk: one for one in Component.objects.filter(pk__in=update.impacts)}
    if known.keys() != update.impacts.keys():
        raise DomainError(_("There is no such component."), field="impacts")
    return [(known[pk], level) for pk, level in update.impacts.items()]


def _refuse_out_of_order(incident: Incident, update: UpdateText, *, at: datetime) -> None:
    if update.phase == Phase.POSTMORTEM:
        if incident.resolved_at is None:
            raise Conflict(_("A post-mortem is written once the incident is resolved."))
        if update.impacts:
            raise DomainError(_("A post-mortem changes no component’s state."), field="impacts")
        return
    with system_scope(REASON):
        newest = incident.updates.exclude(phase=Phase.POSTMORTEM).order_by("-display_at", "-pk")[0]
    shown = update.display_at or at
    if update.phase == Phase.RESOLVED and shown < newest.display_at:
        raise DomainError(_("It was not resolved before the last thing that was told of it."), field="display_at")


def _write(
    incident: Incident, update: UpdateText, impacts: list[tuple[Component, str]], *, actor: Actor, at: datetime
) -> IncidentUpdate:
    """Insert the update with its impacts, then let the incident's row say what all of them say together."""
    row = IncidentUpdate(
        incident=incident,
        phase=update.phase,
        body=update.body.strip(),
        display_at=update.display_at or at,
        recorded_at=at,
        next_update_at=update.next_update_at,
        author_id=actor.staff_id,
        author_name=actor.name,
    )
    write_update(row, impacts if update.phase != Phase.RESOLVED else _endings(incident, impacts))
    _fold(incident)
    incident.updated_at = at
    save_incident(incident)
    revise_months_of(row.display_at, at=at)
    return row


def _endings(incident: Incident, impacts: list[tuple[Component, str]]) -> list[tuple[Component, str]]:
    """A resolution ends all impacts, whatever was chosen beside it."""
    with system_scope(REASON):
        open_now = levels_now(incident.impacts.all())
        affected = open_now.keys() | {component.pk for component, level in impacts}
        return [(one, ImpactLevel.OPERATIONAL) for one in Component.objects.filter(pk__in=affected)]


def _fold(incident: Incident) -> None:
    """What the incident's row repeats of its updates and impacts."""
    with system_scope(REASON):
        spans = spans_of(incident.impacts.all())
        told = list(incident.updates.exclude(phase=Phase.POSTMORTEM).order_by("display_at", "pk"))
    newest = told[-1]
    incident.phase = newest.phase
    incident.level = worst_of(span.level for span in spans if span.ends is None)
    incident.worst_level = worst_of(span.level for span in spans)
    incident.started_at = min([told[0].display_at, *(span.begins for span in spans)])
    incident.monitoring_at = next((one.display_at for one in told if one.phase == Phase.MONITORING), None)
    incident.resolved_at = newest.display_at if newest.phase == Phase.RESOLVED else None
    incident.next_update_at = newest.next_update_at if incident.resolved_at is None else None


def may_write(incident: Incident, *, actor: Actor) -> bool:
    """Whether the actor may write of it: they have the right, and serve everybody who would read it."""
    if not actor.may("incident.write"):
        return False
    try:
        refuse_unserved(audience_of(incident))
    except DomainError:
        return False
    return True
