"""The lists: the agents' queue, the escalations that wait for somebody, and everybody's list of tickets."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.permissions import Role
from helpdesk.accounts.queries import organisations_in
from helpdesk.lib.clock import database_now
from sla.models import Severity
from sla.queries import matrix_in_force
from tickets.forms.bulk import offered
from tickets.lists.listing import Page, escalation_page, queue_page, ticket_list
from tickets.lists.queue_filters import STATES, UnknownFilter, one_of, organisation_of, queue_filters
from tickets.lists.queue_rows import holder_options, queue_rows
from tickets.lists.rows import list_rows
from tickets.lists.saved_views import tabs, views_shown
from tickets.models import TicketState

LISTED_ORGANISATIONS = 60  # beyond that a choice is slower to read than a key is to type


@require_safe
@member_view("queue.read")
def queue(request: MemberRequest) -> HttpResponse:
    """What is due, most urgent first (POLICY 8); every filter stands in the address."""
    member, at = request.member, database_now()
    try:
        filters = queue_filters(request.GET, member=member)
        page = queue_page(member, filters, after=request.GET.get("after", ""), at=at)
    except UnknownFilter as error:
        return _unknown(request, error, back="tickets:queue")
    views = views_shown(member)
    context = {
        "rows": queue_rows(page.rows, at=at, zone=member.user.time_zone, pick=True, ticked="ticked" in request.GET),
        "page": page,
        "filters": filters,
        "next": _address(filters.raw, page.next_key) if page.next_key else "",
        "first": filters.address if request.GET.get("after") else "",
        "severities": Severity.choices,
        "states": [(state.value, state.label) for state in STATES],
        "holders": holder_options(filters.holder),
        "organisations": _choices(member),
        "here": _address(filters.raw, request.GET.get("after", "")).removeprefix("?"),
        "bulk_verbs": offered(member),
        "tabs": tabs(views, member=member, shown=filters.raw),
        "zone": member.user.time_zone,
    }
    return render(request, "tickets/queue.html", context)


def _choices(member: Member) -> list[Organisation] | None:
    """The organisations to choose from; None when there are too many to list."""
    if len(member.organisation_ids) > LISTED_ORGANISATIONS:
        return None
    return list(organisations_in(member.organisation_ids))


def _address(raw: Mapping[str, str], after: str = "") -> str:
    query = dict(raw)
    if after:
        query["after"] = after
    return f"?{urlencode(query)}" if query else ""


def _unknown(request: MemberRequest, error: UnknownFilter, *, back: str) -> HttpResponse:
    return render(request, "tickets/unknown_filter.html", {"message": str(error), "back": back}, status=400)


@require_safe
@member_view("any")
def ticket_list_view(request: MemberRequest) -> HttpResponse:
    """All the tickets that the member may see, newest first."""
    member = request.member
    state, key = request.GET.get("state", ""), request.GET.get("organisation", "").strip().upper()
    try:
        organisation = organisation_of(key, member=member)
        page = ticket_list(member, state=state, organisation=organisation, after=request.GET.get("after", ""))
    except UnknownFilter as error:
        return _unknown(request, error, back="tickets:list")
    shows_people = member.may("ticket.read_organisation")
    kept = {name: value for name, value in (("state", state), ("organisation", key)) if value}
    states = [("", "All"), *TicketState.choices]
    others = {"organisation": key} if key else {}
    context = {
        "rows": list_rows(
            page.rows,
            at=database_now(),
            zone=member.user.time_zone,
            names_clients=member.is_staff,
            names_people=shows_people,
        ),
        "next": _address(kept, page.next_key) if page.next_key else "",
        "first": (_address(kept) or "?") if request.GET.get("after") else "",
        "tabs": [
            (label, _address({**others, **({"state": value} if value else {})}) or "?", value == state)
            for value, label in states
        ],
        "narrowed": bool(kept),
        "organisation": organisation,
        "shows_people": shows_people,
        "zone": member.user.time_zone,
    }
    return render(request, "tickets/list.html", context)


@require_safe
@member_view("escalations.read")
def escalations(request: MemberRequest) -> HttpResponse:
    """What waits for an acknowledgement; account managers see their own clients first."""
    member = request.member
    clients = request.GET.get("clients", "mine" if member.role == Role.ACCOUNT_MANAGER else "all")
    try:
        one_of(clients, ("mine", "all"), name="choice of clients")
        page: Page = escalation_page(member, mine=clients == "mine", after=request.GET.get("after", ""))
    except UnknownFilter as error:
        return _unknown(request, error, back="tickets:escalations")
    context = {
        "rows": page.rows,
        "reminder_minutes": matrix_in_force(at=database_now()).version.reminder_minutes,
        "mine": clients == "mine",
        "next": _address({"clients": clients}, page.next_key) if page.next_key else "",
        "first": f"?clients={clients}" if request.GET.get("after") else "",
        "zone": member.user.time_zone,
    }
    return render(request, "tickets/escalations.html", context)
