"""What a form brings along: its files are staged at once, so that a refused form loses none of them."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress

from django import forms
from django.conf import settings

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from helpdesk.lib.errors import DomainError
from tickets.forms.verbs import FilesForm, KeptFile
from tickets.operations.attachments import discard_attachment, too_many_for_a_message, upload_attachments
from tickets.queries import staged_files

DAMAGED = uuid.UUID(int=0)  # answered like one that does not exist


def take_files(request: MemberRequest, form: forms.Form, organisation: Organisation) -> list[uuid.UUID]:
    """Stage the form's new files and give the ids of all that it sends: those kept from before first.

    What was kept and is not ticked any more is removed. A file that is refused is an error of the form at `file`;
    the others stay staged. A form without files brings none.
    """
    if not isinstance(form, FilesForm):
        return []
    form.is_valid()
    chosen = ids_of(request, "attachments")
    room = max(0, settings.ATTACHMENTS_PER_MESSAGE - len(chosen))
    brought = request.FILES.getlist("file")
    rows = upload_attachments(
        organisation=organisation,
        files=[(file, file.name or "") for file in brought[:room]],
        in_place_of=[public_id for public_id in ids_of(request, "offered") if public_id not in chosen],
        actor=request.member.actor,
    )
    for row in rows:
        if isinstance(row, DomainError):
            form.add_error("file", row.message)
        else:
            chosen.append(row.public_id)
    if len(brought) > room:
        form.add_error("file", f"{too_many_for_a_message().message} The last {len(brought) - room} are not taken.")
    return chosen


def keep_files(member: Member, form: forms.Form, organisation: Organisation, chosen: Sequence[uuid.UUID]) -> None:
    """Show what is staged on a refused form. Who has staged as much as they may sees all of it, to make room."""
    if not isinstance(form, FilesForm):
        return
    staged = staged_files(member, organisation_id=organisation.pk)
    is_full = len(staged) >= settings.ATTACHMENTS_STAGED
    form.kept = [
        KeptFile(file, chosen=file.public_id in chosen) for file in staged if is_full or file.public_id in chosen
    ]


def drop_unsent(member: Member, files: Iterable[uuid.UUID]) -> None:
    """Remove what no message has bound: the files of a form that was sent twice at the same moment."""
    for public_id in files:
        with suppress(DomainError):  # bound, or gone already: there is nothing to remove
            discard_attachment(attachment_id=public_id, actor=member.actor)


def ids_of(request: MemberRequest, name: str) -> list[uuid.UUID]:
    """The ids that a form sends under a name; a damaged one is answered like one that does not exist."""
    return [_id(text) for text in request.POST.getlist(name)]


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return DAMAGED
