"""Components and their groups as the Statuspage v2 format has them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from status.bars import midnight
from status.board import Board, Line
from status.models import Component
from status.standing import Standing, worst_standing
from status.v2.ids import group_id, page_id
from status.v2.words import COMPONENT
from status.zone import PAGE_ZONE


def instant(value: datetime | None) -> str | None:
    """An instant in the page's zone, to the millisecond."""
    return value.astimezone(ZoneInfo(PAGE_ZONE)).isoformat(timespec="milliseconds") if value else None


def every_component(board: Board) -> list[dict[str, Any]]:
    """Each group, then its components, in the order of the page."""
    told: list[dict[str, Any]] = []
    groups = lines_by_group(board)
    for place, line in enumerate(board.lines, start=1):
        group = line.component.group
        if group is not None and groups[group.pk][0] is line:
            told.append(_group(groups[group.pk], position=place))
        told.append(component_document(line.component, line.standing, position=place))
    return told


def lines_by_group(board: Board) -> Mapping[int, list[Line]]:
    """The lines of each group, by its key."""
    groups: dict[int, list[Line]] = {}
    for line in board.lines:
        if line.component.group is not None:
            groups.setdefault(line.component.group.pk, []).append(line)
    return groups


def component_document(component: Component, standing: Standing, *, position: int) -> dict[str, Any]:
    """One component. It is told of from a day on: before that day it has no state."""
    return {
        "id": str(component.public_id),
        "page_id": page_id(),
        "name": component.name,
        "description": component.description or None,
        "status": COMPONENT[standing],
        "position": position,
        "group": False,
        "group_id": group_id(component.group_id) if component.group_id else None,
        "components": [],
        "showcase": True,
        "only_show_if_degraded": False,
        "start_date": component.started_on.isoformat(),
        "created_at": instant(midnight(component.started_on)),
        "updated_at": instant(component.updated_at),
    }


def _group(lines: Sequence[Line], *, position: int) -> dict[str, Any]:
    group = lines[0].component.group
    assert group is not None
    began = min(line.component.started_on for line in lines)
    return {
        "id": group_id(group.pk),
        "page_id": page_id(),
        "name": group.name,
        "description": None,
        "status": COMPONENT[worst_standing(line.standing for line in lines)],
        "position": position,
        "group": True,
        "group_id": None,
        "components": [str(line.component.public_id) for line in lines],
        "showcase": True,
        "only_show_if_degraded": False,
        "start_date": began.isoformat(),
        "created_at": instant(midnight(began)),
        "updated_at": instant(max(line.component.updated_at for line in lines)),
    }
