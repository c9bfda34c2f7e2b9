"""The audit log: one row for every change, never altered. The database refuses UPDATE and DELETE."""

from django.db import models
from django.db.models.functions import Now

from helpdesk.lib.tenancy import TenantModel, VendorModel


class Entry(models.Model):
    """What both logs hold."""

    at = models.DateTimeField(help_text="When it took effect.")
    recorded_at = models.DateTimeField(db_default=Now())
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, help_text="What it was done to, as people call it: ACME-142.")
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=120)
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        abstract = True


class AuditEntry(Entry, TenantModel):
    """A change to one organisation's data."""

    class Meta:
        indexes = (models.Index(fields=("organisation", "-at"), name="audit_by_organisation"),)


class VendorAuditEntry(Entry, VendorModel):
    """A change to what belongs to the vendor: calendars, policies, staff."""

    class Meta:
        indexes = (models.Index(fields=("-at",), name="audit_vendor_by_time"),)
