"""The staff's pages of incidents: all of them, a new one, and one to go on with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in, refused
from helpdesk.accounts.listing import organisations_of
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.forms.service import AttachmentForm, IncidentForm, RetractionForm, UpdateForm
from status.impacts import levels_now
from status.listing import MOST_TICKETS, audience_names, incident_page, is_overdue, ticket_named, tickets_on
from status.models import Incident, Phase, UpdateTemplate
from status.operations.incidents import (
    may_write,
    open_incident,
    post_update,
    publish_incident,
    retract_incident,
    set_in_app,
)
from status.operations.surges import open_for_surge
from status.operations.threads import attach_ticket, detach_ticket
from status.probe_listing import recovered_since, seen_of
from status.queries import IncidentNotFound, components_in_use, staff_incident
from status.reckoning.kept import kept_budget
from status.surge_listing import SurgeCard, SurgeNotFound, proposed_surge, proposed_surges
from tickets.queries import TicketNotFound, get_ticket

WRITERS = member_view("incident.write")


@require_safe
@WRITERS
def incidents(request: MemberRequest) -> HttpResponse:
    """What lasts, what is drafted, and what is over."""
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 18 else None
    at = database_now()
    page = incident_page(at=at, before=before)
    context = {
        "page": page,
        "surges": proposed_surges(at=at) if before is None else (),
        "next": f"?before={page.next_key}" if page.next_key else "",
        "first": "?" if before is not None else "",
        "budget": kept_budget(at=at),
    }
    return render(request, "status/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@WRITERS
def new_incident(request: MemberRequest) -> HttpResponse:
    """Open one: published at once, or kept as a draft."""
    template = _template(request)
    initial = {"phase": template.phase, "body": template.body, "title": template.title} if template else None
    card = _surge(request)
    form = IncidentForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        zone=request.member.user.time_zone,
        components=components_in_use(),
        stands={},
        organisations=organisations_of(request.member),
    )
    # Tickets are attached to what is published alone: what a surge is opened for is no draft.
    published, actor = "draft" not in request.POST or card is not None, request.member.actor
    made: list[Incident] = []
    status = filled_in(
        form,
        lambda: made.append(open_incident(actor=actor, published=published, **form.facts(at=database_now()))),
    )
    if not status:
        messages.success(request, _("It is published.") if published else _("The draft is kept."))
        if card is not None:
            _attach_surge(request, card, made[0])
        return redirect("status:manage", made[0].public_id)
    context = {"form": form, "templates": _templates(), "card": card}
    return render(request, "status/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@WRITERS
def manage(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One incident; a POST writes a further update."""
    incident = _incident_or_404(public_id)
    template = _template(request)
    initial = {"phase": template.phase, "body": template.body} if template else _proposed(request, incident)
    form = _update_form(request, incident, initial=initial)
    actor = request.member.actor
    if status := filled_in(
        form, lambda: post_update(incident=incident, actor=actor, update=form.typed(at=database_now()))
    ):
        return _page(request, incident, status=status, update_form=form)
    kept, published = _("The update is kept with the draft."), _("The update is published.")
    messages.success(request, kept if incident.is_draft else published)
    return redirect("status:manage", public_id)


