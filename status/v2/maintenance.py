"""Planned maintenance as the Statuspage v2 format has it: an incident with times, whose impact is `maintenance`."""

from typing import Any

from django.utils.translation import gettext as _

from helpdesk.lib.instants import instant_text
from status.board import Board
from status.maintenance.planned import Announced, Planned
from status.models import WindowState
from status.v2.components import instant
from status.v2.ids import page_address, page_id, update_id
from status.v2.incidents import affected_components, update_document
from status.v2.words import MAINTENANCE, WORK
from status.zone import PAGE_ZONE


def maintenance_document(work: Planned, board: Board) -> dict[str, Any]:
    """One window as it stands. Cancelled work is completed, and its last update says why."""
    ended = work.reached(WindowState.COMPLETED) or work.reached(WindowState.CANCELLED)
    return {
        "id": str(work.public_id),
        "page_id": page_id(),
        "name": work.title,
        "status": WORK[work.state],
        "impact": MAINTENANCE,
        "shortlink": page_address(),
        "created_at": instant(work.created_at),
        "started_at": instant(work.reached(WindowState.IN_PROGRESS) or work.begins_at),
        "monitoring_at": instant(work.reached(WindowState.VERIFYING)),
        "resolved_at": instant(ended),
        "updated_at": instant(work.updated_at),
        "incident_updates": _updates(work),
        "components": affected_components(
            [line.component for line in board.lines if work.concerns(line.component.pk)], board
        ),
        "scheduled_for": instant(work.begins_at),
        "scheduled_until": instant(work.ends_at),
        "postmortem_body": None,
    }


def _updates(work: Planned) -> list[dict[str, Any]]:
    """What was announced, and each state that it has reached: the newest first."""
    told = [
        (one.at, f"announced/{place}", WindowState.SCHEDULED, _announcement(work, one, is_first=place == 0))
        for place, one in enumerate(work.announced)
    ]
    told += [
        (at, state.value, state, _step(work, state)) for state, at in work.steps if state is not WindowState.SCHEDULED
    ]
    told.sort(key=lambda one: one[0], reverse=True)
    return [
        update_document(
            update_id(work.public_id, place), str(work.public_id), WORK[state], body,
            display_at=instant(at), recorded_at=instant(at), affected=[],
        )
        for at, place, state, body in told
    ]  # fmt: skip


def _announcement(work: Planned, told: Announced, *, is_first: bool) -> str:
    times = {"begins": instant_text(told.begins_at, PAGE_ZONE), "ends": instant_text(told.ends_at, PAGE_ZONE)}
    said = _("Planned from %(begins)s to %(ends)s.") if is_first else _("Moved: from %(begins)s to %(ends)s.")
    more = work.body if is_first else told.reason
    return f"{said % times} {more}".strip()


def _step(work: Planned, state: WindowState) -> str:
    if state is WindowState.CANCELLED:
        return _("Cancelled: %(reason)s") % {"reason": work.cancellation}
    return {
        WindowState.IN_PROGRESS: _("The work has begun."),
        WindowState.VERIFYING: _("The work is done and is being checked."),
        WindowState.COMPLETED: _("The work is completed."),
    }[state]
