"""Files: staging one, removing it while nothing uses it, and those of a ticket with their content."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from helpdesk.accounts.members import Member
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.attachments import AttachmentAnswer, AttachmentNew, attachment_path
from helpdesk.api.views.base import ApiRequest, ApiView, made, one
from helpdesk.api.views.tickets import chosen_organisation
from helpdesk.lib.errors import Conflict
from tickets.files import SERVED, UNKNOWN
from tickets.models import Attachment
from tickets.operations.attachments import discard_attachment, upload_attachment
from tickets.queries import attachments_seen_by, get_attachment, get_ticket, staged_by
from tickets.views.files import serve_attachment

BY_UPLOAD = {"oldest": Order("pk"), "newest": Order("-pk")}


class Attachments(ApiView):
    """The files that one has staged."""

    capabilities = {"POST": "ticket.reply"}
    orders = BY_UPLOAD
    paged = True
    tagged = True
    parser_classes = [MultiPartParser]

    @describe(
        "attachments_list", tag="Attachments", summary="List your staged files", answer=AttachmentAnswer, page=True
    )
    def get(self, request: ApiRequest) -> Response:
        """Files that you have uploaded and not sent yet. What no message takes within a day is removed."""
        return self.page(with_people(staged_by(request.member.actor)), lambda file: show_file(request.member, file))

    @describe(
        "attachments_create",
        tag="Attachments",
        summary="Stage a file",
        answer=AttachmentAnswer,
        body=AttachmentNew,
        status=201,
    )
    def post(self, request: ApiRequest) -> Response:
        """Upload it here; then name its id in `attachments` of a message or of a new ticket."""
        sent = self.body(AttachmentNew)
        organisation = chosen_organisation(request.member, sent.get("organisation") or None)
        file = sent["file"]
        row = upload_attachment(organisation=organisation, file=file, name=file.name or "", actor=request.member.actor)
        return made(show_file(request.member, row), path=attachment_path(row))


class OneAttachment(ApiView):
    """One file."""

    capabilities = {"DELETE": "ticket.reply"}
    tagged = True

    @describe("attachments_read", tag="Attachments", summary="Read about a file", answer=AttachmentAnswer)
    def get(self, request: ApiRequest, file_id: UUID) -> Response:
        """One of a ticket that you may see, or one that you have staged yourself."""
        return one(show_file(request.member, get_attachment(request.member, file_id)))

    @describe("attachments_delete", tag="Attachments", summary="Remove a staged file", status=204)
    def delete(self, request: ApiRequest, file_id: UUID) -> Response:
        """Only while no message has taken it: what was sent stays."""
        found = get_attachment(request.member, file_id)
        if found.ticket_id is not None:
            raise Conflict("This file was sent with a message, and stays with it.")
        refuse_changed(request, show_file(request.member, found))
        discard_attachment(attachment_id=file_id, actor=request.member.actor)
        return Response(status=204)


class TicketAttachments(ApiView):
    """The files of one ticket."""

    orders = BY_UPLOAD
    paged = True

    @describe(
        "ticket_attachments_list",
        tag="Attachments",
        summary="List a ticket's files",
        answer=AttachmentAnswer,
        page=True,
    )
    def get(self, request: ApiRequest, public_id: UUID) -> Response:
        """Clients get those of public entries; staff also those of internal notes."""
        ticket = get_ticket(request.member, public_id)
        found = with_people(attachments_seen_by(ticket, staff=request.member.is_staff))
        return self.page(found, lambda file: show_file(request.member, file))


class OneTicketAttachment(ApiView):
    """One file of one ticket."""

    tagged = True

    @describe(
        "ticket_attachments_read", tag="Attachments", summary="Read about a ticket's file", answer=AttachmentAnswer
    )
    def get(self, request: ApiRequest, public_id: UUID, file_id: UUID) -> Response:
        """The file must belong to this very ticket."""
        return one(show_file(request.member, _file_of(request.member, public_id, file_id)))


class Content(ApiView):
    """The bytes of one file of one ticket."""

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:  # noqa: ARG002 - the framework's signature
        """Whatever type the caller wishes for, the file is what it is."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="ticket_attachments_content",
        tags=["Attachments"],
        summary="Download a file",
        responses={
            (200, UNKNOWN, *sorted(SERVED)): OpenApiResponse(OpenApiTypes.BINARY, description="The file's bytes.")
        },
    )
    def get(self, request: ApiRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
        """Always as a download, under a type of which a browser runs nothing; `Content-Disposition` has the name."""
        answer: FileResponse = serve_attachment(_file_of(request.member, public_id, file_id))
        return answer


def _file_of(member: Member, public_id: UUID, file_id: UUID) -> Attachment:
    """The file, if both are the member's to see and belong together."""
    ticket = get_ticket(member, public_id)
    found = get_attachment(member, file_id)
    if found.ticket_id != ticket.pk:
        raise NotFound
    return found


def with_people(found: QuerySet[Attachment]) -> QuerySet[Attachment]:
    """The files with what their answer names, in one statement."""
    return found.select_related("organisation", "uploaded_by", "ticket")


def show_file(member: Member, file: Attachment) -> dict[str, object]:
    """The file as this member gets it."""
    return dict(AttachmentAnswer(file, context={"member": member}).data)
