"""When two answers are the same: after what differs from one request to the next by nature is masked."""

import html
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from helpdesk.proof.browser import Answer

# Tokens and ids that are made anew for every answer.
CSRF = re.compile(r'(name="csrfmiddlewaretoken" value="|"X-CSRFToken": ")[^"]*')
NONCE = re.compile(r"""(nonce=["']?|'nonce-)[\w+/=-]+""")
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
COOKIE = re.compile(r"=[^;]*")
NUMBER = re.compile(r"\d+")
PASSING = {"date", "x-request-id", "content-length", "server-timing", "etag", "last-modified", "expires"}


def masked(answer: Answer, sent: Iterable[str]) -> tuple[int, tuple[tuple[str, str], ...], str, str]:
    """Status, headers, body and fault at the commit; what was `sent` stands as a dot wherever it is echoed."""
    spellings = sorted({form for value in sent for form in _spellings(value)}, key=len, reverse=True)
    echo = re.compile("|".join(map(re.escape, spellings))) if spellings else None
    headers = tuple(sorted((name.lower(), _header(name.lower(), value, echo)) for name, value in answer.headers
                           if name.lower() not in PASSING))  # fmt: skip
    return answer.status, headers, _plain(answer.text, echo), answer.commit_fault and "refused at the commit"


def _spellings(value: str) -> list[str]:
    if not value:
        return []
    # Some pages echo the beginning of what they refuse.
    plain = [value, value.upper(), value.lower(), value.replace("-", ""), value[:40], value[:20]]
    return [form for text in plain for form in (text, html.escape(text), quote(text), quote_plus(text))]


def _plain(text: str, echo: re.Pattern[str] | None) -> str:
    text = echo.sub("·", text) if echo else text
    text = NONCE.sub("nonce", CSRF.sub("csrf", text))
    return INSTANT.sub("instant", UUID.sub("uuid", text))


def _header(name: str, value: str, echo: re.Pattern[str] | None) -> str:
    if name == "set-cookie":
        return COOKIE.sub("=", value)
    value = _plain(value, echo)
    return NUMBER.sub("n", value) if name == "location" else value
