"""The real process over a real Valkey: who is told of what, who is let go, and what a dead Valkey costs."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from bench.launching import free_port
from helpdesk.accounts.models import StaffService
from helpdesk.embedded.binaries import redis_program
from helpdesk.embedded.places import BASE
from helpdesk.lib import live
from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World
from tests.events.listener import PATIENCE, Page, listening, within
from tests.platform.image import socket_url
from tests.support import actor_of
from tickets.operations.conversation import reply
from tickets.operations.intake import open_ticket

SOON = 10.0  # seconds: patience on a busy machine, and still far less than the 20 of asking
ORIGIN = "http://127.0.0.1:4321"


@dataclass
class Desk:
    """The process of `/events/` and a Valkey that may be killed."""

    port: int
    folder: Path
    valkey: "subprocess.Popen[bytes] | None" = None

    @property
    def redis_url(self) -> str:
        return f"unix://{self.folder}/redis.sock"

    def start_valkey(self) -> None:
        socket = self.folder / "redis.sock"
        argv = [redis_program(), "--port", "0", "--unixsocket", socket, "--save", "", "--dir", self.folder]
        self.valkey = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
        assert within(PATIENCE, socket.exists)

    def kill_valkey(self) -> None:
        if self.valkey:
            self.valkey.kill()
            self.valkey.wait()
        (self.folder / "redis.sock").unlink(missing_ok=True)


def answers(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def desk(django_db_setup) -> Iterator[Desk]:
    found = connection.settings_dict
    made = Desk(port=free_port(), folder=Path(tempfile.mkdtemp(prefix="live-", dir="/tmp")))
    made.start_valkey()
    argv = [sys.executable, "-m", "gunicorn", "helpdesk.asgi:application", "-b", f"127.0.0.1:{made.port}", "-k", "asgi"]
    environment = {
        **os.environ,
        "DATABASE_URL": socket_url(str(found["USER"]), str(found["NAME"]), str(found["HOST"])),
        "REDIS_URL": made.redis_url,
        "HELPDESK_EVENTS_PORT": str(made.port),
        "HELPDESK_EVENTS_LOOK_SECONDS": "0.3",
        "HELPDESK_SITE_URL": ORIGIN,
    }
    argv += ["--graceful-timeout", "1", "--log-level", "error", "--no-control-socket"]
    server = subprocess.Popen(argv, cwd=BASE, env=environment, start_new_session=True)
    try:
        assert within(PATIENCE, lambda: answers(made.port))
        yield made
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        made.kill_valkey()
        shutil.rmtree(made.folder)


@pytest.fixture(autouse=True)
def _words_go_there(settings, monkeypatch, desk: Desk) -> None:
    settings.REDIS_URL = desk.redis_url
    monkeypatch.setattr(live._Pause, "until", 0.0)


def opened_for(world: World, *, organisation, requester):
    with system_scope("a test's ticket"):
        return open_ticket(
            organisation=organisation, requester=requester, subject="No totals", description="None.", severity="P3",
            actor=actor_of(requester),
        )  # fmt: skip


def test_pages_hear_of_what_they_may_see_and_of_nothing_else(
    committed_world: World, signed_in: SignIn, desk: Desk
) -> None:
    world = committed_world
    alice, agent = signed_in(world.alice), signed_in(world.agent)
    narrow = signed_in(world.narrow)
    open_for = partial(listening, desk.port)
    with open_for(alice) as client, open_for(agent) as both, open_for(narrow) as few:
        assert client.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert client.answer.headers["Cache-Control"] == "no-store"
        assert client.lines[0].startswith("retry: ")
        began = time.monotonic()
        opened_for(world, organisation=world.globex, requester=world.bob)
        assert within(SOON, lambda: (both.words, few.words) == (["tickets"], ["tickets"]))
        opened_for(world, organisation=world.acme, requester=world.alice)
        assert within(SOON, lambda: client.words == ["tickets"])
        assert within(SOON, lambda: both.words == ["tickets"] * 2)
        assert time.monotonic() - began < SOON
        assert (client.words, few.words) == (["tickets"], ["tickets"]), "each heard of their own organisation alone"
        assert within(SOON, lambda: ":\n" in client.lines), "a heartbeat"

        alice.logout()
        with system_scope("a test takes an agent's only organisation away"):
            StaffService.objects.filter(staff=world.narrow).delete()
        looked = few.lines.count(":\n")
        assert within(SOON, lambda: client.has_ended and few.lines.count(":\n") >= looked + 2)
        opened_for(world, organisation=world.globex, requester=world.bob)
        assert within(SOON, lambda: both.words == ["tickets"] * 3)
        assert few.words == ["tickets"], "they serve nobody any more"


def test_who_is_not_signed_in_or_comes_from_elsewhere_is_refused(
    committed_world: World, signed_in: SignIn, desk: Desk
) -> None:
    """Row 44: another site reads no stream with the visitor's cookie."""
    browser = signed_in(committed_world.alice)
    assert Page(desk.port, None).answer.status == 403
    assert Page(desk.port, None, Cookie="sessionid=%00'; DROP").answer.status == 403
    site = {"Sec-Fetch-Site": "same-site"}
    assert Page(desk.port, browser, **site, Origin="http://neighbour.example").answer.status == 403
    listed = Page(desk.port, browser, **site, Origin=ORIGIN).answer
    assert (listed.status, listed.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    assert listed.headers["Access-Control-Allow-Credentials"] == "true"
    own = Page(desk.port, browser, **{"Sec-Fetch-Site": "same-origin"}).answer
    assert (own.status, own.headers["Access-Control-Allow-Origin"]) == (200, None)
    committed_world.alice.is_active = False
    committed_world.alice.save()
    assert Page(desk.port, browser).answer.status == 403


def test_a_dead_valkey_ends_no_stream_and_fails_no_change(
    committed_world: World, signed_in: SignIn, desk: Desk
) -> None:
    world = committed_world
    ticket = opened_for(world, organisation=world.acme, requester=world.alice)
    with listening(desk.port, signed_in(world.agent)) as page:
        desk.kill_valkey()
        assert within(SOON, lambda: page.words == ["away"])
        began = time.monotonic()
        with system_scope("a test's reply"):
            reply(ticket=ticket, actor=actor_of(world.agent), body="We are on it.")
        assert time.monotonic() - began < SOON
        desk.start_valkey()
        assert within(PATIENCE, lambda: page.words == ["away", "here"])
        assert not page.has_ended
