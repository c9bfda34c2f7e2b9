"""Maintenance that comes again: a rule, from which windows are made ahead."""

import uuid

from django.db import models

from helpdesk.lib.tenancy import TenantModel
from status.models.component import Component
from status.models.incident import LONGEST_TITLE
from status.models.levels import ImpactLevel

LONGEST_RULE, LONGEST_ZONE = 200, 60


class MaintenanceSeries(models.Model):
    """Windows at the wall times that a recurrence rule (RRULE, RFC 5545) gives in a zone, summer and winter.

    Its audience and row-level security are as a window's.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField(blank=True)
    impact = models.CharField(max_length=20, choices=ImpactLevel, default=ImpactLevel.MAJOR)
    for_all = models.BooleanField(help_text="Whether every organisation may know; otherwise its audience alone.")
    rule = models.CharField(max_length=LONGEST_RULE)
    zone = models.CharField(max_length=LONGEST_ZONE)
    first_on = models.DateField(help_text="The day from which the rule counts.")
    opens = models.TimeField(help_text="Wall time in its zone.")
    minutes = models.PositiveIntegerField(help_text="How long each window lasts.")
    ended_at = models.DateTimeField(null=True, help_text="From then on no window is made.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("id", "for_all"), name="status_series_for_whom"),
            models.CheckConstraint(condition=~models.Q(title="") & ~models.Q(rule=""), name="status_series_filled"),
            models.CheckConstraint(condition=models.Q(impact__in=ImpactLevel.values), name="status_series_impact"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="status_series_lasts"),
        )

    def __str__(self) -> str:
        return self.title


class SeriesAudience(TenantModel):
    """One organisation that may know of a series which is not for all."""

    series = models.ForeignKey(MaintenanceSeries, on_delete=models.PROTECT, related_name="audience")
    for_all = models.BooleanField(default=False, db_default=False, help_text="Repeated: its series is not for all.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "series"), name="status_series_audience_once"),
            models.CheckConstraint(condition=models.Q(for_all=False), name="status_series_audience_of_listed"),
        )


class SeriesComponent(models.Model):
    """A component that the windows of a series may affect."""

    series = models.ForeignKey(MaintenanceSeries, on_delete=models.PROTECT, related_name="components", db_index=False)
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("series", "component"), name="status_series_component_once"),)
