"""Planned maintenance in a line and the schema of the v2 format, for the tests of what the board's values become."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator

from status.maintenance.planned import Announced, Planned
from status.models import WindowState
from tests.support import colombo

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/conformance/status_v2.schema.json").read_text())
KINDS = {"status": "status_document", "incidents/unresolved": "incidents"}
WINDOW = UUID("7b0c6a52-1c6f-4c55-9d3d-2f3f0c1b8a11")


def planned(begins: str, ends: str, state: WindowState = WindowState.SCHEDULED, **more) -> Planned:
    """A window that was announced on 10 November; what else is told of it is in `more`."""
    at, first, last = colombo("2026-11-10 09:00"), colombo(begins), colombo(ends)
    steps = [(WindowState.SCHEDULED, at)] + ([(state, first)] if state is not WindowState.SCHEDULED else [])
    given = {
        "public_id": WINDOW, "title": "New disks", "body": "We change disks.", "state": state, "begins_at": first,
        "ends_at": last, "revision": 0, "published_at": at, "updated_at": at, "created_at": at, "steps": steps,
        "announced": [Announced(at=at, begins_at=first, ends_at=last)],
    }  # fmt: skip
    return Planned(**{**given, **more})


def moved(work: Planned, begins: str, ends: str, *, at: str) -> Planned:
    """The same window at another time, as a further revision."""
    told = Announced(at=colombo(at), begins_at=colombo(begins), ends_at=colombo(ends), reason="The disks are late.")
    return replace(
        work, begins_at=told.begins_at, ends_at=told.ends_at, revision=work.revision + 1, updated_at=told.at,
        announced=[*work.announced, told],
    )  # fmt: skip


def validated(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document of this name, which is what the schema says."""
    kind = KINDS.get(name, "scheduled_maintenances" if name.startswith("scheduled") else name)
    Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{kind}"}]}).validate(document)
    return document
