"""The floors: the least that a view of the same kind costs in this product, behind all of its middleware."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.audit.operations import record
from helpdesk.lib.clock import database_now
from tickets.forms.verbs import NewTicketForm
from tickets.lists.listing import PAGE
from tickets.models import Ticket, TimelineEntry
from tickets.queries import tickets_visible_to

SHOWN = ("number", "subject", "severity", "state", "level", "public_id", "queue_due_at", "organisation_id")
FORM = """<!doctype html><title>Floor</title><form method="post">{% csrf_token %}{{ form.as_div }}</form>"""


@require_safe
@member_view("queue.read")
def queue(request: MemberRequest) -> HttpResponse:
    """One indexed SELECT of as many rows as the queue page asks for, joined to markup of `?bytes=` in all."""
    first = Ticket.objects.filter(in_queue=True).order_by(F("queue_due_at").asc(nulls_last=True), "opened_at", "pk")
    rows = list(first.values_list(*SHOWN)[: PAGE + 1])
    return _page(request, rows[:PAGE])


@require_safe
@member_view("any")
def listed(request: MemberRequest, rows: int) -> HttpResponse:
    """One indexed SELECT of the newest tickets that one may see, joined to markup of `?bytes=` in all."""
    newest = "-number" if request.member.organisation is not None else "-pk"
    found = tickets_visible_to(request.member).select_related(None).order_by(newest).values_list(*SHOWN)
    return _page(request, list(found[:rows]))


@require_safe
@member_view("any")
def ticket(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One indexed SELECT of a ticket's timeline, joined to markup of `?bytes=` in all."""
    entries = TimelineEntry.objects.filter(ticket__public_id=public_id).order_by("at", "id")
    seen = entries if request.member.is_staff else entries.filter(is_public=True)
    return _page(request, list(seen.values_list("id", "kind", "at", "actor_name", "body", "is_public")))


def _page(request: MemberRequest, rows: Sequence[tuple[Any, ...]]) -> HttpResponse:
    cells = ("".join(f"<td>{value}</td>" for value in row) for row in rows)
    markup = f"<!doctype html><title>Floor</title><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    return HttpResponse(markup.ljust(int(request.GET.get("bytes", "0"))))


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.open")
def submit(request: MemberRequest) -> HttpResponse:
    """The product's form, and for what it holds one INSERT, committed by the middleware's transaction."""
    if request.method != "POST":
        page = engines["django"].from_string(FORM)
        return HttpResponse(page.render({"form": NewTicketForm()}, request))
    form = NewTicketForm(request.POST)
    if not form.is_valid():
        return HttpResponse("refused", status=422)
    assert request.member.organisation is not None
    record(
        organisation_id=request.member.organisation.pk,
        action="bench.floor",
        subject="floor",
        actor=request.member.actor,
        at=database_now(),
        reason=form.text_of("description"),
    )
    return redirect("/bench/submit/")
