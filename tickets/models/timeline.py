"""The timeline: everything that happened to a ticket, append-only. Clocks are a fold over it."""

from django.db import models
from django.db.models.functions import Now

from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class EntryKind(models.TextChoices):
    """What happened. The first group moves clocks, the second records what clocks and the ladder did."""

    OPENED = "opened", "Opened"
    REPLY = "reply", "Reply"
    WAITING = "waiting", "Waiting for the client"
    RESUMED = "resumed", "Resumed"
    SEVERITY = "severity", "Severity changed"
    RESOLVED = "resolved", "Resolved"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REOPENED = "reopened", "Reopened"
    CLOSED = "closed", "Closed"
    NOTE = "note", "Internal note"
    ASSIGNED = "assigned", "Assigned"
    PLANNED = "planned", "Planned"
    WARNING = "warning", "Warning"
    BREACH = "breach", "Breach"
    BREACH_WITHDRAWN = "breach_withdrawn", "Breach withdrawn"
    TARGET_MISSED = "target_missed", "Target missed"
    ESCALATED = "escalated", "Escalated"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    REMINDED = "reminded", "Reminded"
    DEADLINE_MOVED = "deadline_moved", "Deadline moved"
    LINKED = "linked", "Linked"
    RATED = "rated", "Rated"
    HANDED = "handed", "Handed on"
    MERGED = "merged", "Merged"
    FIELDS = "fields", "Fields changed"
    POLICY = "policy", "Policy changed"
    OUTSIDE = "outside", "Outside standard support"
    COVERED = "covered", "Within standard support"


class TimelineEntry(TenantModel):
    """One thing that happened. `at` is when it took effect, `recorded_at` when it was written."""

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="timeline", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=20, choices=EntryKind)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=120)
    is_public = models.BooleanField(help_text="Whether the client sees it.")
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=EntryKind.values), name="tickets_entry_kind"),
            # What an attachment's key points at: its entry, on its ticket, as visible as the entry is.
            models.UniqueConstraint(
                fields=("id", "ticket", "organisation", "is_public"), name="tickets_entry_as_visible"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="note") | models.Q(is_public=False), name="tickets_note_is_internal"
            ),
        )
        indexes = (models.Index(fields=("ticket", "at", "id"), name="tickets_timeline"),)
