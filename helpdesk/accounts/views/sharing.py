"""Whether the people of an organisation see each other's tickets: its admin's switch, and ours."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.listing import organisations_of
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.operations import share_tickets


@require_POST
@member_view("organisation.share")
def share_own(request: MemberRequest) -> HttpResponse:
    """A client admin's switch for their own organisation; ours have one for each."""
    organisation = request.member.organisation
    if organisation is None:
        return redirect("settings:organisations")
    _share(request, organisation)
    return redirect("colleagues")


@require_POST
@member_view("settings.people")
def share(request: MemberRequest, key: str) -> HttpResponse:
    """The switch of an organisation that the admin serves."""
    organisation = organisations_of(request.member).filter(key=key).first()
    if organisation is None:
        raise Http404
    _share(request, organisation)
    return redirect("settings:organisation", key=key)


def _share(request: MemberRequest, organisation: Organisation) -> None:
    wanted = request.POST.get("wanted") == "on"
    share_tickets(organisation=organisation, wanted=wanted, actor=request.member.actor)
    if wanted:
        said = _("Everybody of {} now sees all of its tickets.").format(organisation.name)
    else:
        said = _("People of {} now see their own tickets only.").format(organisation.name)
    messages.success(request, said)
