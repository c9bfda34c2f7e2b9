"""The outermost layers: whom to believe, the request's id, its line in the log, and answers that must always come."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from structlog.contextvars import bind_contextvars, clear_contextvars

from helpdesk.lib.peers import client_address, comes_from_proxy
from helpdesk.web import metrics
from helpdesk.web.views.health import healthz, readyz

GetResponse = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger("helpdesk.request")

ANSWERS = {"/healthz": healthz, "/readyz": readyz}
METRICS = "/metrics"
GATES = "/mail/"
# What only a proxy of ours may say of a request.
TOLD_BY_PROXIES = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REQUEST_ID")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# On every answer, whichever layer gave it; a view may have set its own.
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
MOST_LISTED = 10


class FrontMiddleware:
    """First of all: forgets what strangers claim in a proxy's name, gives the request its id, measures and logs it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        if not comes_from_proxy(request):
            for name in TOLD_BY_PROXIES:
                request.META.pop(name, None)
        request_id = _request_id(request)
        clear_contextvars()
        bind_contextvars(request_id=request_id, client=client_address(request))
        try:
            response = self.get_response(request)
            for name, value in {**HEADERS, "X-Request-ID": request_id}.items():
                response.headers.setdefault(name, value)
            _tell(request, response, seconds=time.perf_counter() - began)
        finally:
            clear_contextvars()
        return response


def _request_id(request: HttpRequest) -> str:
    """The id that a listed proxy gave, where it is well-formed; else a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _tell(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    """Count and log it; not what monitors ask every few seconds, nor files."""
    if request.path in ANSWERS or request.path == METRICS or request.path.startswith(settings.STATIC_URL):
        return
    metrics.count(request, response, seconds=seconds)
    line: dict[str, Any] = {
        "method": request.method,
        "view": metrics.view_name(request),
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        **_who(request),
    }
    logger.log(logging.ERROR if response.status_code >= 500 else logging.INFO, "request", extra=line)


def _who(request: HttpRequest) -> dict[str, Any]:
    """The signed-in person and the organisations that they may see, as ids; of many, the first and how many more."""
    member = getattr(request, "member", None)
    if member is None:
        return {}
    ids = sorted(member.organisation_ids)
    found = {"user": member.user.pk, "organisations": ids[:MOST_LISTED]}
    return {**found, "more_organisations": len(ids) - MOST_LISTED} if len(ids) > MOST_LISTED else found


class HealthMiddleware:
    """Answers before hosts, redirects, sessions and the transaction are looked at: health must not need them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if answer := ANSWERS.get(request.path):
            return answer(request)
        if request.path == METRICS and request.method == "GET" and metrics.may_read(request):
            return metrics.metrics(request)
        return self.get_response(request)


class GateMiddleware:
    """Leads machines to their doors before sessions and the request's transaction, which need the database.

    Such a view (`tickets.views.gates.gate`) checks signatures itself, opens transactions of its own and says when the
    database is away.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(GATES):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # raises for a host that is none of ours
        request.resolver_match = match
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer


class MethodPageMiddleware:
    """Gives the empty 405 of a view a page of ours: an address may be typed, kept or reloaded."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 405 or not isinstance(response, HttpResponse) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page
