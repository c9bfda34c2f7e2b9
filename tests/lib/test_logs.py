"""Rows 19 and 49: log lines are structured, and no secret stands in one, whatever was thrown at them."""

import io
import json
import logging
import sys
from functools import partial

import pytest
from structlog.contextvars import bound_contextvars

from helpdesk.lib import logs
from tests.timing import least_seconds

CANARY = "c4nary-Zq9x7"


@pytest.fixture
def lines():
    """What a logger of its own has written, one dictionary a line; and how to write."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.json_formatter())
    logger = logging.Logger("helpdesk.test")
    logger.addHandler(handler)
    return logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_its_logger_level_and_request(lines):
    logger, read = lines
    with bound_contextvars(request_id="abc"):
        logger.warning("%s waits", "a notice", extra={"status": 200, "unlisted": CANARY})
    [line] = read()
    at = line.pop("at")
    assert at.endswith("Z")
    assert line == {
        "event": "a notice waits", "request_id": "abc", "logger": "helpdesk.test", "level": "warning", "status": 200,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        f"password={CANARY}",
        f"{{'password': ['{CANARY}'], 'login': 'a'}}",
        f'{{"api_key": "{CANARY}"}}',
        f"Authorization: Bearer {CANARY}",
        f"the header was Bearer {CANARY}.",
        f"Cookie: sessionid={CANARY}; other=1",
        f"csrfmiddlewaretoken={CANARY}&x=1",
        f"could not connect to postgresql://helpdesk_app:{CANARY}@db:5432/helpdesk",
        f"Internal Server Error: /accounts/password/reset/key/3-{CANARY}/",
        f"Internal Server Error: /invitations/{CANARY}{CANARY}{CANARY}/accept/",
        f"X-Api-Key: {CANARY}",
        f"HELPDESK_METRICS_TOKEN={CANARY}",
    ],
)
def test_what_looks_like_a_secret_is_hidden_in_messages_and_tracebacks(lines, text):
    logger, read = lines
    logger.warning(text)
    try:
        raise RuntimeError(text)  # noqa: TRY301 - what a library would raise
    except RuntimeError:
        logger.exception("it failed")
    written = json.dumps(read())
    assert CANARY not in written
    assert logs.HIDDEN in written
    assert "RuntimeError" in written


def test_telling_names_hide_their_values_however_deep_they_lie():
    event = {"login": "a", "form": {"password1": CANARY, "list": [{"cookie": CANARY}]}, "Set-Cookie": CANARY, "n": 3}
    assert logs.without_secrets(None, "", event) == {
        "login": "a",
        "form": {"password1": "***", "list": [{"cookie": "***"}]},
        "Set-Cookie": "***",
        "n": 3,
    }


@pytest.mark.parametrize(
    "text",
    [
        "ticket ACME-142 could not be closed",
        "/tickets/3f0c1d2e-8a4b-4c6d-9e0f-a1b2c3d4e5f6/reply/",
        'File "/app/helpdesk/accounts/middleware.py", line 33, in __call__',
        "the cache does not answer: Error 111 connecting to valkey:6379. Connection refused.",
    ],
)
def test_ordinary_texts_stay_as_they_are(text):
    assert logs.hide_in(text) == text


def test_people_read_plain_lines_with_the_same_secrets_hidden():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.plain_formatter())
    record = logging.LogRecord("x", logging.ERROR, "f", 1, f"password={CANARY}", (), None)
    try:
        raise ValueError(f"token={CANARY}")  # noqa: TRY301 - what a library would raise
    except ValueError:
        record.exc_info = sys.exc_info()
    handler.emit(record)
    written = stream.getvalue()
    assert CANARY not in written
    assert "ValueError: token=***" in written


def test_a_hostile_text_is_searched_quickly():
    for text in (
        "password" * 12_000,
        "a" * 100_000,
        "/" + "a1" * 50_000,
        "token=" * 16_000,
        "://" * 33_000,
        "://a:" * 20_000,
    ):
        assert least_seconds(partial(logs.hide_in, text), below=0.5) < 0.5
