"""The escalation matrix as versions: who is told of what, and which level a ticket is on afterwards (POLICY 7)."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sla.models.policy import Severity

MOST_LEVELS = 9  # a ticket stands on one of them, by a rule of its table


class Event(models.TextChoices):
    """What can happen to a ticket that somebody is told about."""

    SUBMITTED = "submitted", "Submitted"
    WARNING = "warning", "Most of the budget is used"
    RESPONSE_OVERDUE = "response_overdue", "First response overdue"
    TARGET_MISSED = "target_missed", "Resolution target missed"
    LIMIT_PASSED = "limit_passed", "Resolution limit passed"
    ASKED = "asked", "Escalated by hand"
    UNACKNOWLEDGED = "unacknowledged", "Not acknowledged"
    REOPENED_TWICE = "reopened_twice", "Reopened twice"


class LevelKind(models.TextChoices):
    """How a level finds its people."""

    TEAM = "team", "A team"
    ACCOUNT_MANAGER = "account_manager", "The client's own account manager"
    ADDRESS = "address", "An address"


class QuietHours(models.TextChoices):
    """When a rule's notices wait for the next opening."""

    POLICY = "policy", _("As the policy says: outside support hours, but never for P1")
    NEVER = "never", _("None: they go at once, day and night")
    CLOSED = "closed", _("Outside support hours, for P1 too")


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
    """On this event, these are told; the ticket is then at least on `level_after`.

    A rule of a severity beats the one of every severity, whose `severity` is empty: no other selector may be empty.
    """

    version = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="rules")
    event = models.CharField(max_length=20, choices=Event)
    severity = models.CharField(max_length=2, choices=Severity, blank=True, default="", db_default="")
    recipients = models.JSONField(
        help_text="client, assignee_or_level1, assignee, level1 …, next, same, team:KEY, role:ROLE, address:ADDRESS"
    )
    level_after = models.PositiveSmallIntegerField(null=True)
    quiet_hours = models.CharField(
        max_length=10, choices=QuietHours, default=QuietHours.POLICY, db_default=QuietHours.POLICY
    )
    repeat_minutes = models.PositiveIntegerField(
        null=True, help_text="Support minutes to acknowledge in; null: the version's."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "event", "severity"), name="sla_matrix_rule_once_a_severity"),
        )
