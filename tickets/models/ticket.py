"""The ticket as it stands now. How it came to stand so is its timeline."""

import uuid

from django.db import models

from helpdesk.accounts.models import StaffMember, User
from helpdesk.lib.tenancy import TenantModel
from sla.models import MOST_LEVELS, Calendar, PolicyVersion, Severity


class TicketState(models.TextChoices):
    """POLICY 9."""

    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting for the client"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


class Channel(models.TextChoices):
    PORTAL = "portal", "Platform form"
    STAFF = "staff", "Entered by staff"
    MAIL = "mail", "Mail"


class TicketCounter(TenantModel):
    """The last ticket number of an organisation; its row lock makes the numbers gap-free."""

    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation",), name="tickets_counter_once"),)


class Ticket(TenantModel):
    """A request of one organisation. People see `ACME-142`; links use the unguessable `public_id`.

    Keys to other tenant rows have `db_constraint=False` because the migration adds them together with the
    organisation: `(requester, organisation)` points at the membership, so no stranger can be a requester.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    description = models.TextField()
    steps = models.TextField(blank=True)
    affected_users = models.CharField(max_length=200, blank=True)
    since = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=2, choices=Severity)
    state = models.CharField(max_length=10, choices=TicketState, default=TicketState.OPEN)
    level = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=10, choices=Channel)
    requester = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    assignee = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)
    submission_key = models.UUIDField(
        default=uuid.uuid4, help_text="Made with the form: a second submit is one ticket."
    )
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True, help_text="The reopen window's end: closes by itself here.")
    closed_at = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False)
    planned_on = models.DateField(null=True, help_text="P4: when the work is planned.")
    outside_reason = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="Why it is outside standard support, if it is."
    )
    in_queue = models.BooleanField(default=True, help_text="Open, waiting, or resolved without the answer it is owed.")
    queue_due_at = models.DateTimeField(
        null=True, help_text="POLICY 8; NULL: paused or without a promise, last by age."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "number"), name="tickets_number_once"),
            models.UniqueConstraint(fields=("organisation", "public_id"), name="tickets_public_id_once"),
            models.UniqueConstraint(fields=("organisation", "submission_key"), name="tickets_submitted_once"),
            models.UniqueConstraint(fields=("id", "organisation"), name="tickets_ticket_same_organisation"),
            models.CheckConstraint(condition=models.Q(severity__in=Severity.values), name="tickets_severity"),
            models.CheckConstraint(condition=models.Q(state__in=TicketState.values), name="tickets_state"),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="tickets_channel"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=MOST_LEVELS), name="tickets_level"),
            models.CheckConstraint(condition=~models.Q(subject=""), name="tickets_subject_not_empty"),
            models.CheckConstraint(
                condition=models.Q(state__in=("open", "waiting")) | models.Q(resolved_at__isnull=False),
                name="tickets_resolved_has_its_instant",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | models.Q(state="closed") & ~models.Q(merged_into=models.F("id")),
                name="tickets_merged_is_closed",
            ),
        )
        indexes = (
            # The agents' queue: what is due first, across organisations; NULLs (paused, P4) last, by age.
            models.Index(
                models.F("queue_due_at").asc(nulls_last=True),
                "opened_at",
                "id",
                include=("organisation",),
                condition=models.Q(in_queue=True),
                name="tickets_queue",
            ),
            # A client's list, newest first; an organisation's reads the unique (organisation, number) backwards.
            models.Index(fields=("organisation", "requester", "-number"), name="tickets_by_requester"),
            # What was merged into a ticket.
            models.Index(fields=("merged_into",), condition=models.Q(merged_into__isnull=False), name="tickets_merged"),
            # The follow-ups of a ticket.
            models.Index(fields=("follows",), condition=models.Q(follows__isnull=False), name="tickets_follow_ups"),
            # The sweep: resolved tickets whose window ends.
            models.Index(fields=("closes_at",), condition=models.Q(state="resolved"), name="tickets_to_close"),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as people know it. Needs the organisation loaded."""
        return f"{self.organisation.key}-{self.number}"

    @property
    def path(self) -> str:
        """Where the ticket is, below the site's address."""
        return f"/tickets/{self.public_id}/"

    @property
    def is_active(self) -> bool:
        return self.state in (TicketState.OPEN, TicketState.WAITING)
