"""The part of a ticket's timeline that its page shows: the opening, and one page of entries, read in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Subquery

from helpdesk.accounts.members import Member
from helpdesk.lib.prepared import prepared
from tickets.models import Ticket, TimelineEntry
from tickets.queries import attachments_of, entries_seen_by, mails_of
from tickets.timeline.deliveries import deliveries
from tickets.timeline.rows import MailLine, TimelineRow, timeline_rows

SHOWN = 100
_READ = SHOWN + 1  # one more says whether there are any
MOST_UNSEEN = 50
_LONGEST = 18  # digits of a row's number


@dataclass(frozen=True, kw_only=True)
class TimelineWindow:
    """A page of the timeline in order of effect. The opening stands before it, whichever page it is.

    `total` counts all that this side sees: the ticket's version. `earlier` is the key of the page before this one,
    empty on the first; `is_newest` says that nothing comes after it.
    """

    opening: TimelineEntry
    entries: Sequence[TimelineEntry]
    total: int
    earlier: str
    is_newest: bool

    @property
    def shown(self) -> list[TimelineEntry]:
        """The entries to show, the opening first."""
        return [self.opening, *(one for one in self.entries if one.pk != self.opening.pk)]


def timeline_window(ticket: Ticket, *, member: Member, before: str = "") -> TimelineWindow:
    """The newest entries, or those before the one that `before` names; two statements, however many there are.

    A damaged key is answered with the newest.
    """
    opening = _opening(ticket=ticket.pk, staff=member.is_staff)[0]
    total: int = opening.total  # type: ignore[attr-defined]  # annotated
    key = _parsed(before)
    at, number = key or (None, None)
    rows = _newest(ticket=ticket.pk, staff=member.is_staff, at=at, number=number)[: SHOWN + 1]
    more = len(rows) > SHOWN and rows[SHOWN].pk != opening.pk
    entries = rows[:SHOWN][::-1]
    earlier = f"{entries[0].at.isoformat()}~{entries[0].pk}" if more else ""
    return TimelineWindow(opening=opening, entries=entries, total=total, earlier=earlier, is_newest=key is None)


def _seen(ticket: int, *, staff: bool) -> QuerySet[TimelineEntry]:
    found = TimelineEntry.objects.filter(ticket_id=ticket)
    return found if staff else found.filter(is_public=True)


@prepared
def _opening(*, ticket: int, staff: bool) -> QuerySet[TimelineEntry]:
    counted = _seen(ticket, staff=staff).order_by().values("ticket").annotate(total=Count("pk")).values("total")
    return _seen(ticket, staff=staff).annotate(total=Subquery(counted)).order_by("at", "pk")[:1]


@prepared
def _newest(*, ticket: int, staff: bool, at: datetime | None, number: int | None) -> QuerySet[TimelineEntry]:
    found = _seen(ticket, staff=staff)
    if at is not None:
        # The first condition is the index's, the second the key's.
        found = found.filter(Q(at__lt=at) | Q(pk__lt=number), at__lte=at)
    return found.order_by("-at", "-pk")[:_READ]


def window_rows(window: TimelineWindow, ticket: Ticket, *, member: Member) -> list[TimelineRow]:
    """The window's entries as this reader sees them, with their files, and for staff how the mails went."""
    mails = deliveries(ticket, opening=window.opening.pk) if member.is_staff else {}
    return _rows(window.shown, ticket, member=member, mails=mails, came_by=_came_by(window, ticket, member=member))


def _came_by(window: TimelineWindow, ticket: Ticket, *, member: Member) -> dict[int, MailLine]:
    """The mails by which the window's entries came. Whose address it was and how well proven is for staff."""
    found = mails_of(ticket, entries=[one.pk for one in window.shown])
    return {
        pk: MailLine(sender=one.sender if member.is_staff else "", verified=one.verified, has_html=one.has_html)  # type: ignore[attr-defined]  # annotated
        for pk, one in found.items()
    }


def unseen_rows(ticket: Ticket, *, total: int, seen: int | None, member: Member) -> list[TimelineRow]:
    """What was written after the version `seen`, oldest first, at most 50; none for a version that never was."""
    if seen is None or not 0 <= seen < total:
        return []
    newer = entries_seen_by(ticket, staff=member.is_staff).order_by("pk")[seen : seen + MOST_UNSEEN]
    return _rows(sorted(newer, key=lambda one: (one.at, one.pk)), ticket, member=member)


def _rows(
    entries: list[TimelineEntry],
    ticket: Ticket,
    *,
    member: Member,
    mails: Mapping[int, Sequence[str]] | None = None,
    came_by: Mapping[int, MailLine] | None = None,
) -> list[TimelineRow]:
    files = attachments_of(ticket, member=member, entries=[one.pk for one in entries])
    zone = member.user.time_zone
    return timeline_rows(entries, staff=member.is_staff, zone=zone, files=files, mails=mails, came_by=came_by)


def _parsed(key: str) -> tuple[datetime, int] | None:
    text, _tilde, number = key.partition("~")
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at, int(number)) if at.tzinfo is not None else None
