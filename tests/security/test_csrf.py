"""Row 44: no address changes anything for a browser that another site has sent; no other site reads an answer."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.test import Client
from django.test.utils import override_settings
from django.urls import Resolver404, resolve

from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World
from tests.support import LONG, in_turn
from tests.web.addresses import addresses
from tickets.models import Ticket, TimelineEntry


def written() -> tuple[int, ...]:
    with system_scope("the test counts"):
        return tuple(model.objects.count() for model in (AuditEntry, VendorAuditEntry, TimelineEntry, Ticket))


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The refusal without its page, which is the same for every method and takes longest."""
    return HttpResponseForbidden()


@pytest.mark.parametrize("who", in_turn("admin", also=("alice",)))
def test_row_44_every_unsafe_method_of_every_address_is_refused_without_the_token(
    world: World, ticket: Ticket, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    browser = signed_in(getattr(world, who), enforce_csrf_checks=True)
    monkeypatch.setattr(settings, "MAIL_IN_SECRETS", ["s" * 40])  # or the door for signed mail would be none
    before = written()
    for address in addresses():
        path = address.path.replace("00000000-0000-0000-0000-000000000001", str(ticket.public_id))
        for method in in_turn("post", "delete", also=("put", "patch")):
            form = {"body": "x", "reason": "x", "csrfmiddlewaretoken": "a" * 32} if method == "post" else {}
            view = settings.CSRF_FAILURE_VIEW if LONG or method == "post" else f"{__name__}.refused"
            with override_settings(CSRF_FAILURE_VIEW=view):
                answer = getattr(browser, method)(path, form)
            allowed = (403, 405) if is_known(path) and not path.startswith("/mail/providers/") else (404, 405)
            assert answer.status_code in allowed, (method, path, answer.status_code)
    assert written() == before


def is_known(path: str) -> bool:
    """Whether an address leads to a view at all: a made-up value may be of the wrong shape."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


@pytest.mark.django_db
def test_row_44_a_stranger_cannot_be_signed_in_by_another_site() -> None:
    browser = Client(enforce_csrf_checks=True)
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/logout/"):
        assert browser.post(path, {"login": "x", "email": "x"}).status_code == 403


def test_row_44_the_cookies_stay_at_home(world: World) -> None:
    answer = Client().post("/accounts/login/", {"login": "alice@acme.example", "password": "secret-1"})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["samesite"], cookie["httponly"], cookie["domain"], cookie["path"]) == ("Lax", True, "", "/")


def test_row_44_no_answer_is_for_another_origin(world: World, browsers: dict[str, Client]) -> None:
    asked = {"HTTP_ORIGIN": "https://evil.example", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST"}
    for address in addresses():
        for method in ("get", "options"):
            answer = getattr(browsers["agent"], method)(address.path, **asked)
            told = {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}
            if address.path.startswith("/status/") and method == "get":  # everybody's feeds, badges and documents
                assert told in ({}, {"Access-Control-Allow-Origin": "*"}), address.route
            else:
                assert told == {}, address.route
