"""Doing one thing to many tickets: what to do, the run with its progress, stopping it."""

import uuid
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.lib.errors import DomainError
from tickets.bulk import BulkRunNotFound, get_run, progress_of, recent_runs
from tickets.forms.bulk import SHAPES
from tickets.models import BulkRun, Ticket
from tickets.operations.bulk import MOST, start_run, stop_run
from tickets.queries import tickets_visible_to
from tickets.views.frame import refuse, status_of

DESK = member_view("queue.read")


@require_http_methods(["GET", "HEAD", "POST"])
@DESK
def bulk(request: MemberRequest) -> HttpResponse:
    """The form of one verb for the tickets ticked in a list. It changes nothing yet."""
    if request.method != "POST":
        return redirect("tickets:queue")
    return _form_page(request, form=None)


@require_http_methods(["GET", "HEAD", "POST"])
@DESK
def runs(request: MemberRequest) -> HttpResponse:
    """The member's newest runs; POST starts one."""
    if request.method != "POST":
        titles = _titles()
        rows = [(row, titles.get(row.verb, row.verb)) for row in recent_runs(request.member)]
        return render(request, "tickets/bulk_runs.html", {"runs": rows})
    verb = request.POST.get("verb", "")
    form = SHAPES[verb].form(request.POST) if verb in SHAPES else None
    if form is None:
        return _form_page(request, form=None)
    if not form.is_valid():
        return _form_page(request, form=form, status=422)
    try:
        run = start_run(
            verb=verb,
            arguments={name: str(value or "") for name, value in form.cleaned_data.items()},
            tickets=_chosen(request),
            actor=request.member.actor,
            submission_key=_key(request),
        )
    except DomainError as error:
        return _form_page(request, form=form, status=refuse(form, error))
    return redirect("tickets:bulk_run", run_id=run.public_id)


@require_safe
@DESK
def run(request: MemberRequest, run_id: uuid.UUID) -> HttpResponse:
    """How far a run is, and the result for each ticket; its middle alone for htmx, which asks again and again."""
    found = _run_or_404(request.member, run_id)
    return _run_page(request, found, part=request.headers.get("HX-Request") == "true")


@require_POST
@DESK
def stop(request: MemberRequest, run_id: uuid.UUID) -> HttpResponse:
    """Leave out the tickets whose turn has not come."""
    found = _run_or_404(request.member, run_id)
    try:
        left_out = stop_run(run=found, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _run_page(request, found, status=status_of(error))
    messages.success(request, _("Stopped. %(count)d tickets are left as they were.") % {"count": left_out})
    return redirect("tickets:bulk_run", run_id=run_id)


def _run_page(request: MemberRequest, found: BulkRun, *, part: bool = False, status: int = 200) -> HttpResponse:
    context = {"run": found, "progress": progress_of(found), "title": _titles().get(found.verb, found.verb)}
    template = "tickets/_bulk_progress.html" if part else "tickets/bulk_run.html"
    return render(request, template, {**context, "part": part}, status=status)


def _form_page(request: MemberRequest, *, form: forms.Form | None, status: int = 200) -> HttpResponse:
    """What to do to the chosen tickets; a refused form comes back with what was typed and who was ticked."""
    verb, chosen = request.POST.get("verb", ""), _chosen(request)
    shape = SHAPES.get(verb)
    tickets = _tickets(request.member, chosen)
    fault = _fault(known=shape is not None, chosen=len(chosen), found=len(tickets))
    context = {
        "verb": verb,
        "shape": shape,
        "form": form if form is not None or shape is None else shape.form(),
        "tickets": tickets,
        "missing": len(chosen) - len(tickets),
        "key": _key(request),
        "fault": fault,
    }
    return render(request, "tickets/bulk.html", context, status=422 if fault else status)


def _fault(*, known: bool, chosen: int, found: int) -> str:
    """Why there is nothing to fill in; empty where there is."""
    if not known:
        return _("Choose what is to be done.")
    if not chosen:
        return _("Tick at least one ticket.")
    if chosen > MOST:
        return _("At most %(most)d tickets at a time.") % {"most": MOST}
    return "" if found else _("No such ticket.")


def _tickets(member: Member, chosen: Sequence[uuid.UUID]) -> list[Ticket]:
    """The chosen tickets that the member may see, in the order of the list."""
    seen = tickets_visible_to(member).defer("description", "steps")
    rows = {row.public_id: row for row in seen.filter(public_id__in=list(chosen[: MOST + 1]))}
    return [rows[one] for one in chosen if one in rows]


def _chosen(request: MemberRequest) -> list[uuid.UUID]:
    """The ticked tickets, each once. What is no id at all stands for a ticket that does not exist."""
    found: dict[uuid.UUID, None] = {}
    for text in request.POST.getlist("ticket"):
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            found[uuid.UUID(int=0)] = None
    return list(found)


def _key(request: MemberRequest) -> uuid.UUID:
    """The form's own key, so that a second submit is no second run; a fresh one where it is missing or damaged."""
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return uuid.uuid4()


def _run_or_404(member: Member, run_id: uuid.UUID) -> BulkRun:
    try:
        return get_run(member, run_id)
    except BulkRunNotFound as error:
        raise Http404("There is no such run.") from error


def _titles() -> dict[str, str]:
    return {name: str(shape.title) for name, shape in SHAPES.items()}
