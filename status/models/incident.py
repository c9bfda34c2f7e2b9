"""Incidents: what is wrong, or was, and who may know of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.tenancy import TenantModel
from status.models.levels import ImpactLevel

LONGEST_TITLE, LONGEST_REASON = 120, 500


class IncidentKind(models.TextChoices):
    """An interruption, or a fault that is known and stays for a while."""

    INCIDENT = "incident", _("Incident")
    KNOWN_ISSUE = "known_issue", _("Known issue")


class Phase(models.TextChoices):
    """How far the work on it has come. A post-mortem is written after the end, and changes nothing."""

    INVESTIGATING = "investigating", _("Investigating")
    IDENTIFIED = "identified", _("Identified")
    MONITORING = "monitoring", _("Monitoring")
    RESOLVED = "resolved", _("Resolved")
    POSTMORTEM = "postmortem", _("Post-mortem")


class Incident(models.Model):
    """What everybody may know, or the organisations in its audience alone: row-level security says so.

    `phase`, the levels and the instants repeat what its updates and impacts say, so that one row answers how it stands.
    Not published, it is a draft that staff alone are shown.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    kind = models.CharField(max_length=12, choices=IncidentKind, default=IncidentKind.INCIDENT)
    for_all = models.BooleanField(help_text="Whether every organisation may know; otherwise its audience alone.")
    in_app = models.BooleanField(default=True, help_text="Whether a banner tells of it while it lasts.")
    phase = models.CharField(max_length=13, choices=Phase, default=Phase.INVESTIGATING)
    level = models.CharField(max_length=20, choices=ImpactLevel, default=ImpactLevel.OPERATIONAL)
    worst_level = models.CharField(max_length=20, choices=ImpactLevel, default=ImpactLevel.OPERATIONAL)
    owner = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who wrote of it last."
    )
    started_at = models.DateTimeField()
    monitoring_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    retraction = models.CharField(max_length=LONGEST_REASON, blank=True, help_text="Why it was taken back.")
    next_update_at = models.DateTimeField(null=True, help_text="When the next update is promised for.")
    overdue_told_at = models.DateTimeField(null=True, help_text="The promise whose lateness its owner was told of.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            # What the audience's key points at: an incident for everybody has none.
            models.UniqueConstraint(fields=("id", "for_all"), name="status_incident_for_whom"),
            models.CheckConstraint(condition=~models.Q(title=""), name="status_incident_titled"),
            models.CheckConstraint(condition=models.Q(kind__in=IncidentKind.values), name="status_incident_kind"),
            models.CheckConstraint(
                condition=models.Q(phase__in=[phase for phase in Phase.values if phase != "postmortem"]),
                name="status_incident_phase",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=ImpactLevel.values, worst_level__in=ImpactLevel.values),
                name="status_incident_levels",
            ),
            models.CheckConstraint(
                condition=models.Q(phase="resolved", resolved_at__isnull=False)
                | (~models.Q(phase="resolved") & models.Q(resolved_at__isnull=True)),
                name="status_incident_resolved_then",
            ),
            models.CheckConstraint(
                condition=models.Q(retracted_at__isnull=True, retraction="")
                | (models.Q(retracted_at__isnull=False) & ~models.Q(retraction="")),
                name="status_incident_retracted_why",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True, retracted_at__isnull=True)
                | models.Q(next_update_at__isnull=True),
                name="status_incident_promises_while_open",
            ),
        )
        indexes = (
            models.Index(fields=("-started_at", "-id"), name="status_incident_by_start"),
            models.Index(
                fields=("next_update_at",),
                condition=models.Q(next_update_at__isnull=False),
                name="status_incident_promised",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_retracted(self) -> bool:
        return self.retracted_at is not None

    @property
    def is_open(self) -> bool:
        """Whether it still lasts."""
        return self.resolved_at is None and self.retracted_at is None


class IncidentAudience(TenantModel):
    """One organisation that may know of an incident which is not for all. None learns which others there are."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="audience")
    for_all = models.BooleanField(default=False, db_default=False, help_text="Repeated: its incident is not for all.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "incident"), name="status_audience_once"),
            models.CheckConstraint(condition=models.Q(for_all=False), name="status_audience_of_listed"),
        )
