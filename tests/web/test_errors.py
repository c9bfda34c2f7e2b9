"""Error pages with our look; the 500 page needs nothing that may have failed."""

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, DataError, OperationalError
from django.test import Client, RequestFactory

from helpdesk.accounts.models import PersonSession
from helpdesk.web.views import home
from helpdesk.web.views.errors import bad_request, server_error
from tests.conftest import SignIn, World


def test_a_missing_page_has_our_frame(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.alice).get("/no/such/page/")
    assert answer.status_code == 404
    assert "Nothing to see at this address" in answer.content.decode()
    assert "Alice" in answer.content.decode()


def test_a_role_that_may_not_is_told_so(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.agent).get("/settings/")
    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()


def test_a_damaged_request_gets_400_even_before_anybody_is_known() -> None:
    answer = bad_request(RequestFactory().get("/"), SuspiciousOperation())
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_the_500_page_needs_no_database_and_no_context() -> None:
    # No database mark: any query at all would fail this test.
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert 'href="/status/"' in answer.content.decode()


@pytest.mark.parametrize(("error", "status"), [(OperationalError("gone"), 503), (DataError("none of its"), 500)])
def test_while_the_database_does_not_answer_the_page_says_so_and_leads_to_the_status_page(
    error: Exception, status: int
) -> None:
    try:
        raise error
    except DatabaseError:
        answer = server_error(RequestFactory().get("/"))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, "30" if status == 503 else None)
    assert 'href="/status/"' in answer.content.decode()


def test_a_form_from_another_session_is_refused_with_our_page(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.admin, enforce_csrf_checks=True)
    answer = browser.post("/settings/people/clients/new/", {"name": "x"})
    assert answer.status_code == 403
    assert "This form is no longer valid" in answer.content.decode()


def test_a_session_that_ends_during_an_admins_request_gets_400_and_not_500(
    world: World, signed_in: SignIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SESSION_SAVE_EVERY_REQUEST = True
    really = home.unready_calendars

    def ended(member: Any, **given: Any) -> Any:
        PersonSession.objects.all().delete()
        return really(member, **given)

    monkeypatch.setattr(home, "unready_calendars", ended)
    answer = signed_in(world.admin, raise_request_exception=False).get("/settings/")
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


def test_robots_are_asked_to_stay_away(db: None) -> None:
    assert Client().get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
