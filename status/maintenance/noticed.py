"""The notice of a window, in figures and words: the form, the pages and the month's figure all say it from here.

The uptime engine reckons which part of a window was announced when; nothing here counts by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from helpdesk.lib.instants import span_text
from sla.engine.instants import MINUTE_US, from_us, to_us
from status.uptime.facts import Announcement, UsualWindow
from status.uptime.notice import announced, in_usual_windows

STEP_US = 15 * MINUTE_US  # zones of half and quarter hours have their quarters at the same instants
# A slot is offered with some time to spare: the notice counts from the instant at which the mails are queued.
SPARE = timedelta(minutes=15)
LOOKED_AHEAD = timedelta(days=35)


@dataclass(frozen=True)
class Part:
    """A part of a window with one notice: excluded from downtime where that is long enough."""

    begins: datetime
    ends: datetime
    announced_at: datetime
    qualifies: bool

    @property
    def notice(self) -> timedelta:
        return max(self.begins - self.announced_at, timedelta(0))

    @property
    def words(self) -> str:
        return span_text(self.notice) if self.notice else _("none")


@dataclass(frozen=True)
class Noticed:
    """A window's notice. Without parts it has none yet: it is a draft, or its mails are not queued."""

    needed: timedelta
    parts: tuple[Part, ...]

    @property
    def qualifies(self) -> bool:
        """Whether all of the window is excluded from downtime."""
        return bool(self.parts) and all(part.qualifies for part in self.parts)

    @property
    def words(self) -> str:
        """In a sentence: how long the notice is, and what follows."""
        if not self.parts:
            return _("The notice has not begun: it counts once the window is published and its mails are queued.")
        if self.qualifies:
            shortest = min(self.parts, key=lambda part: part.notice)
            return _("Notice %s: enough. Downtime within the window does not count.") % shortest.words
        if any(part.qualifies for part in self.parts):
            short = next(part for part in self.parts if not part.qualifies)
            return _("Notice %s for a part of it: allowed, but downtime in that part WILL count.") % short.words
        return _("Notice %s: allowed, but downtime WILL count.") % self.parts[0].words


def notice_of(announcements: Iterable[Announcement], *, needed: timedelta) -> Noticed:
    """What the announcements, in order, give notice of; `needed` is what the policy asks for."""
    found = tuple(
        Part(from_us(piece.begins), from_us(piece.ends), piece.announced_at, piece.has_notice(needed))
        for piece in announced(announcements)
    )
    return Noticed(needed, found)


def notice_if_told(
    announcements: Iterable[Announcement], *, begins: datetime, ends: datetime, at: datetime, needed: timedelta
) -> Noticed:
    """What the notice would be if these times were published, and their mails queued, at the instant."""
    return notice_of([*announcements, Announcement(begins, ends, at, at)], needed=needed)


def first_slot(
    length: timedelta, *, at: datetime, needed: timedelta, usual: Iterable[UsualWindow], zone: str
) -> tuple[datetime, datetime]:
    """The first time of this length that has its notice if it is told at the instant: a usual one where it fits.

    It begins at a whole quarter of an hour, and within five weeks if it is a usual one.
    """
    earliest = _quarter(at + needed + SPARE)
    windows = tuple(usual)
    if windows:
        stretches = in_usual_windows(windows, zone, to_us(earliest), to_us(earliest + LOOKED_AHEAD))
        for begins, ends in stretches:
            start = _quarter(from_us(begins))
            if start + length <= from_us(ends):
                return start, start + length
    return earliest, earliest + length


def _quarter(at: datetime) -> datetime:
    """The first whole quarter of an hour at or after the instant."""
    return from_us(-(-to_us(at) // STEP_US) * STEP_US)
