"""The breach sweep over many open tickets, beside one raw SQL statement that claims as much."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from bench.database import scratch_database, using
from bench.loading import HOW, load
from bench.report import BenchError, Figure, Options, Report, middle
from bench.sweep_floor import claim_raw
from helpdesk.lib.tenancy import system_scope
from tickets.operations.sweep import BATCH, sweep

ROUNDS = 5
TIMES_FLOOR, SECONDS, SIZE_OF_SECONDS, STATEMENTS, GROWTH_MB = 5, 2.0, 100_000, 8, 8
REASON = "the bench looks at every organisation's clocks"


@dataclass
class Count:
    """The statements of one sweep; the scope's own settings apart."""

    statements: int = 0
    batches: int = 0
    by_text: dict[str, float] = field(default_factory=dict)

    def __call__(self, execute: Callable[..., Any], text: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(text, params, many, context)
        finally:
            kind = _kind(text)
            self.by_text[kind] = self.by_text.get(kind, 0.0) + time.perf_counter() - began
            self.statements += kind != "scope"
            self.batches += kind == "claim"


def _kind(text: str) -> str:
    if "set_config" in text:
        return "scope"
    if "WITH due AS" in text:
        return "claim"
    return " ".join(text.split()[:3])[:60]


def run(options: Options) -> Report:
    """Load the desk, then sweep and claim raw in turns; each round finds 1 % newly due."""
    due = options.size // 100
    with scratch_database("sweep") as name:
        loaded = load(name, open_tickets=options.size)
        with using(name):
            swept, raw = rounds(due)
            count = counted(due)
            growth = [memory(due), memory(3 * due)]
    notes = [
        f"{loaded.said}; {due:,} clocks due in each of {ROUNDS} rounds, in turns with the floor; batches of {BATCH}.",
        "The floor: one statement under the same role and row-level security that claims as many rows and "
        "inserts one notice for each, committed.",
        f"Of the sweep's time {_share(swept)} is this process's CPU; the rest is waiting for PostgreSQL.",
        "Time by statement, ms a batch: " + _by_statement(count),
        HOW,
    ]
    return Report("sweep", (*_speed(options, swept, raw), *_bounds(count, growth, due)), tuple(notes))


def rounds(due: int) -> tuple[list["Timing"], list["Timing"]]:
    """The sweep's timings and the floor's, in turns; the first of each, which warms up caches, is left out."""
    swept, raw = [], []
    for _ in range(ROUNDS + 1):
        raw.append(timed(lambda at: claim_raw(at=at, limit=due), due))
        swept.append(timed(lambda at: sweep(at=at), due))
    return swept[1:], raw[1:]


def _speed(options: Options, swept: list["Timing"], raw: list["Timing"]) -> list[Figure]:
    value, spread = middle([timing.seconds for timing in swept])
    floor, _ = middle([timing.seconds for timing in raw])
    figures = [
        Figure(
            name=f"sweep, 1 % due of {options.size:,}",
            value=value * 1000,
            unit="ms",
            spread=(spread[0] * 1000, spread[1] * 1000),
            floor=floor * 1000,
            goal=f"≤ {TIMES_FLOOR} × floor",
            passed=value <= TIMES_FLOOR * floor,
        )
    ]
    if options.size == SIZE_OF_SECONDS:
        goal = f"≤ {SECONDS:.0f} s"
        figures.append(Figure(name="the same", value=value, unit="s", goal=goal, passed=value <= SECONDS))
    return figures


def _bounds(count: Count, growth: list[float], due: int) -> list[Figure]:
    a_batch = count.statements / max(count.batches, 1)
    return [
        Figure(
            name="statements a batch",
            value=a_batch,
            unit="",
            goal=f"≤ {STATEMENTS}",
            passed=a_batch <= STATEMENTS,
        ),
        Figure(name=f"peak memory growth, {due:,} due", value=growth[0], unit="MB"),
        Figure(
            name=f"peak memory growth, {3 * due:,} due",
            value=growth[1],
            unit="MB",
            goal=f"≤ {GROWTH_MB} MB more",
            passed=growth[1] - growth[0] <= GROWTH_MB,
        ),
    ]


def _share(swept: list["Timing"]) -> str:
    return f"{100 * sum(timing.cpu for timing in swept) / sum(timing.seconds for timing in swept):.0f} %"


def _by_statement(count: Count) -> str:
    parts = sorted(count.by_text.items(), key=lambda item: -item[1])
    return "; ".join(f"{kind} {1000 * seconds / max(count.batches, 1):.1f}" for kind, seconds in parts[:8])


@dataclass(frozen=True)
class Timing:
    """Wall seconds and our own CPU seconds of one round."""

    seconds: float
    cpu: float


def timed(work: Callable[[datetime], int], due: int) -> Timing:
    """Time the work on the instant just after the next `due` clocks; raises `BenchError` if it found fewer."""
    at = instant_after(due)
    began, cpu = time.perf_counter(), time.process_time()
    found = work(at)
    timing = Timing(time.perf_counter() - began, time.process_time() - cpu)
    if not due <= found <= due * 1.02 + 2:
        raise BenchError(f"{due} clocks were due at {at}, but {found} were found")
    return timing


def instant_after(due: int) -> datetime:
    """The instant at which the next `due` clocks have fallen due."""
    with system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(
            "SELECT next_event_at FROM sla_clock WHERE next_event_at IS NOT NULL "
            "ORDER BY next_event_at OFFSET %s LIMIT 1",
            [due - 1],
        )
        row = cursor.fetchone()
    if row is None:
        raise BenchError("the desk has too few clocks running")
    last: datetime = row[0]
    return last + timedelta(microseconds=1)


def counted(due: int) -> Count:
    """The statements of a sweep's batches: those of a sweep that finds nothing are taken off."""
    at = instant_after(due)
    full, empty = Count(), Count()
    for count in (full, empty):
        with connection.execute_wrapper(count):
            sweep(at=at)
    if empty.batches != 1:
        raise BenchError("the second sweep of one instant found something")
    # A claim belongs to its batch; what every sweep asks once does not.
    filled = -(-due // BATCH)
    full.statements = filled + full.statements - full.batches - (empty.statements - empty.batches)
    full.batches = filled
    return full


def memory(due: int) -> float:
    """By how many MB the sweep's peak exceeds what the process held before it; 0 where the system tells no peak."""
    at = instant_after(due)
    gc.collect()
    with peak() as grown:
        sweep(at=at)
    return grown[0]


@contextmanager
def peak() -> Iterator[list[float]]:
    """A list whose one item is the peak growth of our resident memory in the block, in MB (Linux only)."""
    grown, reset = [0.0], Path("/proc/self/clear_refs")
    if not reset.exists():
        yield grown
        return
    reset.write_text("5")  # forgets the peak so far
    before = _status("VmRSS")
    yield grown
    grown[0] = max(0.0, (_status("VmHWM") - before) / 1024)


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
