"""How many probes one worker can ask in a minute, against local servers that answer late or never."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection

from bench.database import scratch_database, using
from bench.launching import HOST
from bench.report import Figure, Options, Report
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from status.models import Component, Probe, ProbeResult
from status.operations.components import ComponentText, define_component
from status.operations.probe_checks import run_probes
from status.operations.probes import ProbeText, define_probe

PROBES, SILENT, GOAL = 500, 25, 500
ANSWERS_IN_S, TIMEOUT_S = 0.2, 5
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwell\n"


def run(_options: Options) -> Report:
    """All of them due in one moment: how long one worker takes, first with all of them well, then with some silent."""
    with scratch_database("probes") as name, using(name), _service() as port:
        settings.PROBE_INSIDE = [f"{HOST}/32"]
        component = define_component(actor=SYSTEM, text=ComponentText(name="Web application"))
        for number in range(PROBES):
            define_probe(actor=SYSTEM, text=_text(number, component, port, "/"))
        well, cpu = _round()
        silent = Probe.objects.order_by("pk").values_list("pk", flat=True)[:SILENT]
        Probe.objects.filter(pk__in=list(silent)).update(address=f"http://{HOST}:{port}/silent")
        some, _ = _round()
        written = ProbeResult.objects.count()
        connection.close()
    figures = (
        Figure(
            name=f"{PROBES} probes that answer in {ANSWERS_IN_S} s, all of them asked and written",
            value=well,
            unit="s",
            goal="≤ 60 s",
            passed=well <= 60,
        ),
        Figure(
            name="so many a minute",
            value=60 * PROBES / well,
            unit="",
            goal=f"≥ {GOAL}",
            passed=60 * PROBES / well >= GOAL,
        ),
        Figure(name="processor time for them, that of what answers included", value=cpu, unit="s"),
        Figure(
            name=f"{PROBES} probes of which {SILENT} never answer ({TIMEOUT_S} s)",
            value=some,
            unit="s",
            goal="≤ 60 s",
            passed=some <= 60,
        ),
    )
    return Report("probes", figures, (f"{written} results were written; the servers that answer run in this process.",))


def _text(number: int, component: Component, port: int, path: str) -> ProbeText:
    address = f"http://{HOST}:{port}{path}"
    return ProbeText(
        name=f"Probe {number}", address=address, component=component, timeout=TIMEOUT_S, connect_timeout=TIMEOUT_S
    )


def _round() -> tuple[float, float]:
    """Seconds, and of the processor, until all have a result of a slot that nobody has asked in."""
    at = database_now() + timedelta(minutes=2)
    Probe.objects.update(next_at=at, claimed_until=None, last_at=None)
    at += timedelta(minutes=1)
    before, began, cpu = ProbeResult.objects.count(), time.perf_counter(), time.process_time()
    while ProbeResult.objects.count() - before < PROBES:
        run_probes(at=at)
    return time.perf_counter() - began, time.process_time() - cpu


@contextmanager
def _service() -> Iterator[int]:
    """A server that answers after a while, and never at /silent."""
    loop = asyncio.new_event_loop()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(3600 if b"/silent" in asked else ANSWERS_IN_S)
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    async def begin() -> asyncio.Server:
        return await asyncio.start_server(answer, HOST, 0, backlog=512)

    threading.Thread(target=loop.run_forever, daemon=True).start()
    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(_cancelled(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)


async def _cancelled() -> None:
    """Let go of those that would never be answered."""
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
