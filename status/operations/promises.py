"""The promise clock: whoever promised an update that has not come is told, once for each promise."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import StaffMember, StaffRole
from helpdesk.accounts.queries import staff_serving_all_of
from helpdesk.lib.clock import database_now
from helpdesk.lib.instants import instant_text
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.operations import queue_account_notice
from status.models import Incident
from status.operations.work import audience_of
from status.queries import overdue_incidents

EVERY = "promises of incidents, whichever organisations may know of them"
BATCH = 100


def tell_overdue(*, at: datetime | None = None) -> int:
    """Mail the owner of each incident whose promised update is late; returns how many incidents.

    An incident without an owner who may sign in goes to the administrators who serve all that may know of it. Told once
    for each promise, whoever dies: the mark is written with the mail's row. Incidents are not named: a title may be one
    client's own.
    """
    with transaction.atomic(), system_scope(EVERY):
        at = at or database_now()
        untold = Q(overdue_told_at__isnull=True) | Q(overdue_told_at__lt=F("next_update_at"))
        late = overdue_incidents(at=at).filter(untold).select_for_update(skip_locked=True)[:BATCH]
        for incident in late:
            for person in _owners(incident):
                _mail(incident, person)
            Incident.objects.filter(pk=incident.pk).update(overdue_told_at=incident.next_update_at)
        return len(late)


def _owners(incident: Incident) -> list[StaffMember]:
    serving = staff_serving_all_of(audience_of(incident))
    return list(serving.filter(pk=incident.owner_id or 0)) or list(serving.filter(role=StaffRole.ADMIN))


def _mail(incident: Incident, person: StaffMember) -> None:
    promised = instant_text(incident.next_update_at, person.user.time_zone)
    address = f"{settings.SITE_URL}{reverse('status:manage', args=[incident.public_id])}"
    queue_account_notice(
        recipient=person.user.email,
        event="update_overdue",
        subject=_("An update that was promised is overdue"),
        text=_("An incident’s next update was promised for %(promised)s and has not been written.\n\n%(address)s\n")
        % {"promised": promised, "address": address},
    )
