"""Runs of a schema-driven tester against the whole product in this process, as one identity beside a peer.

The tester knows the published document, a token, and ids that exist on both sides; nothing else.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug import Client

from tests.api_outside.conftest import Identity

SEED = 20261123
DOCUMENT = "/api/v1/schema/"
JSON = {"Accept": "application/json"}
BEYOND_THE_DOCUMENT = ["2xx", "304", "400", "403", "404", "409", "412", "422"]
CHECKS = {
    # Each of the tester's checks runs; where it expects other statuses than its own, the reason stands here.
    # 428 is what RFC 6585 gives for a missing If-Match.
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "406", "415", "422", "428"]},
    # A document cannot say that a cursor is a stranger's (400), a tag old (412), or that a role, a state or a rule of
    # the policy refuses what is well-formed (403, 409, 422). That a valid body is no 405, 406, 413, 415 or 428 is kept.
    "positive_data_acceptance": {"expected-statuses": BEYOND_THE_DOCUMENT},
    # The same, for what is damaged on purpose: an If-Match that is no tag of ours is answered 412.
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428"]
    },
}


class InProcess(Client):
    """Calls the application in this process. What only a network has is dropped, and each request ends before the next.

    The application keeps a connection in the tester's thread; `close` ends it, or the database could not be dropped.
    """

    held: list[Any] = []  # the process's, as the tester makes a client for each call

    def open(self, *args: Any, **options: Any) -> Any:
        for name in ("max_redirects", "verify", "cert", "proxies"):
            options.pop(name, None)
        answer = super().open(*args, buffered=True, **options)
        connection = connections["default"]
        if connection not in self.held:
            connection.inc_thread_sharing()
            self.held.append(connection)
        return answer

    @classmethod
    def close_connections(cls) -> None:
        while cls.held:
            connection = cls.held.pop()
            connection.close()
            connection.dec_thread_sharing()


@dataclass
class Findings:
    """What a run came to: cases and answers by operation, and each finding once, with an example."""

    cases: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    canaries: Sequence[str] = ()  # texts that the owner must never get
    peer: str = ""
    probes: int = 0  # what was asked as the peer, to see what the owner saw

    def summary(self) -> str:
        """The run in numbers."""
        done = len({label for label, status in self.answers if status < 300})
        phases = ", ".join(f"{number} {name}" for name, number in sorted(self.cases.items()))
        return (
            f"{len(self.operations)} operations, {done} of them carried out, {sum(self.operations.values())} requests "
            f"({phases}), {self.probes} of them as the peer, {sum(self.checks.values())} checks, "
            f"{len(self.failures)} findings"
        )

    def take(self, event: Any) -> None:
        """Count what an event of the engine tells."""
        if isinstance(event, events.ScenarioFinished):
            for key, node in event.recorder.cases.items():
                self.cases[event.phase.value] += 1
                self._case(node.value, event.recorder.interactions.get(key))
                self._checks(node.value.operation.label, event.recorder.checks.get(key, ()))
        elif isinstance(event, events.NonFatalError):
            self.failures["error", event.label, type(event.value).__name__] = repr(event.value)
        elif isinstance(event, events.FatalError):
            raise event.exception

    def _case(self, case: Any, interaction: Any) -> None:
        label = case.operation.label
        self.operations[label] += 1
        if interaction is None or interaction.response is None:
            return
        self.answers[label, interaction.response.status_code] += 1
        if case.auth_identity == self.peer:
            self.probes += 1
            return
        for canary in self.canaries:
            if canary.encode() in interaction.response.content:
                self.failures["canary", label, canary] = interaction.response.content.decode(errors="replace")[:2000]

    def _checks(self, label: str, checks: Sequence[Any]) -> None:
        for check in checks:
            self.checks[check.name] += 1
            if check.failure_info is not None:
                failure = check.failure_info.failure
                text = f"{failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                self.failures.setdefault((check.name, label, failure.title), text)


def run(
    folder: Path,
    owner: Identity,
    peer: Identity,
    *,
    config: Mapping[str, Any],
    canaries: Sequence[str] = (),
    only: str = "",
) -> Findings:
    """Ask every operation as the owner. Failures: what is undocumented, and what the peer or the owner must not get."""
    path = folder / "identities.json"
    path.write_text(json.dumps({"auth": [_entry(owner), _entry(peer)]}))
    auth = {"wfc": {"path": str(path), "user": owner.name, "peers": [owner.name, peer.name]}}
    wanted = SchemathesisConfig.from_dict({"seed": SEED, "auth": auth, "checks": CHECKS, **config})
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, get_wsgi_application(), config=wanted, headers=JSON)
    findings = Findings(canaries=canaries, peer=peer.name)
    for path in [path for path in schema.raw_schema["paths"] if not re.search(only, path)]:
        del schema.raw_schema["paths"][path]
    try:
        for event in from_schema(schema).execute():
            findings.take(event)
    finally:
        InProcess.close_connections()
    return findings


def _entry(one: Identity) -> dict[str, Any]:
    headers = [{"name": name, "value": value} for name, value in one.headers.items()]
    return {"name": one.name, "fixedHeaders": headers}
