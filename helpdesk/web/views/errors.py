"""Error pages with our look. Those of 500 and 503 are static: they must not need what has just failed."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

UNREACHABLE = (OperationalError, InterfaceError)
RETRY_AFTER_S = 30


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself makes no sense; 413: it is larger than any form of ours."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403: signed in, but the role does not allow it."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """404: missing, or not for this person; the page does not tell which."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """500, and 503 while the database does not answer: without context processors, database or static files."""
    if isinstance(sys.exc_info()[1], UNREACHABLE):
        answer = HttpResponse(get_template("503.html").render(), status=503)
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
        return answer
    return HttpResponse(get_template("500.html").render(), status=500)
