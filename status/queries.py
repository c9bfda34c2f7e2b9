"""Reading incidents: what staff see in their scope, and what is shown to those who may know.

Row-level security leaves out whatever the scope at hand may not know of; these leave out drafts besides.
"""

import uuid
from datetime import datetime

from django.db.models import F, Prefetch, QuerySet

from status.models import Component, Incident, IncidentUpdate, Surge


class IncidentNotFound(LookupError):
    """No such incident, or not for whoever asks: the same answer."""


def shown_incidents() -> QuerySet[Incident]:
    """Published incidents that the scope at hand may know of, retracted ones included; the newest first."""
    return Incident.objects.filter(published_at__isnull=False).order_by("-started_at", "-pk")


def open_incidents() -> QuerySet[Incident]:
    """Of these the ones that still last."""
    return shown_incidents().filter(resolved_at__isnull=True, retracted_at__isnull=True)


def with_story(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """With their updates, the newest first, and their impacts, by two more statements."""
    updates = IncidentUpdate.objects.order_by("-display_at", "-pk")
    return incidents.prefetch_related(Prefetch("updates", queryset=updates), "impacts__component")


def shown_incident(public_id: uuid.UUID) -> Incident:
    """A published incident with its story; raises `IncidentNotFound` also for one that others alone may know of."""
    found = with_story(shown_incidents()).filter(public_id=public_id).first()
    if found is None:
        raise IncidentNotFound
    return found


def staff_incident(public_id: uuid.UUID) -> Incident:
    """Any incident with its story, drafts included; raises `IncidentNotFound`."""
    found = with_story(Incident.objects.select_related("owner__user")).filter(public_id=public_id).first()
    if found is None:
        raise IncidentNotFound
    return found


def components_in_use() -> QuerySet[Component]:
    """What is told of now, in its order: those without a group first."""
    in_use = Component.objects.filter(retired_at__isnull=True).select_related("group")
    return in_use.order_by("group__position", "group__name", "position", "name")


def every_component() -> QuerySet[Component]:
    """Those in use in their order, then the retired ones."""
    found = Component.objects.select_related("group")
    return found.order_by(F("retired_at").asc(nulls_first=True), "group__position", "group__name", "position", "name")


def overdue_incidents(*, at: datetime) -> QuerySet[Incident]:
    """Those whose promised update has not been written by the instant."""
    return Incident.objects.filter(next_update_at__lt=at).order_by("next_update_at")


def shown_surge(public_id: uuid.UUID) -> Surge | None:
    """A surge of which the scope at hand shows a ticket."""
    return Surge.objects.filter(public_id=public_id).first()
