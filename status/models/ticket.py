"""Tickets that an incident explains, of any organisation that may know of it, and what each update answers them."""

from django.db import models

from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from status.models.incident import Incident
from status.models.update import IncidentUpdate
from tickets.models import Ticket

LONGEST_MESSAGE = 500


class AttachedBy(models.TextChoices):
    """How a ticket came to an incident."""

    STAFF = "staff", "Staff"
    ME_TOO = "me_too", "Me too"


class IncidentTicket(TenantModel):
    """A ticket that the incident explains. Its organisation sees its own alone, and no number of others."""

    organisation = organisation_by_ticket()
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="incidents", db_constraint=False, db_index=False
    )
    how = models.CharField(max_length=6, choices=AttachedBy)
    attached_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "organisation", "incident"), name="status_ticket_once"),
            models.CheckConstraint(condition=models.Q(how__in=AttachedBy.values), name="status_ticket_how"),
        )
        indexes = (models.Index(fields=("incident", "organisation"), name="status_tickets_of"),)


class Answering(models.TextChoices):
    """What became of one update on one ticket."""

    PENDING = "pending", "Waits"
    DONE = "done", "Answered"
    REFUSED = "refused", "Not answered"


class ThreadAnswer(TenantModel):
    """One update that answers one ticket: written with the update, worked off by whoever comes first."""

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    update = models.ForeignKey(IncidentUpdate, on_delete=models.PROTECT, related_name="answers", db_index=False)
    outcome = models.CharField(max_length=8, choices=Answering, default=Answering.PENDING)
    message = models.CharField(max_length=LONGEST_MESSAGE, blank=True, help_text="Why it was not answered.")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("update", "organisation", "ticket"), name="status_answer_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=Answering.values), name="status_answer_outcome"),
        )
        indexes = (models.Index(fields=("id",), condition=models.Q(outcome="pending"), name="status_answer_waits"),)
