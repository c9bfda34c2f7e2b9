"""Rows 19 and 49: a fault anywhere tells neither the visitor nor the log a password, cookie, token or key."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as real_settings
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from helpdesk.lib.logs import json_formatter
from tests.conftest import SignIn, World
from tests.support import in_turn
from tests.web.addresses import addresses

CANARY = "c4nary-Zq9x7"
SECRETS = {
    "password": CANARY, "password1": CANARY, "oldpassword": CANARY, "token": CANARY, "api_key": CANARY,
    "secret": CANARY,
    "csrfmiddlewaretoken": CANARY,
}  # fmt: skip
HEADERS = {"HTTP_AUTHORIZATION": f"Bearer {CANARY}", "HTTP_X_CSRFTOKEN": CANARY, "HTTP_COOKIE": f"other_token={CANARY}"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says, as production writes it, down to DEBUG."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    root, django = logging.getLogger(), logging.getLogger("django.request")
    before, request_level = root.level, django.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    django.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)
    django.setLevel(request_level)


def patterns(found: list[Any]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns)
        else:
            yield one


@pytest.fixture
def everything_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view raises with all that the request holds in its message, as a careless library would."""

    def fail(request: HttpRequest, **kwargs: Any) -> None:
        raise RuntimeError(f"{dict(request.POST)} {request.COOKIES} {dict(request.headers)} {kwargs}")

    fail.login_required = False
    for pattern in patterns(get_resolver().url_patterns):
        monkeypatch.setattr(pattern, "callback", fail)


def test_row_19_a_fault_in_any_view_gives_away_nothing(world: World, signed_in: SignIn, log, everything_fails) -> None:
    browser = signed_in(world.alice, raise_request_exception=False)
    session = browser.cookies[real_settings.SESSION_COOKIE_NAME].value
    failed = 0
    for address in addresses():
        for method in ("get", "post"):
            answer = getattr(browser, method)(address.path, SECRETS, **HEADERS)
            assert CANARY not in answer.content.decode(), address.route
            assert session not in answer.content.decode(), address.route
            failed += answer.status_code == 500
    written = log.getvalue()
    assert failed > 60
    assert written.count("RuntimeError") >= failed
    assert CANARY not in written
    assert session not in written


def test_row_49_refused_forms_leave_no_secret_in_the_log(world: World, browsers: dict[str, Client], log) -> None:
    for who in in_turn("stranger", "admin", also=("alice", "amara", "agent", "manager")):
        browser = browsers[who]
        for address in addresses():
            browser.post(address.path, SECRETS | {"login": "alice@acme.example", "email": "a@b.example"}, **HEADERS)
            browser.get(address.path, SECRETS, **HEADERS)
            if address.path.startswith("/api/"):
                browser.post(address.path, SECRETS, content_type="application/json", **HEADERS)
    browsers["stranger"].get(f"/accounts/password/reset/key/1-{CANARY}/")
    browsers["stranger"].get(f"/invitations/{CANARY}/")
    written = log.getvalue()
    assert '"event": "request"' in written
    assert CANARY not in written
    assert real_settings.SECRET_KEY not in written


def test_row_19_debug_pages_are_off() -> None:
    assert (real_settings.DEBUG, real_settings.TEMPLATES[0]["OPTIONS"].get("debug")) == (False, None)
