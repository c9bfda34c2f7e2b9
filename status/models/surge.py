"""Surges: tickets of several organisations that speak of the same within an hour, proposed as an incident."""

import uuid

from django.db import models

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from status.models.incident import Incident
from tickets.models import Ticket

LONGEST_WORDS = 120


class SurgeState(models.TextChoices):
    """What became of a proposal."""

    PROPOSED = "proposed", "Proposed"
    OPENED = "opened", "An incident was opened"
    DISMISSED = "dismissed", "Dismissed"


class Surge(models.Model):
    """Words that tickets of several organisations share. Row-level security shows it where it shows a ticket of it.

    No client is ever told: its words come from tickets, and its being there says that others wrote too.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    words = models.CharField(max_length=LONGEST_WORDS)
    began_at = models.DateTimeField(help_text="When the first of its tickets was opened.")
    newest_at = models.DateTimeField(help_text="When the newest of its tickets was opened.")
    seen_at = models.DateTimeField(help_text="When it was found.")
    state = models.CharField(max_length=9, choices=SurgeState, default=SurgeState.PROPOSED)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="surges")
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(words="") & models.Q(state__in=SurgeState.values), name="status_surge_filled"
            ),
            models.CheckConstraint(
                condition=models.Q(state="proposed", decided_at__isnull=True)
                | (~models.Q(state="proposed") & models.Q(decided_at__isnull=False)),
                name="status_surge_decided_then",
            ),
            models.CheckConstraint(
                condition=models.Q(incident__isnull=True) | models.Q(state="opened"), name="status_surge_opened_what"
            ),
        )
        indexes = (models.Index(fields=("-newest_at",), name="status_surge_by_age"),)

    def __str__(self) -> str:
        return self.words


class SurgeTicket(TenantModel):
    """A ticket of a surge."""

    organisation = organisation_by_ticket()
    surge = models.ForeignKey(Surge, on_delete=models.PROTECT, related_name="tickets")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "organisation", "surge"), name="status_surge_ticket_once"),
        )
