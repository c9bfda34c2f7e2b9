"""Pages over HTTP on a big desk and a small one, each beside a view that does the least of the same."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.browsing import Browser, session_of, statements_of
from bench.database import scratch_database, using
from bench.loading import HOW as HOW_LOADED
from bench.loading import Loaded, load
from bench.report import Figure, Report, middle, quantile
from bench.serving import HOW, serving
from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import system_scope

SIZES = {"1 M": (100_000, 900_000), "10 k": (1_000, 9_000)}  # open, closed
WARM, ROUNDS, BLOCKS = 60, 300, 5
TIMES_FLOOR = 2.0


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that is measured, for whom. `path` is asked in each desk's database, and may prepare what it shows.

    `floor` is the address of its floor for that path. `times_small` is the goal of the big desk's median beside the
    small one's; None without one.
    """

    name: str
    email: str
    path: Callable[[], str]
    floor: Callable[[str], str]
    times_small: float | None = None


@dataclass
class Target:
    """One page of one desk behind its server: the browser, and the milliseconds that page and floor took."""

    desk: str
    page: Page
    path: str
    browser: Browser
    statements: int
    bytes: int = 0
    taken: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    @property
    def floor_path(self) -> str:
        return f"{self.page.floor(self.path)}?bytes={self.bytes}"

    def warm_up(self) -> None:
        """Fill the caches of the server's threads, and learn how big the page is."""
        self.bytes = len(self.browser.get(self.path).body)
        for _ in range(WARM):
            self.browser.get(self.path)
            self.browser.get(self.floor_path)

    def one_round(self) -> None:
        """The page and its floor, once each."""
        self.taken.append(self.browser.timed(self.path))
        self.floor.append(self.browser.timed(self.floor_path))


def compare(bench: str, pages: Sequence[Page], *, told: str) -> Report:
    """Load both desks, then fetch every page and its floor in turns. `told` says who asks, and what the floor does."""
    with ExitStack() as stack:
        names = {desk: stack.enter_context(scratch_database(f"{bench}{at}")) for at, desk in enumerate(SIZES)}
        loaded = {desk: load(names[desk], open_tickets=SIZES[desk][0], closed_tickets=SIZES[desk][1]) for desk in SIZES}
        ports = dict(zip(SIZES, stack.enter_context(serving(*names.values())), strict=True))
        targets = [_target(desk, page, names[desk], ports[desk]) for page in pages for desk in SIZES]
        for target in targets:
            target.warm_up()
        began, cpu = time.perf_counter(), time.process_time()
        for _round in range(ROUNDS):
            for target in targets:
                target.one_round()
        share = (time.process_time() - cpu) / (time.perf_counter() - began)
    figures = [
        figure for big, small in zip(targets[::2], targets[1::2], strict=True) for figure in _figures(big, small)
    ]
    return Report(bench, tuple(figures), tuple(_notes(targets, loaded, share, told)))


def _target(desk: str, page: Page, database: str, port: int) -> Target:
    with using(database):
        with system_scope("the bench prepares what a page shows"):
            path = page.path()
        cookies = session_of(User.objects.get(email=page.email))
        return Target(desk, page, path, Browser(port, cookies), statements_of(cookies, path))


def _figures(big: Target, small: Target) -> Iterator[Figure]:
    page, ratio = big.page, middle(big.taken)[0] / middle(small.taken)[0]
    yield from (_beside_floor(target) for target in (big, small))
    yield Figure(
        name=f"{page.name}, p50 at {big.desk}, in p50s at {small.desk}",
        value=ratio,
        unit="×",
        goal=f"≤ {page.times_small}" if page.times_small else "",
        passed=ratio <= page.times_small if page.times_small else None,
    )
    p95, floor = quantile(big.taken, 0.95), quantile(big.floor, 0.95)
    yield Figure(name=f"{page.name}, p95 at {big.desk}", value=p95, unit="ms", floor=floor)
    yield Figure(
        name=f"{page.name}, statements at {big.desk} ({small.desk}: {small.statements})",
        value=big.statements,
        unit="",
        goal="the same",
        passed=big.statements == small.statements,
    )


def _beside_floor(target: Target) -> Figure:
    value, floor = middle(target.taken)[0], middle(target.floor)[0]
    blocks = [middle(target.taken[at::BLOCKS])[0] for at in range(BLOCKS)]
    return Figure(
        name=f"{target.page.name}, p50 at {target.desk}",
        value=value,
        unit="ms",
        spread=(min(blocks), max(blocks)),
        floor=floor,
        goal=f"≤ {TIMES_FLOOR:.0f} × floor",
        passed=value <= TIMES_FLOOR * floor,
    )


def _notes(targets: Sequence[Target], loaded: dict[str, Loaded], share: float, told: str) -> list[str]:
    sizes = "; ".join(f"{target.page.name} at {target.desk}: {target.bytes:,} bytes" for target in targets)
    return [
        *(f"{desk}: {one.said}." for desk, one in loaded.items()),
        f"{sizes}.",
        f"{ROUNDS} rounds of page and floor at either desk, one request at a time, in turns. The spread is that of",
        f"{BLOCKS} interleaved fifths' medians. {HOW}",
        f"{told} The load generator took {100 * share:.0f} % of one core. {HOW_LOADED}",
    ]
