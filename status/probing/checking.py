"""Running checks: each within its time, many at once, and what came of them in order."""

import asyncio
import logging
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from status.probing.addresses import http_place, led_to
from status.probing.exchange import ask, connected
from status.probing.guard import Guard
from status.probing.shapes import AskingRefused, Check, CheckFailed, HttpCheck, Outcome, TcpCheck, Verdict, Why

logger = logging.getLogger(__name__)
AT_ONCE = 100
NAMES_AT_ONCE = 32
MOST_HOPS = 3
REDIRECTS = (301, 302, 303, 307, 308)


def run_checks(
    checks: Sequence[Check], *, guard: Guard, at_once: int = AT_ONCE, tls: ssl.SSLContext | None = None
) -> list[Outcome | None]:
    """What came of each check, in their order; None where a fault of ours left it without a result.

    A check's time begins with its turn, and ends with its `total_s` whatever the other side does. `tls` None: the
    machine's own authorities.
    """
    trusted = tls or ssl.create_default_context()
    threads = ThreadPoolExecutor(NAMES_AT_ONCE, thread_name_prefix="name")
    try:
        return asyncio.run(_all(checks, replace(guard, threads=threads), at_once, trusted))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


async def _all(checks: Sequence[Check], guard: Guard, at_once: int, tls: ssl.SSLContext) -> list[Outcome | None]:
    turns = asyncio.Semaphore(at_once)

    async def one(wanted: Check) -> Outcome | None:
        async with turns:
            try:
                return await check(wanted, guard=guard, tls=tls)
            except Exception:
                logger.exception("a check could not be run")
                return None

    return list(await asyncio.gather(*(one(wanted) for wanted in checks)))


async def check(wanted: Check, *, guard: Guard, tls: ssl.SSLContext) -> Outcome:
    """Run one check. Want of an answer in time is a failure; an address that we do not ask is none."""
    began = time.perf_counter()
    verdict, why, detail = Verdict.UP, None, ""
    try:
        async with asyncio.timeout(wanted.total_s):
            await (_http(wanted, guard, tls) if isinstance(wanted, HttpCheck) else _tcp(wanted, guard))
    except TimeoutError:
        verdict, why, detail = Verdict.FAILED, Why.SLOW, f"{wanted.total_s:g} s"
    except CheckFailed as error:
        verdict, why, detail = Verdict.FAILED, error.why, error.detail
    except AskingRefused as error:
        return Outcome(Verdict.REFUSED, None, Why.INSIDE, error.address)
    return Outcome(verdict, round((time.perf_counter() - began) * 1000), why, detail)


async def _tcp(wanted: TcpCheck, guard: Guard) -> None:
    addresses = await guard.addresses(wanted.host, wanted.port)
    async with connected(addresses, wanted.port, within=wanted.connect_s):
        pass


async def _http(wanted: HttpCheck, guard: Guard, tls: ssl.SSLContext) -> None:
    """Follow redirects, each looked at as the first address was, to an answer, and judge it."""
    url = wanted.url
    for _ in range(MOST_HOPS + 1):
        try:
            place = http_place(url)
        except ValueError as error:
            raise CheckFailed(Why.REDIRECT, url) from error
        addresses = await guard.addresses(place.host, place.port)
        async with connected(
            addresses, place.port, within=wanted.connect_s, tls=tls if place.is_tls else None, name=place.host
        ) as (reader, writer):
            answer = await ask(place, reader, writer, read_text=bool(wanted.text))
        if wanted.statuses.hold(answer.status):
            if wanted.text not in answer.text:
                raise CheckFailed(Why.TEXT, wanted.text)
            return
        if answer.status not in REDIRECTS or not answer.location:
            raise CheckFailed(Why.STATUS, str(answer.status))
        try:
            url = led_to(place, answer.location)
        except ValueError as error:
            raise CheckFailed(Why.REDIRECT, answer.location) from error
    raise CheckFailed(Why.REDIRECTS, str(MOST_HOPS))
