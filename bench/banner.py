"""From an admin's press on "Publish it" to the last of 200 open pages that shows the banner; also with Redis stopped.

The processes are real: the web server and that of `/events/` as Compose starts them, and a Redis of the bench's own
that it can stop. The pages are 200 people's, each with a stream and a session of its own, and do what `banner.js` does.
"""

import asyncio
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.db import connection

from bench.browsing import Browser, session_of
from bench.database import scratch_database, using
from bench.events import PAGES, Desk, desk_of_people, events_server, staff
from bench.launching import HOST, free_port
from bench.report import BenchError, Figure, Options, Report, middle
from bench.serving import HOW, serving
from helpdesk.accounts.models import StaffMember, StaffRole
from helpdesk.accounts.queries import member_of
from helpdesk.embedded.binaries import redis_program
from helpdesk.lib.tenancy import system_scope
from status.models import Component, ImpactLevel
from status.operations.components import ComponentText, define_component
from status.operations.incidents import UpdateText, open_incident

ROUNDS, GOAL_S, STOPPED_GOAL_S = 10, 3.0, 60.0
APART_S = 1.5  # a stream says at most one thing a second
# As banner.js has them.
EVERY_S, HEARD_S, SPREAD_S = 20.0, 60.0, 0.5
PATIENCE_S = 90.0
REASON = "the bench drafts incidents"


