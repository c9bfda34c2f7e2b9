"""Words to open pages: how long from a change until the last of 200 pages has heard of it, and what they cost."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from bench.browsing import session_of
from bench.database import address, scratch_database, using
from bench.launching import HOST, answers, free_port
from bench.report import BenchError, Figure, Options, Report, middle
from bench.serving import READY_WITHIN_S, environment, stop
from helpdesk.accounts.models import Organisation, StaffMember, StaffRole, User
from helpdesk.accounts.operations import add_client, add_staff
from helpdesk.accounts.queries import member_of
from helpdesk.embedded.places import BASE
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from sla.operations.seeding import seed_policy
from tickets.models import Ticket
from tickets.operations.conversation import reply
from tickets.operations.intake import open_ticket

PAGES, ROUNDS, GOAL_MS, CONNECTIONS = 200, 15, 3_000.0, 2
APART_S = 1.3  # a stream says at most one thing a second
PATIENCE_S = 30.0
REASON = "the bench makes its desk and changes a ticket"


@dataclass
class Desk:
    """One organisation, an open page's session for each of its people, and a ticket that changes."""

    ticket: Ticket
    agent: User
    sessions: list[dict[str, str]]


@dataclass
class Page:
    """One open page: when it last heard something, and what."""

    heard: asyncio.Event = field(default_factory=asyncio.Event)
    heard_at: float = 0.0
    wanted: str = "here"

    async def listen(self, port: int, cookies: dict[str, str]) -> None:
        """Keep the stream open and note each moment in which the wanted word comes."""
        reader, writer = await asyncio.open_connection(HOST, port)
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        writer.write(f"GET /events/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                if line.decode().strip() == f"data: {self.wanted}":
                    self.heard_at = time.perf_counter()
                    self.heard.set()
        finally:
            writer.close()


def run(_options: Options) -> Report:
    """Let 200 people's pages in at once, then change a ticket again and again."""
    with scratch_database("events") as name, using(name):
        desk = desk_of_people()
        with events_server(name) as (port, worker):
            let_in, changes, told, memory, connections = asyncio.run(_measure(desk, port, worker))
    took, spread = middle([1000 * one for one in told])
    alone, _ = middle([1000 * one for one in changes])
    figures = (
        Figure(name=f"{PAGES} pages let in at once, to the last", value=let_in, unit="s"),
        Figure(
            name=f"from a change's call to the last of {PAGES} pages",
            value=took,
            unit="ms",
            spread=spread,
            floor=alone,
            goal=f"≤ {GOAL_MS:,.0f} ms",
            passed=spread[1] <= GOAL_MS,
        ),
        Figure(name="memory of the process (PSS)", value=memory, unit="MB"),
        Figure(
            name="its connections to PostgreSQL",
            value=connections,
            unit="",
            goal=f"≤ {CONNECTIONS}",
            passed=connections <= CONNECTIONS,
        ),
    )
    notes = (
        f"{ROUNDS} replies of an agent, {APART_S} s apart; the floor is the operation alone, until it has committed.",
        "A browser then waits up to half a second, so that pages do not ask together, and reads its page again.",
    )
    return Report("events", figures, notes)


async def _measure(desk: Desk, port: int, worker: int) -> tuple[float, list[float], list[float], float, int]:
    pages = [Page() for _ in desk.sessions]
    began = time.perf_counter()
    listening = [asyncio.create_task(page.listen(port, own)) for page, own in zip(pages, desk.sessions, strict=True)]
    let_in = await _all_heard(pages) - began
    changes, told = [], []
    for page in pages:
        page.wanted = "tickets"
    for number in range(ROUNDS):
        await asyncio.sleep(APART_S)
        for page in pages:
            page.heard.clear()
        began = time.perf_counter()
        await asyncio.to_thread(_change, desk, f"Reply {number}")
        changes.append(time.perf_counter() - began)
        told.append(await _all_heard(pages) - began)
    memory, connections = _memory_mb(worker), await asyncio.to_thread(_connections)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return let_in, changes, told, memory, connections


async def _all_heard(pages: Sequence[Page]) -> float:
    """The moment in which the last page heard. Raises `BenchError` when one never does."""
    try:
        await asyncio.wait_for(asyncio.gather(*(page.heard.wait() for page in pages)), PATIENCE_S)
    except TimeoutError:
        deaf = sum(not page.heard.is_set() for page in pages)
        raise BenchError(f"{deaf} of {len(pages)} pages heard nothing within {PATIENCE_S:.0f} s") from None
    return max(page.heard_at for page in pages)


def _change(desk: Desk, body: str) -> None:
    try:
        with system_scope(REASON):
            member = member_of(desk.agent)
            assert member is not None
            reply(ticket=desk.ticket, actor=member.actor, body=body)
    finally:
        connection.close()


def _connections() -> int:
    """The connections to this database other than our own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


def desk_of_people() -> Desk:
    """One organisation with as many people as there are pages, and a ticket."""
    seed_policy(domain="ravingcrm.example")
    with system_scope(REASON):
        manager, deputy = (staff(name, StaffRole.ACCOUNT_MANAGER) for name in ("manager", "deputy"))
        organisation = onboard_organisation(
            key="ACME",
            name="Acme Trading",
            account_manager=manager,
            deputy=deputy,
            calendar=Calendar.objects.get(key="sri-lanka"),
            policy=Policy.objects.get(key="standard"),
            actor=SYSTEM,
        )
        people = [_client(organisation, number) for number in range(PAGES)]
        member = member_of(people[0])
        assert member is not None
        ticket = open_ticket(
            organisation=organisation,
            requester=people[0],
            subject="Invoices fail",
            description="Every invoice ends with an error.",
            severity="P3",
            actor=member.actor,
        )
        agent = staff("agent", StaffRole.AGENT).user
        sessions = [session_of(one) for one in people]
    connection.close()
    return Desk(ticket=ticket, agent=agent, sessions=sessions)


def staff(name: str, role: str) -> StaffMember:
    """A member of staff who serves all."""
    return add_staff(email=f"{name}@ravingcrm.example", name=name.title(), role=role, serves=None, actor=SYSTEM)


def _client(organisation: Organisation, number: int) -> User:
    email = f"person{number}@acme.example"
    return add_client(organisation=organisation, email=email, name=f"Person {number}", role="user", actor=SYSTEM)


@contextmanager
def events_server(name: str) -> Iterator[tuple[int, int]]:
    """The server of `/events/` as Compose starts it: its port, and the process that holds the streams."""
    port = free_port()
    argv = [sys.executable, "-m", "gunicorn", "helpdesk.asgi:application", "--bind", f"{HOST}:{port}"]
    argv += ["--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--config", "python:helpdesk.events.server"]  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        given = environment(Path(folder) / "static", DATABASE_URL=address(name), HELPDESK_LOG_LEVEL="ERROR")
        server = subprocess.Popen(argv, cwd=BASE, env=given)
        try:
            until = time.monotonic() + READY_WITHIN_S
            while not answers(port, "/healthz"):
                if server.poll() is not None or time.monotonic() > until:
                    raise BenchError("the server of /events/ does not answer")
                time.sleep(0.05)
            yield port, _child_of(server.pid)
        finally:
            stop([server])


def _child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _memory_mb(pid: int) -> float:
    """The memory that is the process's own share, in MB; 0 where the kernel does not tell."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
