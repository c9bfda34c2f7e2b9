"""Living a year: every ticket's steps in the order of time, through the operations, the sweep in between."""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from helpdesk.accounts.models import User
from helpdesk.accounts.queries import member_of
from helpdesk.demo import texts
from helpdesk.demo.people import Cast
from helpdesk.demo.story import Step, opening, plan, severity
from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import DomainError
from sla.engine.entries import ClockKind
from sla.models import Severity
from sla.versions import current_calendar, targets_of
from tickets.models import Escalation, Ticket
from tickets.operations.conversation import add_note, reply, wait_for_client
from tickets.operations.feedback import give_feedback
from tickets.operations.handling import acknowledge, assign, change_severity, escalate
from tickets.operations.intake import open_ticket
from tickets.operations.status import close, reopen, resolve, withdraw
from tickets.operations.sweep import sweep

HISTORY = timedelta(days=365)
NEXT_EVENT = """
    SELECT least((SELECT min(next_event_at) FROM sla_clock WHERE next_event_at IS NOT NULL),
                 (SELECT min(e.remind_at) FROM tickets_escalation e JOIN tickets_ticket t ON t.id = e.ticket_id
                  WHERE e.acknowledged_at IS NULL AND t.state IN ('open', 'waiting')),
                 (SELECT min(closes_at) FROM tickets_ticket WHERE state = 'resolved'))
"""


