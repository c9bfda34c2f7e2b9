"""The agents' queue page over HTTP, big desk and small, beside a view that does the least of the same."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.browsing import Browser, session_of, statements_of
from bench.database import scratch_database, using
from bench.loading import HOW as HOW_LOADED
from bench.loading import Loaded, load
from bench.report import Figure, Options, Report, middle, quantile
from bench.serving import HOW, serving
from helpdesk.accounts.models import User

SIZES = {"1 M": (100_000, 900_000), "10 k": (1_000, 9_000)}  # open, closed
PAGE = "/queue/"
WARM, ROUNDS, BLOCKS = 60, 300, 5
TIMES_FLOOR, TIMES_SMALL = 2.0, 1.3
AGENT = "agent1@ravingcrm.example"


@dataclass
class Target:
    """One desk behind its server: the browser of an agent, and the milliseconds that page and floor took."""

    name: str
    loaded: Loaded
    browser: Browser
    queries: int
    bytes: int = 0
    page: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Fill the caches of the server's threads, and learn how big the page is."""
        self.bytes = len(self.browser.get(PAGE).body)
        for _ in range(WARM):
            self.browser.get(PAGE)
            self.browser.get(self.floor_path)

    @property
    def floor_path(self) -> str:
        return f"/bench/queue/?bytes={self.bytes}"

    def one_round(self) -> None:
        """The page and its floor, once each."""
        self.page.append(self.browser.timed(PAGE))
        self.floor.append(self.browser.timed(self.floor_path))


def run(_: Options) -> Report:
    """Load both desks, then fetch page and floor of each in turns."""
    with ExitStack() as stack:
        names = {name: stack.enter_context(scratch_database(f"queue{at}")) for at, name in enumerate(SIZES)}
        loaded = {name: load(names[name], open_tickets=SIZES[name][0], closed_tickets=SIZES[name][1]) for name in SIZES}
        ports = stack.enter_context(serving(*names.values()))
        targets = [
            _target(name, database, loaded[name], port)
            for (name, database), port in zip(names.items(), ports, strict=True)
        ]
        for target in targets:
            target.warm_up()
        began, cpu = time.perf_counter(), time.process_time()
        for _round in range(ROUNDS):
            for target in targets:
                target.one_round()
        share = (time.process_time() - cpu) / (time.perf_counter() - began)
    return Report("queue", tuple(_figures(*targets)), tuple(_notes(targets, share)))


def _target(name: str, database: str, loaded: Loaded, port: int) -> Target:
    with using(database):
        cookies = session_of(User.objects.get(email=AGENT))
        return Target(name, loaded, Browser(port, cookies), queries=statements_of(cookies, PAGE))


def _figures(big: Target, small: Target) -> list[Figure]:
    ratio = middle(big.page)[0] / middle(small.page)[0]
    return [
        *(_beside_floor(target) for target in (big, small)),
        Figure(
            name=f"p50 at {big.name}, in p50s at {small.name}",
            value=ratio,
            unit="×",
            goal=f"≤ {TIMES_SMALL}",
            passed=ratio <= TIMES_SMALL,
        ),
        Figure(name=f"p95 at {big.name}", value=quantile(big.page, 0.95), unit="ms", floor=quantile(big.floor, 0.95)),
        Figure(
            name=f"statements at {big.name} ({small.name}: {small.queries})",
            value=big.queries,
            unit="",
            goal="the same",
            passed=big.queries == small.queries,
        ),
    ]


def _beside_floor(target: Target) -> Figure:
    value, floor = middle(target.page)[0], middle(target.floor)[0]
    blocks = [middle(target.page[at::BLOCKS])[0] for at in range(BLOCKS)]
    return Figure(
        name=f"queue page, p50 at {target.name}",
        value=value,
        unit="ms",
        spread=(min(blocks), max(blocks)),
        floor=floor,
        goal=f"≤ {TIMES_FLOOR:.0f} × floor",
        passed=value <= TIMES_FLOOR * floor,
    )


def _notes(targets: list[Target], share: float) -> list[str]:
    return [
        *(f"{target.name}: {target.loaded.said}; the page has {target.bytes:,} bytes." for target in targets),
        f"{ROUNDS} rounds of page and floor at either desk, one request at a time, in turns; one agent who serves all",
        f"organisations. The spread is that of {BLOCKS} interleaved fifths' medians. {HOW}",
        "The floor: a view behind the same middleware and session, one SELECT over the queue's index of as many rows",
        "under the same role and row-level security, joined in Python to as many bytes.",
        f"The load generator took {100 * share:.0f} % of one core. {HOW_LOADED}",
    ]
