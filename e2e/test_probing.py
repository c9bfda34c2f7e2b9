"""A probe's journey: an admin defines it, its server fails, a draft waits for the agents, and clients learn nothing."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connections

from e2e.conftest import Visit
from e2e.steps import everywhere
from helpdesk.lib.clock import database_now
from status.models import Probe
from status.operations.probe_checks import run_probes

NAME, WITHIN_S = "Export of figures", 30


class Server(ThreadingHTTPServer):
    """Answers 200 until it is broken, then 500."""

    status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/export"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Answer) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def asked(server: Server, times: int, outcome: str) -> None:
    """Bring the probe's next turns forward until so many have come to this; the demo's worker may take one of them."""
    seen: set[datetime | None] = set()
    until = time.monotonic() + WITHIN_S
    while len(seen) < times:
        assert time.monotonic() < until, f"it has not been asked {times} times within {WITHIN_S} s"
        with everywhere():
            probe = Probe.objects.get(address=server.url)
            if probe.last_outcome == outcome:
                seen.add(probe.last_at)
            if len(seen) < times:
                now = database_now()
                Probe.objects.filter(pk=probe.pk).update(next_at=now, offset=now.second % probe.interval)
        thread = threading.Thread(target=_ask)  # the browser's driver runs an event loop in this one
        thread.start()
        thread.join()
        time.sleep(0.5)


def _ask() -> None:
    run_probes()
    connections.close_all()


def test_an_admin_adds_a_probe_and_agents_find_the_draft_of_its_outage(visit: Visit, server: Server) -> None:
    admin = visit("admin")
    admin.go("/settings/probes/")
    admin.follow("New probe")
    admin.choose("Component", "Reports")
    admin.fill("Name", NAME)
    admin.fill("Address", server.url)
    admin.choose("How often", "every 30 seconds")
    admin.fill("Failures that make an outage", "2")
    admin.press("Save the probe")
    admin.heading(NAME)
    page = admin.page.url
    asked(server, 1, "up")
    admin.page.reload()
    admin.reads("Up", within=admin.section("Newest results"))

    server.status = 500
    asked(server, 2, "failed")
    admin.page.reload()
    admin.reads("still down", within=admin.section("Confirmed outages"))
    agent, client = visit("agent"), visit("client")
    agent.go("/queue/")
    agent.reads("Reports does not answer: checks fail, and clients are told nothing yet.")
    client.go("/status/known/")
    client.reads_nowhere("Reports does not answer")
    admin.go("/settings/outbox/accounts/")
    admin.reads("Reports does not answer", within=admin.row("agent@ravingcrm.example").first)

    agent.follow("Look at the draft", within=agent.page.locator("p").filter(has_text="Reports does not answer"))
    agent.reads("A draft: only staff see it.")
    server.status = 200
    asked(server, 2, "up")
    agent.page.reload()
    agent.reads("Reports does not answer: checks succeed again")
    fold = agent.unfold("Retract")
    agent.fill("Why it is taken back", "The server was being moved.", within=fold)
    agent.press("Retract it", within=fold)
    agent.reads("The server was being moved.")

    admin.go(page)
    admin.reads("retracted: counts for nothing")
    admin.press("Pause the probe")
    admin.reads("Paused")