class Year:
    """A simulated year of tickets. The same seed and the same end give the same story."""

    def __init__(self, cast: Cast, *, seed: int, end: datetime, progress: Callable[[str], None]) -> None:
        self._cast, self._end, self._progress = cast, end, progress
        self._chance = random.Random(seed)
        self._steps: list[Step] = []
        self._tickets: dict[int, Ticket] = {}
        self._actors: dict[int, Actor] = {}

    def live(self, *, tickets: int) -> None:
        """Open this many tickets over the year and let everything happen to them, up to now."""
        openings = sorted(self._openings(tickets))
        done = 0
        while openings or self._steps:
            if openings and (not self._steps or openings[0] <= self._steps[0].at):
                self._open(openings.pop(0))
                done += 1
                if done % 50 == 0:
                    self._progress(f"{done} of {tickets} tickets")
            else:
                self._take(heapq.heappop(self._steps))
        self._sweep_until(self._end)

    def _openings(self, tickets: int) -> list[datetime]:
        """Most are spread over the year; two fifths fall into the last days, so that the queue is alive today."""
        recent = max(12, tickets * 2 // 5)
        spread = [opening(self._chance, begin=self._end - HISTORY, end=self._end) for _ in range(tickets - recent)]
        begin = self._end - timedelta(days=6)
        return spread + [opening(self._chance, begin=begin, end=self._end) for _ in range(recent)]

    def _open(self, at: datetime) -> None:
        self._sweep_until(at)
        key = self._chance.choice(list(self._cast.organisations))
        requester = self._chance.choice(self._cast.clients[key])
        subject, description = self._chance.choice(texts.PROBLEMS)
        ticket = open_ticket(
            organisation=self._cast.organisations[key],
            requester=requester,
            subject=subject,
            description=description,
            steps=texts.STEPS if self._chance.random() < 0.5 else "",
            affected_users=self._chance.choice(texts.AFFECTED),
            since=self._chance.choice(texts.SINCE),
            severity=severity(self._chance),
            actor=self._actor(requester),
            at=at,
        )
        number = len(self._tickets)
        self._tickets[number] = ticket
        minutes = targets_of(ticket.policy_version_id).minutes[ticket.severity][ClockKind.RESPONSE]
        assert isinstance(minutes, int)
        calendar = current_calendar(ticket.calendar)
        steps = plan(
            self._chance,
            ticket=number,
            opened_at=at,
            minutes=minutes,
            calendar=calendar,
            until=self._end,
            may_last=key != "INITECH",
        )
        for step in steps:
            heapq.heappush(self._steps, step)

    def _take(self, step: Step) -> None:
        self._sweep_until(step.at)
        ticket = self._tickets[step.ticket]
        try:
            getattr(self, f"_{step.verb}")(ticket, step.at)
        except DomainError:  # the ticket took another turn meanwhile (withdrawn, closed): the step falls away
            return

    def _sweep_until(self, at: datetime) -> None:
        with connection.cursor() as cursor:
            while True:
                cursor.execute(NEXT_EVENT)
                (due,) = cursor.fetchone()
                if due is None or due >= at:
                    return
                sweep(at=min(due + timedelta(seconds=15), at))

    def _actor(self, user: User) -> Actor:
        if user.pk not in self._actors:
            member = member_of(user)
            assert member is not None
            self._actors[user.pk] = member.actor
        return self._actors[user.pk]

    def _agent(self, ticket: Ticket) -> Actor:
        chosen = self._cast.agents[ticket.pk % len(self._cast.agents)]
        return self._actor(chosen.user)

    def _client(self, ticket: Ticket) -> Actor:
        return self._actor(ticket.requester)

    # --- the verbs of `story.Step` ---

    def _assign(self, ticket: Ticket, at: datetime) -> None:
        chosen = self._cast.agents[ticket.pk % len(self._cast.agents)]
        assign(ticket=ticket, assignee=chosen, actor=self._agent(ticket), at=at)

    def _note(self, ticket: Ticket, at: datetime) -> None:
        add_note(ticket=ticket, actor=self._agent(ticket), body=self._chance.choice(texts.NOTES), at=at)

    def _answer(self, ticket: Ticket, at: datetime) -> None:
        reply(ticket=ticket, actor=self._agent(ticket), body=self._chance.choice(texts.ANSWERS), at=at)

    def _acknowledge(self, ticket: Ticket, at: datetime) -> None:
        manager = ticket.organisation.account_manager
        for rung in Escalation.objects.filter(ticket=ticket, acknowledged_at__isnull=True):
            assert manager is not None
            acknowledge(escalation=rung, actor=self._actor(manager.user), at=at)

    def _ask(self, ticket: Ticket, at: datetime) -> None:
        question = self._chance.choice(texts.QUESTIONS)
        wait_for_client(ticket=ticket, actor=self._agent(ticket), question=question, at=at)

    def _client_answer(self, ticket: Ticket, at: datetime) -> None:
        body = self._chance.choice(texts.CLIENT_ANSWERS)
        reply(ticket=ticket, actor=self._client(ticket), body=body, at=at)

    def _severity(self, ticket: Ticket, at: datetime) -> None:
        current = Ticket.objects.values_list("severity", flat=True).get(pk=ticket.pk)
        position = Severity.values.index(current)
        raised = self._chance.random() < 0.5 and position > 0
        wanted = Severity.values[position - 1 if raised else min(position + 1, 3)]
        reason = texts.SEVERITY_REASONS[0 if raised else 1]
        change_severity(ticket=ticket, severity=wanted, reason=reason, actor=self._agent(ticket), at=at)

    def _escalate(self, ticket: Ticket, at: datetime) -> None:
        reason = self._chance.choice(texts.ESCALATION_REASONS)
        escalate(ticket=ticket, reason=reason, actor=self._client(ticket), at=at)

    def _withdraw(self, ticket: Ticket, at: datetime) -> None:
        withdraw(ticket=ticket, actor=self._client(ticket), reason="It works again.", at=at)

    def _resolve(self, ticket: Ticket, at: datetime) -> None:
        message = self._chance.choice(texts.SOLUTIONS)
        resolve(ticket=ticket, actor=self._agent(ticket), message=message, at=at)

    def _reopen(self, ticket: Ticket, at: datetime) -> None:
        reopen(ticket=ticket, actor=self._client(ticket), reason="It happened again today.", at=at)

    def _rate(self, ticket: Ticket, at: datetime) -> None:
        helped, comment = self._chance.choice(texts.FEEDBACK)
        give_feedback(ticket=ticket, helped=helped, comment=comment, actor=self._client(ticket), at=at)

    def _close(self, ticket: Ticket, at: datetime) -> None:
        close(ticket=ticket, actor=self._client(ticket), at=at)
