"""Files: staged by a person, bound by a message, or discarded. Content first, row second, never the other way."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.crashpoints import reach
from helpdesk.lib.errors import DomainError, Forbidden
from tickets.models import Attachment, AttachmentUse, TimelineEntry
from tickets.operations.contents import Content, remove_content, store_content
from tickets.operations.work import Work
from tickets.queries import staged_by

NOT_YOURS = "“{}” is not a file that you have just uploaded."
Upload = tuple[UploadedFile | BinaryIO, str]  # the file, and the name that its owner gave it


def upload_attachment(
    *,
    organisation: Organisation,
    file: UploadedFile | BinaryIO,
    name: str,
    actor: Actor,
    at: datetime | None = None,
) -> Attachment:
    """Stage one file: `upload_attachments` of it alone, whose refusal is raised."""
    (row,) = upload_attachments(organisation=organisation, files=[(file, name)], actor=actor, at=at)
    if isinstance(row, DomainError):
        raise row
    return row


def upload_attachments(
    *,
    organisation: Organisation,
    files: Sequence[Upload],
    actor: Actor,
    in_place_of: Sequence[uuid.UUID] = (),
    at: datetime | None = None,
) -> list[Attachment | DomainError]:
    """Stage files of this person for this organisation; a message binds them later, by their `public_id`.

    `in_place_of` are staged ones of theirs to remove, which makes room; what is no such file is passed over. Returns
    for each file its row, or its refusal at the field `file`: a bad name, an empty or too large file, too many staged
    ones, or an organisation whose room is used up. Raises `Forbidden` without the right to reply.

    All contents go to the storage, as they are read, before the first lock is taken, so nobody waits for a slow one;
    the rows follow. A row that is refused takes its content back; a process that dies in between leaves content
    without a row, which housekeeping removes.
    """
    require(actor, "ticket.reply")
    if actor.user_id is None:
        raise Forbidden("Only a person uploads files.")
    stored: list[Content | DomainError] = []
    try:
        for file, name in files:
            stored.append(_stored(organisation, file, name=name))
        reach("upload.stored")
        with transaction.atomic():
            for public_id in in_place_of:
                with suppress(DomainError):  # bound, or gone already: there is nothing to remove
                    discard_attachment(attachment_id=public_id, actor=actor)
            return [_staged(content, organisation=organisation, actor=actor, at=at) for content in stored]
    except BaseException:
        for content in stored:
            if isinstance(content, Content):
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


def too_many_for_a_message() -> DomainError:
    """The refusal of a message with more files than fit."""
    return DomainError(f"A message takes {settings.ATTACHMENTS_PER_MESSAGE} files at most.", field="attachments")


def _stored(organisation: Organisation, file: UploadedFile | BinaryIO, *, name: str) -> Content | DomainError:
    try:
        return store_content(organisation_id=organisation.pk, file=file, name=name)
    except DomainError as refusal:
        return refusal


def _staged(
    content: Content | DomainError, *, organisation: Organisation, actor: Actor, at: datetime | None
) -> Attachment | DomainError:
    if isinstance(content, DomainError):
        return content
    try:
        return _stage(content, organisation=organisation, actor=actor, at=at)
    except DomainError as refusal:
        remove_content(content.storage_name)
        return refusal


def _stage(content: Content, *, organisation: Organisation, actor: Actor, at: datetime | None) -> Attachment:
    """Insert the row under the lock of the organisation's count: of two at once, one takes the last room.

    Every refusal comes before the first write.
    """
    assert actor.user_id is not None
    use = lock_use(organisation.pk)
    waiting = staged_by(actor).filter(organisation=organisation).count()
    if waiting >= settings.ATTACHMENTS_STAGED:
        raise DomainError(
            f"“{content.name}” is not taken: {waiting} of your files wait already to be sent with a message. "
            "Send or remove some of them first.",
            field="file",
        )
    if use.used + content.size > settings.ATTACHMENT_BYTES_PER_ORGANISATION:
        raise DomainError(
            f"“{content.name}” does not fit: {organisation.name} has used up its room for files.", field="file"
        )
    use.used += content.size
    use.save(update_fields=["used"])
    row = Attachment(
        organisation=organisation,
        name=content.name,
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