@require_POST
@WRITERS
def publication(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Show a draft to those who may know."""
    incident, actor = _incident_or_404(public_id), request.member.actor
    return _done(request, incident, lambda: publish_incident(incident=incident, actor=actor), _("It is published."))


@require_POST
@WRITERS
def banner(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Have banners tell of it, or not."""
    incident, actor = _incident_or_404(public_id), request.member.actor
    wanted = request.POST.get("wanted") == "on"
    said = _("Banners tell of it.") if wanted else _("No banner tells of it any more.")
    return _done(request, incident, lambda: set_in_app(incident=incident, actor=actor, wanted=wanted), said)


@require_POST
@WRITERS
def retraction(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Take it back, with a reason."""
    incident, form = _incident_or_404(public_id), RetractionForm(request.POST)
    actor = request.member.actor
    if status := filled_in(form, lambda: retract_incident(incident=incident, actor=actor, **form.cleaned_data)):
        return _page(request, incident, status=status, retraction_form=form)
    messages.success(request, _("The incident is retracted."))
    return redirect("status:manage", public_id)


@require_POST
@WRITERS
def attachment(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Say that the incident explains a ticket, named by its number."""
    incident, form = _incident_or_404(public_id), AttachmentForm(request.POST)
    ticket = ticket_named(request.POST.get("number", ""), member=request.member)
    status = 422
    if form.is_valid() and ticket is None:
        form.add_error("number", _("There is no such ticket."))
    elif form.is_valid() and ticket is not None:
        actor = request.member.actor
        status = refused(form, lambda: attach_ticket(incident=incident, ticket=ticket, actor=actor))
    if status:
        return _page(request, incident, status=status, attachment_form=form)
    messages.success(request, _("Each further update answers %s.") % request.POST["number"].strip().upper())
    return _back(request, public_id)


@require_POST
@WRITERS
def detachment(request: MemberRequest, public_id: UUID, ticket_id: UUID) -> HttpResponse:
    """Take a ticket off."""
    incident = _incident_or_404(public_id)
    try:
        ticket = get_ticket(request.member, ticket_id)
    except TicketNotFound as error:
        raise Http404("There is no such ticket.") from error
    actor = request.member.actor
    said = _("No further update answers %s.") % ticket.reference
    return _done(request, incident, lambda: detach_ticket(incident=incident, ticket=ticket, actor=actor), said)


def _done(request: MemberRequest, incident: Incident, run: Callable[[], Any], said: str) -> HttpResponse:
    """A verb without a form of its own: its refusal is told on the incident's page."""
    try:
        run()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return _back(request, incident.public_id)


def _back(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """To the ticket that the verb was asked for from, else to the incident."""
    try:
        ticket = get_ticket(request.member, UUID(request.POST.get("back", "")))
    except (ValueError, TicketNotFound):
        return redirect("status:manage", public_id)
    return redirect(ticket.path)


def _page(request: MemberRequest, incident: Incident, *, status: int = 200, **forms: Any) -> HttpResponse:
    rows = tickets_on(incident)
    shown = list(rows[: MOST_TICKETS + 1])
    context = {
        "incident": incident,
        "updates": incident.updates.all(),
        "seen": seen_of(incident),
        "proposes_end": incident.is_open and recovered_since(incident) is not None,
        "components": components_in_use(),
        "stands": _standing(incident),
        "audience": audience_names([incident.pk]).get(incident.pk, []),
        "is_overdue": is_overdue(incident, at=database_now()),
        "budget": kept_budget(at=database_now()),
        "tickets": shown[:MOST_TICKETS],
        "more_tickets": len(shown) > MOST_TICKETS,
        "may_write": may_write(incident, actor=request.member.actor),
        "templates": _templates(),
        "update_form": _update_form(request, incident, initial={"phase": incident.phase}, bound=False),
        "retraction_form": RetractionForm(),
        "attachment_form": AttachmentForm(),
        **forms,
    }
    return render(request, "status/manage.html", context, status=status)


def _update_form(
    request: MemberRequest, incident: Incident, *, initial: dict[str, Any], bound: bool = True
) -> UpdateForm:
    return UpdateForm(
        request.POST if bound and request.method == "POST" else None,
        initial=initial,
        zone=request.member.user.time_zone,
        components=components_in_use(),
        stands=levels_now(incident.impacts.all()),
    )


def _proposed(request: MemberRequest, incident: Incident) -> dict[str, Any]:
    """What the form of the next update begins with: where asked for, that it is over since the probes saw it."""
    recovered = recovered_since(incident) if "recovered" in request.GET else None
    if recovered is None:
        return {"phase": incident.phase}
    return {"phase": Phase.RESOLVED, "body": _("It works again."), "display_at": recovered}


def _surge(request: MemberRequest) -> SurgeCard | None:
    """The surge that the new incident is opened for, if the address names one."""
    try:
        return proposed_surge(UUID(request.GET.get("surge", "")))
    except (ValueError, SurgeNotFound):
        return None


def _attach_surge(request: MemberRequest, card: SurgeCard, incident: Incident) -> None:
    try:
        many = open_for_surge(surge=card.surge, incident=incident, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%d tickets stand at it; each further update answers them.") % many)


def _standing(incident: Incident) -> list[tuple[str, str, str]]:
    """The components that are affected now: name, level and its words."""
    now = levels_now(incident.impacts.all())
    seen = {row.component_id: row.component.name for row in incident.impacts.all()}
    labels = {row.level: row.get_level_display() for row in incident.impacts.all()}
    return [(seen[pk], level, labels[level]) for pk, level in now.items()]


def _templates() -> list[UpdateTemplate]:
    return list(UpdateTemplate.objects.order_by("name"))


def _template(request: MemberRequest) -> UpdateTemplate | None:
    """The template asked for in the address, if there is one."""
    typed = request.GET.get("template", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 18):
        return None
    return UpdateTemplate.objects.filter(pk=int(typed)).first()


def _incident_or_404(public_id: UUID) -> Incident:
    try:
        return staff_incident(public_id)
    except IncidentNotFound as error:
        raise Http404("There is no such incident.") from error
