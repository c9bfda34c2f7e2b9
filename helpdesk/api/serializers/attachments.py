"""Files as the API takes and gives them."""

from typing import Any

from rest_framework import serializers

from helpdesk.api.serializers.base import Answer, Body, PersonBrief, absolute
from tickets.models import Attachment


class AttachmentAnswer(Answer):
    """A file: staged until a message takes it, and then that message's for good."""

    id = serializers.UUIDField(source="public_id", help_text="What `attachments` of a message or a new ticket takes.")
    name = serializers.CharField(help_text="For people: cleaned, never a path.")
    content_type = serializers.CharField(help_text="By its content, whatever its sender claimed.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField(help_text="Of its content, in hexadecimal.")
    organisation = serializers.CharField(source="organisation.key")
    uploaded_by = PersonBrief()
    uploaded_at = serializers.DateTimeField()
    ticket = serializers.UUIDField(
        source="ticket.public_id", allow_null=True, default=None, help_text="null: staged, and its uploader's alone."
    )
    entry = serializers.IntegerField(
        source="entry_id", allow_null=True, help_text="The timeline's entry that it came with; of a message, its id."
    )
    internal = serializers.SerializerMethodField(help_text="It came with an internal note: no client ever sees it.")
    content = serializers.SerializerMethodField(help_text="Where its bytes are; null while it is staged.")

    def get_internal(self, file: Attachment) -> bool:
        return file.ticket_id is not None and not file.is_public

    def get_content(self, file: Attachment) -> str | None:
        return absolute(f"{ticket_file_path(file)}content/") if file.ticket is not None else None


def attachment_path(file: Attachment) -> str:
    """Where the file is described, below the site's address."""
    return f"/api/v1/attachments/{file.public_id}/"


def ticket_file_path(file: Attachment) -> str:
    """Where a bound file is below its ticket."""
    assert file.ticket is not None
    return f"/api/v1/tickets/{file.ticket.public_id}/attachments/{file.public_id}/"


class AttachmentNew(Body):
    """One file, as `multipart/form-data`."""

    file = serializers.FileField(allow_empty_file=True, max_length=None, help_text="The file, with its name.")
    organisation = serializers.CharField(
        max_length=12,
        required=False,
        allow_blank=True,
        help_text="The client's key. Staff must say it; clients may leave it out, or empty.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """The checked values. Raises the framework's `ValidationError` also for a second file: one is taken."""
        if hasattr(data, "getlist") and len(data.getlist("file")) > 1:
            raise serializers.ValidationError({"file": ["Send one file at a time."]})
        return super().to_internal_value(data)
