"""The SLA panel of a ticket, and "why then?": the arithmetic behind a deadline, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import ClockKind, Reading, State, Verdict
from sla.engine.trace import TraceLine, explain
from sla.engine.wording import span
from sla.versions import current_calendar
from tickets.due import Chip, reading_chip
from tickets.models import Ticket
from tickets.queries import readings_of
from tickets.views.frame import ticket_or_404

NAMES = {
    ClockKind.RESPONSE: "First response",
    ClockKind.TARGET: "Resolution target",
    ClockKind.LIMIT: "Resolution limit",
}


@dataclass(frozen=True, kw_only=True)
class ClockView:
    """One clock as the page shows it. `verdict` is a word and `look` its class; both empty while pending."""

    kind: str
    name: str
    reading: Reading
    chip: Chip | None
    verdict: str
    look: str
    used_percent: int | None


@dataclass(frozen=True, kw_only=True)
class TraceRow:
    """One line of a trace on the page. `counted` and `total` are support time in words; empty where none is counted.

    `is_event`: something happened at an instant, or days were closed; no stretch of time.
    """

    label: str
    counted: str
    total: str
    is_event: bool


def clock_views(ticket: Ticket, *, at: datetime) -> list[ClockView]:
    """The ticket's three clocks, folded at the instant."""
    readings: Mapping[ClockKind, Reading] = readings_of(ticket, at=at)
    calendar = current_calendar(ticket.calendar)
    return [_view(kind, reading, calendar) for kind, reading in readings.items()]


def _view(kind: ClockKind, reading: Reading, calendar: BusinessCalendar) -> ClockView:
    verdict, look = _verdict(kind, reading)
    percent = None
    if reading.budget:
        percent = min(100, int(100 * reading.used / reading.budget))
    return ClockView(
        kind=kind.value,
        name=NAMES[kind],
        reading=reading,
        chip=reading_chip(reading, calendar=calendar),
        verdict=verdict,
        look=look,
        used_percent=percent,
    )


def _verdict(kind: ClockKind, reading: Reading) -> tuple[str, str]:
    """A missed target is amber, a late response or a passed limit is a breach (POLICY 2)."""
    if reading.verdict is Verdict.BREACHED:
        return ("Missed", "missed") if kind is ClockKind.TARGET else ("Breached", "breached")
    if reading.verdict is Verdict.MET and (reading.budget is not None or kind is ClockKind.RESPONSE):
        return "Met", "met"
    if reading.state is State.STOPPED:
        return "No verdict", "void"
    return "", ""


def trace_rows(lines: Sequence[TraceLine]) -> Iterator[TraceRow]:
    """The lines with columns that add up for who reads them: each says what it adds to the total as it is shown.

    Whole minutes, or seconds where the whole is less than an hour; what is counted stands in its column alone.
    """
    whole = lines[-1].running_total if lines else timedelta(0)
    unit = timedelta(minutes=1) if whole >= timedelta(hours=1) else timedelta(seconds=1)
    before = timedelta(0)
    for line in lines:
        total = line.running_total // unit * unit
        is_counted = bool(line.minutes)
        yield TraceRow(
            label=line.label.removesuffix(f", {span(line.minutes)}") if is_counted else line.label,
            counted=span(total - before) if is_counted else "",
            total=span(total) if is_counted else "",
            is_event=line.start == line.end,
        )
        before = total


@require_safe
@member_view("any")
def why(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The trace of each clock: a page, or its inner part for the dialog when htmx asks."""
    ticket = ticket_or_404(request.member, public_id)
    wanted = request.GET.get("clock", "")
    if wanted and wanted not in set(ClockKind):
        raise Http404("There is no such clock.")
    views = clock_views(ticket, at=database_now())
    shown = [(view, list(trace_rows(explain(view.reading)))) for view in views if wanted in ("", view.kind)]
    context = {
        "ticket": ticket,
        "shown": shown,
        "wanted": wanted,
        "zone": request.member.user.time_zone,
        "calendar_zone": current_calendar(ticket.calendar).spec.tz,
    }
    htmx = request.headers.get("HX-Request") == "true"
    return render(request, "tickets/_trace.html" if htmx else "tickets/clocks.html", context)
