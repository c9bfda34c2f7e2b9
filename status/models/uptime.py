"""What was agreed of uptime, each month's figures as they were frozen, and which alerts were sent."""

from typing import Any, ClassVar

from django.db import models

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.tenancy import VendorModel

EVERYBODY = 0  # no organisation has this key: PostgreSQL numbers them from 1
LONGEST_REASON, LONGEST_PERSON = 500, 120
HASH_LENGTH = 64


class UptimeTerms(models.Model):
    """A version of what was agreed, from a month on, for everybody or for one organisation. Append-only.

    A target or a notice that is not set is the published policy's. Minutes.
    """

    only_for = models.BigIntegerField(default=EVERYBODY, help_text="The organisation's key; 0: everybody.")
    number = models.PositiveIntegerField()
    effective_from = models.DateField(help_text="The first day of the month that it holds from.")
    target_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    partial_weight = models.DecimalField(max_digits=4, decimal_places=3, default=1)
    notice_hours = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(help_text="The reasons of the closed list that are switched on.")
    only_in_usual_windows = models.BooleanField(default=False)
    maintenance_cap_minutes = models.PositiveIntegerField(null=True, help_text="A month; NULL: no cap.")
    emergency_cap_minutes = models.PositiveIntegerField(default=60, help_text="A month.")
    min_outage_minutes = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=LONGEST_REASON)
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.CharField(max_length=LONGEST_PERSON)
    recorded_at = models.DateTimeField()

    objects: ClassVar["models.Manager[UptimeTerms]"] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("only_for", "number"), name="status_terms_once"),
            models.CheckConstraint(condition=models.Q(only_for__gte=0), name="status_terms_for_somebody"),
            models.CheckConstraint(condition=models.Q(effective_from__day=1), name="status_terms_from_a_month"),
            models.CheckConstraint(
                condition=models.Q(target_percent__isnull=True)
                | models.Q(target_percent__gt=0, target_percent__lte=100),
                name="status_terms_target",
            ),
            models.CheckConstraint(
                condition=models.Q(partial_weight__gte=0, partial_weight__lte=1), name="status_terms_weight"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="status_terms_reasoned"),
        )


class UptimeMonth(models.Model):
    """A revision of a month's figures, of everybody or of one organisation. Append-only, and chained by hashes.

    `document` holds the facts and the terms that the figures follow from, in the published conformance format, so that
    anybody can compute them again. `content_hash` is of everything in the row and of `previous_hash`, the revision's
    before; an organisation's first revision may follow one of everybody's.
    """

    month = models.CharField(max_length=7, help_text="As 2026-10, in the zone of the page.")
    only_for = models.BigIntegerField(default=EVERYBODY, help_text="The organisation's key; 0: everybody.")
    revision = models.PositiveIntegerField()
    reason = models.CharField(max_length=LONGEST_REASON)
    figures: "models.JSONField[Any, Any]" = models.JSONField(help_text="Minutes as exact fractions.")
    document: "models.JSONField[Any, Any]" = models.JSONField()
    previous_hash = models.CharField(max_length=HASH_LENGTH, blank=True)
    content_hash = models.CharField(max_length=HASH_LENGTH)
    recorded_at = models.DateTimeField()

    objects: ClassVar["models.Manager[UptimeMonth]"] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("month", "only_for", "revision"), name="status_month_revised_once"),
            models.CheckConstraint(condition=models.Q(only_for__gte=0), name="status_month_of_somebody"),
            models.CheckConstraint(
                condition=models.Q(month__regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$"), name="status_month_is_one"
            ),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="status_month_revision"),
            models.CheckConstraint(
                condition=models.Q(revision=1, previous_hash="")
                | (models.Q(revision__gt=1) & ~models.Q(previous_hash="")),
                name="status_month_chained",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="status_month_reasoned"),
        )


class BudgetAlert(VendorModel):
    """That so much of a month's budget of downtime was used up, told once."""

    month = models.CharField(max_length=7)
    only_for = models.BigIntegerField(default=EVERYBODY, help_text="The organisation's key; 0: everybody.")
    step = models.PositiveSmallIntegerField(help_text="Per cent of the budget.")
    told_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("month", "only_for", "step"), name="status_alert_once"),
            models.CheckConstraint(condition=models.Q(step__in=(50, 80, 100)), name="status_alert_step"),
        )
