"""The escalation matrix as versions: who is told of what, and which level a ticket is on afterwards (POLICY 7)."""

from django.db import models
from django.db.models.functions import Now


class Event(models.TextChoices):
    """What can happen to a ticket that somebody is told about."""

    SUBMITTED = "submitted", "Submitted"
    WARNING = "warning", "Most of the budget is used"
    RESPONSE_OVERDUE = "response_overdue", "First response overdue"
    TARGET_MISSED = "target_missed", "Resolution target missed"
    LIMIT_PASSED = "limit_passed", "Resolution limit passed"
    ASKED = "asked", "Escalated by hand"
    UNACKNOWLEDGED = "unacknowledged", "Not acknowledged"


class LevelKind(models.TextChoices):
    """How a level finds its people."""

    TEAM = "team", "A team"
    ACCOUNT_MANAGER = "account_manager", "The client's own account manager"
    ADDRESS = "address", "An address"


class MatrixVersion(models.Model):
    """The matrix as it stood from an instant on. Append-only."""

    number = models.PositiveIntegerField(unique=True)
    effective_from = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=300)
    reminder_minutes = models.PositiveIntegerField(default=270, help_text="Support minutes to acknowledge in.")


class MatrixLevel(models.Model):
    """One level: its contact as the policy names it, and how it is reached."""

    version = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    contact = models.CharField(max_length=120, help_text="As published: {your account manager}@…")
    kind = models.CharField(max_length=20, choices=LevelKind)
    team_key = models.SlugField(blank=True)
    address = models.EmailField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "level"), name="sla_matrix_level_once"),)


class MatrixRule(models.Model):
    """On this event, these are told; the ticket is then at least on `level_after`."""

    version = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="rules")
    event = models.CharField(max_length=20, choices=Event)
    recipients = models.JSONField(help_text="client, assignee_or_level1, assignee, level1, level2, level3, next, same")
    level_after = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "event"), name="sla_matrix_rule_once"),)
