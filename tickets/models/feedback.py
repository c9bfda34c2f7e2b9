"""Whether it helped: the client's word on how a ticket was handled."""

from django.db import models

from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class Helped(models.TextChoices):
    YES = "yes", "Yes, it helped"
    PARTLY = "partly", "Partly"
    NO = "no", "No, it did not help"


class Feedback(TenantModel):
    """The client's latest word on one ticket; earlier ones stand in its timeline."""

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="feedback", db_constraint=False, db_index=False
    )
    helped = models.CharField(max_length=10, choices=Helped)
    comment = models.TextField(blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "organisation"), name="tickets_feedback_once"),
            models.CheckConstraint(condition=models.Q(helped__in=Helped.values), name="tickets_feedback_helped"),
        )
        # An account manager's look at one client: the latest months.
        indexes = (models.Index(fields=("organisation", "-given_at"), name="tickets_feedback_of"),)
