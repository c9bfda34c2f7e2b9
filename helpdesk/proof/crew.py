"""The walk on several processors: each process takes every so many routes, over a connection of its own."""

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

from django.core.cache import caches
from django.db import connection

from helpdesk.proof.report import Report
from helpdesk.proof.routes import Route

Work = Callable[[Sequence[Route], Report], None]


def share(routes: Sequence[Route], work: Work, report: Report, *, workers: int) -> None:
    """Do `work` over all routes in so many processes and gather what they report; with one, do it right here.

    Raises `RuntimeError` when a process ends without a report: what it did not look at is not proven.
    """
    if workers < 2:
        work(routes, report)
        return
    connection.close()  # a connection cannot be shared with a child
    caches.close_all()
    context = multiprocessing.get_context("fork")
    hands = []
    for number in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(routes[number::workers], work, report.progress, theirs))
        child.start()
        theirs.close()
        hands.append((child, ours))
    try:
        for child, ours in hands:
            _gather(report, ours)
            child.join()
    finally:
        for child, _ in hands:
            child.terminate()
            child.join()


def _child(routes: Sequence[Route], work: Work, progress: Callable[[str], None], answer: Connection) -> None:
    found = Report(progress=progress)
    work(routes, found)
    connection.close()
    answer.send((found.counts, found.findings))


def _gather(report: Report, ours: Connection) -> None:
    try:
        counts, findings = ours.recv()
    except EOFError as error:
        raise RuntimeError("a part of the walk ended early; nothing is proven") from error
    report.counts.update(counts)
    report.findings.update(findings)
