"""A page that listens to a stream, as a browser does, and a server of its own for the words."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.test import Client

PATIENCE = 20


def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


class Page(threading.Thread):
    """Opens the stream with a browser's session and keeps each word that comes."""

    def __init__(self, port: int, browser: Client | None, **headers: str) -> None:
        super().__init__(daemon=True)
        self.words: list[str] = []
        self.lines: list[str] = []
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value if browser else ""
        named = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}
        self._connection.request("GET", "/events/", headers={**named, **headers})
        self.answer = self._connection.getresponse()
        self.has_ended = False

    def run(self) -> None:
        with suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            while line := self.answer.readline().decode():
                self.lines.append(line)
                if line.startswith("data: "):
                    self.words.append(line.removeprefix("data: ").strip())
        self.has_ended = True

    def close(self) -> None:
        self._connection.close()


@contextmanager
def listening(port: int, browser: Client) -> Iterator[Page]:
    """A page that hears what is said by now, within the block."""
    page = Page(port, browser)
    assert page.answer.status == 200
    page.start()
    try:
        assert within(PATIENCE, lambda: page.words[-1:] == ["here"]), page.words
        page.words.clear()
        yield page
    finally:
        page.close()
