"""A stored clock: the cache of a fold over the ticket's timeline, its policy and its calendar's versions."""

from django.db import models

from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from sla.models.calendar import Calendar, CalendarVersion
from sla.models.policy import PolicyVersion


class ClockKind(models.TextChoices):
    RESPONSE = "response", "First response"
    TARGET = "target", "Resolution target"
    LIMIT = "limit", "Resolution limit"


class ClockState(models.TextChoices):
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    STOPPED = "stopped", "Stopped"
    NONE = "none", "None"


class ClockVerdict(models.TextChoices):
    PENDING = "pending", "Pending"
    MET = "met", "Met"
    BREACHED = "breached", "Breached"
    VOID = "void", "Void"


class Clock(TenantModel):
    """One promise on one ticket. The edge to the ticket points up the house, by name: see ADR 3."""

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.PROTECT, related_name="clocks", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=10, choices=ClockKind)
    cycle = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ClockState)
    verdict = models.CharField(max_length=10, choices=ClockVerdict)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="NULL while paused, stopped, or without a promise.")
    promised_at = models.DateTimeField(null=True, help_text="The last due instant, kept when the clock stops.")
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True, help_text="The due instant that passed, not when it was noticed.")
    next_event_at = models.DateTimeField(null=True, help_text="When the sweep has something to do here.")
    used = models.DurationField(help_text="Support time used at folded_at.")
    budget = models.DurationField(null=True)
    provisional = models.BooleanField(default=False)
    folded_at = models.DateTimeField()
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (
            # The ticket leads: it serves the look-up of a ticket's clocks as well.
            models.UniqueConstraint(fields=("ticket", "organisation", "kind", "cycle"), name="sla_clock_once_a_cycle"),
            models.CheckConstraint(condition=models.Q(kind__in=ClockKind.values), name="sla_clock_kind"),
            models.CheckConstraint(condition=models.Q(state__in=ClockState.values), name="sla_clock_state"),
            models.CheckConstraint(condition=models.Q(verdict__in=ClockVerdict.values), name="sla_clock_verdict"),
            models.CheckConstraint(
                condition=~models.Q(verdict="breached") | models.Q(breached_at__isnull=False),
                name="sla_clock_breach_has_its_instant",
            ),
        )
        indexes = (
            # The sweep's claim: what is due, earliest first, across organisations.
            models.Index(
                fields=("next_event_at", "id"),
                include=("organisation",),
                condition=models.Q(next_event_at__isnull=False),
                name="sla_clock_sweep",
            ),
            # After a calendar edit: the clocks that still stand on an older version.
            models.Index(
                fields=("calendar", "calendar_version"),
                condition=models.Q(state__in=("running", "paused")),
                name="sla_clock_by_calendar",
            ),
            # The search for `is:breached`: few of all clocks.
            models.Index(
                fields=("ticket",),
                include=("organisation",),
                condition=models.Q(verdict="breached"),
                name="sla_clock_breached",
            ),
        )
