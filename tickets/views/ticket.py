"""The ticket's page as it is read."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from tickets.views.frame import ticket_or_404
from tickets.views.page import ticket_page


@require_safe
@member_view("any")
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One ticket, for whoever may see it."""
    return ticket_page(request, ticket_or_404(request.member, public_id))
