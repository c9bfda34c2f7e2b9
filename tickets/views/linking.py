"""Links between tickets: made by number, taken off."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.members import Member
from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import DomainError
from tickets.forms.panels import LinkForm
from tickets.links import LinkNotFound, link_of, ticket_numbered
from tickets.models import Ticket
from tickets.operations.linking import link_tickets, unlink_tickets
from tickets.views.frame import ticket_action, ticket_or_404
from tickets.views.panel_frame import Typed, change


@ticket_action("ticket.link")
def links(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One link more."""
    return change(
        request,
        public_id,
        panel="links",
        form=LinkForm(request.POST, auto_id="links-%s"),
        run=partial(_link, request.member),
        done=_("{} is linked."),
    )


@ticket_action("ticket.link")
def unlink(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    """One link less. Raises `Http404`, the same for a foreign and a missing one."""
    ticket = ticket_or_404(request.member, public_id)
    try:
        link = link_of(ticket, pk, member=request.member)
    except LinkNotFound as error:
        raise Http404("There is no such link.") from error
    return change(
        request,
        public_id,
        panel="links",
        form=LinkForm(request.POST, auto_id="links-%s"),
        run=lambda _ticket, actor, _typed: unlink_tickets(link=link, actor=actor),
        done=_("A link of {} is taken off."),
    )


def _link(member: Member, ticket: Ticket, actor: Actor, typed: Typed) -> None:
    other = ticket_numbered(typed["number"], like=ticket, member=member)
    if other is None:
        said = _("There is no such ticket of this organisation. Type its number, such as %s.")
        raise DomainError(said % f"{ticket.organisation.key}-12", field="number")
    link_tickets(ticket=ticket, other=other, kind=typed["kind"], actor=actor)
