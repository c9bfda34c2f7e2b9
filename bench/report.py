"""What a bench hands back, and how it is printed: each figure beside its floor from the same run."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2

from helpdesk.settings import DATABASE_URL

HEADINGS = ("figure", "measured", "spread", "floor", "ratio", "goal", "result")


class BenchError(Exception):
    """A bench cannot run here; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line asks of every bench."""

    size: int = 100_000
    full: bool = False


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number. `passed` is None where no goal stands; `ratio` is measured by floor."""

    name: str
    value: float
    unit: str
    spread: tuple[float, float] | None = None
    floor: float | None = None
    goal: str = ""
    passed: bool | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def result(self) -> str:
        return {None: "", True: "pass", False: "FAIL"}[self.passed]

    def cells(self) -> tuple[str, ...]:
        """The figure as a row of the table."""
        measured = f"{number(self.value)} {self.unit}".strip()
        spread = "–".join(number(value) for value in self.spread) if self.spread else ""
        floor = f"{number(self.floor)} {self.unit}".strip() if self.floor is not None else ""
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else ""
        return self.name, measured, spread, floor, ratio, self.goal, self.result


@dataclass(frozen=True)
class Report:
    """What one bench measured, and what a reader must know of how."""

    name: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """The report for `--json`."""
        figures = [{**vars(figure), "ratio": figure.ratio} for figure in self.figures]
        return {"name": self.name, "figures": figures, "notes": list(self.notes)}


def middle(values: Sequence[float]) -> tuple[float, tuple[float, float]]:
    """The median, and the least and the greatest."""
    return median(values), (min(values), max(values))


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed; 0.95 for p95. Raises `BenchError` without values."""
    if not values:
        raise BenchError("nothing was measured")
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def number(value: float) -> str:
    """A number with as many digits as mean something."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def table(report: Report) -> str:
    """The report as plain text."""
    rows = [HEADINGS, *(figure.cells() for figure in report.figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    rows.insert(1, tuple("-" * width for width in widths))
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    lines = ["  ".join(cells).rstrip() for cells in padded]
    return "\n".join([f"== {report.name}", *lines, *(f"   {note}" for note in report.notes)])


def machine() -> str:
    """One line on what it was measured with."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0]
    return (
        f"machine: {cores} cores ({_processor()}), load {load:.1f} at the start, "
        f"Python {platform.python_version()}, PostgreSQL {_postgres()}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines: Iterable[str] = info.read_text().splitlines() if info.exists() else ()
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _postgres() -> str:
    try:
        connection = psycopg2.connect(DATABASE_URL)
    except psycopg2.OperationalError:
        return "not reachable"
    try:
        cursor = connection.cursor()
        names = ("server_version", "fsync", "shared_buffers")
        cursor.execute(f"SELECT {', '.join(f'current_setting({name!r})' for name in names)}")
        version, fsync, buffers = cursor.fetchone() or ("unknown", "unknown", "unknown")
    finally:
        connection.close()
    return f"{version} (fsync {fsync}, shared_buffers {buffers})"
