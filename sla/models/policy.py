"""Support policies as versions: every figure that the product promises is a row (POLICY, first lines)."""

from decimal import Decimal

from django.db import models
from django.db.models import Value
from django.db.models.functions import Now


class Severity(models.TextChoices):
    """The four severities, most severe first; their definitions are policy data."""

    P1 = "P1", "P1 Critical"
    P2 = "P2", "P2 Major"
    P3 = "P3", "P3 Minor"
    P4 = "P4", "P4 Informative"


class Reading(models.TextChoices):
    """What "within N working days" means (POLICY 1)."""

    ELAPSED = "elapsed", "N working days of support time have run"
    END_OF_NTH_DAY = "end_of_nth_day", "The close of the Nth working day after the day of receipt"


class Policy(models.Model):
    """A support policy; its figures stand in versions."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """The policy as published from an instant on. Tickets keep the version that they were opened under."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=300)
    working_day_minutes = models.PositiveIntegerField(default=540)
    reading = models.CharField(max_length=20, choices=Reading, default=Reading.ELAPSED)
    warn_percent = models.PositiveSmallIntegerField(default=75)
    reopen_minutes = models.PositiveIntegerField(default=2700, help_text="Support minutes after resolving.")
    waiting_pauses_response = models.BooleanField(
        default=True, db_default=True, help_text="Waiting for the client pauses a response that is still owed."
    )
    waiting_pauses_resolution = models.BooleanField(
        default=True, db_default=True, help_text="Waiting for the client pauses the resolution clocks."
    )
    users_part = models.JSONField(default=list, help_text="What users should do for effective support.")
    not_covered = models.JSONField(default=list, help_text="What standard support does not cover.")
    uptime_percent = models.DecimalField(
        max_digits=6, decimal_places=3, default=Decimal("99.5"), db_default=Decimal("99.5"), help_text="Of a month."
    )
    maintenance_notice_hours = models.PositiveSmallIntegerField(
        default=48, db_default=48, help_text="Before maintenance that may affect availability."
    )
    statements = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), help_text='Further words: [{"title": …, "text": …}].'
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("policy", "number"), name="sla_policy_version_once"),
            models.CheckConstraint(
                condition=models.Q(warn_percent__gte=1, warn_percent__lte=99), name="sla_policy_warn_percent"
            ),
            models.CheckConstraint(condition=models.Q(working_day_minutes__gt=0), name="sla_policy_working_day"),
            models.CheckConstraint(
                condition=models.Q(uptime_percent__gt=0, uptime_percent__lte=100), name="sla_policy_uptime"
            ),
        )


class Target(models.Model):
    """What one policy version promises for one severity, in support minutes. NULL: no promise."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="targets")
    severity = models.CharField(max_length=2, choices=Severity)
    name = models.CharField(max_length=40)
    definition = models.CharField(max_length=200)
    response_text = models.CharField(max_length=60)
    resolution_text = models.CharField(max_length=60)
    response_minutes = models.PositiveIntegerField(null=True)
    target_minutes = models.PositiveIntegerField(null=True, help_text="Missed: amber.")
    limit_minutes = models.PositiveIntegerField(null=True, help_text="Passed: breach.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "severity"), name="sla_target_once_a_severity"),
            models.CheckConstraint(condition=models.Q(severity__in=Severity.values), name="sla_target_severity"),
            models.CheckConstraint(
                condition=models.Q(target_minutes__isnull=True)
                | models.Q(limit_minutes__isnull=True)
                | models.Q(target_minutes__lte=models.F("limit_minutes")),
                name="sla_target_not_after_limit",
            ),
        )
