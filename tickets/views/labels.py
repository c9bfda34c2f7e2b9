"""Tags on a ticket: put on, taken off."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from helpdesk.accounts.decorators import MemberRequest
from tickets.forms.panels import TagForm, UntagForm
from tickets.labels import parted
from tickets.operations.labels import tag_ticket
from tickets.views.frame import ticket_action
from tickets.views.panel_frame import change


@ticket_action("ticket.tag")
def tags(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """More tags."""
    return change(
        request,
        public_id,
        panel="tags",
        form=TagForm(request.POST, auto_id="tags-%s"),
        run=lambda ticket, actor, typed: tag_ticket(
            ticket=ticket, actor=actor, add=parted(typed["tags"]) or [typed["tags"]]
        ),
        done=_("The tags of {} are changed."),
    )


@ticket_action("ticket.tag")
def untag(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One tag less."""
    return change(
        request,
        public_id,
        panel="tags",
        form=UntagForm(request.POST, auto_id="tags-%s"),
        run=lambda ticket, actor, typed: tag_ticket(ticket=ticket, actor=actor, remove=[typed["tags"]]),
        done=_("The tags of {} are changed."),
    )
