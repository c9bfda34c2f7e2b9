"""Files: staged by a person, bound by a message, or discarded. Content first, row second, never the other way."""

import hashlib
import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.template.defaultfilters import filesizeformat

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.storage import attachment_storage, storage_path
from tickets.files import SNIFFED, NameRefused, clean_name, content_type_of
from tickets.models import Attachment, AttachmentUse, TimelineEntry
from tickets.operations.work import Work

logger = logging.getLogger(__name__)
CHUNK = 64 * 1024
NOT_YOURS = "“{}” is not a file that you have just uploaded."


def upload_attachment(
    *,
    organisation: Organisation,
    file: UploadedFile | BinaryIO,
    name: str,
    actor: Actor,
    at: datetime | None = None,
) -> Attachment:
    """Stage a file of this person for this organisation; a message binds it later, by its `public_id`.

    The content goes to the storage as it is read, once, and its row follows. A row that is refused takes the content
    back; a process that dies in between leaves content without a row, which housekeeping removes. Raises `Forbidden`
    without the right to reply, and `DomainError` at the field `file` for a bad name, an empty or too large file, too
    many staged ones, or an organisation whose room is used up.
    """
    require(actor, "ticket.reply")
    if actor.user_id is None:
        raise Forbidden("Only a person uploads files.")
    cleaned = _clean(name)
    content = _store(organisation.pk, file, name=cleaned)
    reach("upload.stored")
    try:
        with transaction.atomic():
            return _stage(content, organisation=organisation, name=cleaned, actor=actor, at=at)
    except BaseException:
        remove_content(content.storage_name)
        raise


def discard_attachment(*, attachment_id: uuid.UUID, actor: Actor) -> None:
    """Remove a staged file of one's own. Raises `DomainError` for any other: foreign, bound and missing alike."""
    require(actor, "ticket.reply")
    with transaction.atomic():
        found = staged_by(actor).filter(public_id=attachment_id).first()
        if found is None:
            raise _not_yours(attachment_id)
        use = lock_use(found.organisation_id)
        # A message may have bound it while this waited.
        if not staged_by(actor).select_for_update().filter(pk=found.pk).exists():
            raise _not_yours(attachment_id)
        forget(use, [found])
        _audit("attachment.discard", found, actor=actor, at=database_now())


def bind_attachments(work: Work, entry: TimelineEntry, attachments: Sequence[uuid.UUID]) -> list[Attachment]:
    """Bind staged files to the entry that the work has just saved; they become as visible as it is.

    They must be this organisation's, uploaded by this actor and unbound: anything else, and what does not exist,
    raises the same `DomainError` at the field `attachments`, as do too many for one message or one ticket.
    """
    wanted = list(dict.fromkeys(attachments))
    if not wanted:
        return []
    if len(wanted) > settings.ATTACHMENTS_PER_MESSAGE:
        raise too_many_for_a_message()
    staged = staged_by(work.actor).filter(organisation_id=work.ticket.organisation_id, public_id__in=wanted)
    found = {row.public_id: row for row in staged.select_for_update().order_by("pk")}
    for public_id in wanted:
        if public_id not in found:
            raise _not_yours(public_id)
    rows = [found[public_id] for public_id in wanted]
    _check_room_on_ticket(work, rows)
    bound = Attachment.objects.filter(pk__in=[row.pk for row in rows])
    bound.update(ticket=work.ticket, entry=entry, is_public=entry.is_public)
    for row in rows:
        row.ticket, row.entry, row.is_public = work.ticket, entry, entry.is_public
        _audit("attachment.bind", row, actor=work.actor, at=work.at, subject=work.ticket.reference)
    return rows


def staged_by(actor: Actor) -> QuerySet[Attachment]:
    """The actor's own staged files, of the organisations in scope."""
    return Attachment.objects.filter(ticket__isnull=True, uploaded_by_id=actor.user_id)


def lock_use(organisation_id: int) -> AttachmentUse:
    """Lock the organisation's count of bytes. It is the first lock of whoever adds or removes a file."""
    AttachmentUse.objects.bulk_create([AttachmentUse(organisation_id=organisation_id)], ignore_conflicts=True)
    return AttachmentUse.objects.select_for_update().get(organisation_id=organisation_id)


def forget(use: AttachmentUse, rows: Sequence[Attachment]) -> None:
    """Remove staged rows whose organisation's count is locked, and their content once that is committed."""
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    use.used -= sum(row.size for row in rows)
    use.save(update_fields=["used"])
    for row in rows:
        transaction.on_commit(partial(remove_content, row.storage_name), robust=True)


def remove_content(storage_name: str) -> None:
    """Remove a file's content. A storage that is away is logged: housekeeping finds what is left."""
    try:
        attachment_storage().delete(storage_name)
    except Exception as error:  # noqa: BLE001 - whatever the storage's client raises
        logger.warning("the content of %s could not be removed now: %s", storage_name, error)


