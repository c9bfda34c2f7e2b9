"""Telling open pages of a change: roll-ups written anew and a word on the stream, once it is committed."""

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import models, transaction

from helpdesk.accounts.models import Organisation
from helpdesk.lib.live import Topic, changed
from helpdesk.lib.tenancy import system_scope
from status.headlines import keep_headlines, told_incidents, told_windows, values_of, values_of_window
from status.models import Incident, IncidentAudience, MaintenanceWindow, WindowAudience
from status.operations.twin import spoil_twin
from status.operations.window_frame import audience_of_window
from status.operations.work import audience_of

logger = logging.getLogger(__name__)
EVERY = "roll-ups for every organisation that may know of an incident or a window"


def tell_pages(incident: Incident) -> None:
    """Have the pages of whoever may know of the incident tell how it stands; nobody else's hear a word.

    The roll-ups are written before the word is said, so that who then looks sees the change.
    """
    if incident.for_all:
        spoil_twin()
    _tell(_everybody() if incident.for_all else audience_of(incident))


def tell_of_window(window: MaintenanceWindow) -> None:
    """The same for whoever may know of the window."""
    if window.for_all:
        spoil_twin()
    _tell(_everybody() if window.for_all else audience_of_window(window))


def _tell(organisation_ids: frozenset[int]) -> None:
    transaction.on_commit(partial(_keep, organisation_ids), robust=True)
    changed(organisation_ids=organisation_ids, topic=Topic.STATUS)


def _everybody() -> frozenset[int]:
    return frozenset(Organisation.objects.filter(is_active=True).values_list("pk", flat=True))


def _keep(organisation_ids: Iterable[int]) -> None:
    with system_scope(EVERY):
        incidents, windows = told_incidents(), told_windows()
        knowing = _audience(IncidentAudience.objects.filter(incident__in=incidents), "incident_id")
        planned = _audience(WindowAudience.objects.filter(window__in=windows), "window_id")
    rows: Sequence[tuple[bool, set[int], dict[str, Any]]] = [
        *((one.for_all, knowing.get(one.pk, set()), values_of(one)) for one in incidents),
        *((one.for_all, planned.get(one.pk, set()), values_of_window(one)) for one in windows),
    ]
    keep_headlines({pk: [values for for_all, who, values in rows if for_all or pk in who] for pk in organisation_ids})


def _audience(listed: models.QuerySet[Any], column: str) -> dict[int, set[int]]:
    """The organisations by what they may know of."""
    found: dict[int, set[int]] = {}
    for one, organisation_id in listed.values_list(column, "organisation_id"):
        found.setdefault(one, set()).add(organisation_id)
    return found
