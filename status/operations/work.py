"""The frame of every change to an incident: lock, check who may, write in the system scope, audit.

An incident may concern organisations whose rows no scope but the system's shows, and none but the system's writes one.
So the right is asked for first, in the scope of whoever asks.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from status.models import Component, Incident, IncidentAudience, IncidentImpact, IncidentUpdate
from status.operations.audience import refuse_unserved
from status.reckoning.months import month_at

REASON = "an incident is the vendor's to write, whichever organisations may know of it"


def locked_incident(incident: Incident, *, actor: Actor) -> Incident:
    """The incident's row, locked, for somebody who may write of it.

    Raises `Incident.DoesNotExist` where the scope does not show it, and `Forbidden` without the right, also for staff
    who do not serve every organisation that would read what they write.
    """
    require(actor, "incident.write")
    Incident.objects.get(pk=incident.pk)  # in the scope of who asks
    with system_scope(REASON):
        locked = Incident.objects.select_for_update().get(pk=incident.pk)
    refuse_unserved(audience_of(locked))
    return locked


def audience_of(incident: Incident) -> frozenset[int]:
    """The organisations that may know of it; none of one for everybody."""
    with system_scope(REASON):
        listed = IncidentAudience.objects.filter(incident=incident).values_list("organisation_id", flat=True)
        return frozenset(listed)


def refuse_retracted(incident: Incident) -> None:
    """Raise `Conflict` for an incident that was taken back."""
    if incident.is_retracted:
        raise Conflict(_("This incident has been retracted; nothing more is told of it."))


def write_update(update: IncidentUpdate, impacts: Iterable[tuple[Component, str]]) -> None:
    """Insert an update, and how components stand from its instant on."""
    with system_scope(REASON):
        update.save(force_insert=True)
        IncidentImpact.objects.bulk_create(
            IncidentImpact(
                incident_id=update.incident_id,
                update=update,
                component=component,
                level=level,
                begins_at=update.display_at,
            )
            for component, level in impacts
        )


def save_incident(incident: Incident, *, audience: Iterable[int] = ()) -> None:
    """Write an incident's row; of a new one who may know of it, too."""
    with system_scope(REASON):
        incident.save()
        IncidentAudience.objects.bulk_create(
            IncidentAudience(incident=incident, organisation_id=pk) for pk in sorted(audience)
        )


def revise_months_of(since: datetime, *, at: datetime) -> None:
    """Have frozen months looked at anew, where what was written reaches back into one that is over (R11)."""
    if month_at(since) != month_at(at):
        wake("status.revise_uptime")


def audit(
    action: str, incident: Incident, *, actor: Actor, at: datetime, reason: str = "", data: dict[str, Any] | None = None
) -> None:
    """One row in the vendor's log, by the incident's public id: its title may be one organisation's own."""
    subject = str(incident.public_id)
    record_vendor(action=action, subject=subject, actor=actor, at=at, reason=reason, data=data)
