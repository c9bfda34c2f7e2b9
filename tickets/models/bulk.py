"""One thing done to many tickets: the run, and what became of each ticket."""

import uuid

from django.db import models
from django.db.models.functions import Now

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.tenancy import TenantModel, VendorModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class BulkRun(VendorModel):
    """What a staff member asked to be done to a list of tickets, perhaps of several organisations.

    The vendor's own: it holds what the person typed, not what any client wrote. `missing` counts chosen tickets that
    were none of theirs to see.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    submission_key = models.UUIDField(help_text="Made with the form: a second submit is one run.")
    missing = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    stopped_at = models.DateTimeField(null=True, help_text="When its person stopped what was left.")
    finished_at = models.DateTimeField(null=True, help_text="When no ticket was left.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("staff", "submission_key"), name="tickets_run_submitted_once"),)
        indexes = (
            models.Index(fields=("staff", "-created_at"), name="tickets_runs_of"),
            models.Index(fields=("id",), condition=models.Q(finished_at__isnull=True), name="tickets_runs_going_on"),
        )


class Outcome(models.TextChoices):
    PENDING = "pending", "Waits its turn"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Not done: stopped"


class BulkItem(TenantModel):
    """One ticket of a run. Its outcome changes in the transaction that does the work, so it is done once."""

    organisation = organisation_by_ticket()
    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    message = models.CharField(max_length=500, blank=True, help_text="What was done, or why not.")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "ticket", "organisation"), name="tickets_run_has_ticket_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="tickets_bulk_outcome"),
        )
        indexes = (models.Index(fields=("id",), condition=models.Q(outcome="pending"), name="tickets_bulk_pending"),)
