"""Every refusal as one kind of document: application/problem+json (RFC 9457)."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from structlog.contextvars import get_contextvars

from helpdesk.api.errors import BadParameter
from helpdesk.api.serializers.types import MOST_FAULTS
from helpdesk.lib.errors import Conflict, DomainError, Forbidden, Stale
from tickets.queries import AttachmentNotFound, TicketNotFound

logger = logging.getLogger("django.request")

MEDIA_TYPE = "application/problem+json"
NOT_FOUND: tuple[type[Exception], ...] = (Http404, exceptions.NotFound, TicketNotFound, AttachmentNotFound)
TITLES = {
    "conflict": "It is not in a state that allows this",
    "forbidden": "You may not do this",
    "internal": "Something failed on our side",
    "invalid": "Something in the request is not accepted",
    "key-reused": "The Idempotency-Key belongs to another request",
    "malformed": "The request makes no sense as it stands",
    "method-not-allowed": "This address does not know the method",
    "not-acceptable": "There is no answer in the form asked for",
    "not-found": "Not found",
    "parameter": "A parameter is not accepted",
    "precondition-required": "The request must say what it is based on",
    "rate-limited": "Too many requests",
    "stale": "It has changed since you read it",
    "too-large": "The body is too large",
    "unauthenticated": "Sign in, or show a token that works",
    "unsupported-media-type": "The body is in a form that is not taken here",
}
MISSING = "There is nothing at this address for you: it does not exist, or it is not yours to see."


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A refusal: its kind (the end of its `type`), its HTTP status, and words for whoever asked."""

    code: str
    status: int
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def answer_problem(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The framework's hook: the answer to whatever a view raised. An unforeseen fault is logged and answered 500."""
    return as_response(problem_of(error, context))


def as_response(problem: Problem) -> HttpResponse:
    """The problem as an answer. `instance` is the request's id, by which our log is searched."""
    body: dict[str, Any] = {
        "type": f"{settings.SITE_URL}/api/#problem-{problem.code}",
        "title": TITLES[problem.code],
        "status": problem.status,
        "detail": problem.detail,
    }
    if request_id := get_contextvars().get("request_id"):
        body["instance"] = f"urn:request:{request_id}"
    if problem.errors:
        body["errors"] = problem.errors
    # ASCII only: whatever a message repeats of the request can be written.
    text = json.dumps({**body, **problem.more})
    return HttpResponse(text, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def problem_of(error: Exception, context: Mapping[str, Any]) -> Problem:
    """What went wrong, in the API's terms."""
    if isinstance(error, DomainError):
        return _refusal(error)
    if isinstance(error, NOT_FOUND):
        return Problem(code="not-found", status=404, detail=MISSING)
    if isinstance(error, PermissionDenied):
        return Problem(code="forbidden", status=403, detail=str(error) or "Your role does not allow this.")
    if isinstance(error, RequestDataTooBig):
        return Problem(code="too-large", status=413, detail="The body is larger than the API takes.")
    if isinstance(error, SuspiciousOperation):
        return Problem(code="malformed", status=400, detail="The request makes no sense as it stands.")
    if isinstance(error, exceptions.APIException):
        return _protocol(error)
    return _fault(error, context)


def _refusal(error: DomainError) -> Problem:
    named = [{"field": error.field, "message": error.message}] if error.field else []
    if isinstance(error, Stale):
        more = {"changes": error.changes, "last_change": error.last} if error.changes is not None else {}
        return Problem(code="stale", status=412, detail=error.message, more=more)
    if isinstance(error, Conflict):
        return Problem(code="conflict", status=409, detail=error.message, errors=named)
    if isinstance(error, Forbidden):
        return Problem(code="forbidden", status=403, detail=error.message)
    return Problem(code="invalid", status=422, detail=error.message, errors=named)


_CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    429: "rate-limited",
}


def _protocol(error: exceptions.APIException) -> Problem:
    """What the framework or this package itself refuses."""
    if isinstance(error, exceptions.ValidationError):
        found = list(islice(_flat(error.detail), MOST_FAULTS))
        return Problem(code="invalid", status=422, detail=found[0]["message"], errors=found)
    code = error.default_code if error.default_code in TITLES else _CODES[error.status_code]
    named = [{"field": error.field, "message": str(error.detail)}] if isinstance(error, BadParameter) else []
    return Problem(code=code, status=error.status_code, detail=str(error.detail), errors=named, headers=_headers(error))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, ceil(wait)))
    return headers


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """The framework's nested messages as pairs of a dotted field and a message."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (path, own) if part))
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for index, inner in enumerate(detail):
            is_text = isinstance(inner, str)
            yield from _flat(inner, path if is_text or not inner else f"{path}.{index}".lstrip("."))
    else:
        yield {"field": path, "message": str(detail)}


def _fault(error: Exception, context: Mapping[str, Any]) -> Problem:
    request = getattr(context.get("request"), "_request", None)
    got_request_exception.send(sender=None, request=request)
    logger.error("the API failed: %s", type(error).__name__, exc_info=error)
    return Problem(code="internal", status=500, detail="Something failed on our side; nothing was changed. Try again.")
