"""Row 12, addresses and form fields: whatever a person types, a foreign row is neither shown, named nor touched."""

import hashlib
import uuid

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from helpdesk.lib.tenancy import TenantModel, system_scope
from tests.isolation.conftest import CANARY, world_with_a_pair
from tickets.confirming import confirmation_path
from tickets.models import Attachment, Escalation, Ticket


def ticket_routes() -> list[tuple[str, set[str]]]:
    """Every page's address below a ticket: its name and what it takes besides. The API has a walk of its own."""
    found = []

    def walk(patterns, namespace: str) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns, f"{namespace}{one.namespace}:" if one.namespace else namespace)
            elif isinstance(one, URLPattern) and "public_id" in one.pattern.converters and namespace != "api:":
                found.append((f"{namespace}{one.name}", set(one.pattern.converters) - {"public_id"}))

    walk(get_resolver().url_patterns, "")
    return found


make_stage = world_with_a_pair
TYPED = {
    "body": "hello", "question": "why?", "reason": "because", "message": "done", "severity": "P2", "assignee": "",
    "contact": "", "planned_on": "2026-12-01",
}  # fmt: skip


def digest(organisation_id: int) -> str:
    """Every row of an organisation's, in one number."""
    tables = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))
    seen = hashlib.sha256()
    with system_scope("the test compares every row"), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t WHERE organisation_id = %s ORDER BY 1", [organisation_id])  # noqa: S608
            seen.update(repr(cursor.fetchall()).encode())
    return seen.hexdigest()


def test_the_walk_has_something_to_walk():
    assert ("tickets:detail", set()) in ticket_routes()
    taken = {more for _, takes in ticket_routes() for more in takes}
    assert taken <= {"pk", "file_id", "signed", "ticket_id"}, "another argument needs a value here"


@pytest.mark.parametrize("who", ["alice", "amara"])
def test_every_address_of_a_foreign_ticket_answers_a_client_like_one_that_does_not_exist(world, pair, signed_in, who):
    before = digest(world.globex.pk)
    assert_walls_hold(signed_in(getattr(world, who)), pair.globex)
    assert digest(world.globex.pk) == before


def test_staff_limited_to_globex_get_404_for_an_acme_ticket_at_every_address(world, pair, signed_in):
    before = digest(world.acme.pk)
    browser = signed_in(world.narrow)
    assert browser.get(reverse("tickets:detail", args=[pair.globex.public_id])).status_code == 200
    assert_walls_hold(browser, pair.acme)
    assert digest(world.acme.pk) == before


def assert_walls_hold(browser, foreign: Ticket) -> None:
    """Each address, each method: the same answer as for a missing ticket, without a word of the foreign one."""
    with system_scope("the foreign rung's number, and the file's"):
        rung, file = Escalation.objects.filter(ticket=foreign)[0], Attachment.objects.get(ticket=foreign)
        link = confirmation_path(foreign, foreign.requester)  # a true one, in the wrong hands
    signed = link.rstrip("/").rsplit("/", 1)[-1]
    values = {"pk": rung.pk, "file_id": file.public_id, "signed": signed, "ticket_id": foreign.public_id}
    for name, takes in ticket_routes():
        more = {argument: values[argument] for argument in takes}
        address = reverse(name, kwargs={"public_id": foreign.public_id, **more})
        missing = reverse(name, kwargs={"public_id": uuid.uuid4(), **more})
        for method in ("get", "post"):
            answer, other = getattr(browser, method)(address, TYPED), getattr(browser, method)(missing, TYPED)
            assert answer.status_code == other.status_code in (403, 404, 405), (name, method)
            body = answer.content.decode()
            assert foreign.subject not in body, (name, method)
            assert CANARY not in body, (name, method)


def test_an_own_tickets_address_does_not_reach_a_foreign_rung(world, pair, signed_in):
    with system_scope("the foreign rung's number"):
        rung = Escalation.objects.filter(ticket=pair.acme)[0]
    address = reverse("tickets:acknowledgement", kwargs={"public_id": pair.globex.public_id, "pk": rung.pk})
    assert signed_in(world.narrow).post(address).status_code == 404
    with system_scope("nothing was acknowledged"):
        assert not Escalation.objects.filter(acknowledged_at__isnull=False).exists()


