"""Tickets: the list, opening one, reading and changing one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.db.models.functions import Now
from rest_framework.response import Response

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.accounts.queries import clients_of, staff_serving
from helpdesk.api.errors import BadParameter
from helpdesk.api.filters import BooleanFilter, InstantFilter, ListFilters
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import seen_version
from helpdesk.api.schema import describe
from helpdesk.api.serializers.tickets import TicketAnswer, TicketBrief, TicketChange, TicketNew
from helpdesk.api.views.base import ApiRequest, ApiView
from helpdesk.api.views.frame import ticket_changed, ticket_made, ticket_read
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.numbers import row_number
from sla.models import Severity
from tickets.models import Channel, Ticket, TicketState
from tickets.operations.field_values import set_fields
from tickets.operations.handling import assign, change_severity
from tickets.operations.intake import open_ticket
from tickets.operations.labels import set_tags
from tickets.operations.scheduling import plan
from tickets.queries import TicketNotFound, get_ticket, tickets_visible_to, with_changed_at
from tickets.search.finding import Match, matches, read
from tickets.search.language import BadQuery
from tickets.search.statements import TooSlow, time_limit

SEARCH_HELP = "Words and filters as the search page takes them; of the newest 500 tickets that match."
TOO_SLOW = "This search would read too much. Add a word or a filter that says more, such as after:2026-11-01."
NO_ORGANISATION = "Name an organisation that you serve, by its key."
OWN_ORGANISATION = "This is not your organisation. Leave it out: yours is meant."
NO_REQUESTER = "Name the person at this organisation who asks, by their number."


class TicketFilters(ListFilters):
    """What the list of tickets can be narrowed to."""

    state = django_filters.ChoiceFilter(choices=TicketState.choices)
    severity = django_filters.ChoiceFilter(choices=Severity.choices)
    organisation = django_filters.CharFilter(method="of_organisation", help_text="An organisation's key.")
    assignee = django_filters.CharFilter(method="held_by", help_text="A person's number, `me`, or `none`.")
    requester = django_filters.CharFilter(method="asked_by", help_text="A person's number, or `me`.")
    overdue = BooleanFilter(method="late", help_text="Whose earliest running deadline has passed.")
    opened_after = InstantFilter(field_name="opened_at", lookup_expr="gt")
    opened_before = InstantFilter(field_name="opened_at", lookup_expr="lt")
    updated_after = InstantFilter(field_name="changed_at", lookup_expr="gt")
    updated_before = InstantFilter(field_name="changed_at", lookup_expr="lt")
    search = django_filters.CharFilter(method="found_by", help_text=SEARCH_HELP)

    def of_organisation(self, found: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:  # noqa: ARG002
        return found.filter(organisation=self.organisation_of(value))

    def held_by(self, found: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        if value == "none":
            return found.filter(assignee__isnull=True)
        return found.filter(assignee__user_id=self._person(name, value))

    def asked_by(self, found: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        return found.filter(requester_id=self._person(name, value))

    def late(self, found: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:  # noqa: ARG002
        late = {"in_queue": True, "queue_due_at__lt": Now()}
        return found.filter(**late) if value == "true" else found.exclude(**late, queue_due_at__isnull=False)

    def found_by(self, found: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        try:
            query = read(self.member, value)
            with time_limit():
                matched = matches(self.member, query, at=database_now()) if not query.is_empty else Match()
        except BadQuery as error:
            raise BadParameter(str(error), field=name) from error
        except TooSlow as error:
            raise BadParameter(TOO_SLOW, field=name) from error
        return found.filter(pk__any=matched.ranks)

    def _person(self, name: str, value: str) -> int:
        if value == "me":
            return self.member.user.pk
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise BadParameter(f"{name} is a person's number, or a word that this filter knows.", field=name)
        return int(value)


class Tickets(ApiView):
    """The tickets that one may see."""

    capabilities = {"POST": "ticket.open"}
    filters = TicketFilters
    orders = {"newest": Order("-pk"), "oldest": Order("pk")}
    paged = True
    tagged = True

    def order(self) -> Order:
        """By arrival; within one organisation its numbers say the same, and an index has them."""
        chosen = super().order()
        named = self.request.query_params.get("organisation", "").strip()
        if self.request.member.organisation is None and not named:
            return chosen
        return Order("-number") if chosen.falls else Order("number")

    @describe("tickets_list", tag="Tickets", summary="List tickets", answer=TicketBrief, page=True)
    def get(self, request: ApiRequest) -> Response:
        """Clients get their own, their admins the organisation's, staff those of the organisations that they serve."""
        context = {"member": request.member}
        found = with_changed_at(tickets_visible_to(request.member), staff=request.member.is_staff)
        return self.page(found.defer("description", "steps"), lambda ticket: TicketBrief(ticket, context=context).data)

    @describe(
        "tickets_create",
        tag="Tickets",
        summary="Open a ticket",
        answer=TicketAnswer,
        body=TicketNew,
        status=201,
        example={"subject": "Invoices fail", "description": "Every invoice ends in an error.", "severity": "P2"},
    )
    def post(self, request: ApiRequest) -> Response:
        """Its deadlines count from now, in the support hours of its organisation's calendar."""
        sent = self.body(TicketNew)
        organisation = chosen_organisation(request.member, sent.pop("organisation", None))
        ticket = open_ticket(
            organisation=organisation,
            requester=_requester(request.member, organisation, sent.pop("requester", None)),
            follows=_followed(request.member, organisation, sent.pop("follows", None)),
            actor=request.member.actor,
            channel=Channel.STAFF if request.member.is_staff else Channel.PORTAL,
            fields=_fields(sent.pop("custom_fields", {})),
            **sent,
        )
        return ticket_made(request.member, ticket.public_id)


