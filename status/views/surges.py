"""What staff make of a surge that is proposed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.errors import DomainError
from status.operations.surges import dismiss_surge
from status.queries import shown_surge


@require_POST
@member_view("incident.write")
def dismissal(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Say that it is none."""
    surge = shown_surge(public_id)
    if surge is None:
        raise Http404("There is no such proposal.")
    try:
        dismiss_surge(surge=surge, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("It is dismissed. Further tickets with these words are no new proposal for a day."))
    return redirect("status:incidents")