def too_many_for_a_message() -> DomainError:
    """The refusal of a message with more files than fit."""
    return DomainError(f"A message takes {settings.ATTACHMENTS_PER_MESSAGE} files at most.", field="attachments")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What lies in the storage, measured while it was written."""

    storage_name: str
    content_type: str
    size: int
    sha256: str


class Measured(File):
    """A file read once from start to end, and measured on the way; refuses to be longer than the limit."""

    def __init__(self, source: Any, *, name: str) -> None:
        super().__init__(source, name)
        self.source = source
        self.head, self.length, self.digest = b"", 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.source.read(size)
        self.length += len(data)
        if self.length > settings.ATTACHMENT_BYTES:
            raise DomainError(
                f"“{self.name}” is larger than {filesizeformat(settings.ATTACHMENT_BYTES)}, the most for one file.",
                field="file",
            )
        if len(self.head) < SNIFFED:
            self.head += data[: SNIFFED - len(self.head)]
        self.digest.update(data)
        return data

    def refuse_if_empty(self) -> None:
        if not self.length:
            raise DomainError(f"“{self.name}” is empty.", field="file")

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while data := self.read(chunk_size or CHUNK):
            yield data

    def seekable(self) -> bool:
        return False  # a second reading would be measured too


def _clean(name: str) -> str:
    try:
        return clean_name(name)
    except NameRefused as error:
        raise DomainError("The file needs a name that can be shown.", field="file") from error


def _store(organisation_id: int, file: UploadedFile | BinaryIO, *, name: str) -> Content:
    """Write the content under a random name; nothing stays of what is empty, too large or cut off."""
    if file.seekable():
        file.seek(0)
    key = uuid.uuid4().hex
    storage_name = storage_path(organisation_id, "files", key[:2], key)
    measured = Measured(file, name=name)
    try:
        attachment_storage().save(storage_name, measured)
        measured.refuse_if_empty()
    except BaseException:
        remove_content(storage_name)
        raise
    return Content(
        storage_name=storage_name,
        content_type=content_type_of(measured.head, name=name),
        size=measured.length,
        sha256=measured.digest.hexdigest(),
    )


def _stage(content: Content, *, organisation: Organisation, name: str, actor: Actor, at: datetime | None) -> Attachment:
    """Insert the row under the lock of the organisation's count: of two at once, one takes the last room."""
    assert actor.user_id is not None
    use = lock_use(organisation.pk)
    waiting = staged_by(actor).filter(organisation=organisation).count()
    if waiting >= settings.ATTACHMENTS_STAGED:
        raise DomainError(
            f"“{name}” is not taken: {waiting} of your files wait already to be sent with a message. Send or remove "
            "some of them first.",
            field="file",
        )
    if use.used + content.size > settings.ATTACHMENT_BYTES_PER_ORGANISATION:
        raise DomainError(f"“{name}” does not fit: {organisation.name} has used up its room for files.", field="file")
    use.used += content.size
    use.save(update_fields=["used"])
    row = Attachment(
        organisation=organisation,
        name=name,
        content_type=content.content_type,
        size=content.size,
        sha256=content.sha256,
        storage_name=content.storage_name,
        uploaded_by_id=actor.user_id,
        uploaded_at=at or database_now(),
    )
    row.save(force_insert=True)
    _audit("attachment.upload", row, actor=actor, at=row.uploaded_at)
    return row


def _check_room_on_ticket(work: Work, rows: Sequence[Attachment]) -> None:
    """The ticket is locked, so nobody else adds to it meanwhile."""
    there = Attachment.objects.filter(ticket=work.ticket).aggregate(files=Count("pk"), size=Sum("size"))
    if there["files"] + len(rows) > settings.ATTACHMENTS_PER_TICKET:
        raise DomainError(f"A ticket takes {settings.ATTACHMENTS_PER_TICKET} files at most.", field="attachments")
    if (there["size"] or 0) + sum(row.size for row in rows) > settings.ATTACHMENT_BYTES_PER_TICKET:
        most = filesizeformat(settings.ATTACHMENT_BYTES_PER_TICKET)
        raise DomainError(f"The files of one ticket may take {most} together.", field="attachments")


def _not_yours(public_id: uuid.UUID) -> DomainError:
    return DomainError(NOT_YOURS.format(public_id), field="attachments")


def _audit(action: str, row: Attachment, *, actor: Actor, at: datetime, subject: str = "a file") -> None:
    record(
        organisation_id=row.organisation_id,
        action=action,
        subject=subject,
        actor=actor,
        at=at,
        data={"file": str(row.public_id), "name": row.name, "size": row.size, "sha256": row.sha256},
    )
