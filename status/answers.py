"""Answers that are the same for everybody: with a mark of their content, asked for again rather than kept stale."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
ICAL = "text/calendar; charset=utf-8"
SVG = "image/svg+xml; charset=utf-8"
CSV = "text/csv; charset=utf-8"
# Whoever keeps one asks whether it still holds: a change shows as soon as it is published.
KEPT = "public, no-cache"


@dataclass(frozen=True)
class Content:
    """A document of the public page."""

    body: bytes
    kind: str

    @cached_property
    def mark(self) -> str:
        """The same for the same bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @property
    def is_for_machines(self) -> bool:
        """Whether other sites' pages may read or show it."""
        return self.kind != HTML


def answer(request: HttpRequest, content: Content) -> HttpResponse:
    """The document, or that nothing has changed since it was asked for."""
    known = request.headers.get("If-None-Match", "")
    if content.mark in (one.strip().removeprefix("W/") for one in known.split(",")):
        made = HttpResponse(status=304)
    else:
        made = HttpResponse(content.body, content_type=content.kind)
        made.headers["Content-Length"] = str(len(content.body))  # the early door stands before who else would say it
    made.headers["ETag"], made.headers["Cache-Control"] = content.mark, KEPT
    if content.is_for_machines:
        made.headers["Access-Control-Allow-Origin"] = "*"
        made.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return made
