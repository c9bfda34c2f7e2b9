"""A browser of few needs for the benches: one kept connection, a session, and the form's token."""

import http.client
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client

from bench.launching import HOST
from bench.report import BenchError
from helpdesk.accounts.models import User

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
FIELD = re.compile(rb'name="(submission_key)" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    location: str


@dataclass
class Browser:
    """Speaks to one server with one session. Not to be shared by threads."""

    port: int
    cookies: dict[str, str]
    _link: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str, *, taken: Collection[int] = (http.HTTPStatus.OK,)) -> Answer:
        """Fetch a page; raises `BenchError` unless it answers 200, or one of the statuses that are `taken`."""
        answer = self._ask("GET", path, None)
        if answer.status not in taken:
            raise BenchError(f"{path} answered {answer.status}")
        return answer

    def timed(self, path: str, *, taken: Collection[int] = (http.HTTPStatus.OK,)) -> float:
        """The milliseconds that a page takes to come, whole."""
        began = time.perf_counter()
        self.get(path, taken=taken)
        return (time.perf_counter() - began) * 1000

    def post(self, path: str, page: Answer, fields: dict[str, str]) -> Answer:
        """Send the form of a page fetched before: its token and key go along."""
        token = TOKEN.search(page.body)
        if token is None:
            raise BenchError(f"{path} shows no form")
        hidden = {name.decode(): value.decode() for name, value in FIELD.findall(page.body)}
        body = urlencode({**fields, **hidden, "csrfmiddlewaretoken": token.group(1).decode()})
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = self._sent(method, path, body, headers)
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.read(), response.headers.get("Location", ""))

    def _sent(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """The answer over the kept connection, or over a new one where the server has closed it between requests."""
        for kept in (self._link, None):
            link = kept or http.client.HTTPConnection(HOST, self.port, timeout=60)
            try:
                link.request(method, path, body, headers)
                response = link.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                link.close()
                if kept is None:
                    raise
                continue
            self._link = link
            return response
        raise AssertionError("a new connection either answers or raises")


def statements_of(cookies: dict[str, str], path: str) -> int:
    """The statements of one page, the middleware's and the scope's settings included, once its caches are warm.

    It is asked in this process, of the database that Django points at. Raises `BenchError` unless it answers 200.
    """
    browser, counted = Client(), 0

    def count(execute: Callable[..., Any], text: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(text, params, many, context)

    browser.cookies.load(cookies)
    for _ in range(2):
        counted = 0
        with connection.execute_wrapper(count):
            status = browser.get(path).status_code
        if status != http.HTTPStatus.OK:
            raise BenchError(f"{path} answered {status} in this process")
    return counted


def session_of(user: User) -> dict[str, str]:
    """The cookies of a signed-in person, in the database that Django points at; signing in is not measured."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return {settings.SESSION_COOKIE_NAME: store.session_key}
