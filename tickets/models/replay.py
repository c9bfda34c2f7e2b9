"""What the nightly replay has compared, and what it found."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from helpdesk.lib.tenancy import TenantModel, VendorModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class ReplayRun(VendorModel):
    """One replay: how far it is, what it has compared, what differed. At most one goes on at a time."""

    begun_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120, blank=True, help_text="Empty: by itself.")
    ended_at = models.DateTimeField(null=True)
    open_after = models.BigIntegerField(default=0, help_text="Of the queue, those up to this ticket are done.")
    sample = ArrayField(models.BigIntegerField(), default=list, help_text="Closed tickets, drawn at its start.")
    sampled = models.PositiveIntegerField(default=0, help_text="How many of the sample have had their turn.")
    tickets = models.PositiveIntegerField(default=0, help_text="How many of the queue have had their turn.")
    clocks = models.PositiveIntegerField(default=0, help_text="How many clocks were compared.")
    waiting = models.PositiveIntegerField(default=0, help_text="Clocks left out: a sweep or refolding is due.")
    differing = models.PositiveIntegerField(default=0, help_text="How many figures differ, listed or not.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("ended_at",),
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="tickets_one_replay_at_a_time",
            ),
        )


class ClockDifference(TenantModel):
    """One figure of a stored clock that is not what its timeline gives: as found, whatever becomes of the clock."""

    organisation = organisation_by_ticket()
    run = models.ForeignKey(ReplayRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=10, blank=True, help_text="Which clock; empty: the ticket could not be folded.")
    field = models.CharField(max_length=20)
    stored = models.CharField(max_length=200, blank=True)
    folded = models.CharField(max_length=200, blank=True)
    is_new = models.BooleanField(default=True, help_text="The replay before did not find the very same.")
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("run", "ticket", "organisation", "kind", "field"), name="tickets_difference_once_a_run"
            ),
        )
