"""Exclusions: time that the contract figure leaves out for a reason of the closed list, as two people said so.

What was proposed and what was decided are rows of their own, and append-only: a change of mind is a further row.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.tenancy import TenantModel
from status.models.component import Component
from status.uptime.reasons import Reason

LONGEST_EVIDENCE, LONGEST_WHY, LONGEST_PERSON = 1000, 500, 120


class TypedReason(models.TextChoices):
    """The reasons that somebody may type, in the order of the closed list; the others are computed."""

    FORCE_MAJEURE = Reason.FORCE_MAJEURE.value, _("Force majeure")
    CUSTOMER_CAUSED = Reason.CUSTOMER_CAUSED.value, _("Caused by the client")
    CUSTOMER_NETWORK = Reason.CUSTOMER_NETWORK.value, _("The client’s own network")
    CUSTOMER_REQUESTED = Reason.CUSTOMER_REQUESTED.value, _("Asked for by the client")
    SUSPENSION = Reason.SUSPENSION.value, _("Suspension")
    THIRD_PARTY_CUSTOMER_INTEGRATION = (
        Reason.THIRD_PARTY_CUSTOMER_INTEGRATION.value,
        _("The client’s own integration"),
    )
    BETA_FEATURE = Reason.BETA_FEATURE.value, _("Beta feature")
    THIRD_PARTY_PROVIDER = Reason.THIRD_PARTY_PROVIDER.value, _("A provider of ours")
    EMERGENCY_MAINTENANCE = Reason.EMERGENCY_MAINTENANCE.value, _("Emergency maintenance")
    DENIAL_OF_SERVICE = Reason.DENIAL_OF_SERVICE.value, _("Denial of service")


class Verdict(models.TextChoices):
    """What was decided of a proposal. One that was approved may still be taken back; a declined one is over."""

    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")


class Exclusion(models.Model):
    """A proposal: an interval, a reason, its evidence; it counts once a second person has approved it.

    Read by everybody, or by the organisations in its audience alone, as an incident is.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reason = models.CharField(max_length=40, choices=TypedReason)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    for_all = models.BooleanField(help_text="Whether it is set against everybody's figure; otherwise its audience's.")
    evidence = models.CharField(max_length=LONGEST_EVIDENCE, help_text="What proves it: words, or an address.")
    proposed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposer_name = models.CharField(max_length=LONGEST_PERSON)
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = (
            # What the keys of its audience and of its decisions point at.
            models.UniqueConstraint(fields=("id", "for_all"), name="status_exclusion_for_whom"),
            models.UniqueConstraint(fields=("id", "proposed_by"), name="status_exclusion_by_whom"),
            models.CheckConstraint(condition=models.Q(reason__in=TypedReason.values), name="status_exclusion_reason"),
            models.CheckConstraint(condition=~models.Q(evidence=""), name="status_exclusion_has_evidence"),
            models.CheckConstraint(
                condition=models.Q(begins_at__lt=models.F("ends_at")), name="status_exclusion_begins_first"
            ),
        )
        indexes = (models.Index(fields=("ends_at", "begins_at"), name="status_exclusion_by_time"),)

    def __str__(self) -> str:
        return str(self.public_id)


class ExclusionAudience(TenantModel):
    """One organisation whose figure an exclusion is set against, where it is not everybody's."""

    exclusion = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="audience")
    for_all = models.BooleanField(default=False, db_default=False, help_text="Repeated: it is not for all.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "exclusion"), name="status_exclusion_audience_once"),
            models.CheckConstraint(condition=models.Q(for_all=False), name="status_exclusion_audience_listed"),
        )


class ExclusionComponent(models.Model):
    """A component that an exclusion is set against; one without any is set against all."""

    exclusion = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="components", db_index=False)
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("exclusion", "component"), name="status_exclusion_component_once"),
        )


class ExclusionDecision(models.Model):
    """What somebody decided of a proposal, by a key that repeats who proposed it: nobody approves their own."""

    exclusion = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    proposed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", db_index=False)
    verdict = models.CharField(max_length=8, choices=Verdict)
    why = models.CharField(max_length=LONGEST_WHY, blank=True)
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", db_index=False)
    decider_name = models.CharField(max_length=LONGEST_PERSON)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("exclusion", "verdict"), name="status_exclusion_decided_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="declined") | ~models.Q(decided_by=models.F("proposed_by")),
                name="status_exclusion_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="approved") | (models.Q(verdict="declined") & ~models.Q(why="")),
                name="status_exclusion_declined_why",
            ),
        )
