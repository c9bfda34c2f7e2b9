"""Structured logs: one JSON object a line in production, plain lines elsewhere; never a secret in either.

Every line of a request carries its id, every line of a task the task's name and id. Modules log with the standard
library; what is written here decides the form.
"""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.typing import Processor

Event = MutableMapping[str, Any]

HIDDEN = "***"
LONGEST = 20_000
# What a caller may add to a line. Django adds the request itself, whose text form holds the query string.
EXTRAS = frozenset({
    "method", "view", "status", "ms", "user", "organisations", "more_organisations", "outcome",
})  # fmt: skip
SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)|secret|token|cookie|authorization|csrf|sessionid|api_?key|credential", re.I
)
# Secrets that stand in a text, such as an error's message: name and value, a password in an address, a link's key.
# Every repetition before the value has a bound, so that a hostile text costs no more than an ordinary one.
_NAMED = re.compile(
    r"""(?ix) ((?:password|passwd|passphrase|secret|token|cookie|authorization|sessionid|api[_-]?key)[\w-]{0,20}["']?
    \s{0,5}[:=]\s{0,5} [\[("']{0,3} ) (?:(?:bearer|basic|token)\s)? [^\s"',;&\])]+"""
)
_IN_ADDRESS = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
_BEARER = re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]{8,}")
_KEY_IN_PATH = re.compile(r"(/key/|/invitations/(?!clients/|staff/))[^/\s]+")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_LONG_IN_PATH = re.compile(rf"(?<=/)(?!{_UUID})(?=[^/\s]*\d)[\w-]{{24,}}(?=[/?\s]|$)")


def without_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """A processor: hides the values of telling names, and what looks like a secret inside texts."""
    return {str(key): HIDDEN if SECRET_NAME.search(str(key)) else _hidden(value) for key, value in event.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide_in(value)
    if isinstance(value, dict):
        return without_secrets(None, "", value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else hide_in(str(value))


def hide_in(text: str) -> str:
    """The text, up to `LONGEST` characters, with everything that looks like a secret replaced by three stars."""
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}… cut"
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
    text = _KEY_IN_PATH.sub(rf"\1{HIDDEN}", text)
    return _LONG_IN_PATH.sub(HIDDEN, text)


def _refusals_without_traceback(_logger: Any, _method: str, event: Event) -> Event:
    """A refused request (an unknown host, a forged form) is no fault of the code: its line says enough."""
    if event["_record"].name.startswith("django.security"):
        event.pop("exc_info", None)
    return event


BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ExtraAdder(allow=EXTRAS),
    _refusals_without_traceback,
]


def json_formatter() -> ProcessorFormatter:
    """For machines: one object a line, keys in the order in which they were made."""
    return _formatter(structlog.processors.JSONRenderer())


def plain_formatter() -> ProcessorFormatter:
    """For people at a terminal."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return _formatter(plain)


def _formatter(renderer: Any) -> ProcessorFormatter:
    return ProcessorFormatter(
        foreign_pre_chain=BEFORE,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            renderer,
        ],
    )


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """The `LOGGING` setting: everything to standard error, from `level` up."""
    formatter = json_formatter if as_json else plain_formatter
    handler = {"class": "logging.StreamHandler", "formatter": "line"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"console": handler},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Refusals (403, 404 …) stand in the line of the request; faults come with their traceback.
            "django.request": {"level": "ERROR"},
            # One line of our own tells how a task ended.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }
