"""Submitting through the form over HTTP: how fast beside a view that inserts one row, and steadily at 20 a second."""

import multiprocessing
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue

from django.db import connection

from bench.browsing import Browser, session_of
from bench.database import scratch_database, using
from bench.loading import HOW as HOW_LOADED
from bench.loading import Loaded, load
from bench.report import BenchError, Figure, Options, Report, middle, quantile
from bench.serving import HOW, serving
from helpdesk.accounts.models import ClientRole, Membership
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tickets.models import EntryKind, Ticket, TimelineEntry

OPEN, CLOSED = 10_000, 90_000  # the desk that is there already
PAGE, FLOOR = "/tickets/new/", "/bench/submit/"
AT_ONCE, ROUNDS, SECONDS = 4, 5, 8.0
PER_SECOND, STEADY_S, FULL_STEADY_S, BROWSERS = 20, 60, 600, 24
SHARE_OF_FLOOR, P95_MS = 0.35, 500.0
REASON = "the bench looks for every ticket that was acknowledged"
TYPED = {
    "subject": "Invoices fail with an error",
    "severity": "P2",
    "description": "Every invoice that we send since this morning ends with an error. " * 4,
    "steps": "1. Open an invoice\n2. Press Send",
    "affected_users": "The accounts team (4 people)",
    "since": "This morning",
    "organisation": "",
}


