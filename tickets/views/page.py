"""The ticket's page: one address for both sides; each sees what is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.safestring import SafeString

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember
from helpdesk.accounts.queries import holders_for
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope
from sla.queries import matrix_in_force
from sla.versions import Matrix, current_calendar
from tickets.composer import WRITERS, Asked, Composer, Writer, composer_of, files_of, seen_version
from tickets.doings import Doing, doings
from tickets.due import plan_words, queue_chip
from tickets.followers import followers_of
from tickets.ladder.state import next_step
from tickets.models import Escalation, Feedback, Ticket, TimelineEntry
from tickets.pauses import pauses_of
from tickets.proposing import answers_in_words
from tickets.queries import drafts_of, escalations_of, tickets_visible_to
from tickets.timeline.markup import TimelineMarkup
from tickets.timeline.rows import TimelineRow, timeline_parts
from tickets.timeline.window import TimelineWindow, timeline_window, unseen_rows, window_rows
from tickets.views.clocks import clock_views
from tickets.views.panels import panels
from tickets.views.stencils import Filling, doing_markup, part_markup, writer_markup
from tickets.views.uploads import keep_files
from tickets.window import is_in_window, window_end


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One climb of the ladder as shown; who was told and why are the vendor's side only."""

    row: Escalation
    level_name: str
    may_acknowledge: bool


def ticket_page(
    request: MemberRequest,
    ticket: Ticket,
    *,
    failed: tuple[str, forms.Form] | None = None,
    asked: Asked | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the ticket for the request's member; `failed` is the verb just refused with its bound form.

    With `asked` that form was not refused: its writer only asked something of the composer.
    """
    # One organisation's rows, whatever else the reader may see: every statement names one id, not hundreds.
    with scope([ticket.organisation_id]):
        context = _context(request, ticket, failed=failed, asked=asked)
    return render(request, "tickets/detail.html", context, status=status)


def _context(
    request: MemberRequest, ticket: Ticket, *, failed: tuple[str, forms.Form] | None, asked: Asked | None
) -> dict[str, object]:
    member, at = request.member, database_now()
    matrix = matrix_in_force(at=at)
    window = timeline_window(ticket, member=member, before=request.GET.get("before", ""))
    # For the forms and the list of followers, of which clients see neither.
    serving = holders_for(organisation=ticket.organisation_id) if member.is_staff else []
    offered = doings(ticket, member=member, at=at, top=matrix.top, serving=serving, failed=failed)
    zone = member.user.time_zone
    rows = window_rows(window, ticket, member=member)
    drafts = drafts_of(ticket, member=member)
    composer = composer_of(
        offered,
        lambda seen: unseen_rows(ticket, total=window.total, seen=seen, member=member),
        version=window.total,
        given=seen_version(request.POST),
        drafts=drafts,
        asked=asked,
        member=member,
    )
    if composer is not None:
        _restore_files(member, ticket, composer)
    stencil = Filling(ticket, get_token(request), is_staff=member.is_staff)
    clocks, escalations = clock_views(ticket, at=at), escalations_of(ticket)
    calendar = current_calendar(ticket.calendar)
    return {
        "ticket": ticket,
        "at": at,
        "zone": zone,
        "clocks": clocks,
        "pauses": pauses_of(ticket, clocks[-1].reading, staff=member.is_staff),
        "chip": queue_chip(ticket, now=at, calendar=calendar) if ticket.in_queue else None,
        "plan": plan_words(ticket),
        "entries": _entries(ticket, window, rows, member=member),
        "window": window,
        "rungs": _rungs(ticket, escalations, matrix, member=member),
        "next_step": next_step(ticket, escalations, at=at, staff=member.is_staff),
        "desk_zone": calendar.spec.tz if calendar.spec.tz != zone else "",
        "level_name": matrix.name(ticket.level),
        "composer": composer,
        "writers": _writers(composer, stencil),
        "doings": [(one, doing_markup(one, stencil)) for one in offered if one.name not in WRITERS],
        "failed": next((doing for doing in offered if doing.failed and asked is None), None),
        "can_follow": member.may("ticket.open") and not ticket.is_active,
        "window_end": window_end(ticket, at=at) if ticket.closes_at and is_in_window(ticket, at) else None,
        "follows": _followed(ticket, member=member),
        "rated": _rated(ticket, offered),
        **_followers(ticket, member=member, serving=serving, page=stencil),
        **_asked(window.opening),
        **panels(ticket, member=member, failed=failed, page=stencil),
    }


def _entries(ticket: Ticket, window: TimelineWindow, rows: Sequence[TimelineRow], *, member: Member) -> SafeString:
    """The timeline's items; the link to earlier entries carries the key of the page before this one."""
    earlier = f"{ticket.path}?before={quote(window.earlier, safe='')}" if window.earlier else ""
    markup = TimelineMarkup(ticket.public_id, member.user.time_zone, is_staff=member.is_staff)
    return markup.items(timeline_parts(rows), steps=ticket.steps, earlier=earlier)


def _followers(ticket: Ticket, *, member: Member, serving: Sequence[StaffMember], page: Filling) -> dict[str, object]:
    """Who follows it, for who may know, and the form that lets one more; empty where there is nobody left."""
    if not member.may("ticket.watch"):
        return {"followers": None}
    found = followers_of(ticket, member=member, serving=serving)
    others = tuple((one.pk, one.name) for one in found.others)
    form = part_markup("tickets/panels/follow_form.html", page, others=others, own=member.user.pk) if others else ""
    return {"followers": found, "follow_form": form}


def _writers(composer: Composer | None, page: Filling) -> list[tuple[Writer, SafeString | None]]:
    """The forms to write in, each with its markup unless its template must write it."""
    if composer is None:
        return []
    return [(writer, writer_markup(writer, composer, page)) for writer in composer.writers]


def _restore_files(member: Member, ticket: Ticket, composer: Composer) -> None:
    """A draft comes back with its files, as far as they are still staged."""
    for writer in composer.writers:
        if writer.draft is not None and writer.draft.files:
            keep_files(member, writer.doing.form, ticket.organisation, files_of(writer.draft))


def _rungs(ticket: Ticket, rows: Sequence[Escalation], matrix: Matrix, *, member: Member) -> list[Rung]:
    may = member.may("ticket.acknowledge") and ticket.is_active
    return [
        Rung(
            row=row,
            level_name=matrix.name(row.level),
            may_acknowledge=may and row.acknowledged_at is None,
        )
        for row in rows
    ]


def _asked(opening: TimelineEntry) -> dict[str, object]:
    """What the client answered to the questions that propose a severity, and the proposal; both may be empty."""
    opened: dict[str, Any] = opening.data
    return {"answers": answers_in_words(opened.get("answers", {})), "proposed": opened.get("proposed") or ""}


def _rated(ticket: Ticket, offered: Sequence[Doing]) -> bool:
    """Whether the client has rated it; asked only where the rating is offered."""
    return any(one.name == "rating" for one in offered) and Feedback.objects.filter(ticket=ticket).exists()


def _followed(ticket: Ticket, *, member: Member) -> Ticket | None:
    """The ticket that this one follows, where the member may see it."""
    if ticket.follows_id is None:
        return None
    return tickets_visible_to(member).filter(pk=ticket.follows_id).first()
