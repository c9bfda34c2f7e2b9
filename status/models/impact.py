"""Impacts: how a component stood during an incident, from which instant on. Append-only."""

from django.db import models
from django.db.models.functions import Now

from status.models.component import Component
from status.models.incident import Incident
from status.models.levels import ImpactLevel
from status.models.update import IncidentUpdate


class IncidentImpact(models.Model):
    """From `begins_at` on the component is at this level, until the incident's next row about it.

    Of two rows with the same instant the one that was written later holds: so what was told wrongly is corrected.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="impacts", db_index=False)
    update = models.ForeignKey(IncidentUpdate, on_delete=models.PROTECT, related_name="impacts")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="impacts")
    level = models.CharField(max_length=20, choices=ImpactLevel)
    begins_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(level__in=ImpactLevel.values), name="status_impact_level"),
        )
        indexes = (models.Index(fields=("incident", "component", "begins_at", "id"), name="status_impacts_of"),)
