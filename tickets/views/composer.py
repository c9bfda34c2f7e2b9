"""Writing on a ticket: replies and internal notes. Each view makes one call; a refusal gives back what was typed."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from helpdesk.lib.numbers import row_number
from tickets.composer import Asked
from tickets.doings import verb_form
from tickets.labels import parted
from tickets.macros import MacroNotFound, filled_for, macro_of
from tickets.markdown import passages
from tickets.models import Macro, Ticket, TicketState
from tickets.operations.composing import THEN_RESOLVE, THEN_WAIT, keep_note, send_reply
from tickets.operations.mentions import known_handles
from tickets.queries import goes_on_as
from tickets.views.frame import ticket_action, ticket_or_404
from tickets.views.intake import follow_up
from tickets.views.page import ticket_page
from tickets.views.uploads import keep_files, take_files
from tickets.views.verbs import perform


@ticket_action("ticket.reply")
def reply_to(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A public message. On a closed ticket: the form of a new one that follows it, with the text in it."""
    ticket = ticket_or_404(request.member, public_id)
    goes_on = goes_on_as(ticket, member=request.member)
    if goes_on is not None:
        return _lead_on(request, ticket, goes_on)
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
            severity=typed["severity"],
            severity_reason=typed["severity_reason"],
            tags=parted(typed["tags"]),
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


def _lead_on(request: MemberRequest, merged: Ticket, ticket: Ticket) -> HttpResponse:
    """A reply to a merged ticket: the ticket that goes on, with the text in its reply's form (409)."""
    form = verb_form("reply", ticket, request.POST)
    said = _("{} was merged into this ticket. Nothing is sent yet: read it, then send your reply here.").format(
        merged.reference
    )
    form.is_valid()
    form.add_error(None, said)
    keep_files(request.member, form, ticket.organisation, take_files(request, form, ticket.organisation))
    return ticket_page(request, ticket, failed=("reply", form), status=409)


@ticket_action("ticket.note")
def note(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """An internal note."""
    return perform(
        request,
        public_id,
        name="note",
        run=lambda ticket, actor, typed: keep_note(
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

    Nothing is sent.
    """
    ticket = ticket_or_404(request.member, public_id)
    form = verb_form(name, ticket, request.POST)
    text = str(form["body"].value() or "")
    called = known_handles(ticket) if request.member.is_staff and "@" in text else ()
    shown = passages(text, mentions=called)
    if request.headers.get("HX-Request") == "true":
        return render(request, "tickets/_preview.html", {"passages": shown})
    return _asked(request, ticket, name, form, Asked(preview=shown))


@ticket_action("macro.write")
def put_macro(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Put a template below what the reply says so far, and choose what it proposes. Nothing is sent."""
    member, ticket = request.member, ticket_or_404(request.member, public_id)
    macro = _chosen_macro(member, request.POST.get("macro", ""))
    if macro is None:
        form = verb_form("reply", ticket, request.POST)
        form.add_error(None, _("Choose a template first."))
        return _asked(request, ticket, "reply", form, Asked(), status=422)
    filled = filled_for(macro, ticket, member=member, at=database_now())
    typed = request.POST.copy()
    before = typed.get("body", "").rstrip()
    typed["body"] = f"{before}\n\n{filled.text}" if before else filled.text
    if macro.severity and macro.severity != ticket.severity:
        typed["severity"], typed["severity_reason"] = macro.severity, macro.severity_reason
    if macro.tags:
        typed["tags"] = ", ".join(dict.fromkeys([*(one.strip() for one in parted(typed.get("tags", ""))), *macro.tags]))
    form = verb_form("reply", ticket, typed)
    return _asked(request, ticket, "reply", form, Asked(macro=macro, missing=filled.missing))


def _chosen_macro(member: Member, text: str) -> Macro | None:
    number = row_number(text)
    if number is None:
        return None
    try:
        return macro_of(member, number)
    except MacroNotFound:
        return None


def _asked(
    request: MemberRequest, ticket: Ticket, name: str, form: forms.Form, asked: Asked, *, status: int = 200
) -> HttpResponse:
    """The page with the form as it was sent. Its files are staged: a browser cannot be given them back."""
    files = take_files(request, form, ticket.organisation)
    keep_files(request.member, form, ticket.organisation, files)
    return ticket_page(request, ticket, failed=(name, form), asked=asked, status=status)
