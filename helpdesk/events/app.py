"""The ASGI application of `/events/`: lets people in, keeps asking whether they still may listen, passes words on."""

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.conf import settings

from helpdesk.events.access import Access, look
from helpdesk.events.hub import Hub, Stream
from helpdesk.events.listening import listen
from helpdesk.events.wire import (
    HEARTBEAT,
    STREAM,
    Receive,
    Scope,
    Send,
    answer,
    begin,
    cookie_of,
    headers_of,
    say,
    spoken,
)

logger = logging.getLogger(__name__)
PATH, HEALTH = "/events/", "/healthz"
# As many connections to the database as this process ever has; a look takes a few milliseconds.
LOOKS_AT_ONCE = 2
LOOK_WITHIN_S = 10.0
# A stream says no more than that it is to be looked again, so it need not say it more often.
BETWEEN_WORDS_S = 1.0
# Each page is told its own: after a restart they do not all come back in the same moment.
RETRY_MS = (2_000, 6_000)


class Events:
    """One process's streams. Everything begins with the first request, in its event loop."""

    def __init__(self) -> None:
        self._hub = Hub(most=settings.EVENTS_STREAMS, most_per_person=settings.EVENTS_STREAMS_PER_PERSON)
        self._lookers = ThreadPoolExecutor(LOOKS_AT_ONCE, thread_name_prefix="look")
        self._listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        self._hub.end_all()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        allowed = _allowed(headers)
        if scope["path"] == HEALTH:
            await answer(send, 200, "ok", {})
        elif scope["path"] != PATH:
            await answer(send, 404, "There is nothing here.", {})
        elif scope["method"] != "GET":
            await answer(send, 405, "Only GET is answered here.", {"Allow": "GET"})
        elif allowed is None:
            await answer(send, 403, "Another site's pages may not listen here.", {})
        else:
            await self._let_in(cookie_of(headers, settings.SESSION_COOKIE_NAME), allowed, receive, send)

    async def _let_in(self, session_key: str, allowed: Mapping[str, str], receive: Receive, send: Send) -> None:
        try:
            access = await self._look(session_key)
        except Exception:
            logger.exception("nobody can be let in")
            await answer(send, 503, "Whether you are signed in could not be found out.", {"Retry-After": "20"})
            return
        if access is None:
            await answer(send, 403, "Sign in first.", allowed)
            return
        if self._hub.is_full:
            await answer(send, 503, "Too many pages listen already.", {"Retry-After": "60"})
            return
        if self._listening is None:
            self._listening = asyncio.create_task(listen(self._hub, url=settings.REDIS_URL))
        with self._hub.joined(access) as stream:
            leaving = asyncio.create_task(_end_when_gone(stream, receive))
            try:
                await begin(send, {**STREAM, **allowed})
                await self._speak(stream, session_key, send)
                await send({"type": "http.response.body", "body": b""})
            except OSError:  # the page has gone; nothing is left to be said
                pass
            finally:
                leaving.cancel()

    async def _speak(self, stream: Stream, session_key: str, send: Send) -> None:
        """Pass words on until the page goes, or its person may no longer listen."""
        await say(send, spoken((), retry_ms=random.randint(*RETRY_MS)))  # noqa: S311 - to spread, not to hide
        looks_at = _next_look()
        while not stream.has_ended:
            words = await stream.words(seconds=max(looks_at - time.monotonic(), 0.0))
            if time.monotonic() >= looks_at:
                if not await self._still_may(stream, session_key):
                    return
                looks_at = _next_look()
                await say(send, HEARTBEAT)
            if words and not stream.has_ended:
                await say(send, spoken(words))
                await asyncio.sleep(BETWEEN_WORDS_S)

    async def _still_may(self, stream: Stream, session_key: str) -> bool:
        """Whether they still are who they were. Who cannot be asked about is let go: they come back by themselves."""
        with suppress(Exception):
            access = await self._look(session_key)
            if access is not None and access.person_id == stream.access.person_id:
                self._hub.admit(stream, access)
                return True
        return False

    async def _look(self, session_key: str) -> Access | None:
        if not session_key:
            return None
        looking = asyncio.get_running_loop().run_in_executor(self._lookers, look, session_key)
        return await asyncio.wait_for(looking, LOOK_WITHIN_S)


def _next_look() -> float:
    """On the monotonic clock. Pages that came together are not looked at together: words would wait behind that."""
    return time.monotonic() + settings.EVENTS_LOOK_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311 - to spread


def _allowed(headers: Mapping[str, str]) -> dict[str, str] | None:
    """What lets the asking page read the answer: nothing for our own origin, CORS for a listed one; None: it may not.

    A neighbour's page would come with the cookie too. It could not read a word, but it would take up streams.
    """
    origin = headers.get("origin", "")
    if origin in settings.EVENTS_ORIGINS:
        listed = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        return {**listed, "Vary": "Origin"}
    return None if headers.get("sec-fetch-site", "none") in ("same-site", "cross-site") else {}


async def _end_when_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
