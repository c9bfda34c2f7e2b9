"""The walk on several processors: whoever is free takes the next route, over a connection of its own."""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from django.core.cache import caches
from django.db import connection

from helpdesk.proof.report import Report
from helpdesk.proof.routes import Route


class Hand(Protocol):
    """Somebody at work: does one route after another, then what is left, and says of each what it was."""

    def visit(self, route: Route) -> str: ...
    def finish(self) -> None: ...


@dataclass(frozen=True)
class Place:
    """Which hand this is, of how many: for what they divide among themselves beforehand."""

    number: int = 0
    hands: int = 1


Begin = Callable[[Report, Place], Hand]


def share(
    routes: Sequence[Route], begin: Begin, report: Report, *, workers: int, ready: Callable[[], None] = lambda: None
) -> None:
    """Have all routes visited by so many hands, in this order, and gather what they report; with one, right here.

    `ready` is called once, when every hand has begun and none has visited anything. Raises `RuntimeError` when a
    process ends without a report: what it did not look at is not proven.
    """
    if workers < 2:
        hand = begin(report, Place())
        ready()
        for visited, route in enumerate(routes, 1):
            report.progress(f"{visited}/{len(routes)} {hand.visit(route)}")
        hand.finish()
        return
    connection.close()  # a connection cannot be shared with a child
    caches.close_all()
    context = multiprocessing.get_context("fork")
    hands: dict[Connection, BaseProcess] = {}
    try:
        for number in range(workers):
            ours, theirs = context.Pipe()
            place = Place(number, workers)
            hands[ours] = context.Process(target=_child, args=(routes, begin, place, report.progress, theirs))
            hands[ours].start()
            theirs.close()
        for ours in hands:
            _told(ours)
        ready()
        for ours in hands:
            ours.send(True)
        _hand_out(routes, report, hands)
    finally:
        for child in hands.values():
            child.terminate()
            child.join()


def _hand_out(routes: Sequence[Route], report: Report, hands: dict[Connection, BaseProcess]) -> None:
    """Answer whoever asks for a route with the next one, or None; until each has handed in its report."""
    left, busy = iter(range(len(routes))), set(hands)
    visited = 0
    while busy:
        for ours in wait(list(busy)):
            assert isinstance(ours, Connection)
            said = _told(ours)
            if isinstance(said, str):
                if said:
                    visited += 1
                    report.progress(f"{visited}/{len(routes)} {said}")
                ours.send(next(left, None))
                continue
            counts, findings = said
            report.counts.update(counts)
            report.findings.update(findings)
            busy.remove(ours)
            hands[ours].join()


def _told(ours: Connection) -> Any:
    try:
        return ours.recv()
    except EOFError as error:
        raise RuntimeError("a part of the walk ended early; nothing is proven") from error


def _child(
    routes: Sequence[Route], begin: Begin, place: Place, progress: Callable[[str], None], parent: Connection
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is told to the parent too, which ends us
    gc.freeze()  # what has been loaded until here stays; to look through it again and again would find nothing
    found = Report(progress=progress)
    hand = begin(found, place)
    said = ""
    parent.send(said)
    parent.recv()  # until all are ready
    while True:
        parent.send(said)
        number = parent.recv()
        if number is None:
            break
        said = hand.visit(routes[number])
    hand.finish()
    connection.close()
    parent.send((found.counts, found.findings))
