"""What is said on a ticket, and everything that happened to it."""

from uuid import UUID

import django_filters
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.members import Member
from helpdesk.api.filters import InstantFilter, ListFilters
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import seen_version
from helpdesk.api.schema import describe
from helpdesk.api.serializers.tickets import ticket_path
from helpdesk.api.serializers.timeline import EntryAnswer, MessageAnswer, MessageNew
from helpdesk.api.views.base import ApiRequest, ApiView, made, one
from tickets.models import EntryKind, Ticket, TimelineEntry
from tickets.operations.conversation import add_note, reply
from tickets.queries import entries_seen_by, get_ticket
from tickets.timeline.rows import timeline_rows

SAID = (EntryKind.REPLY, EntryKind.NOTE)
BY_TIME = {"oldest": Order("at", "pk"), "newest": Order("-at", "-pk")}


class TimelineFilters(ListFilters):
    """What the timeline can be narrowed to."""

    kind = django_filters.ChoiceFilter(choices=EntryKind.choices)
    after = InstantFilter(field_name="at", lookup_expr="gt")


class Messages(ApiView):
    """The messages of a ticket."""

    capabilities = {"POST": "ticket.reply"}
    orders = BY_TIME
    paged = True
    tagged = True

    @describe("messages_list", tag="Messages", summary="List a ticket's messages", answer=MessageAnswer, page=True)
    def get(self, request: ApiRequest, public_id: UUID) -> Response:
        """Replies and, for staff, internal notes. What the ticket was opened with is its description."""
        ticket = get_ticket(request.member, public_id)
        found = entries_seen_by(ticket, staff=request.member.is_staff).filter(kind__in=SAID)
        return self.page(found, lambda entry: show_message(request.member, entry))

    @describe(
        "messages_create",
        tag="Messages",
        summary="Reply, or write an internal note",
        answer=MessageAnswer,
        body=MessageNew,
        status=201,
        example={"body": "We have found the cause and are testing the fix."},
    )
    def post(self, request: ApiRequest, public_id: UUID) -> Response:
        """A staff member's first reply meets the response clock; a client's ends a wait.

        If-Match takes the ticket's ETag.
        """
        ticket = get_ticket(request.member, public_id)
        sent = self.body(MessageNew)
        say = add_note if sent.pop("internal") else reply
        entry = say(ticket=ticket, actor=request.member.actor, seen=seen_version(request), **sent)
        return made(show_message(request.member, entry), path=message_path(ticket, entry.pk))


class OneMessage(ApiView):
    """One message."""

    tagged = True

    @describe("messages_read", tag="Messages", summary="Read a message", answer=MessageAnswer)
    def get(self, request: ApiRequest, public_id: UUID, pk: int) -> Response:
        """Messages are never changed."""
        ticket = get_ticket(request.member, public_id)
        entry = entries_seen_by(ticket, staff=request.member.is_staff).filter(kind__in=SAID, pk=pk).first()
        if entry is None:
            raise NotFound
        return one(show_message(request.member, entry))


def message_path(ticket: Ticket, pk: int) -> str:
    """Where a message is, below the site's address."""
    return f"{ticket_path(ticket)}messages/{pk}/"


def show_message(member: Member, entry: TimelineEntry) -> dict[str, object]:
    """The message as this member gets it."""
    return dict(MessageAnswer(entry, context={"member": member}).data)


class Timeline(ApiView):
    """The timeline of a ticket."""

    filters = TimelineFilters
    orders = BY_TIME
    paged = True

    @describe("timeline_list", tag="Tickets", summary="Read a ticket's timeline", answer=EntryAnswer, page=True)
    def get(self, request: ApiRequest, public_id: UUID) -> Response:
        """Everything that happened; nothing in it is ever altered. Clients get its public entries."""
        member = request.member
        ticket = get_ticket(member, public_id)
        return self.page(entries_seen_by(ticket, staff=member.is_staff), lambda entry: _entry(member, entry))


def _entry(member: Member, entry: TimelineEntry) -> dict[str, object]:
    (row,) = timeline_rows([entry], staff=member.is_staff, zone=member.user.time_zone)
    return dict(EntryAnswer({"entry": entry, "row": row}, context={"member": member}).data)
