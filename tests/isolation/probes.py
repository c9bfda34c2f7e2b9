"""Views that behave badly on purpose, for the tests of the request's scope and transaction."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path

from helpdesk.urls import handler400, handler403, handler404, handler500
from helpdesk.urls import urlpatterns as product
from tickets.models import Ticket

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

LIST = "{% for ticket in tickets %}{{ ticket.subject }}|{% endfor %}"


def _write() -> None:
    Ticket.objects.update(subject="written by a request that failed")


def raises(request: HttpRequest) -> HttpResponse:
    _write()
    raise RuntimeError("after the write")


def unavailable(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse("try later", status=503)


def refused(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse("conflict, but what was written stays", status=409)


def lazy(request: HttpRequest) -> TemplateResponse:
    """Rendered after the view has returned; its query set is evaluated only then."""
    template = engines["django"].from_string(LIST)
    return TemplateResponse(request, template, {"tickets": Ticket.objects.order_by("pk")})


def broken_template(request: HttpRequest) -> TemplateResponse:
    _write()
    return TemplateResponse(request, engines["django"].from_string("{% include 'no/such.html' %}"), {})


def raw(request: HttpRequest) -> HttpResponse:
    """What the database shows and by which settings, past every manager."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(subject, '|' ORDER BY id) FROM tickets_ticket")
        return HttpResponse(cursor.fetchone()[0] or "")


urlpatterns = [
    *(path(f"probe/{view.__name__}/", view) for view in (raises, unavailable, refused, lazy, broken_template, raw)),
    *product,
]