@dataclass
class Outcome:
    """What a run of submits gave: acknowledged addresses, seconds from each one's planned moment, and faults."""

    acknowledged: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Acknowledged submits a second."""
        return len(self.acknowledged) / self.wall


def run(options: Options) -> Report:
    """Rates of page and floor in turns, then the steady stream, then the search for what was acknowledged."""
    seconds = FULL_STEADY_S if options.full else STEADY_S
    with scratch_database("submit") as name:
        loaded = load(name, open_tickets=OPEN, closed_tickets=CLOSED)
        with using(name):
            sessions = _sessions(BROWSERS)
        with serving(name) as (port,):
            generator = Generator(port, sessions)
            generator.closed_loop(PAGE, seconds=3)
            generator.closed_loop(FLOOR, seconds=2)
            page, floor = [], []
            for _ in range(ROUNDS):
                page.append(generator.closed_loop(PAGE, seconds=SECONDS))
                floor.append(generator.closed_loop(FLOOR, seconds=SECONDS))
            steady = generator.steady(PAGE, per_second=PER_SECOND, seconds=seconds)
        with using(name):
            lost = missing([*steady.acknowledged, *(path for one in page for path in one.acknowledged)])
    return Report("submit", tuple(_figures(page, floor, steady, lost)), tuple(_notes(loaded, page, floor, steady)))


def _sessions(number: int) -> list[dict[str, str]]:
    """Signed-in clients, each of another organisation."""
    with system_scope(REASON):
        people = Membership.objects.filter(role=ClientRole.USER).select_related("user").order_by("organisation_id")
        return [session_of(one.user) for one in people[:number]]


class Generator:
    """Makes the load from a process of its own, whose CPU is told with each outcome."""

    def __init__(self, port: int, sessions: Sequence[dict[str, str]]) -> None:
        self._port, self._sessions = port, sessions

    def closed_loop(self, path: str, *, seconds: float) -> Outcome:
        """`AT_ONCE` people submit one form after the other."""
        moments: SimpleQueue[float] = SimpleQueue()
        return self._in_process(path, moments, until=seconds, people=AT_ONCE)

    def steady(self, path: str, *, per_second: int, seconds: int) -> Outcome:
        """Submits start at their planned moments, however slow the ones before are."""
        moments: SimpleQueue[float] = SimpleQueue()
        for number in range(per_second * seconds):
            moments.put(number / per_second)
        return self._in_process(path, moments, until=None, people=len(self._sessions))

    def _in_process(self, path: str, moments: "SimpleQueue[float]", *, until: float | None, people: int) -> Outcome:
        connection.close()
        ours, theirs = multiprocessing.Pipe(duplex=False)
        fork = multiprocessing.get_context("fork")
        browsers = [Browser(self._port, dict(cookies)) for cookies in self._sessions[:people]]
        child = fork.Process(target=_generate, args=(theirs, browsers, path, moments, until))
        child.start()
        theirs.close()
        try:
            outcome: Outcome = ours.recv()
        except EOFError:
            raise BenchError("the load generator ended without an outcome; the reason stands above") from None
        finally:
            child.join()
        return outcome


def _generate(
    pipe: Connection, browsers: Sequence[Browser], path: str, moments: "SimpleQueue[float]", until: float | None
) -> None:
    outcome, began, cpu = Outcome(), time.perf_counter(), time.process_time()

    def one_person(browser: Browser) -> None:
        while True:
            if until is None:
                try:
                    planned = moments.get_nowait()
                except Empty:
                    return
                time.sleep(max(0.0, began + planned - time.perf_counter()))
            else:
                planned = time.perf_counter() - began
                if planned >= until:
                    return
            _submit(browser, path, outcome, planned=began + planned)

    threads = [threading.Thread(target=one_person, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.wall, outcome.cpu = time.perf_counter() - began, time.process_time() - cpu
    pipe.send(outcome)


def _submit(browser: Browser, path: str, outcome: Outcome, *, planned: float) -> None:
    """Fetch the form and send it; the answer to the POST acknowledges by redirecting. Lists are safe to append to."""
    try:
        page = browser.get(path)
        posted = time.perf_counter()
        answer = browser.post(path, page, TYPED)
    except (BenchError, OSError) as error:
        outcome.faults.append(str(error))
        return
    done = time.perf_counter()
    if answer.status != 302 or not answer.location:
        outcome.faults.append(f"{path} answered {answer.status} to the form")
        return
    outcome.acknowledged.append(answer.location)
    outcome.latencies.append(done - planned)
    outcome.posts.append(done - posted)


def missing(paths: Sequence[str]) -> int:
    """How many acknowledged tickets are not in the database with all that belongs to one."""
    wanted = {path.rstrip("/").rsplit("/", 1)[-1] for path in paths}
    with system_scope(REASON):
        found = dict(Ticket.objects.filter(public_id__in=wanted).values_list("pk", "public_id"))
        opened = TimelineEntry.objects.filter(ticket__in=found, kind=EntryKind.OPENED).values_list("ticket", flat=True)
        clocks = Clock.objects.filter(ticket__in=found, kind="response").values_list("ticket", flat=True)
        told = set(Notice.objects.filter(event="acknowledgement").values_list("path", flat=True))
        whole = set(opened) & set(clocks)
        complete = {str(key) for pk, key in found.items() if pk in whole and f"/tickets/{key}/" in told}
    return len(paths) - len(complete)


def _figures(page: list[Outcome], floor: list[Outcome], steady: Outcome, lost: int) -> list[Figure]:
    rate, spread = middle([one.rate for one in page])
    base, _ = middle([one.rate for one in floor])
    p95 = quantile(steady.latencies, 0.95) * 1000
    faults = sum(len(one.faults) for one in (*page, *floor, steady))
    kept = steady.rate >= 0.98 * PER_SECOND
    return [
        Figure(
            name=f"form and submit, {AT_ONCE} people at once",
            value=rate,
            unit="/s",
            spread=spread,
            floor=base,
            goal=f"≥ {SHARE_OF_FLOOR} × floor",
            passed=rate >= SHARE_OF_FLOOR * base,
        ),
        Figure(
            name=f"the same, steadily for {steady.wall:.0f} s",
            value=steady.rate,
            unit="/s",
            goal=f"{PER_SECOND}/s",
            passed=kept,
        ),
        Figure(
            name="its p95, from the planned moment",
            value=p95,
            unit="ms",
            spread=(middle(steady.latencies)[0] * 1000, max(steady.latencies) * 1000),
            goal=f"< {P95_MS:.0f} ms",
            passed=p95 < P95_MS,
        ),
        Figure(name="acknowledged and lost", value=lost, unit="", goal="0", passed=lost == 0),
        Figure(name="not acknowledged", value=faults, unit="", goal="0", passed=faults == 0),
    ]


def _notes(loaded: Loaded, page: list[Outcome], floor: list[Outcome], steady: Outcome) -> list[str]:
    faults = sorted({fault for one in (*page, *floor, steady) for fault in one.faults})[:3]
    total = sum(len(one.acknowledged) for one in (*page, steady))
    return [
        f"The desk before: {loaded.said}. {HOW}",
        f"A submit is the form's GET and its POST until the redirect; {ROUNDS} rounds of {SECONDS:.0f} s in turns with "
        "the floor: the same form, checked, and one INSERT behind the same middleware, session and token.",
        f"The spread of the steady stream's p95 is its median and its longest. The POST alone: median "
        f"{middle(steady.posts)[0] * 1000:.0f} ms, p95 {quantile(steady.posts, 0.95) * 1000:.0f} ms.",
        f"Looked for afterwards: {total:,} acknowledged tickets, each with its opening, clocks and acknowledgement.",
        f"The load generator took {_share(page)} of one core beside the page, {_share(floor)} beside the floor, "
        f"{_share([steady])} at {PER_SECOND}/s. No worker runs: mails wait as rows.",
        HOW_LOADED,
        *(f"Not acknowledged: {fault}" for fault in faults),
    ]


def _share(outcomes: Sequence[Outcome]) -> str:
    return f"{100 * sum(one.cpu for one in outcomes) / sum(one.wall for one in outcomes):.0f} %"
