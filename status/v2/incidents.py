"""Incidents as the Statuspage v2 format has them, with their updates, the newest first."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from status.board import Board
from status.models import Component, ImpactLevel, Incident, IncidentImpact, IncidentUpdate, Phase
from status.standing import Standing
from status.v2.components import component_document, instant
from status.v2.ids import address_of, page_id, update_id
from status.v2.words import COMPONENT, IMPACT, PHASE, RESOLVED


def incident_document(incident: Incident, board: Board) -> dict[str, Any]:
    """One incident. A retracted one is over and had no impact; its last update says why it was taken back."""
    ended = incident.retracted_at or incident.resolved_at
    impact = ImpactLevel.OPERATIONAL if incident.is_retracted else incident.worst_level
    return {
        "id": str(incident.public_id),
        "page_id": page_id(),
        "name": incident.title,
        "status": RESOLVED if ended else PHASE[incident.phase],
        "impact": IMPACT[impact],
        "shortlink": address_of(reverse("status:incident", args=[incident.public_id])),
        "created_at": instant(incident.created_at),
        "started_at": instant(incident.started_at),
        "monitoring_at": instant(incident.monitoring_at),
        "resolved_at": instant(ended),
        "updated_at": instant(incident.updated_at),
        "incident_updates": _updates(incident),
        "components": affected_components([row.component for row in incident.impacts.all()], board),
        "scheduled_for": None,
        "scheduled_until": None,
        "postmortem_body": _postmortem(incident),
    }


def affected_components(affected: Sequence[Component], board: Board) -> list[dict[str, Any]]:
    """These components as they stand now, each once, in the order of the page; retired ones last."""
    places = {line.component.pk: (place, line.standing) for place, line in enumerate(board.lines, start=1)}
    last = (len(places) + 1, Standing.OPERATIONAL)
    told = {component.pk: component for component in affected}
    found = [(*places.get(pk, last), component) for pk, component in told.items()]
    found.sort(key=lambda one: (one[0], one[2].name))
    return [component_document(component, standing, position=place) for place, standing, component in found]


def _updates(incident: Incident) -> list[dict[str, Any]]:
    told = [_retraction(incident)] if incident.is_retracted else []
    written = sorted(incident.updates.all(), key=lambda one: one.pk)
    places = {update.pk: place for place, update in enumerate(written)}
    shown = [one for one in incident.updates.all() if one.phase != Phase.POSTMORTEM]
    changes = _changes(incident)
    return told + [
        update_document(
            update_id(incident.public_id, places[one.pk]), str(incident.public_id), PHASE[one.phase], one.body,
            display_at=instant(one.display_at), recorded_at=instant(one.recorded_at), affected=changes.get(one.pk, []),
        )
        for one in shown
    ]  # fmt: skip


def update_document(
    own_id: str,
    incident_id: str,
    status: str,
    body: str,
    *,
    display_at: str | None,
    recorded_at: str | None,
    affected: list[dict[str, Any]],
) -> dict[str, Any]:
    """One update: `display_at` is when it counts from, `created_at` when it was written."""
    return {
        "id": own_id,
        "incident_id": incident_id,
        "status": status,
        "body": body,
        "display_at": display_at,
        "created_at": recorded_at,
        "updated_at": recorded_at,
        "deliver_notifications": True,
        "affected_components": affected,
    }


def _retraction(incident: Incident) -> dict[str, Any]:
    at = instant(incident.retracted_at)
    body = _("This was no incident. It was taken back: %(reason)s") % {"reason": incident.retraction}
    own, of = update_id(incident.public_id, "retraction"), str(incident.public_id)
    return update_document(own, of, RESOLVED, body, display_at=at, recorded_at=at, affected=[])


def _changes(incident: Incident) -> dict[int, list[dict[str, Any]]]:
    """What each update changed, by the update's key: a component's state before its instant, and from it on."""
    stood: dict[int, str] = {}
    changes: dict[int, list[dict[str, Any]]] = {}
    for row in sorted(incident.impacts.all(), key=lambda row: (row.begins_at, row.pk)):
        before = stood.get(row.component_id, ImpactLevel.OPERATIONAL)
        stood[row.component_id] = row.level
        changes.setdefault(row.update_id, []).append(_change(row, before))
    return changes


def _change(row: IncidentImpact, before: str) -> dict[str, Any]:
    return {
        "code": str(row.component.public_id),
        "name": row.component.name,
        "old_status": COMPONENT[before],
        "new_status": COMPONENT[row.level],
    }


def _postmortem(incident: Incident) -> str | None:
    told: list[IncidentUpdate] = [one for one in incident.updates.all() if one.phase == Phase.POSTMORTEM]
    return "\n\n".join(one.body for one in reversed(told)) or None
