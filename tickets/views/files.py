"""A file on its way out: always a download, never a page; and only to who may read what it is attached to."""

from uuid import UUID

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.lib.storage import attachment_storage
from tickets.files import served_type
from tickets.models import Attachment
from tickets.queries import AttachmentNotFound, get_attachment
from tickets.views.frame import ticket_or_404

# Should a browser open the file all the same, it may run, load and send nothing, and is of no origin.
GUARDS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@require_safe
@member_view("any")
def download(request: MemberRequest, public_id: UUID, file_id: UUID) -> FileResponse:
    """One file of one ticket. Raises `Http404` unless the member may see both and they belong together."""
    ticket = ticket_or_404(request.member, public_id)
    attachment = attachment_or_404(request.member, file_id)
    if attachment.ticket_id != ticket.pk:
        raise Http404("There is no such file.")
    return serve_attachment(attachment)


def attachment_or_404(member: Member, file_id: UUID) -> Attachment:
    """The file behind a link. Raises `Http404`, the same for whatever is not the member's to read."""
    try:
        return get_attachment(member, file_id)
    except AttachmentNotFound as error:
        raise Http404("There is no such file.") from error


def serve_attachment(attachment: Attachment) -> FileResponse:
    """The answer that carries a file's bytes, streamed. Whoever calls it has asked the rights."""
    content = attachment_storage().open(attachment.storage_name)
    kind = served_type(attachment.content_type)
    answer = FileResponse(content, as_attachment=True, filename=attachment.name, content_type=kind)
    answer.headers["Content-Length"] = str(attachment.size)
    for header, value in GUARDS.items():
        answer.headers[header] = value
    return answer
