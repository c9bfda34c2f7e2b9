"""What people do to a ticket. Each view is one call to one operation; a refusal gives back what was typed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.queries import staff_serving
from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import DomainError
from tickets.composer import seen_version
from tickets.doings import verb_form
from tickets.models import Escalation, Ticket
from tickets.operations import conversation, covering, feedback, handling, scheduling, status
from tickets.views.frame import refuse, status_of, ticket_action, ticket_or_404
from tickets.views.page import ticket_page
from tickets.views.uploads import keep_files, take_files

Typed = dict[str, Any]
Run = Callable[[Ticket, Actor, Typed], object]


def perform(request: MemberRequest, public_id: UUID, *, name: str, run: Run, done: str) -> HttpResponse:
    """Run one operation with what was typed into its form.

    It gets the form's fields, `attachments` and `seen`, the version that the form was made upon. Done: back to the
    ticket, with `done` as the message. Refused: the page again with 422, 409 or 403, the message beside its field, and
    the typed text where it was.
    """
    ticket = ticket_or_404(request.member, public_id)
    form = verb_form(name, ticket, request.POST)
    files = take_files(request, form, ticket.organisation)
    code = 422
    if form.is_valid():
        try:
            given = {"attachments": files, "seen": seen_version(request.POST)}
            run(ticket, request.member.actor, {**form.cleaned_data, **given})
        except DomainError as error:
            code = refuse(form, error)
        else:
            messages.success(request, done.format(ticket.reference))
            return redirect(ticket.path)
    keep_files(request.member, form, ticket.organisation, files)
    return ticket_page(request, ticket_or_404(request.member, public_id), failed=(name, form), status=code)


@ticket_action("ticket.wait")
def waiting(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Wait for the client: with a question, or a logged contact."""
    return perform(
        request,
        public_id,
        name="waiting",
        run=lambda ticket, actor, typed: conversation.wait_for_client(
            ticket=ticket, actor=actor, question=typed["question"], contact=typed["contact"]
        ),
        done="{} waits for the client; its clocks are paused.",
    )


@ticket_action("ticket.wait")
def resumption(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Go on without the client's answer."""
    return perform(
        request,
        public_id,
        name="resumption",
        run=lambda ticket, actor, typed: conversation.resume(ticket=ticket, actor=actor, reason=typed["reason"]),
        done="{} goes on; its clocks run again.",
    )


@ticket_action("ticket.resolve")
def resolution(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Resolve."""
    return perform(
        request,
        public_id,
        name="resolution",
        run=lambda ticket, actor, typed: status.resolve(
            ticket=ticket, actor=actor, message=typed["message"], attachments=typed["attachments"]
        ),
        done="{} is resolved.",
    )


@ticket_action("ticket.withdraw")
def withdrawal(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The client needs it no more."""
    return perform(
        request,
        public_id,
        name="withdrawal",
        run=lambda ticket, actor, typed: status.withdraw(ticket=ticket, actor=actor, reason=typed["reason"]),
        done="{} is withdrawn.",
    )


@ticket_action("ticket.reopen")
def reopening(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Reopen inside the window."""
    return perform(
        request,
        public_id,
        name="reopening",
        run=lambda ticket, actor, typed: status.reopen(ticket=ticket, actor=actor, reason=typed["reason"]),
        done="{} is open again; its clocks go on.",
    )


@ticket_action("ticket.close")
def closure(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Close for good."""
    return perform(
        request,
        public_id,
        name="closure",
        run=lambda ticket, actor, _typed: status.close(ticket=ticket, actor=actor),
        done="{} is closed. Thank you.",
    )


@ticket_action("ticket.assign")
def assignment(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Give the ticket to somebody who serves its organisation, or to nobody."""

    def run(ticket: Ticket, actor: Actor, typed: Typed) -> object:
        chosen = typed["assignee"]
        assignee = staff_serving(ticket.organisation_id).get(pk=int(chosen)) if chosen else None
        return handling.assign(ticket=ticket, assignee=assignee, actor=actor)

    return perform(request, public_id, name="assignment", run=run, done="The assignment of {} is changed.")


@ticket_action("ticket.severity")
def severity(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Another severity, with a reason."""
    return perform(
        request,
        public_id,
        name="severity",
        run=lambda ticket, actor, typed: handling.change_severity(
            ticket=ticket, severity=typed["severity"], reason=typed["reason"], actor=actor
        ),
        done="The severity of {} is changed; the client is told.",
    )


@ticket_action("ticket.rate")
def rating(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Whether it helped."""
    return perform(
        request,
        public_id,
        name="rating",
        run=lambda ticket, actor, typed: feedback.give_feedback(
            ticket=ticket, helped=typed["helped"], comment=typed["comment"], actor=actor
        ),
        done="Thank you: the team reads what you said of {}.",
    )


@ticket_action("ticket.plan")
def plan_for(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """When a P4 is planned."""
    return perform(
        request,
        public_id,
        name="plan",
        run=lambda ticket, actor, typed: scheduling.plan(
            ticket=ticket, planned_on=typed["planned_on"], reason=typed["reason"], actor=actor
        ),
        done="The plan of {} is changed; the client is told.",
    )


@ticket_action("ticket.outside")
def outside(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Not part of standard support."""
    return perform(
        request,
        public_id,
        name="outside",
        run=lambda ticket, actor, typed: covering.mark_outside(
            ticket=ticket, reason=typed["reason"], message=typed["message"], actor=actor
        ),
        done="{} is outside standard support; the client is told and its clocks are paused.",
    )


@ticket_action("ticket.outside")
def covered(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Standard support after all."""
    return perform(
        request,
        public_id,
        name="covered",
        run=lambda ticket, actor, typed: covering.mark_covered(ticket=ticket, reason=typed["reason"], actor=actor),
        done="{} is within standard support again; its clocks run again.",
    )


@ticket_action("ticket.escalate")
def escalation(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask for the next level."""
    return perform(
        request,
        public_id,
        name="escalation",
        run=lambda ticket, actor, typed: handling.escalate(ticket=ticket, reason=typed["reason"], actor=actor),
        done="The next level is told of {}.",
    )


@ticket_action("ticket.acknowledge")
def acknowledgement(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    """ "I have it": from the ticket's page or the list of escalations, and back to where it was said."""
    ticket = ticket_or_404(request.member, public_id)
    rung = Escalation.objects.filter(pk=pk, ticket=ticket).select_related("ticket").first()
    if rung is None:
        raise Http404("There is no such escalation.")
    to_list = request.POST.get("back") == "escalations"
    try:
        handling.acknowledge(escalation=rung, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        if to_list:
            return redirect("tickets:escalations")
        return ticket_page(request, ticket, status=status_of(error))
    messages.success(request, f"You hold the escalation of {ticket.reference} to level {rung.level}.")
    return redirect("tickets:escalations" if to_list else ticket.path)
