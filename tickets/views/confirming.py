"""The page behind the acknowledgement's link: three questions, and a severity for the ticket that came by mail."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from tickets.confirming import awaits_confirmation, is_confirmation_for
from tickets.forms.severity import SeverityConfirmationForm
from tickets.models import Ticket
from tickets.operations.confirming import confirm_severity
from tickets.promises import promises_for
from tickets.proposing import proposed_severity, questions
from tickets.views.frame import refuse, ticket_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.open")
def confirm(request: MemberRequest, public_id: UUID, signed: str) -> HttpResponse:
    """The questions and the choice; a POST confirms. 404 for a link that was not sent to who is signed in."""
    ticket = ticket_or_404(request.member, public_id)
    if not is_confirmation_for(signed, ticket=ticket, person=request.member.user):
        raise Http404("There is no such ticket.")
    if request.method != "POST" and not awaits_confirmation(ticket):
        messages.info(request, _("The severity of this ticket is set already."))
        return redirect(ticket.path)
    form = SeverityConfirmationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or "propose" in request.POST:
        return _page(request, ticket, form, asked=form.is_bound)
    try:
        changed = confirm_severity(
            ticket=ticket, severity=form.chosen(), answers=form.answers(), actor=request.member.actor
        )
    except DomainError as error:
        return _page(request, ticket, form, asked=False, status=refuse(form, error))
    messages.success(
        request,
        _("Thank you. %(reference)s is %(severity)s.")
        % {"reference": ticket.reference, "severity": f"{changed.severity} {changed.get_severity_display()}"},
    )
    return redirect(ticket.path)


def _page(
    request: MemberRequest, ticket: Ticket, form: SeverityConfirmationForm, *, asked: bool, status: int = 200
) -> HttpResponse:
    answers, zone = form.answers(), request.member.user.time_zone
    proposed = proposed_severity(answers)
    promises = promises_for(ticket.organisation_id, at=database_now())
    chosen = form.chosen()
    context: dict[str, Any] = {
        "ticket": ticket,
        "form": form,
        "questions": [(question, answers.get(question.name, "")) for question in questions()],
        "asked": asked,
        "proposed": proposed,
        "chosen": (proposed or chosen) if asked else chosen,
        "promises": promises,
        "zone": zone,
        "desk_zone": promises.desk_zone if promises.desk_zone != zone else "",
    }
    return render(request, "tickets/confirm_severity.html", context, status=status)
