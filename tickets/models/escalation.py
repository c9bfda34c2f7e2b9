"""The rungs of the ladder: a climb that waits for somebody to say "I have it"."""

from django.db import models

from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from sla.models import Event
from tickets.models.ticket import Ticket


class Escalation(TenantModel):
    """One climb to a level. Its reminders stop when somebody acknowledges it (POLICY 7)."""

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="escalations", db_constraint=False, db_index=False
    )
    event = models.CharField(max_length=20, choices=Event)
    level = models.PositiveSmallIntegerField()
    cycle = models.PositiveSmallIntegerField(default=1)
    step = models.PositiveSmallIntegerField(default=1, help_text="Counts escalations by hand.")
    reason = models.TextField()
    raised_at = models.DateTimeField()
    told = models.JSONField(default=list, help_text="Who was told, by name.")
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "organisation", "event", "cycle", "step"), name="tickets_escalation_once"
            ),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="tickets_acknowledged_by_somebody",
            ),
        )
        indexes = (
            models.Index(
                fields=("remind_at", "id"),
                condition=models.Q(acknowledged_at__isnull=True),
                name="tickets_to_remind",
            ),
            models.Index(
                fields=("-raised_at", "id"),
                include=("organisation",),
                condition=models.Q(acknowledged_at__isnull=True),
                name="tickets_unacknowledged",
            ),
        )