def chosen_organisation(member: Member, key: str | None) -> Organisation:
    """A client's own; for staff the one named, if they serve it. Foreign and missing are refused alike."""
    key = key.upper() if key is not None else None
    if member.organisation is not None:
        if key not in (None, member.organisation.key):
            raise DomainError(OWN_ORGANISATION, field="organisation")
        return member.organisation
    found = Organisation.objects.filter(key=key or "", pk__any=member.organisation_ids).first()
    if found is None:
        raise DomainError(NO_ORGANISATION, field="organisation")
    return found


def _requester(member: Member, organisation: Organisation, pk: int | None) -> User:
    """A client themselves; for staff the person named, if they belong there."""
    if not member.is_staff:
        if pk not in (None, member.user.pk):
            raise DomainError("You open tickets for yourself only.", field="requester")
        return member.user
    found = clients_of(organisation.pk).filter(pk=pk).first() if pk is not None else None
    if found is None:
        raise DomainError(NO_REQUESTER, field="requester")
    return found


def _fields(sent: Mapping[str, str]) -> dict[int, str]:
    """Values by the field's number; what is no number is no field's."""
    numbers = {name: row_number(name) for name in sent}
    if None in numbers.values():
        raise DomainError("Name each field by its number, as a ticket's custom_fields do.", field="custom_fields")
    return {number: sent[name] for name, number in numbers.items() if number is not None}


def _followed(member: Member, organisation: Organisation, public_id: UUID | None) -> Ticket | None:
    """A ticket of the same organisation that has ended; both ends of the link must be the member's to see."""
    if public_id is None:
        return None
    try:
        found = get_ticket(member, public_id)
    except TicketNotFound:
        found = None
    if found is None or found.organisation_id != organisation.pk:
        raise DomainError("There is no such ticket to follow.", field="follows")
    if found.is_active:
        raise DomainError(f"{found.reference} has not ended: reply there.", field="follows")
    return found


class OneTicket(ApiView):
    """One ticket."""

    tagged = True
    must_match = frozenset({"PATCH"})

    @describe("tickets_read", tag="Tickets", summary="Read a ticket", answer=TicketAnswer)
    def get(self, request: ApiRequest, public_id: UUID) -> Response:
        """The part of its ETag before the dash is its version: how much has happened to it that you see."""
        return ticket_read(request.member, public_id)

    @describe(
        "tickets_update",
        tag="Tickets",
        summary="Change severity, planned date, assignee, tags or custom fields",
        answer=TicketAnswer,
        body=TicketChange,
        example={"severity": "P1", "reason": "The whole accounts department stands still."},
    )
    def patch(self, request: ApiRequest, public_id: UUID) -> Response:
        """In this order, each by its own operation, all in one transaction."""
        seen = seen_version(request, required=True)
        ticket = get_ticket(request.member, public_id)
        for change in _changes(ticket, request.member, self.body(TicketChange)):
            change(seen=seen)
            seen = None  # the first has locked the ticket, and is itself what happened since
        return ticket_changed(request.member, public_id)


def _changes(ticket: Ticket, member: Member, sent: Mapping[str, Any]) -> list[Any]:
    """The operations that the body asks for, in their order."""
    common: dict[str, Any] = {"ticket": ticket, "actor": member.actor}
    reason = sent.get("reason", "")
    found: list[Any] = []
    if "severity" in sent:
        severity = sent["severity"]
        found.append(lambda seen: change_severity(**common, severity=severity, reason=reason, seen=seen))
    if "planned_on" in sent:
        found.append(lambda seen: plan(**common, planned_on=sent["planned_on"], reason=reason, seen=seen))
    if "assignee" in sent:
        assignee = _assignee(ticket, member, sent["assignee"])
        found.append(lambda seen: assign(**common, assignee=assignee, seen=seen))
    if "tags" in sent:
        found.append(lambda seen: set_tags(**common, tags=sent["tags"], seen=seen))
    if "custom_fields" in sent:
        values = _fields(sent["custom_fields"])
        found.append(lambda seen: set_fields(**common, values=values, seen=seen))
    if not found:
        raise DomainError("Say what changes: severity, planned_on, assignee, tags or custom_fields.")
    if "reason" in sent and not {"severity", "planned_on"} & set(sent):
        raise DomainError("Leave this out: only a severity and a planned date change with a reason.", field="reason")
    return found


def _assignee(ticket: Ticket, member: Member, person_id: int | None) -> StaffMember | None:
    if person_id is None or not member.may("ticket.assign"):
        return None  # who may not assign is told so by the operation, and learns nothing of the number
    found = staff_serving(ticket.organisation_id).filter(user_id=person_id).first()
    if found is None:
        raise DomainError("This is nobody who serves the ticket's organisation.", field="assignee")
    return found
