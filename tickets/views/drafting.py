"""What the composer asks while somebody writes: keep this draft, stage this file, whom can I call, who else is here.

All of it is for scripts, and none of it sends: the form does without.
"""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from tickets.composer import NO_VERSION, seen_version
from tickets.forms.verbs import KeptFile
from tickets.models import DraftKind, Ticket
from tickets.operations.attachments import upload_attachment
from tickets.operations.drafts import discard_draft, save_draft
from tickets.operations.mentions import handles_for
from tickets.presence import note_presence
from tickets.queries import version_of
from tickets.views.frame import status_of, ticket_action, ticket_or_404
from tickets.views.uploads import ids_of


@ticket_action("ticket.reply")
def reply_draft(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Keep the draft of a reply, or with `discard` forget it."""
    return _keep(request, ticket_or_404(request.member, public_id), DraftKind.REPLY)


@ticket_action("ticket.note")
def note_draft(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Keep the draft of a note, or with `discard` forget it."""
    return _keep(request, ticket_or_404(request.member, public_id), DraftKind.NOTE)


def _keep(request: MemberRequest, ticket: Ticket, kind: DraftKind) -> HttpResponse:
    actor, at = request.member.actor, database_now()
    if "discard" in request.POST:
        discard_draft(ticket=ticket, actor=actor, kind=kind)
        return redirect(f"{ticket.path}#composer")
    seen = seen_version(request.POST)
    context = {"zone": request.member.user.time_zone, "at": at, "draft": None, "error": ""}
    try:
        context["draft"] = save_draft(
            ticket=ticket,
            actor=actor,
            kind=kind,
            body=request.POST.get("body", ""),
            files=ids_of(request, "attachments"),
            seen=NO_VERSION if seen is None else seen,
            at=at,
        )
    except DomainError as error:
        return render(request, "tickets/_draft_kept.html", {**context, "error": error.message}, status=status_of(error))
    return render(request, "tickets/_draft_kept.html", context)


@ticket_action("ticket.note")
def presence(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """I look, or write: who else does, and whether anything has happened since my page was made. Staff only."""
    member = request.member
    ticket = ticket_or_404(member, public_id)
    others = note_presence(
        ticket,
        user_id=member.user.pk,
        name=member.user.name,
        writing=request.POST.get("writing", ""),
        at=database_now(),
    )
    seen = seen_version(request.POST)
    newer = version_of(ticket, staff=True) - seen if seen is not None and seen > 0 else 0
    return render(request, "tickets/_presence.html", {"others": others, "newer": newer, "ticket": ticket})


@require_safe
@member_view("ticket.note")
def mentions(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Whom "@" can call on this ticket, by what was typed so far."""
    ticket = ticket_or_404(request.member, public_id)
    found = handles_for(ticket, asked=request.GET.get("q", ""))
    return render(request, "tickets/_mentions.html", {"found": found})


@ticket_action("ticket.reply")
def stage_file(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One file, staged for a message on this ticket: its line with a tick (201), or why it is refused (422)."""
    ticket = ticket_or_404(request.member, public_id)
    file = request.FILES.get("file")
    if file is None:
        message = _("No file came along. Choose it again.")
        return render(request, "tickets/_file_refused.html", {"message": message}, status=422)
    try:
        staged = upload_attachment(
            organisation=ticket.organisation, file=file, name=file.name or "", actor=request.member.actor
        )
    except DomainError as error:
        return render(request, "tickets/_file_refused.html", {"message": error.message}, status=status_of(error))
    return render(request, "tickets/_kept_file.html", {"one": KeptFile(staged, chosen=True)}, status=201)
