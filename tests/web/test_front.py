"""The outermost layer: the request's id, its line in the log, whom it believes, and the page of a wrong method."""

import json
import logging
import re

import pytest
from django.test import Client

from helpdesk.lib.logs import json_formatter
from tests.conftest import SignIn, World
from tests.tickets.conftest import submit  # noqa: F401 - a fixture

GIVEN = "gateway-0001.abc"


@pytest.fixture
def logged(caplog):
    """The request lines as production would write them."""
    caplog.set_level(logging.INFO, "helpdesk.request")
    formatter = json_formatter()

    class Kept(logging.Handler):
        lines: list[dict] = []

        def emit(self, record: logging.LogRecord) -> None:
            self.lines.append(json.loads(formatter.format(record)))

    handler = Kept()
    handler.lines = []
    logger = logging.getLogger("helpdesk.request")
    logger.addHandler(handler)
    yield handler.lines
    logger.removeHandler(handler)


def test_the_line_of_a_request_names_view_status_person_and_organisation_and_no_path(
    world: World, signed_in: SignIn, logged
) -> None:
    answer = signed_in(world.alice).get("/tickets/?page=1&secret=x", REMOTE_ADDR="192.0.2.7")
    [line] = logged
    assert line.pop("ms") > 0
    assert line.pop("at")
    assert line == {
        "event": "request",
        "logger": "helpdesk.request",
        "level": "info",
        "request_id": answer.headers["X-Request-ID"],
        "client": "192.0.2.7",
        "method": "GET",
        "view": "tickets:list",
        "status": 200,
        "user": world.alice.pk,
        "organisations": [world.acme.pk],
    }


def test_somebody_who_sees_many_organisations_is_logged_with_the_first_ten(
    world: World, signed_in, logged, monkeypatch
):
    from helpdesk.web import middleware

    monkeypatch.setattr(middleware, "MOST_LISTED", 1)
    signed_in(world.agent).get("/queue/")
    assert logged[-1]["organisations"] == [min(world.acme.pk, world.globex.pk)]
    assert logged[-1]["more_organisations"] == 1


def test_health_is_not_logged_and_a_missing_page_is_without_its_path(db, logged) -> None:
    Client().get("/healthz")
    Client().get("/no/such/page/")
    assert [(line["view"], line["status"]) for line in logged] == [("unmatched", 404)]


@pytest.mark.django_db
def test_a_request_id_is_taken_from_a_listed_proxy_only(settings) -> None:
    made = Client().get("/healthz", HTTP_X_REQUEST_ID=GIVEN).headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert Client().get("/healthz", HTTP_X_REQUEST_ID=GIVEN).headers["X-Request-ID"] == GIVEN
    for wrong in ("short", "x" * 65, "two words", "a\tb-------", "<script>alert"):
        assert Client().get("/healthz", HTTP_X_REQUEST_ID=wrong).headers["X-Request-ID"] != wrong


def test_two_requests_never_share_an_id(db) -> None:
    assert len({Client().get("/healthz").headers["X-Request-ID"] for _ in range(20)}) == 20


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_wrong_method_gets_a_page_that_leads_on(world: World, signed_in: SignIn, method: str) -> None:
    answer = getattr(signed_in(world.alice), method)("/tickets/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    page = answer.content.decode()
    assert "This address only takes a form" in page
    assert "Alice" in page


def test_a_refusal_prints_no_traceback_and_a_fault_does(world: World, signed_in: SignIn, caplog, settings) -> None:
    settings.ROOT_URLCONF = "tests.isolation.probes"
    agent = signed_in(world.agent, raise_request_exception=False)
    assert [agent.get(path).status_code for path in ("/settings/", "/no/such/page/")] == [403, 404]
    assert [record for record in caplog.records if record.exc_info and shown(record)] == []
    assert agent.get("/probe/raises/").status_code == 500
    assert [record.name for record in caplog.records if record.exc_info and shown(record)] == ["django.request"]


def shown(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.getLogger(record.name).getEffectiveLevel()