@pytest.fixture
def new_ticket(world):
    """What the form of a new ticket sends."""
    return {
        "subject": "Planted", "description": "Planted", "severity": "P1", "submission_key": str(uuid.uuid4()),
        "organisation": "ACME", "requester": str(world.alice.pk),
    }  # fmt: skip


def tickets_of(organisation) -> list[str]:
    with system_scope("what stands in the database"):
        return list(Ticket.objects.filter(organisation=organisation).order_by("pk").values_list("subject", flat=True))


def test_a_clients_form_cannot_name_another_organisation(world, pair, signed_in, new_ticket):
    typed = {**new_ticket, "organisation": "GLOBEX", "requester": str(world.bob.pk)}
    signed_in(world.alice).post("/tickets/new/", typed)
    assert tickets_of(world.globex) == [f"Invoices fail {CANARY}"]
    with system_scope("it became the client's own"):
        planted = Ticket.objects.get(subject="Planted")
        assert (planted.organisation, planted.requester) == (world.acme, world.alice)


def test_a_staff_form_cannot_name_an_organisation_that_they_do_not_serve(world, pair, signed_in, new_ticket):
    answer = signed_in(world.narrow).post("/tickets/new/", new_ticket)
    assert "ACME" not in answer.content.decode().replace("ravingCRM", "")
    assert tickets_of(world.acme) == ["Invoices fail acme"]


def test_a_staff_form_cannot_name_a_requester_of_another_organisation(world, pair, signed_in, new_ticket):
    answer = signed_in(world.agent).post("/tickets/new/", {**new_ticket, "requester": str(world.bob.pk)})
    assert answer.status_code == 422
    assert "Choose the person at the client" in answer.content.decode()
    assert tickets_of(world.acme) == ["Invoices fail acme"]


def test_a_form_cannot_follow_a_foreign_ticket(world, pair, signed_in, new_ticket):
    answer = signed_in(world.alice).post("/tickets/new/", {**new_ticket, "follows": str(pair.globex.public_id)})
    assert answer.status_code == 404
    assert signed_in(world.alice).get(f"/tickets/new/?follows={pair.globex.public_id}").status_code == 404
    assert tickets_of(world.acme) == ["Invoices fail acme"]


def test_a_foreign_submission_key_is_no_key_to_the_foreign_ticket(world, pair, signed_in, new_ticket):
    with system_scope("somebody has seen the key"):
        key = Ticket.objects.get(pk=pair.globex.pk).submission_key
    answer = signed_in(world.alice).post("/tickets/new/", {**new_ticket, "submission_key": str(key)}, follow=True)
    assert CANARY not in answer.content.decode()
    assert tickets_of(world.acme) == ["Invoices fail acme", "Planted"]


def test_a_ticket_cannot_be_assigned_to_staff_who_do_not_serve_its_organisation(world, pair, signed_in):
    address = reverse("tickets:assignment", args=[pair.acme.public_id])
    browser = signed_in(world.agent)
    assert browser.post(address, {"assignee": str(world.narrow.pk)}).status_code == 422
    with system_scope("nobody was assigned"):
        assert Ticket.objects.get(pk=pair.acme.pk).assignee_id is None


@pytest.mark.parametrize("address", ["/tickets/", "/queue/", "/escalations/"])
def test_lists_show_no_foreign_row(world, pair, signed_in, address):
    assert CANARY in signed_in(world.agent).get(address).content.decode()
    narrow = signed_in(world.narrow).get(address).content.decode()
    assert CANARY in narrow
    assert "Invoices fail acme" not in narrow
    assert CANARY not in signed_in(world.alice).get(address).content.decode()


def test_a_filter_by_a_foreign_organisation_shows_nothing_of_it(world, pair, signed_in):
    answer = signed_in(world.narrow).get("/queue/", {"organisation": "ACME"})
    assert "Invoices fail acme" not in answer.content.decode()
