"""Asking the product one question, through all of its middleware, in a transaction that is always rolled back.

The product's own transaction becomes a savepoint in ours, so that every request begins in the same world. What a real
commit would do besides is done here: deferred keys are checked and the hooks for after the commit run, with the bell
muted. Only the CSRF check is left out, which knows no organisations.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.http import HttpResponseBase, QueryDict
from django.test.client import RequestFactory
from django.utils.functional import cached_property

from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from helpdesk.proof.ledger import Books, Ledger, wrote_something
from helpdesk.proof.shapes import Upload
from helpdesk.proof.watch import watching

USUAL = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request. `body` is a form's fields, or a document when `is_json`."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    is_json: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    session: str = ""

    @property
    def sent(self) -> list[str]:
        """Everything that the asker has typed themselves."""
        typed = [str(getattr(value, "content", value)) for value in (self.body or {}).values()]
        return [self.path, *(value for _, value in self.query), *typed, *self.headers.values()]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, and what was left behind: log lines, and the books if anything was written."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    log: str
    books: Ledger | None
    commit_fault: str
    query_names: frozenset[str]
    field_names: frozenset[str]
    looks: frozenset[str]  # what it was made from

    def header(self, name: str) -> str:
        """The first header of this name; empty without one."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class Noting(QueryDict):
    """Remembers the names that the product asks for: they are what it takes from an address or a form."""

    asked: set[str]

    @classmethod
    def of(cls, given: QueryDict, asked: set[str]) -> "Noting":
        """The same values, with a memory."""
        made = cls("", mutable=True, encoding=given.encoding)
        made.asked = asked
        for name, values in given.lists():
            made.setlist(name, values)
        made._mutable = False
        return made

    def __getitem__(self, name: Any) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(name)
        return super().__contains__(name)

    def getlist(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().getlist(key, default)

    def _note(self, name: object) -> None:
        if isinstance(name, str) and hasattr(self, "asked"):
            self.asked.add(name)


class NotingRequest(WSGIRequest):
    """A request that knows which parameters and fields the product has asked for."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.query_names: set[str] = set()
        self.field_names: set[str] = set()
        super().__init__(environ)
        self._dont_enforce_csrf_checks = True

    @cached_property
    def GET(self) -> QueryDict:  # type: ignore[override]  # noqa: N802 - Django's name; as there, a cached property
        return Noting.of(QueryDict(self.META.get("QUERY_STRING", ""), encoding=self.encoding), self.query_names)

    def _load_post_and_files(self) -> None:
        super()._load_post_and_files()
        self._post: QueryDict = Noting.of(self._post, self.field_names)


class Factory(RequestFactory):
    """Builds such requests."""

    def request(self, **request: Any) -> NotingRequest:
        return NotingRequest(self._base_environ(**request))  # type: ignore[attr-defined]


class Browser:
    """Asks and rolls back. One for the whole walk: it carries nothing from one request to the next.

    Without `books` nobody looks at what a request has written.
    """

    def __init__(self, books: Books | None) -> None:
        self.books, self.count = books, 0
        self.handler = BaseHandler()
        self.handler.load_middleware()
        site = urlsplit(settings.SITE_URL)
        self.secure, self.host = site.scheme == "https", site.netloc

    def ask(self, ask: Ask) -> Answer:
        """Send one request; nothing of it remains."""
        self.count += 1
        with transaction.atomic():
            try:
                return self._ask(ask)
            finally:
                transaction.set_rollback(True)

    def _ask(self, ask: Ask) -> Answer:
        request = self._request(ask)
        with muted(), watching() as looks, listening() as ear:
            before = len(connection.run_on_commit)
            response = self.handler.get_response(request)
            text = _text(response)
            _close(response)
            for waiting in connection.run_on_commit[before:]:
                waiting[1]()
            del connection.run_on_commit[before:]
        books, fault = None, ""
        if self.books is not None and wrote_something():
            with system_scope("the proof reads the books"):
                books = self.books.read()
            fault = _commit_fault()
        return Answer(
            status=response.status_code, headers=tuple(_headers(response)), text=text, books=books,
            log="\n".join(ear.lines), commit_fault=fault, query_names=frozenset(request.query_names),
            field_names=frozenset(request.field_names), looks=frozenset(looks),
        )  # fmt: skip

    def _request(self, ask: Ask) -> NotingRequest:
        factory = Factory(headers={"host": self.host, **ask.headers})
        factory.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: ask.session} if ask.session else {})
        path = f"{ask.path}?{urlencode(ask.query)}" if ask.query else ask.path
        send = getattr(factory, ask.method.lower())
        if ask.method in ("GET", "HEAD"):
            made = send(path, secure=self.secure)
        elif ask.method == "POST" and not ask.is_json:
            made = send(path, {name: _sendable(value) for name, value in (ask.body or {}).items()}, secure=self.secure)
        elif ask.is_json and ask.body is not None:
            text = json.dumps(ask.body, default=str)
            made = send(path, text, content_type="application/json", secure=self.secure)
        else:
            form = urlencode(ask.body or {}, doseq=True)
            made = send(path, form, content_type="application/x-www-form-urlencoded", secure=self.secure)
        assert isinstance(made, NotingRequest)
        return made


def _sendable(value: Any) -> Any:
    """A fresh file for each request: a sent one has been read."""
    return SimpleUploadedFile("proof.txt", value.content.encode()) if isinstance(value, Upload) else value


def _text(response: HttpResponseBase) -> str:
    streaming = getattr(response, "streaming_content", None)
    content = b"".join(streaming) if streaming is not None else response.content  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace")


def _close(response: HttpResponseBase) -> None:
    """Release what the answer holds, but not the connection, which is in the middle of our transaction."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)


def _headers(response: HttpResponseBase) -> Iterator[tuple[str, str]]:
    yield "reason", response.reason_phrase
    yield from response.items()
    yield from (("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values())


def _commit_fault() -> str:
    """What the database would say at the commit: the keys that it checks only then."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        return str(error).splitlines()[0]
    return ""


class Ear(logging.Handler):
    """Keeps all that is logged: the words, the error with its trace, and what modules put beside them."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []
        self.formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        beside = {name: value for name, value in record.__dict__.items() if name not in USUAL and name != "request"}
        self.lines.append(f"{self.format(record)} {beside or ''}")


@contextmanager
def listening() -> Iterator[Ear]:
    """Hear everything that is logged meanwhile; the usual handlers are spared it."""
    ear = Ear()
    known = [
        logging.root,
        *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)),
    ]
    before = [(one, one.handlers) for one in known if one.handlers or one is logging.root]
    for one, _ in before:
        one.handlers = [ear] if one is logging.root or not one.propagate else []
    try:
        yield ear
    finally:
        for one, handlers in before:
            one.handlers = handlers
