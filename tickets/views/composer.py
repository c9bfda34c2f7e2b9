"""Writing on a ticket: replies and internal notes. Each view makes one call; a refusal gives back what was typed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.accounts.decorators import MemberRequest
from tickets.doings import verb_form
from tickets.markdown import passages
from tickets.models import TicketState
from tickets.operations.composing import THEN_RESOLVE, THEN_WAIT, send_reply
from tickets.operations.conversation import add_note
from tickets.views.frame import ticket_action, ticket_or_404
from tickets.views.intake import follow_up
from tickets.views.page import ticket_page
from tickets.views.uploads import keep_files, take_files
from tickets.views.verbs import perform


@ticket_action("ticket.reply")
def reply_to(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A public message. On a closed ticket: the form of a new one that follows it, with the text in it."""
    ticket = ticket_or_404(request.member, public_id)
    if ticket.state == TicketState.CLOSED:
        return follow_up(request, ticket, reply=verb_form("reply", ticket, request.POST))
    then = request.POST.get("then", "")
    return perform(
        request,
        public_id,
        name="reply",
        run=lambda ticket, actor, typed: send_reply(
            ticket=ticket,
            actor=actor,
            body=typed["body"],
            then=then,
            attachments=typed["attachments"],
            seen=typed["seen"],
        ),
        done=_done(then),
    )


def _done(then: str) -> str:
    if then == THEN_WAIT:
        return _("Your reply on {} is sent. The ticket waits for the client; its clocks are paused.")
    if then == THEN_RESOLVE:
        return _("Your reply on {} is sent, and the ticket is resolved.")
    return _("Your reply on {} is sent.")


@ticket_action("ticket.note")
def note(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """An internal note."""
    return perform(
        request,
        public_id,
        name="note",
        run=lambda ticket, actor, typed: add_note(
            ticket=ticket, actor=actor, body=typed["body"], attachments=typed["attachments"]
        ),
        done=_("The note is kept; the client does not see it."),
    )


@ticket_action("ticket.reply")
def reply_preview(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What a reply would look like."""
    return _preview(request, public_id, name="reply")


@ticket_action("ticket.note")
def note_preview(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What a note would look like."""
    return _preview(request, public_id, name="note")


def _preview(request: MemberRequest, public_id: UUID, *, name: str) -> HttpResponse:
    """The text as it would be shown: as a part of the page for htmx, else as the page with all that was typed.

    Nothing is sent; files that came along are staged, as a browser cannot be given them back.
    """
    ticket = ticket_or_404(request.member, public_id)
    form = verb_form(name, ticket, request.POST)
    shown = passages(str(form["body"].value() or ""))
    if request.headers.get("HX-Request") == "true":
        return render(request, "tickets/_preview.html", {"passages": shown})
    files = take_files(request, form, ticket.organisation)
    keep_files(request.member, form, ticket.organisation, files)
    return ticket_page(request, ticket, failed=(name, form), preview=shown)
