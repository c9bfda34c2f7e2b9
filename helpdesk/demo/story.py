"""What happens to one demo ticket: a plan of steps at instants, decided by a seeded generator."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.engine.calendar import BusinessCalendar

SEVERITIES = ("P1", "P2", "P3", "P4")
WEIGHTS = (1, 3, 6, 2)


@dataclass(frozen=True, order=True)
class Step:
    """One thing that somebody does at an instant. Ordered by time, then by the order of planning."""

    at: datetime
    order: int
    ticket: int
    verb: str


def severity(chance: random.Random) -> str:
    """A severity as clients report them: mostly P2 and P3."""
    return chance.choices(SEVERITIES, WEIGHTS)[0]


def opening(chance: random.Random, *, begin: datetime, end: datetime) -> datetime:
    """An instant between the two, in the hours in which people work (02:00 to 13:00 UTC)."""
    day = begin + (end - begin) * chance.random()
    moment = day.replace(hour=chance.randint(2, 12), minute=chance.randint(0, 59), second=chance.randint(0, 59))
    return min(max(moment, begin), end)


def plan(
    chance: random.Random,
    *,
    ticket: int,
    opened_at: datetime,
    minutes: int,
    calendar: BusinessCalendar,
    until: datetime,
    may_last: bool,
) -> Iterator[Step]:
    """The steps of one ticket that lie before `until`; `minutes` is its response budget.

    Of the last days' tickets half are still going on, where the policy counts in days (`may_last`).
    """
    at, order = opened_at, 0
    fresh = may_last and until - opened_at < timedelta(days=6)
    for verb, wait in _unfinished(chance, minutes) if fresh and chance.random() < 0.5 else _wishes(chance, minutes):
        due = calendar.due(at, max(1, round(wait)))
        if due is None or due >= until - timedelta(minutes=1):
            return
        at, order = due, order + 1
        yield Step(at=at, order=ticket * 100 + order, ticket=ticket, verb=verb)


def _unfinished(chance: random.Random, minutes: int) -> Iterator[tuple[str, float]]:
    """A ticket of the last days that is still going on: untouched, taken, being worked on, or waiting."""
    kind = chance.randrange(6)
    if kind == 0:
        return
    yield "assign", minutes * 0.05
    if kind >= 2:
        yield "answer", minutes * chance.uniform(0.05, 0.5)
    if kind in (3, 5):
        yield "ask", chance.uniform(5, 60)
    if kind == 4:
        yield "note", 20


def _wishes(chance: random.Random, minutes: int) -> Iterator[tuple[str, float]]:
    """Verbs with the support minutes after the step before; most tickets go well, some do not."""
    late = chance.random() < 0.15
    yield "assign", minutes * 0.05
    if chance.random() < 0.25:
        yield "note", 5
    yield "answer", minutes * (chance.uniform(1.05, 1.6) if late else chance.uniform(0.05, 0.7))
    if late:
        yield "acknowledge", 40
    if chance.random() < 0.3:
        yield "ask", chance.uniform(10, 120)
        yield "client_answer", chance.uniform(30, 900)
    if chance.random() < 0.12:
        yield "severity", 30
    if chance.random() < 0.08:
        yield "escalate", 60
    if chance.random() < 0.05:
        yield "withdraw", 60
        return
    yield "resolve", minutes * chance.uniform(0.2, 3.2 if late else 1.4)
    if chance.random() < 0.1:
        yield "reopen", chance.uniform(60, 900)
        yield "answer", 60
        yield "resolve", chance.uniform(60, 600)
    if chance.random() < 0.4:
        yield "rate", chance.uniform(20, 400)
    if chance.random() < 0.5:
        yield "close", chance.uniform(30, 2000)
