"""A loaded desk in a scratch database, for the benches that need a big one."""

import gc
import multiprocessing
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from bench.bare_tables import without_keys_and_indexes
from bench.database import analyze, using
from bench.report import BenchError
from helpdesk.demo.bulk import Size, load_desk

ORGANISATIONS = 500
AT = datetime.fromisoformat("2026-11-16T09:30:00+05:30")  # a Monday morning in support hours
HOW = (
    "The desk: distinct lives worked out by the engine, some thousands, and copied over the organisations in the "
    "database, each copy with ids, number, requester and instants of its own (the copies of one life lie within ten "
    "minutes). Keys and indexes are made after the rows, so PostgreSQL has checked every row."
)


@dataclass(frozen=True)
class Loaded:
    """What is in the database, and the seconds that it took to load, index, check and analyse."""

    size: Size
    seconds: float

    @property
    def said(self) -> str:
        """In words, for a report's notes."""
        return (
            f"{self.size.open + self.size.closed:,} tickets, {self.size.open:,} open, of "
            f"{self.size.organisations} organisations, loaded in {self.seconds:.0f} s"
        )


def load(name: str, *, open_tickets: int, closed_tickets: int = 0, at: datetime = AT) -> Loaded:
    """Load a desk into the database, in a process of its own, which keeps ours slim."""
    size = Size(organisations=ORGANISATIONS, open=open_tickets, closed=closed_tickets)
    began = time.perf_counter()
    connection.close()
    child = multiprocessing.get_context("fork").Process(target=_load, args=(name, size, at))
    child.start()
    child.join()
    if child.exitcode != 0:
        raise BenchError("the desk could not be loaded; the reason stands above")
    analyze(name)
    return Loaded(size, time.perf_counter() - began)


def _load(name: str, size: Size, at: datetime) -> None:
    gc.disable()
    began = time.perf_counter()

    def progress(text: str) -> None:
        print(f"   loading, {time.perf_counter() - began:.0f} s: {text}", flush=True)

    with using(name), without_keys_and_indexes(name):
        load_desk(size, at=at, progress=progress)
        progress("all rows; now their keys and indexes")
    progress("keys and indexes")
