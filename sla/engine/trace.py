"""Why a clock is due when it is: the arithmetic of a reading, line by line, in the calendar's zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sla.engine.calendar import BusinessCalendar
from sla.engine.entries import Leg, Note, NoteKind, PauseCause, Reading, State, Verdict
from sla.engine.wording import Wording, span

MAX_LINES = 60
_NOTHING = timedelta(0)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line: the stretch it tells of, its words, the support time it counts and the total after it."""

    start: datetime
    end: datetime
    label: str
    minutes: timedelta
    running_total: timedelta


def explain(reading: Reading) -> list[TraceLine]:
    """The lines that lead from the opening to the due instant, or to where the clock stopped or paused.

    A running clock without a promise is told up to the instant of the reading. Days without support hours
    in a row are one line. More than 60 lines are cut in the middle, with one line for what is left out. An
    empty list for a clock that has not begun.
    """
    if reading.started_at is None:
        return []
    trace = _Trace(reading)
    notes = list(reading.notes)
    for leg in reading.legs:
        for note in _until(notes, leg.start):
            trace.tell_note(note)
        trace.tell_leg(leg, notes)
    for note in notes:
        trace.tell_note(note)
    trace.tell_end()
    return _capped(trace.lines, trace.words)


def _until(notes: list[Note], at: datetime) -> Iterator[Note]:
    """Take off the notes up to `at`."""
    while notes and notes[0].at <= at:
        yield notes.pop(0)


class _Trace:
    """The lines of one reading as they are written."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.calendar: BusinessCalendar = reading.legs[-1].calendar
        self.words = Wording(self.calendar.zone, reading.legs[0].start)
        self.lines: list[TraceLine] = []
        self.total = _NOTHING
        self.budget: timedelta | None = None

    def line(self, start: datetime, end: datetime, label: str, minutes: timedelta = _NOTHING) -> None:
        self.total += minutes
        self.lines.append(TraceLine(start, end, label, minutes, self.total))

    def tell_note(self, note: Note) -> None:
        """A change of the promise, with what it did to the budget."""
        when, change = self.words.instant(note.at), _change(self.budget, note.budget)
        texts = {
            NoteKind.OPENED: f"opened {when}, {note.new}: {_budget(note.budget)}",
            NoteKind.SEVERITY: f"severity {note.old} → {note.new}, {when}: {change}",
            NoteKind.CALENDAR: f"calendar changed, {when}: {change}",
            NoteKind.POLICY: f"policy changed, {when}: {change}",
        }
        self.budget = note.budget
        self.line(note.at, note.at, texts[note.kind])

    def tell_leg(self, leg: Leg, notes: list[Note]) -> None:
        """One stretch of the clock; a running one is cut where a note falls into it."""
        end = self._end_of(leg)
        if leg.state is not State.RUNNING:
            self._tell_gap(leg, end)
            return
        start = leg.start
        for note in _until(notes, end):
            self._tell_running(leg.calendar, start, note.at)
            self.tell_note(note)
            start = note.at
        self._tell_running(leg.calendar, start, end)

    def tell_end(self) -> None:
        """What came of it: the due instant, the stop, or why there is neither."""
        reading, words = self.reading, self.words
        due = reading.due
        if reading.stopped_at is not None:
            stopped = f"stopped: {words.instant(reading.stopped_at)}, {_outcome(reading)}"
            self.line(reading.stopped_at, reading.stopped_at, stopped)
        if due is not None:
            hint = ", at the earliest: the holidays of that year are not confirmed" if reading.provisional else ""
            self.line(due, due, f"due: {words.instant(due)}{hint}")
        elif reading.budget is None:
            self.line(reading.at, reading.at, "due: never, no deadline is promised")
        elif reading.state is State.PAUSED and reading.remaining is not None:
            self.line(reading.at, reading.at, f"due: not while waiting, {span(reading.remaining)} left")

    def _end_of(self, leg: Leg) -> datetime:
        """Where a leg is told to: its end, the due instant, or the instant of the reading."""
        reading = self.reading
        if leg.end is not None:
            return leg.end
        if leg.state is State.RUNNING and reading.due is not None:
            return max(reading.due, leg.start)
        return max(reading.at, leg.start)

    def _tell_gap(self, leg: Leg, end: datetime) -> None:
        given_back = span(leg.calendar.elapsed(leg.start, end))
        if leg.state is State.PAUSED:
            stretch = f"since {self.words.instant(leg.start)}"
            if leg.end is not None:
                stretch = f"{self.words.stretch(leg.start, end)}, {given_back} not counted"
            why = "outside standard support" if leg.cause is PauseCause.OUTSIDE else "waiting for the client"
            self.line(leg.start, end, f"paused: {why}, {stretch}")
        elif leg.end is not None:
            label = f"resolved, then reopened: {self.words.stretch(leg.start, end)}, {given_back} not counted"
            self.line(leg.start, end, label)

    def _tell_running(self, calendar: BusinessCalendar, start: datetime, end: datetime) -> None:
        """The windows between two instants, and the closed days before, between and after them."""
        day = start.astimezone(calendar.zone).date()
        for opens, closes in calendar.windows(start, end):
            self._tell_closed(calendar, day, opens.astimezone(calendar.zone).date(), opens)
            minutes = closes - opens
            self.line(opens, closes, f"{self.words.stretch(opens, closes)}, {span(minutes)}", minutes)
            day = closes.astimezone(calendar.zone).date()
        self._tell_closed(calendar, day, end.astimezone(calendar.zone).date(), end)

    def _tell_closed(self, calendar: BusinessCalendar, first: date, last: date, at: datetime) -> None:
        """One line for the days without support hours from `first` to before `last`."""
        days = [first + _DAY * n for n in range((last - first).days)]
        closed = [(day, reason) for day in days if (reason := calendar.closed_reason(day)) is not None]
        if not closed:
            return
        groups = [(reason, [day for day, _ in group]) for reason, group in groupby(closed, key=lambda item: item[1])]
        self.line(at, at, "; ".join(_closed_text(self.words.days(group), reason) for reason, group in groups))


def _closed_text(days: str, reason: str) -> str:
    return f"{days} closed" if reason == "closed" else f"{days} closed: {reason}"


def _budget(budget: timedelta | None) -> str:
    return "no deadline" if budget is None else f"{span(budget)} of support time"


def _change(old: timedelta | None, new: timedelta | None) -> str:
    if old is None or new is None or old == new:
        return f"{'still ' if old == new else ''}{_budget(new)}"
    return f"{span(old)} → {_budget(new)}"


def _outcome(reading: Reading) -> str:
    """What became of a clock that has stopped."""
    words = {
        Verdict.MET: "in time",
        Verdict.BREACHED: "too late",
        Verdict.VOID: "without a verdict",
    }
    return words[reading.verdict]


def _capped(lines: list[TraceLine], words: Wording) -> list[TraceLine]:
    """At most 60 lines: the first half and the end, with one line in between for the rest."""
    if len(lines) <= MAX_LINES:
        return lines
    head, rest = lines[: MAX_LINES // 2], lines[MAX_LINES // 2 :]
    kept: Sequence[TraceLine] = rest[-(MAX_LINES // 2 - 1) :]
    left_out = rest[: len(rest) - len(kept)]
    minutes = sum((line.minutes for line in left_out), _NOTHING)
    stretch = words.stretch(left_out[0].start, left_out[-1].end)
    summary = f"… {len(left_out)} more lines, {stretch}: {span(minutes)}"
    return [*head, replace(left_out[-1], start=left_out[0].start, label=summary, minutes=minutes), *kept]
