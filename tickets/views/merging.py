"""Merging a ticket into another: which one, then both subjects side by side, then the deed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.errors import DomainError
from tickets.forms.panels import MergeForm
from tickets.links import ticket_numbered
from tickets.operations.merging import merge
from tickets.views.frame import refuse, ticket_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.merge")
def merging(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask which ticket, show both for a second look, and merge once that is confirmed."""
    ticket = ticket_or_404(request.member, public_id)
    given = request.POST or request.GET
    form = MergeForm(given if "into" in given else None)
    into, code = None, 200
    if form.is_bound and form.is_valid():
        into = ticket_numbered(form.cleaned_data["into"], like=ticket, member=request.member)
        if into is None:
            said = _("There is no such ticket of this organisation. Type its number, such as %s.")
            form.add_error("into", said % f"{ticket.organisation.key}-12")
            code = 422
        elif request.method == "POST":
            try:
                merge(ticket=ticket, into=into, actor=request.member.actor)
            except DomainError as error:
                code, into = refuse(form, error), None
            else:
                messages.success(request, _("{} is merged into this ticket.").format(ticket.reference))
                return redirect(into.path)
    return render(request, "tickets/merge.html", {"ticket": ticket, "into": into, "form": form}, status=code)
