"""Lives by the engine: open tickets at which every promise is still ahead, and closed ones that kept them all."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from helpdesk.demo import texts
from helpdesk.demo.bulk.desk import Desk
from helpdesk.demo.bulk.life import REQUESTER, Life
from helpdesk.demo.story import severity
from helpdesk.lib.actors import SYSTEM, Actor, ActorKind
from sla.engine.entries import ClockKind
from sla.versions import current_calendar, targets_of
from tickets.models import Channel, EntryKind, Ticket, TicketState

OLDEST_OPEN = timedelta(days=45)
OLDEST_CLOSED = timedelta(days=320)
UNPROMISED = 3780  # support minutes over which tickets without a promise are spread
# The copies of one life are spread over this span; no instant of a life lies so soon after an opening of the desk
# that the move would cross it, so that a moved life is what the engine would give.
SPREAD = timedelta(minutes=10)
KEPT = 0.7  # of a budget: resolved before a warning is due


class Lives:
    """Draws lives as of the instant `at`; the same seed draws the same ones."""

    def __init__(self, desk: Desk, *, at: datetime, seed: int) -> None:
        self._desk, self._at, self._chance = desk, at, random.Random(seed)
        self._business = current_calendar(desk.calendar)
        self._minutes = targets_of(desk.version.pk).minutes

    def open(self, number: int) -> list[Life]:
        """That many lives of tickets that are open or waiting."""
        return [self._movable(self._open_one) for _ in range(number)]

    def closed(self, number: int) -> list[Life]:
        """That many lives of tickets that were answered, resolved and closed by themselves."""
        return [self._movable(self._closed_one) for _ in range(number)]

    def _movable(self, draw: Callable[[], Life]) -> Life:
        while True:
            life = draw()
            if all(self._moves(instant) for instant in life.instants()):
                return life

    def _moves(self, instant: datetime) -> bool:
        """Whether the instant, moved back by up to `SPREAD`, stays in its support hours and on its side of now."""
        earliest = instant - SPREAD
        return self._business.elapsed(earliest, instant) == SPREAD and not earliest <= self._at <= instant

    def _open_one(self) -> Life:
        """Two in five untouched, half answered, one in ten waiting for the client."""
        kind = self._chance.choices(("untouched", "answered", "waiting"), (4, 5, 1))[0]
        grade = severity(self._chance)
        age = self._span(grade, answered=kind != "untouched") * self._chance.uniform(0.01, 0.99)
        life = self._opened(grade, at=self._before(self._at, age))
        last = life.ticket.opened_at
        if kind != "untouched":
            last = self._after(last, min(age, self._budget(grade, ClockKind.RESPONSE)) * self._chance.uniform(0.1, 0.6))
            self._answer(life, at=last, waits=kind == "waiting")
        life.settle(at=last, now=self._at)
        return life

    def _closed_one(self) -> Life:
        grade = severity(self._chance)
        begin = self._at - OLDEST_CLOSED
        run = self._business.elapsed(begin, self._at - OLDEST_OPEN) / timedelta(minutes=1)
        life = self._opened(grade, at=self._after(begin, run * self._chance.random()))
        response = self._budget(grade, ClockKind.RESPONSE) * self._chance.uniform(0.1, 0.6)
        self._answer(life, at=self._after(life.ticket.opened_at, response), waits=False)
        longest = KEPT * self._span(grade, answered=True)
        taken = response + (longest - response) * self._chance.uniform(0.05, 1)
        self._resolve(life, at=self._after(life.ticket.opened_at, taken))
        assert life.ticket.closes_at is not None
        last = life.ticket.closes_at + timedelta(seconds=self._chance.uniform(1, 15))
        self._close(life, at=last)
        life.settle(at=last, now=self._at)
        return life

    def _budget(self, grade: str, kind: ClockKind) -> int:
        """A promise in support minutes; `UNPROMISED` without one."""
        minutes = self._minutes[grade].get(kind)
        return minutes if isinstance(minutes, int) else UNPROMISED

    def _span(self, grade: str, *, answered: bool) -> int:
        """The support minutes after which the first promise that still runs would be broken."""
        kinds = (ClockKind.TARGET, ClockKind.LIMIT) if answered else tuple(ClockKind)
        return min(self._budget(grade, kind) for kind in kinds)

    def _after(self, instant: datetime, minutes: float) -> datetime:
        found = self._business.due(instant, timedelta(minutes=minutes))
        assert found is not None
        return found

    def _before(self, instant: datetime, minutes: float) -> datetime:
        """The instant from which so many support minutes have run until this one."""
        begin = instant - OLDEST_OPEN
        run = self._business.elapsed(begin, instant) / timedelta(minutes=1)
        return self._after(begin, run - minutes)

    def _opened(self, grade: str, *, at: datetime) -> Life:
        subject, description = self._chance.choice(texts.PROBLEMS)
        ticket = Ticket(
            subject=subject,
            description=description,
            steps=texts.STEPS,
            affected_users=self._chance.choice(texts.AFFECTED),
            since=self._chance.choice(texts.SINCE),
            severity=grade,
            channel=Channel.PORTAL,
            policy_version=self._desk.version,
            calendar=self._desk.calendar,
            opened_at=at,
        )
        life = Life(ticket)
        facts: dict[str, Any] = {"severity": grade, "channel": Channel.PORTAL.value}
        life.tell(EntryKind.OPENED, REQUESTER, at, body=description, **facts)
        life.audit("ticket.open", REQUESTER, at, **facts)
        return life

    def _answer(self, life: Life, *, at: datetime, waits: bool) -> None:
        """Assigned and answered at once; a question leaves the ticket waiting for the client."""
        staff = self._chance.choice(self._desk.agents)
        actor = Actor(kind=ActorKind.STAFF, name=staff.user.name, user_id=staff.user_id, staff_id=staff.pk)
        life.ticket.assignee = staff
        life.tell(EntryKind.ASSIGNED, actor, at, body=f"Assigned to {staff}.", public=False, assignee=staff.pk)
        life.audit("ticket.assign", actor, at, assignee=str(staff))
        body = self._chance.choice(texts.QUESTIONS if waits else texts.ANSWERS)
        life.tell(EntryKind.REPLY, actor, at, body=body, answers=True, automatic=False)
        if waits:
            life.tell(EntryKind.WAITING, actor, at, body="Waiting for the client's answer.")
            life.ticket.state = TicketState.WAITING
        life.audit("ticket.wait" if waits else "ticket.reply", actor, at)

    def _resolve(self, life: Life, *, at: datetime) -> None:
        staff = life.ticket.assignee
        assert staff is not None
        actor = Actor(kind=ActorKind.STAFF, name=staff.user.name, user_id=staff.user_id, staff_id=staff.pk)
        life.tell(EntryKind.RESOLVED, actor, at, body=self._chance.choice(texts.SOLUTIONS))
        life.audit("ticket.resolve", actor, at)
        life.ticket.resolved_at = at
        life.ticket.closes_at = self._after(at, self._desk.version.reopen_minutes)

    def _close(self, life: Life, *, at: datetime) -> None:
        """By itself, at the first sweep after the reopen window's end."""
        life.tell(EntryKind.CLOSED, SYSTEM, at, body="Closed by itself at the end of the reopen window.")
        life.audit("ticket.close", SYSTEM, at)
        life.ticket.state, life.ticket.closed_at, life.ticket.in_queue = TicketState.CLOSED, at, False
