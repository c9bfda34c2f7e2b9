"""Custom fields in the pages: defining them, filling them in on a new ticket, seeing and changing them on a ticket."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import system_scope
from tests.support import actor_of, colombo
from tickets.models import FieldDefinition, FormDraft, Ticket, TicketField
from tickets.operations.field_values import set_fields
from tickets.operations.fields import FieldText, define_field, retire_field

pytestmark = pytest.mark.usefixtures("everything", "monday")
LIST, NEW = "/settings/fields/", "/settings/fields/new/"
TICKET = {"subject": "Till is dead", "description": "It does not start.", "severity": "P3"}
FOR_CLIENTS = {"visible": True, "fillable": True}


@pytest.fixture
def define(world):
    def make(label, kind="text", *, only_for=None, **text):
        actor = actor_of(world.admin)
        return define_field(actor=actor, text=FieldText(label=label, **text), kind=kind, only_for=only_for)

    return make


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


def put(ticket, world, values):
    set_fields(ticket=ticket, values=values, actor=actor_of(world.agent), at=colombo("2026-11-16 10:20"))


def text_of(answer):
    return answer.content.decode()


def test_an_admin_adds_changes_retires_and_restores_a_field(signed_in, world):
    browser = signed_in(world.admin)
    assert "No custom fields yet" in text_of(browser.get(LIST))
    typed = {"label": "Site", "kind": "choice", "only_for": "ACME", "choices": "North\nSouth", "visible": "on"}
    assert browser.post(NEW, typed).headers["Location"] == LIST
    field = FieldDefinition.objects.get()
    assert (field.only_for, field.choices, field.is_visible) == (world.acme.pk, ["North", "South"], True)
    page = text_of(browser.get(LIST))
    assert all(words in page for words in ("Site", "Choice", "Acme Trading", "see it", "In use"))
    one = f"{LIST}{field.pk}/"
    refused = browser.post(one, {"label": "Site of theirs", "choices": "North", "position": "x"})
    assert refused.status_code == 422
    assert "Give 2 to 50 choices, one a line." in text_of(refused)
    assert "Site of theirs" in text_of(refused)
    browser.post(one, {"label": "Where", "choices": "North\nWest", "position": "3"})
    browser.post(f"{one}retirement/")
    field.refresh_from_db()
    assert field.retired_at is not None
    assert (field.label, field.choices, field.position) == ("Where", ["North", "West"], 3)
    assert "Retired" in text_of(browser.get(LIST))
    browser.post(f"{one}retirement/", {"wanted": "off"})
    field.refresh_from_db()
    assert field.retired_at is None


def test_the_settings_are_for_admins_and_for_the_organisations_that_they_serve(signed_in, world, define):
    theirs = define("Theirs", only_for=world.globex)
    assert signed_in(world.agent).get(LIST).status_code == 403
    assert signed_in(world.alice).post(NEW, {"label": "Mine", "kind": "text"}).status_code == 403
    browser = signed_in(world.admin)
    unknown = browser.post(NEW, {"label": "Mine", "kind": "text", "only_for": "NOBODY"})
    assert unknown.status_code == 422
    assert "Choose an organisation that you serve, or every one." in text_of(unknown)
    assert browser.get(f"{LIST}{theirs.pk + 99}/").status_code == 404


def test_a_list_of_more_than_a_page_goes_on_where_it_ended_in_as_many_statements(signed_in, world, define):
    browser = signed_in(world.admin)
    define("First", position="1")
    with CaptureQueriesContext(connection) as few:
        browser.get(LIST)
    made = [FieldDefinition(label=f"Field {n}", kind="text", position=2, retired_at=colombo("2026-11-16 10:00"))
            for n in range(60)]  # fmt: skip
    FieldDefinition.objects.bulk_create(made)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(LIST)
    assert len(many) == len(few)
    assert text_of(page).count("<tr>") == 51
    after = page.context["next"]
    assert text_of(browser.get(f"{LIST}{after}")).count("<tr>") == 12


def test_a_client_fills_in_what_is_asked_and_each_fault_stands_at_its_field(signed_in, world, define):
    site = define("Site", "choice", choices=["North", "South"], required=True, **FOR_CLIENTS)
    age = define("Age in years", "number", **FOR_CLIENTS)
    define("Risk")
    define("Globex only", only_for=world.globex, **FOR_CLIENTS)
    browser = signed_in(world.alice)
    page = text_of(browser.get("/tickets/new/"))
    assert ("Site" in page, "Age in years" in page, "Risk" in page, "Globex only" in page) == (True, True, False, False)
    refused = browser.post("/tickets/new/", {**TICKET, age.input_name: "old"})
    page = text_of(refused)
    assert refused.status_code == 422
    assert "“Site” must be filled in." in page
    assert "Give a number, such as 12 or 3.5" in page
    assert 'value="old"' in page
    assert FormDraft.objects.get().fields[age.input_name] == "old"
    assert 'value="old"' in text_of(browser.get("/tickets/new/"))
    browser.post("/tickets/new/", {**TICKET, site.input_name: "North", age.input_name: "7"})
    values = TicketField.objects.filter(ticket=Ticket.objects.get()).values_list("definition__label", "value")
    assert set(values) == {("Site", "North"), ("Age in years", "7")}


def test_staff_fill_in_the_internal_fields_too(signed_in, world, define):
    risk = define("Risk", "yes_no")
    browser = signed_in(world.agent)
    assert "Risk" in text_of(browser.get("/tickets/new/?organisation=ACME"))
    sent = {**TICKET, "organisation": "ACME", "requester": world.alice.pk, risk.input_name: "yes"}
    browser.post("/tickets/new/", sent)
    assert TicketField.objects.get().value == "yes"


def test_a_ticket_shows_each_side_its_fields_and_staff_change_them(signed_in, world, define, ticket):
    seen, internal = define("Serial", visible=True), define("Risk", "yes_no")
    late = define("Since when owned", "date")
    put(ticket, world, {seen.pk: "A1", internal.pk: "yes"})
    agent, client = signed_in(world.agent), signed_in(world.alice)
    page = text_of(client.get(ticket.path))
    assert "<dd>A1</dd>" in page
    assert "Risk" not in page
    assert "Change what its fields say" not in page
    where = f"{ticket.path}fields/"
    assert client.post(where, {seen.input_name: "mine"}).status_code == 403
    shown = {f"initial-{seen.input_name}": "A1", f"initial-{internal.input_name}": "", seen.input_name: "A1"}
    refused = agent.post(where, {**shown, late.input_name: "yesterday"})
    assert refused.status_code == 422
    assert "Give the date as year-month-day" in text_of(refused)
    assert 'value="yesterday"' in text_of(refused)
    # The form showed the risk as empty, before a colleague had said it: it sends no change of it.
    sent = {**shown, seen.input_name: "B2", internal.input_name: "", late.input_name: "2024-02-29"}
    assert agent.post(where, sent).headers["Location"] == ticket.path
    assert dict(TicketField.objects.filter(ticket=ticket).values_list("definition__label", "value")) == {
        "Serial": "B2",
        "Risk": "yes",
        "Since when owned": "2024-02-29",
    }
    page = text_of(client.get(ticket.path))
    assert "Serial: B2 (was: A1)" in page
    assert "2024-02-29" not in page


def test_fields_cost_a_tickets_page_one_statement_however_many_and_the_queue_none(signed_in, world, define, ticket):
    browser = signed_in(world.agent)
    browser.get(ticket.path)
    with CaptureQueriesContext(connection) as page_without, system_scope("the page is counted"):
        browser.get(ticket.path)
    with CaptureQueriesContext(connection) as queue_without:
        browser.get("/queue/")
    fields = [define(f"Field {n}") for n in range(5)]
    put(ticket, world, {field.pk: "x" for field in fields})
    retire_field(field=fields[0], actor=actor_of(world.admin))
    with CaptureQueriesContext(connection) as page_with, system_scope("the page is counted"):
        browser.get(ticket.path)
    with CaptureQueriesContext(connection) as queue_with:
        browser.get("/queue/")
    assert (len(page_with), len(queue_with)) == (len(page_without), len(queue_without))
    assert sum("tickets_fielddefinition" in one["sql"] for one in page_with) == 1
    assert not any("tickets_field" in one["sql"] for one in queue_with)