@dataclass
class Page:
    """One open page: its stream, when it looks next, and when its banner first told of the title that is waited for."""

    cookie: str
    web: int
    hears: asyncio.Event = field(default_factory=asyncio.Event)
    is_away: asyncio.Event = field(default_factory=asyncio.Event)
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    shown_at: float = 0.0
    wanted: str = ""
    _looking: "asyncio.Task[None] | None" = None

    async def live(self, events: int) -> None:
        """Listen, as events.js does, until cancelled."""
        reader, writer = await asyncio.open_connection(HOST, events)
        writer.write(f"GET /events/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: {self.cookie}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                word = line.decode().strip().removeprefix("data: ")
                if word == "here":
                    self.hears.set()
                    self._plan(HEARD_S)
                elif word == "away":
                    self.is_away.set()
                    self._plan(EVERY_S)
                elif word == "status":
                    self._plan(random.random() * SPREAD_S)
        finally:
            writer.close()
            if self._looking is not None:
                self._looking.cancel()

    def _plan(self, seconds: float) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._looking = asyncio.create_task(self._look(seconds))

    async def _look(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            said = await self._banner()
            if self.wanted and self.wanted in said and not self.shown.is_set():
                self.shown_at = time.perf_counter()
                self.shown.set()
            seconds = EVERY_S if self.is_away.is_set() else HEARD_S

    async def _banner(self) -> str:
        reader, writer = await asyncio.open_connection(HOST, self.web)
        asked = f"GET /status/banner/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: {self.cookie}\r\nConnection: close\r\n\r\n"
        try:
            writer.write(asked.encode())
            return (await reader.read()).decode(errors="replace")
        finally:
            writer.close()


def run(_options: Options) -> Report:
    """Publish again and again with 200 pages open, then once more after Redis was killed."""
    with scratch_database("banner") as name, _own_redis() as redis:
        with using(name):
            desk, admin = _desk()
        with serving(name) as (web,), events_server(name) as (events, _), using(name):
            told, stopped, noticed = asyncio.run(_measure(desk, admin, web, events, redis))
    took, spread = middle(told)
    figures = (
        Figure(
            name=f"from pressing publish to the last of {PAGES} banners",
            value=took,
            unit="s",
            spread=spread,
            goal=f"≤ {GOAL_S:.0f} s",
            passed=spread[1] <= GOAL_S,
        ),
        Figure(
            name="the same with Redis stopped, by polling",
            value=stopped,
            unit="s",
            goal=f"≤ {STOPPED_GOAL_S:.0f} s",
            passed=stopped <= STOPPED_GOAL_S,
        ),
        Figure(name="until all pages know that no word would come", value=noticed, unit="s"),
    )
    notes = (
        f"{ROUNDS} incidents, each published by an admin's POST; median and range.",
        f"In their order: {', '.join(f'{one:.1f}' for one in told)} s.",
        HOW,
    )
    return Report("banner", figures, notes)


async def _measure(
    desk: Desk, admin: Browser, web: int, events: int, redis: "subprocess.Popen[bytes]"
) -> tuple[list[float], float, float]:
    cookies = ["; ".join(f"{name}={value}" for name, value in one.items()) for one in desk.sessions]
    pages = [Page(cookie, web) for cookie in cookies]
    living = [asyncio.create_task(page.live(events)) for page in pages]
    await _all([page.hears for page in pages], "hear nothing")
    admin.port = web
    told = []
    for number in range(ROUNDS):
        await asyncio.sleep(APART_S)
        told.append(await _published(pages, admin, f"Round {number} of the bench"))
    redis.kill()
    killed = time.perf_counter()
    await _all([page.is_away for page in pages], "do not know that Redis is away")
    noticed = time.perf_counter() - killed
    stopped = await _published(pages, admin, "Redis is away in the bench")
    for task in living:
        task.cancel()
    await asyncio.gather(*living, return_exceptions=True)
    return told, stopped, noticed


async def _published(pages: Sequence[Page], admin: Browser, title: str) -> float:
    """Seconds from the press until the last page shows it."""
    path = await asyncio.to_thread(_draft, title)
    page = await asyncio.to_thread(admin.get, path)
    for one in pages:
        one.wanted = title
        one.shown.clear()
    began = time.perf_counter()
    answer = await asyncio.to_thread(admin.post, f"{path}publication/", page, {})
    if answer.status != 302:
        raise BenchError(f"publishing answered {answer.status}")
    await _all([one.shown for one in pages], f"do not show “{title}”")
    return max(one.shown_at for one in pages) - began


async def _all(events: Sequence[asyncio.Event], fault: str) -> None:
    try:
        await asyncio.wait_for(asyncio.gather(*(one.wait() for one in events)), PATIENCE_S)
    except TimeoutError:
        late = sum(not one.is_set() for one in events)
        raise BenchError(f"{late} of {len(events)} pages {fault} after {PATIENCE_S:.0f} s") from None


def _draft(title: str) -> str:
    """A draft for everybody about a component that is down; the address of its page."""
    try:
        with system_scope(REASON):
            admin = StaffMember.objects.select_related("user").get(role="admin")
            member = member_of(admin.user)
            assert member is not None
            impacts = {Component.objects.get().pk: ImpactLevel.MAJOR.value}
            update = UpdateText(phase="investigating", body="We look into it.", impacts=impacts)
            incident = open_incident(actor=member.actor, title=title, update=update, published=False)
        return f"/incidents/{incident.public_id}/"
    finally:
        connection.close()


def _desk() -> tuple[Desk, Browser]:
    """200 people of one organisation, an admin, and a component."""
    desk = desk_of_people()
    with system_scope(REASON):
        admin = staff("admin", StaffRole.ADMIN)
        member = member_of(admin.user)
        assert member is not None
        define_component(actor=member.actor, text=ComponentText(name="Web application"))
        browser = Browser(0, session_of(admin.user))
    connection.close()
    return desk, browser


@contextmanager
def _own_redis() -> Iterator["subprocess.Popen[bytes]"]:
    """A Redis that may be killed, named to the servers that are started within the block."""
    port, before = free_port(), os.environ.get("REDIS_URL")
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        argv = [str(redis_program()), "--port", str(port), "--bind", HOST, "--save", "", "--dir", folder]
        server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.environ["REDIS_URL"] = f"redis://{HOST}:{port}"
        try:
            yield server
        finally:
            os.environ.pop("REDIS_URL")
            if before is not None:
                os.environ["REDIS_URL"] = before
            with suppress(ProcessLookupError):
                server.kill()
            server.wait()
