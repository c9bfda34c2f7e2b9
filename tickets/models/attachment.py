"""Files that people attach: staged first, then bound to one entry of one ticket, once and for all."""

import uuid

from django.db import models

from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import TenantModel
from tickets.models.ticket import Ticket
from tickets.models.timeline import TimelineEntry

LONGEST_NAME = 200


class Attachment(TenantModel):
    """One file. Staged while `ticket` is NULL, and then its uploader's alone; bound afterwards.

    The content lies in the storage under `storage_name`, which tells nothing. A trigger refuses every change of a
    row but the one that binds it. A four-part key to the entry holds its ticket, its organisation and `is_public`, so
    that a file of an internal note cannot be a client's.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, related_name="attachments", db_constraint=False, db_index=False
    )
    entry = models.ForeignKey(
        TimelineEntry,
        on_delete=models.PROTECT,
        null=True,
        related_name="attachments",
        db_constraint=False,
        db_index=False,
    )
    name = models.CharField(max_length=LONGEST_NAME, help_text="Cleaned; for people only, never a path.")
    content_type = models.CharField(max_length=100, help_text="By its content, never by the sender's claim.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=120)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField()
    is_public = models.BooleanField(default=False, help_text="As its entry is; false until bound.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "public_id"), name="tickets_attachment_public_id_once"),
            models.UniqueConstraint(fields=("organisation", "storage_name"), name="tickets_attachment_stored_once"),
            models.CheckConstraint(
                condition=models.Q(ticket__isnull=True, entry__isnull=True, is_public=False)
                | models.Q(ticket__isnull=False, entry__isnull=False),
                name="tickets_attachment_bound_whole",
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="tickets_attachment_not_empty"),
            models.CheckConstraint(condition=~models.Q(name=""), name="tickets_attachment_named"),
        )
        indexes = (
            models.Index(
                fields=("ticket", "id"), condition=models.Q(ticket__isnull=False), name="tickets_attachments_of"
            ),
            models.Index(
                fields=("organisation", "uploaded_by"),
                condition=models.Q(ticket__isnull=True),
                name="tickets_attachments_staged",
            ),
        )

    def __str__(self) -> str:
        return self.name


class AttachmentUse(TenantModel):
    """How many bytes an organisation's files take. Its row lock is what two uploads at once wait for."""

    used = models.PositiveBigIntegerField(default=0, help_text="Bytes.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation",), name="tickets_attachment_use_once"),)
