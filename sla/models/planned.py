"""An edit that is thought over first: what it would change, what it would move, and what became of it."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.lib.tenancy import VendorModel
from sla.models.calendar import Calendar, CalendarVersion
from sla.models.policy import Policy, PolicyVersion


class PlanKind(models.TextChoices):
    """What is edited; a kind of its own says what confirming means."""

    CALENDAR = "calendar", _("Calendar")
    POLICY = "policy", _("Support policy")


class PlanState(models.TextChoices):
    COUNTING = "counting", _("Counting what would move")
    READY = "ready", _("Waits for a decision")
    APPLYING = "applying", _("Moving deadlines")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Not made")
    FAILED = "failed", _("Could not be counted")


class PlannedEdit(VendorModel):
    """An edit with its preview. The vendor's own: it counts clocks of every organisation and quotes none of them.

    `part` of `parts` says how far it is, in counting and then in moving; `tally` is what the parts so far have
    counted, `impact` the whole.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    kind = models.CharField(max_length=10, choices=PlanKind)
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.COUNTING)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    base_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    only_for = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Whom alone a policy's edit is for; NULL: all who have the policy.",
    )
    base_policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_policy = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    changes = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    spec = models.JSONField(help_text="What is edited, as a whole, as it would be afterwards.")
    year = models.PositiveSmallIntegerField(help_text="The year of the page that the edit was made on.")
    reaches_running = models.BooleanField(null=True, help_text="Whether tickets that are open move too.")
    asked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    part = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    impact = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    went_on_at = models.DateTimeField(db_default=Now(), help_text="When a worker last did a part of it.")
    decided_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=PlanKind.values), name="sla_plan_kind"),
            models.CheckConstraint(condition=models.Q(state__in=PlanState.values), name="sla_plan_state"),
            models.CheckConstraint(
                condition=models.Q(kind="calendar", calendar__isnull=False)
                | models.Q(kind="policy", policy__isnull=False, base_policy__isnull=False),
                name="sla_plan_has_its_thing",
            ),
        )
        indexes = (
            models.Index(
                fields=("id",), condition=models.Q(state__in=("counting", "applying")), name="sla_plans_going_on"
            ),
        )

    @property
    def is_going_on(self) -> bool:
        return self.state in (PlanState.COUNTING, PlanState.APPLYING)
