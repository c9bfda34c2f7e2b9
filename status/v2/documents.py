"""The documents of the Statuspage v2 format, by the names under which clients ask for them."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from status.board import Board
from status.maintenance.planned import Planned
from status.models import Incident
from status.v2.components import every_component, instant
from status.v2.ids import page_address, page_id
from status.v2.incidents import incident_document
from status.v2.maintenance import maintenance_document
from status.v2.words import INDICATOR
from status.zone import PAGE_ZONE

Document = dict[str, Any]


def page_name() -> str:
    """What feeds, calendars and machines call the page."""
    return _("Status of ravingCRM")


def text_of(name: str, board: Board) -> bytes:
    """The document of this name as JSON; raises `KeyError` for one that the format does not have."""
    return json.dumps({"page": _page(board), **DOCUMENTS[name](board)}, ensure_ascii=False).encode()


def _page(board: Board) -> Document:
    return {
        "id": page_id(),
        "name": page_name(),
        "url": page_address(),
        "time_zone": PAGE_ZONE,
        "updated_at": instant(board.changed_at),
    }


def _status(board: Board) -> Document:
    return {"status": {"indicator": INDICATOR[board.standing], "description": board.words}}


def _components(board: Board) -> Document:
    return {"components": every_component(board)}


def _incidents(found: Iterable[Incident], board: Board) -> Document:
    return {"incidents": [incident_document(one, board) for one in found]}


def _maintenances(found: Iterable[Planned], board: Board) -> Document:
    return {"scheduled_maintenances": [maintenance_document(one, board) for one in found]}


def _summary(board: Board) -> Document:
    return {
        **_components(board),
        **_incidents(board.open, board),
        **_maintenances([*board.running, *board.ahead], board),
        **_status(board),
    }


DOCUMENTS: Mapping[str, Callable[[Board], Document]] = {
    "summary": _summary,
    "status": _status,
    "components": _components,
    "incidents": lambda board: _incidents(board.newest, board),
    "incidents/unresolved": lambda board: _incidents(board.open, board),
    "scheduled-maintenances": lambda board: _maintenances(board.planned, board),
    "scheduled-maintenances/upcoming": lambda board: _maintenances(board.ahead, board),
    "scheduled-maintenances/active": lambda board: _maintenances(board.running, board),
}
