"""Deadlines per second on one core, beside a bare bisect over the same table."""

import gc
import json
import os
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.report import BenchError, Figure, Options, Report, middle
from sla.conformance.runner import run as run_conformance
from sla.engine.calendar import BusinessCalendar
from sla.engine.instants import DAY_US, EPOCH, MICROSECOND, MINUTE_US, SECOND_US
from sla.engine.spec import CalendarSpec

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "sla" / "seed"
CASES = ROOT / "docs" / "conformance" / "deadline_cases.json"
FIRST, LAST = datetime(2021, 1, 1, tzinfo=UTC), datetime(2027, 11, 30, tzinfo=UTC)
CALLS, ROUNDS = 20_000, 15
GOAL = 0.7

Question = tuple[datetime, int]
Due = Callable[[datetime, int], datetime | None]


def run(_: Options) -> Report:
    """Time `BusinessCalendar.due` and the floor in turns, and run the conformance cases."""
    calendar = sri_lanka()
    began = time.perf_counter()
    calendar.due(FIRST, 540)
    calendar.due(LAST, 3780)
    built_ms = (time.perf_counter() - began) * 1000
    floor = bare_bisect(calendar)
    mixes = {"random starts": random_questions(), "realistic starts": realistic_questions(calendar)}
    with one_core():
        figures = [compare(name, questions, calendar.due, floor) for name, questions in mixes.items()]
    notes = [
        f"CPU time of one pinned core, {ROUNDS} rounds of {CALLS:,} calls, in turns; the spread is min–max.",
        "The floor is a bare bisect in Python over the same prefix-sum table: no checks, pauses or growth.",
        f"Building that table took {built_ms:.0f} ms; it happens once for a version of the calendar.",
    ]
    return Report("deadlines", (*figures, conformance()), tuple(notes))


def sri_lanka() -> BusinessCalendar:
    """The published support calendar, from the files that seed the product."""
    calendar = json.loads((SEED / "policy.json").read_text(encoding="utf-8"))["calendar"]
    rows = json.loads((SEED / "lk_holidays.json").read_text(encoding="utf-8"))
    closed = [row["date"] for row in rows if row["closed_statutory"] and row.get("status") != "revoked"]
    document = {
        "tz": calendar["time_zone"],
        "week": calendar["week"]["hours"],
        "holidays": closed,
        "exceptions": {},
        "confirmed_years": calendar["confirmed_years"],
    }
    return BusinessCalendar(CalendarSpec.from_json(document))


def policy_minutes() -> list[int]:
    """Every budget that the published policy promises, in support minutes."""
    targets: list[dict[str, Any]] = json.loads((SEED / "policy.json").read_text(encoding="utf-8"))["targets"]
    names = ("response_minutes", "target_minutes", "limit_minutes")
    return [row[name] for row in targets for name in names if row[name] is not None]


def random_questions() -> list[Question]:
    """Starts at any second of 2021 to 2027, with the policy's minutes."""
    chance, minutes = random.Random(1), policy_minutes()
    seconds = int((LAST - FIRST).total_seconds())
    starts = (FIRST + timedelta(seconds=chance.randrange(seconds)) for _ in range(CALLS))
    return [(start, chance.choice(minutes)) for start in starts]


def realistic_questions(calendar: BusinessCalendar) -> list[Question]:
    """Nine in ten submitted in support hours, the rest at any time; in the order of time, as tickets come."""
    chance, windows = random.Random(2), list(calendar.windows(FIRST, LAST))

    def submitted(anytime: datetime) -> datetime:
        opens, closes = chance.choice(windows)
        return opens + (closes - opens) * chance.random() if chance.random() < 0.9 else anytime

    return sorted((submitted(start), budget) for start, budget in random_questions())


def bare_bisect(calendar: BusinessCalendar) -> Due:
    """The least that an answer takes over the calendar's windows: datetimes in and out, nothing checked."""
    windows = list(calendar.windows_us(_us(FIRST), _us(LAST + timedelta(days=60))))
    # A start before the first opening has used nothing: an empty window there stands for it.
    windows.insert(0, (_us(FIRST), _us(FIRST)))
    opens, closes = [window[0] for window in windows], [window[1] for window in windows]
    before = [0]
    for first, last in windows:
        before.append(before[-1] + last - first)
    shift = [first - used for first, used in zip(opens, before, strict=False)]

    def due(start: datetime, minutes: int) -> datetime:
        span = start - EPOCH
        at = span.days * DAY_US + span.seconds * SECOND_US + span.microseconds
        i = bisect_right(opens, at) - 1
        wanted = (at - shift[i] if at < closes[i] else before[i + 1]) + minutes * MINUTE_US
        return EPOCH + MICROSECOND * (wanted + shift[bisect_left(before, wanted) - 1])

    return due


def _us(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def compare(name: str, questions: Sequence[Question], due: Due, floor: Due) -> Figure:
    """Rounds of both in turns; raises `BenchError` when they answer differently."""
    for start, minutes in questions:
        if due(start, minutes) != floor(start, minutes):
            raise BenchError(f"the floor answers {start}, {minutes} min otherwise than the engine")
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(per_second(due, questions))
        bare.append(per_second(floor, questions))
    value, spread = middle(ours)
    base, _ = middle(bare)
    return Figure(
        name=name,
        value=value,
        unit="/s",
        spread=spread,
        floor=base,
        goal=f"≥ {GOAL} × floor",
        passed=value >= GOAL * base,
    )


def per_second(due: Due, questions: Sequence[Question]) -> float:
    """Calls per second of CPU time."""
    began = time.process_time()
    for start, minutes in questions:
        due(start, minutes)
    return len(questions) / (time.process_time() - began)


@contextmanager
def one_core() -> Iterator[None]:
    """Pin this process to one of its cores, with the garbage collector off, for the block."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if cores:
        os.sched_setaffinity(0, {max(cores)})
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        if cores:
            os.sched_setaffinity(0, cores)


def conformance() -> Figure:
    """How many of the conformance cases fail; the goal is none."""
    results = run_conformance(json.loads(CASES.read_text(encoding="utf-8")))
    failed = sum(not passed for _, passed, _ in results)
    name = f"conformance cases failed ({len(results) - failed} passed)"
    return Figure(name=name, value=failed, unit="", goal="0", passed=failed == 0 and bool(results))
