"""A client admin's page: the people of their own organisation, who is invited, and inviting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import ColleagueForm, filled_in
from helpdesk.accounts.invited import SHOWN, client_invitations
from helpdesk.accounts.listing import PeopleFilters, people_page
from helpdesk.accounts.operations import invite_client
from helpdesk.lib.clock import database_now
from helpdesk.lib.numbers import row_number

CLIENT_ADMIN = member_view("people.invite")


@CLIENT_ADMIN
def colleagues(request: MemberRequest) -> HttpResponse:
    """The list; a POST invites. Our own admins have a list of their own, under Settings."""
    organisation = request.member.organisation
    if organisation is None:
        return redirect("settings:people")
    form = ColleagueForm(request.POST if request.method == "POST" else None)
    actor = request.member.actor
    status = filled_in(form, lambda: invite_client(**form.cleaned_data, organisation=organisation, actor=actor))
    if not status:
        messages.success(request, f"The invitation to {form.cleaned_data['email']} is on its way.")
        return redirect("colleagues")
    number = row_number(request.GET.get("after", ""))
    page = people_page(request.member, filters=PeopleFilters(organisation=organisation), after=number)
    rows, at = client_invitations(organisation), database_now()
    context = {
        "organisation": organisation,
        "form": form,
        "page": page,
        "next": f"?after={page.next_after}" if page.next_after else "",
        "invitations": [(row, row.state(at)) for row in rows],
        "capped": len(rows) == SHOWN,
    }
    return render(request, "accounts/colleagues.html", context, status=status)
