"""A client made from the published document alone does the whole job: nothing but its own functions and models."""

import importlib
import io
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client

from tests.api_outside.conftest import identity

PACKAGE = "outside_client"
# The document is all that it gets; a part of it that is skipped or guessed is a fault of the document.
GENERATE = [
    "-m",
    "openapi_python_client",
    "generate",
    "--path",
    "document.json",
    "--output-path",
    PACKAGE,
    "--meta",
    "none",
    "--config",
    "config.yml",
    "--fail-on-warning",
]


class Generated:
    """The generated package: `api("tickets", "tickets_read")` is a module of it, `model("ticket_new")` another."""

    def __init__(self) -> None:
        self.package = importlib.import_module(PACKAGE)
        self.types = importlib.import_module(f"{PACKAGE}.types")
        self.models = importlib.import_module(f"{PACKAGE}.models")

    def caller(self, url: str, token: str) -> "GeneratedCaller":
        return GeneratedCaller(self, self.package.AuthenticatedClient(base_url=url, token=token))


class GeneratedCaller:
    """One person with the generated client. `ask` calls a generated function; the answer is its generated model."""

    def __init__(self, generated: Generated, client: Any) -> None:
        self.generated, self.client = generated, client

    def response(self, module: str, *ids: Any, **options: Any) -> Any:
        function: ModuleType = importlib.import_module(f"{PACKAGE}.api.{module}")
        return function.sync_detailed(*ids, client=self.client, **options)

    def ask(self, module: str, *ids: Any, status: int = 200, **options: Any) -> Any:
        answer = self.response(module, *ids, **options)
        assert answer.status_code == HTTPStatus(status), answer.content
        return answer.parsed


@pytest.fixture
def generated(tmp_path: Path, monkeypatch) -> Iterator[Generated]:
    """A client package, generated into this test's folder from what the product serves at its schema's address."""
    served = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    (tmp_path / "document.json").write_bytes(served.content)
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    made = subprocess.run(
        [sys.executable, *GENERATE], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert (made.returncode, made.stderr, "WARNING" in made.stdout) == (0, "", False), made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield Generated()
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_opens_replies_attaches_watches_the_clock_and_escalates(live_server, seeded, generated):
    models, types = generated.models, generated.types
    alice = generated.caller(live_server.url, identity("alice", seeded.alice).token)
    agent = generated.caller(live_server.url, identity("agent", seeded.agent).token)
    bob = generated.caller(live_server.url, identity("bob", seeded.bob).token)

    # She opens a ticket; the same key again opens no second one.
    new = models.TicketNew(subject="Payroll stops", description="At the tax step.", severity=models.Severity.P2)
    first = alice.response("tickets.tickets_create", body=new, idempotency_key="payroll-1")
    again = alice.response("tickets.tickets_create", body=new, idempotency_key="payroll-1")
    ticket = first.parsed
    assert (first.status_code, again.status_code, again.parsed.id) == (
        HTTPStatus.CREATED,
        HTTPStatus.CREATED,
        ticket.id,
    )
    assert (ticket.state, ticket.severity, ticket.level, ticket.subject) == ("open", "P2", 1, "Payroll stops")

    # She replies, with a file that she has staged; it comes back byte by byte.
    upload = types.File(payload=io.BytesIO(b"step 4: failed"), file_name="steps.txt", mime_type="text/plain")
    staged = alice.ask("attachments.attachments_create", body=models.AttachmentNew(file=upload), status=201)
    reply = models.MessageNew(body="Here are the steps.", attachments=[staged.id])
    said = alice.ask("messages.messages_create", ticket.id, body=reply, status=201)
    assert [(one.id, one.body) for one in alice.ask("messages.messages_list", ticket.id).items] == [
        (said.id, said.body)
    ]
    [file] = alice.ask("attachments.ticket_attachments_list", ticket.id).items
    assert (file.id, file.name, file.entry, file.size) == (staged.id, "steps.txt", said.id, 14)
    assert alice.ask("attachments.ticket_attachments_content", ticket.id, file.id).payload.read() == b"step 4: failed"

    # She watches the clocks: each adds up, line by line, and the answer that is owed is still to come.
    clocks = clocks_of(alice, ticket.id, models)
    assert {kind: clock.verdict for kind, clock in clocks.items()} == {
        "response": "pending", "target": "pending", "limit": "pending",
    }  # fmt: skip
    for clock in clocks.values():
        totals = [0.0, *[line.total for line in clock.trace]]
        added = [after - before for before, after in pairwise(totals)]
        assert added == pytest.approx([line.minutes for line in clock.trace], abs=0.002)  # both have three decimals
        assert clock.trace, "a clock without its arithmetic"
    assert clocks["response"].due_at < clocks["target"].due_at < clocks["limit"].due_at

    # She escalates with a reason. Nobody of another organisation sees any of it.
    why = models.EscalationNew(reason="Salaries are due tonight.")
    climb = alice.ask("escalations.escalations_create", ticket.id, body=why, status=201)
    assert (climb.event, climb.level, climb.acknowledged_at) == ("asked", 2, None)
    assert alice.ask("tickets.tickets_read", ticket.id).level == 2
    problem = bob.ask("tickets.tickets_read", ticket.id, status=404)
    assert (problem.status, problem.title) == (404, "Not found")

    # The agent sees why, answers, and with that meets the first promise.
    [seen] = agent.ask("escalations.escalations_list", ticket.id).items
    assert seen.reason == "Escalated by hand: Salaries are due tonight."
    agent.ask("messages.messages_create", ticket.id, body=models.MessageNew(body="We are on it."), status=201)
    assert clocks_of(alice, ticket.id, models)["response"].verdict == "met"


def clocks_of(caller: GeneratedCaller, ticket_id: Any, models: Any) -> dict[str, Any]:
    """The ticket's clocks with their trace, by kind."""
    shown = caller.ask("tickets.clocks_list", ticket_id, trace=models.ClocksListTrace.VALUE_1)
    return {str(clock.kind): clock for clock in shown.items}
