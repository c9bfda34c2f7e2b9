"""When two answers are the same: after what differs from one request to the next by nature is masked."""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote, quote_plus

from helpdesk.proof.browser import Answer

# Tokens and ids that are made anew for every answer.
CSRF = re.compile(r'(name="csrfmiddlewaretoken" value="|"X-CSRFToken": ")[^"]*')
NONCE = re.compile(r"""(nonce=["']?|'nonce-)[\w+/=-]+""")
TOKEN = re.compile(r"hd_[0-9a-f]{8}(_[\w-]{43})?")
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
CURSOR = re.compile(r"(cursor=[\w-]+%3A)[\w-]+%3A[\w-]+")  # the place stays, its time and signature go
# Spans of a running clock.
MEASURED = re.compile(r'("(?:used_minutes|left_minutes|minutes|total)": ?)-?[\d.]+')
ID = re.compile(r"(?<!\d)\d{7}(?!\d)")
COOKIE = re.compile(r"=[^;]*")
Masked = tuple[int, tuple[tuple[str, str], ...], str, str]
PASSING = {
    "date", "x-request-id", "content-length", "server-timing", "etag", "last-modified", "expires",
    "ratelimit", "ratelimit-policy", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset",
}  # fmt: skip


class Mask:
    """Masks answers; `seeded` tells of an id whether it is the seeds' and not one that a request has just used up."""

    def __init__(self, seeded: Callable[[int], bool]) -> None:
        self.seeded = seeded

    def __call__(self, answer: Answer, sent: Iterable[str]) -> Masked:
        """Status, headers, body and fault at the commit; what was `sent` stands as a dot wherever it is echoed."""
        spellings = sorted({form for value in sent for form in _spellings(value)}, key=len, reverse=True)
        headers = [(name.lower(), value) for name, value in answer.headers if name.lower() not in PASSING]
        plain = tuple(sorted((name, self._header(name, value, spellings)) for name, value in headers))
        fault = "refused at the commit" if answer.commit_fault else ""
        return answer.status, plain, self._plain(answer.text, spellings), fault

    def _plain(self, text: str, spellings: Sequence[str]) -> str:
        for form in spellings:
            if form in text:
                text = text.replace(form, "·")
        text = NONCE.sub("nonce", CSRF.sub("csrf", TOKEN.sub("token", text)))
        text = INSTANT.sub("instant", UUID.sub("uuid", MEASURED.sub(r"\1n", CURSOR.sub(r"\1signed", text))))
        return ID.sub(lambda found: found[0] if self.seeded(int(found[0])) else "id", text)

    def _header(self, name: str, value: str, spellings: Sequence[str]) -> str:
        return COOKIE.sub("=", value) if name == "set-cookie" else self._plain(value, spellings)


def _spellings(value: str) -> list[str]:
    if not value:
        return []
    # Some pages echo the beginning of what they refuse.
    plain = [value, value.upper(), value.lower(), value.replace("-", ""), value[:40], value[:20]]
    return [form for text in plain for form in (text, html.escape(text), quote(text), quote_plus(text))]
