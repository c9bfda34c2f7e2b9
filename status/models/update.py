"""Updates: what is told of an incident, when. Append-only: a correction is a further one."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.instants import span_text
from status.models.incident import Incident, Phase

TOLD_AFTERWARDS = timedelta(minutes=5)


class IncidentUpdate(models.Model):
    """One text, for whoever may know of its incident.

    `display_at` is when it counts from, `recorded_at` when it was written: later for what is told afterwards.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="updates", db_index=False)
    phase = models.CharField(max_length=13, choices=Phase)
    body = models.TextField()
    display_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    next_update_at = models.DateTimeField(null=True, help_text="When it promises the next one for.")
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            # What an impact's key points at: an update of the same incident.
            models.UniqueConstraint(fields=("id", "incident"), name="status_update_of_what"),
            models.CheckConstraint(condition=~models.Q(body=""), name="status_update_says_something"),
            models.CheckConstraint(condition=models.Q(phase__in=Phase.values), name="status_update_phase"),
            models.CheckConstraint(
                condition=models.Q(next_update_at__isnull=True) | models.Q(next_update_at__gt=models.F("display_at")),
                name="status_update_promises_ahead",
            ),
        )
        indexes = (models.Index(fields=("incident", "-display_at", "-id"), name="status_updates_of"),)

    @property
    def told_late(self) -> str:
        """How long after its instant it was written, where that is worth telling; else empty."""
        late = self.recorded_at - self.display_at
        return span_text(late) if late >= TOLD_AFTERWARDS else ""
