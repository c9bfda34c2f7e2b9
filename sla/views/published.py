"""The support policy for everybody to read, without a session."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from sla.published import published_policy


@login_not_required
@require_safe
def policy(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The policy in force, or one of its versions; a signed-in client sees their organisation's own."""
    member: Member | None = getattr(request, "member", None)
    organisation = member.organisation if member is not None else None
    shown = published_policy(
        organisation_id=organisation.pk if organisation else None, number=number, at=database_now()
    )
    if shown is None:
        raise Http404(_("There is no such version of the policy."))
    manager = organisation.account_manager.user if organisation and organisation.account_manager else None
    return render(request, "web/policy.html", {"shown": shown, "organisation": organisation, "manager": manager})
