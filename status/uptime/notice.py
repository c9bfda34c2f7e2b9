"""The notice of a maintenance window: which of its time was announced, and when."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sla.engine.calendar import BusinessCalendar
from sla.engine.instants import span_us, to_us
from sla.engine.spec import CalendarSpec
from status.uptime.facts import Announcement, UsualWindow
from status.uptime.spans import Stretch, merged

_DAY = 86_400


class Piece(NamedTuple):
    """A part of a window, in microseconds, with the announcement that its notice counts from."""

    begins: int
    ends: int
    announced_at: datetime

    def has_notice(self, notice: timedelta) -> bool:
        """Whether it was announced at least `notice` before it began; exactly is enough."""
        return self.begins - to_us(self.announced_at) >= span_us(notice)


def announced(announcements: Iterable[Announcement]) -> list[Piece]:
    """The window as announced last, in pieces of equal notice.

    Moving both edges restarts the notice. Moving one keeps it for what remains of the announced time; what is
    added has its own. An announcement that was not both published and queued says nothing.
    """
    pieces: list[Piece] = []
    before: Stretch | None = None
    for announcement in announcements:
        said = announcement.announced_at
        if said is None:
            continue
        begins, ends = to_us(announcement.begins), to_us(announcement.ends)
        if before is None or (begins != before[0] and ends != before[1]):
            pieces = [Piece(begins, ends, said)]
        else:
            added = [Piece(begins, min(before[0], ends), said), Piece(max(before[1], begins), ends, said)]
            kept = [Piece(max(old.begins, begins), min(old.ends, ends), old.announced_at) for old in pieces]
            pieces = [*kept, *added]
        pieces = sorted(piece for piece in pieces if piece.begins < piece.ends)
        before = begins, ends
    return pieces


def in_usual_windows(windows: tuple[UsualWindow, ...], zone: str, begins: int, ends: int) -> list[Stretch]:
    """The instants between `begins` and `ends` whose local wall time lies in one of the windows."""
    days: dict[int, list[Stretch]] = {weekday: [] for weekday in range(7)}
    for window in windows:
        if window.opens < window.closes:
            days[window.weekday].append((window.opens, window.closes))
        else:
            days[window.weekday].append((window.opens, _DAY))
            days[(window.weekday + 1) % 7].append((0, window.closes))
    week = {weekday: tuple(merged(hours)) for weekday, hours in days.items()}
    return list(BusinessCalendar(CalendarSpec(tz=zone, week=week)).windows_us(begins, ends))
