"""A case lived ahead: the whole ladder of a ticket that nobody touches, by the core that the sweep itself asks.

Matrix and people are given, so rules that nobody has saved can be rehearsed. Nothing is written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from helpdesk.accounts.directory import Directory
from helpdesk.notifications.drafts import Recipient
from sla.engine.entries import ClockKind, Reading
from sla.folding import next_event_at
from sla.models import Event
from sla.versions import Matrix, calendar_of
from tickets.ladder.answers import OVERDUE, Answer, answer_of, claims_of, event_of, reminder_from, repeat_at
from tickets.ladder.levels import Levels
from tickets.ladder.occurrences import Occurrence
from tickets.wording import CLOCK_NAMES

MOST_STEPS = 60
REPEATS_SHOWN = 2  # of the reminders after the last event
# Overdue means `due < at` (POLICY 1): the database's clock counts microseconds, so this is the first instant of it.
TICK = timedelta(microseconds=1)
Matrices = Callable[[datetime], Matrix]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A ticket as it is at its opening: its facts, its folded clocks, and who opened it."""

    opened: Occurrence
    clocks: Mapping[ClockKind, Reading]
    requester: Recipient


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that the ladder does: `noticed_at` is when the sweep writes it, `send_at` when the notices go.

    `of` is the clock of an event, or the event that a reminder repeats. `level` is the level afterwards.
    """

    event: str
    of: str
    instant: datetime
    noticed_at: datetime
    send_at: datetime
    level: int
    climbs: bool
    told: tuple[Recipient, ...]
    warning: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A step beside its words: what happened, the level's name, and of what: a reminder's event, a warning's clock."""

    step: Step
    words: str
    level_name: str
    repeats: str


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """A rehearsal for people: its case, its steps in words, and the zone of the support hours."""

    case: Case
    told: list[Told]
    desk_zone: str
    is_cut: bool


@dataclass
class _Rung:
    event: Event
    level: int
    raised_at: datetime
    remind_at: datetime | None


@dataclass
class _Life:
    """The ticket while it is lived ahead: what the rows would hold."""

    case: Case
    matrices: Matrices
    directory: Directory
    level: int = 1
    rungs: list[_Rung] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def answer(self, found: Occurrence, at: datetime) -> Answer | None:
        matrix = self.matrices(at)
        return answer_of(found, levels=Levels(matrix, self.directory, at=at), matrix=matrix, at=at)

    def note(self, found: Occurrence, answer: Answer, at: datetime) -> None:
        self.steps.append(
            Step(
                event=found.event,
                of=found.clock,
                instant=found.instant,
                noticed_at=at,
                send_at=answer.send_at,
                level=answer.level,
                climbs=answer.climbs,
                told=answer.people,
                warning=answer.warning,
            )
        )


def rehearse(case: Case, *, matrices: Matrices, directory: Directory) -> list[Step]:
    """Everything that the ladder does, in order of time, if nobody touches the ticket; at most `MOST_STEPS` of it.

    It ends with the second reminder after the last event: reminders go on until somebody acknowledges.
    """
    life = _Life(case, matrices, directory)
    _submit(life)
    claims = sorted(_claims(case))
    last = max((noticed for noticed, _, _, _ in claims), default=case.opened.instant)
    until = _horizon(life, last)
    while len(life.steps) < MOST_STEPS:
        waiting = [claims[0][0]] if claims else []
        now = min(waiting + [rung.remind_at for rung in life.rungs if rung.remind_at is not None], default=None)
        if now is None or now > until:
            break
        due = [claim for claim in claims if claim[0] <= now]
        claims = claims[len(due) :]
        _claim(life, due, now)
        _remind(life, now)
    return life.steps[:MOST_STEPS]


def rehearsed(case: Case, *, matrices: Matrices, directory: Directory) -> Rehearsed:
    """The same in words, for a page or a terminal."""
    steps = rehearse(case, matrices=matrices, directory=directory)
    told = [
        Told(
            step=step,
            words=str(Event(step.event).label),
            level_name=matrices(step.noticed_at).name(step.level),
            repeats=_of(step),
        )
        for step in steps
    ]
    zone = calendar_of(case.opened.calendar_version_id).spec.tz
    return Rehearsed(case=case, told=told, desk_zone=zone, is_cut=len(steps) == MOST_STEPS)


def _of(step: Step) -> str:
    """What a step is of, where its event does not say so: the event that a reminder repeats, the clock of a warning."""
    if step.event == Event.UNACKNOWLEDGED:
        return str(Event(step.of).label)
    return CLOCK_NAMES[step.of] if step.event == Event.WARNING else ""


def _claims(case: Case) -> Iterable[tuple[datetime, datetime, str, bool]]:
    """When each clock is claimed, for which instant, and whether as breached."""
    for kind, reading in case.clocks.items():
        for instant, breached in claims_of(next_event_at(reading), reading.due, since=case.opened.instant):
            yield instant + TICK, instant, kind.value, breached


def _horizon(life: _Life, last: datetime) -> datetime:
    matrix = life.matrices(last)
    calendar = calendar_of(life.case.opened.calendar_version_id)
    repeats = [matrix.repeat_minutes(event, life.case.opened.severity) for event in OVERDUE.values()]
    return calendar.due(last, REPEATS_SHOWN * max(repeats)) or last


def _submit(life: _Life) -> None:
    """The client's acknowledgement and level 1's notice: at once, whatever the hour."""
    opened, at = life.case.opened, life.case.opened.instant
    matrix = life.matrices(at)
    rule = matrix.rule(Event.SUBMITTED, opened.severity)
    if rule is None:
        return
    reached = Levels(matrix, life.directory, at=at).reach_all(rule.recipients, opened)
    client = (life.case.requester,) if "client" in rule.recipients else ()
    people = (*client, *reached.recipients)
    life.steps.append(
        Step(
            event=Event.SUBMITTED, of="", instant=at, noticed_at=at, send_at=at, level=1, climbs=False, told=people,
            warning=reached.warning,
        )
    )  # fmt: skip


def _claim(life: _Life, due: list[tuple[datetime, datetime, str, bool]], now: datetime) -> None:
    """What one batch of the sweep does: all of it stands on the level before the batch."""
    level = life.level
    for _, instant, clock, breached in due:
        event = event_of(clock, breached=breached)
        found = replace(life.case.opened, event=event, instant=instant, clock=clock, level=level)
        answer = life.answer(found, now)
        if answer is None:
            continue
        life.note(found, answer, now)
        if answer.climbs:
            life.rungs.append(_Rung(event, answer.level, instant, repeat_at(found, matrix=life.matrices(now), at=now)))
            life.level = max(life.level, answer.level)


def _remind(life: _Life, now: datetime) -> None:
    """The reminders that are due. They are counted in support time, so none has to wait for hours."""
    due = [(rung.remind_at, place) for place, rung in enumerate(life.rungs) if rung.remind_at and rung.remind_at <= now]
    for rung in (life.rungs[place] for _, place in sorted(due)):
        raised = replace(life.case.opened, event=rung.event, instant=rung.raised_at)
        found = reminder_from(raised, level=rung.level)
        answer = life.answer(found, now)
        if answer is not None:
            life.note(found, answer, now)
        rung.remind_at = repeat_at(found, matrix=life.matrices(now), at=now)
