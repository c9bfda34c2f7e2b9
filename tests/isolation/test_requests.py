"""The request's scope and transaction: around view and rendering, gone with the request, undone by a 5xx."""

import pytest
from django.db import connection
from django.test import Client

from helpdesk.lib.tenancy import ScopeError, current_scope, system_scope
from tests.isolation.conftest import CANARY
from tickets.models import Ticket

pytestmark = pytest.mark.urls("tests.isolation.probes")
WRITTEN = "written by a request that failed"


@pytest.fixture
def alice(committed_world, committed_pair, signed_in):
    return signed_in(committed_world.alice, raise_request_exception=False)


def acme_subject() -> str:
    with system_scope("what stands in the database"):
        return Ticket.objects.get(organisation__key="ACME").subject


@pytest.mark.parametrize(("probe", "status"), [("raises", 500), ("unavailable", 503), ("broken_template", 500)])
def test_a_5xx_rolls_everything_back(alice, probe, status):
    assert alice.get(f"/probe/{probe}/").status_code == status
    assert acme_subject() == "Invoices fail acme"


def test_a_refusal_keeps_what_was_written_before_it(alice):
    assert alice.get("/probe/refused/").status_code == 409
    assert acme_subject() == WRITTEN


def test_a_response_that_renders_after_its_view_still_sees_its_rows_and_no_others(alice):
    assert alice.get("/probe/lazy/").content.decode() == "Invoices fail acme|"


def test_the_scope_does_not_survive_to_the_next_request_on_the_same_connection(committed_world, alice, signed_in):
    def backend() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    connection.settings_dict["CONN_MAX_AGE"] = None  # as in production, where connections stay open
    try:
        first = backend()
        assert alice.get("/probe/raw/").content.decode() == "Invoices fail acme"
        assert Client().get("/probe/raw/").status_code == 302
        assert signed_in(committed_world.bob).get("/probe/raw/").content.decode() == f"Invoices fail {CANARY}"
        both = signed_in(committed_world.agent).get("/probe/raw/").content.decode()
        assert both == f"Invoices fail acme|Invoices fail {CANARY}"
        assert backend() == first, "it was one connection all along"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tickets_ticket")
            assert cursor.fetchone() == (0,)
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = 0
    with pytest.raises(ScopeError):
        current_scope()


def test_a_failed_request_leaves_no_scope_behind_either(alice):
    alice.get("/probe/raises/")
    with pytest.raises(ScopeError):
        current_scope()
    assert not connection.in_atomic_block


def test_a_person_moved_to_nowhere_sees_nothing(committed_world, alice):
    with system_scope("the organisation is shut"):
        committed_world.acme.is_active = False
        committed_world.acme.save()
    assert alice.get("/probe/raw/").content.decode() == ""
