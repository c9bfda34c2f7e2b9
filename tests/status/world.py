"""Short forms for the engine's tests: one component, April 2026 in Colombo, unless a test says otherwise."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from status.uptime.engine import measure
from status.uptime.facts import Announcement, Exclusion, Facts, Impact, Incident, Level, Maintenance, Terms
from status.uptime.periods import Month

COLOMBO = ZoneInfo("Asia/Colombo")
APRIL = Month("2026-04", COLOMBO)
APP = Terms(components=("app",), core=frozenset({"app"}))
CASES = Path(__file__).parents[2] / "docs" / "conformance" / "uptime_cases.json"


@cache
def cases() -> dict:
    """The published conformance file."""
    return json.loads(CASES.read_text())


def t(text: str) -> datetime:
    """Colombo wall time: "11 01:00" is in April 2026; other months in full."""
    text = text if "-" in text else f"2026-04-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=COLOMBO)


def down(begins, ends, component="app", level=Level.MAJOR, **more):
    """An incident with one impact."""
    return Incident("I-1", (Impact(component, level, t(begins), ends and t(ends)),), **more)


def window(*told, **more):
    """A maintenance window told as (announced, begins, ends), one after the other."""
    said = tuple(Announcement(t(begins), t(ends), t(at), t(at)) for at, begins, ends in told)
    return Maintenance("M-1", said, **more)


def typed(reason, begins, ends, **more):
    """An exclusion with evidence and two people."""
    people = {"evidence": "https://proof.example/1", "proposed_by": "nimal", "approved_by": "kumari"}
    return Exclusion("X-1", reason, t(begins), t(ends), **{**people, **more})


def figure(incidents=(), maintenances=(), exclusions=(), probes=(), *, terms=APP, month=APRIL, unmeasured=None, **more):
    """The month's figure."""
    facts = Facts(tuple(incidents), tuple(maintenances), tuple(exclusions), tuple(probes), unmeasured)
    return measure(facts, terms, month, **more)


def minutes(found):
    """(raw, excluded, counted) of a figure."""
    return found.totals.raw, found.totals.excluded, found.totals.counted
