"""The pages: staff open an incident and go on with it, clients read it and join, others find nothing."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import scope, system_scope
from status.models import Component, Incident, IncidentTicket, IncidentUpdate, UpdateTemplate
from tests.support import actor_of
from tickets.models import Ticket
from tickets.operations.intake import open_ticket

pytestmark = pytest.mark.django_db
LIST, NEW = "/incidents/", "/incidents/new/"
FORM = {"title": "Mail is slow", "kind": "incident", "audience": "all", "phase": "investigating", "body": "We look."}


@pytest.fixture
def desk(signed_in, world):
    return signed_in(world.agent)


@pytest.fixture
def everywhere():
    with system_scope("what the pages have written"):
        yield


@pytest.fixture
def ticket(world):
    with scope({world.acme.pk}):
        return open_ticket(
            organisation=world.acme, requester=world.alice, subject="No mail", description="Since nine.",
            severity="P3", actor=actor_of(world.alice),
        )  # fmt: skip


def text_of(answer):
    return answer.content.decode()


def test_an_agent_opens_goes_on_with_and_resolves_an_incident(desk, web, everywhere):
    assert "No incident lasts" in text_of(desk.get(LIST))
    typed = {**FORM, f"component-{web.pk}": "partial_outage", "promise": "30", "in_app": "on"}
    answer = desk.post(NEW, typed)
    incident = Incident.objects.get()
    here = f"/incidents/{incident.public_id}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    assert (incident.for_all, incident.level, incident.in_app) == (True, "partial_outage", True)
    assert (incident.next_update_at - incident.created_at).total_seconds() == pytest.approx(1800, abs=5)
    page = text_of(desk.get(here))
    assert all(words in page for words in ("Mail is slow", "Partial outage", "Next update by", "Nimal"))
    desk.post(here, {"phase": "resolved", "body": "It is quick again."})
    incident.refresh_from_db()
    assert (incident.phase, incident.level) == ("resolved", "operational")
    assert "It is quick again." in text_of(desk.get(f"/status/incidents/{incident.public_id}/"))


def test_what_is_wrong_is_told_beside_its_input_and_nothing_is_written(desk, everywhere):
    refused = desk.post(NEW, {**FORM, "title": " ", "body": "Kept text", "display_at": "tomorrow"})
    assert refused.status_code == 422
    assert "Kept text" in text_of(refused)
    refused = desk.post(NEW, {**FORM, "audience": "listed"})
    assert (refused.status_code, "Choose at least one organisation" in text_of(refused)) == (422, True)
    assert not Incident.objects.exists()


def test_a_draft_is_not_there_for_clients_until_it_is_published(desk, signed_in, world, everywhere):
    desk.post(NEW, {**FORM, "audience": "listed", "organisations": ["ACME"], "draft": "1"})
    incident = Incident.objects.get()
    theirs = f"/status/incidents/{incident.public_id}/"
    alice = signed_in(world.alice)
    assert alice.get(theirs).status_code == 404
    desk.post(f"/incidents/{incident.public_id}/publication/")
    assert alice.get(theirs).status_code == 200
    assert [signed_in(world.bob).get(theirs).status_code, Client().get(theirs).status_code] == [404, 404]


def test_everybody_reads_what_is_for_everybody_also_without_signing_in(tell):
    incident = tell()
    page = Client().get(f"/status/incidents/{incident.public_id}/")
    assert page.status_code == 200
    assert "We look into it." in text_of(page)
    assert "Nimal" not in text_of(page), "who wrote it is the vendor's own matter"
    assert Client().get(f"/status/incidents/{uuid.uuid4()}/").status_code == 404


def test_retraction_asks_why_and_shows_it(desk, tell):
    here = f"/incidents/{tell().public_id}/"
    assert desk.post(f"{here}retraction/", {"reason": " "}).status_code == 422
    desk.post(f"{here}retraction/", {"reason": "The probe was wrong."})
    assert "The probe was wrong." in text_of(desk.get(here))
    assert desk.post(here, {"phase": "identified", "body": "More."}).status_code == 409


def test_a_narrow_agent_reads_but_does_not_write_what_others_read_too(world, signed_in, tell):
    both = tell(only=[world.acme, world.globex])
    nadia = signed_in(world.narrow)
    page = text_of(nadia.get(f"/incidents/{both.public_id}/"))
    assert ("others write of it" in page, "Acme Trading" in page) == (True, False)
    refused = nadia.post(f"/incidents/{both.public_id}/", {"phase": "identified", "body": "Mine."})
    assert refused.status_code == 403
    foreign = tell(only=[world.acme])
    assert nadia.get(f"/incidents/{foreign.public_id}/").status_code == 404
    assert nadia.post(NEW, {**FORM, "audience": "listed", "organisations": ["ACME"]}).status_code == 422


def test_clients_have_no_desk_of_incidents(signed_in, world, tell):
    here = f"/incidents/{tell().public_id}/"
    alice = signed_in(world.alice)
    assert [alice.get(path).status_code for path in (LIST, NEW, here)] == [403, 403, 403]


def test_a_ticket_is_attached_from_the_incident_and_from_its_own_page_and_taken_off(desk, tell, ticket, everywhere):
    here, beside = f"/incidents/{tell().public_id}/", f"/tickets/{ticket.public_id}/incidents/"
    assert "There is no such ticket." in text_of(desk.post(f"{here}tickets/", {"number": "ACME-99"}))
    assert "Attach to “Sign-in fails”" in text_of(desk.get(beside, headers={"HX-Request": "true"}))
    answer = desk.post(f"{here}tickets/", {"number": "acme-1", "back": str(ticket.public_id)})
    assert answer.headers["Location"] == ticket.path
    assert ticket.reference in text_of(desk.get(here))
    assert "<!doctype html>" in text_of(desk.get(beside))
    desk.post(f"{here}tickets/{ticket.public_id}/removal/")
    assert not IncidentTicket.objects.exists()


def test_me_too_leads_to_a_ticket_with_what_was_typed(signed_in, world, tell, everywhere):
    incident, alice = tell(), signed_in(world.alice)
    page = f"/status/incidents/{incident.public_id}/"
    assert "Me too" in text_of(alice.get(page))
    answer = alice.post(f"{page}me-too/", {"subject": "I am out", "description": "Since nine."})
    ticket = Ticket.objects.get()
    assert (answer.headers["Location"], ticket.subject, ticket.requester) == (ticket.path, "I am out", world.alice)
    assert "Sign-in fails" in text_of(alice.get(f"/tickets/{ticket.public_id}/incidents/"))
    assert signed_in(world.agent).post(f"{page}me-too/").status_code == 404
    assert Client().post(f"{page}me-too/").status_code == 401


def test_a_template_fills_the_form(desk, tell, everywhere):
    desk.post(
        "/settings/update-templates/new/", {"name": "We know", "phase": "identified", "body": "We have found it."}
    )
    template = UpdateTemplate.objects.get()
    page = text_of(desk.get(f"/incidents/{tell().public_id}/?template={template.pk}"))
    assert "We have found it.</textarea>" in page
    one = f"/settings/update-templates/{template.pk}/"
    assert desk.post(one, {"name": "", "phase": "identified", "body": "x"}).status_code == 422
    desk.post(one, {"name": "Found", "phase": "monitoring", "body": "It holds."})
    assert "Found" in text_of(desk.get("/settings/update-templates/"))
    desk.post(f"{one}removal/")
    assert not UpdateTemplate.objects.exists()
    assert desk.get(one).status_code == 404


def test_administrators_define_components_and_agents_do_not(desk, signed_in, world):
    admin, where = signed_in(world.admin), "/settings/components/"
    assert desk.get(where).status_code == 403
    assert "No components yet" in text_of(admin.get(where))
    assert admin.post(f"{where}new/", {"name": "API", "core": "on", "beta": "on"}).status_code == 422
    admin.post(f"{where}new/", {"name": "API", "group": "More", "core": "on"})
    component = Component.objects.get()
    admin.post(f"{where}{component.pk}/", {"name": "REST API", "position": "2"})
    component.refresh_from_db()
    assert (component.name, component.is_core, component.group) == ("REST API", False, None)
    admin.post(f"{where}{component.pk}/retirement/")
    assert "Retired" in text_of(admin.get(where))
    admin.post(f"{where}{component.pk}/retirement/", {"wanted": "off"})
    assert "Retired" not in text_of(admin.get(where))


def test_the_list_takes_as_many_statements_for_many_as_for_few(desk, tell, world, go_on):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert desk.get(LIST).status_code == 200
        return len(found)

    tell(only=[world.acme])
    go_on(tell(), "resolved", "2026-11-16 11:00")
    few = statements()
    for _ in range(4):
        tell(only=[world.acme, world.globex])
        go_on(tell(), "resolved", "2026-11-16 11:00")
    assert statements() == few


def test_the_past_is_told_page_by_page(desk, tell, go_on, monkeypatch):
    monkeypatch.setattr("status.listing.PAGE", 2)
    for number in range(3):
        go_on(tell(f"Number {number}"), "resolved", "2026-11-16 11:00")
    page = text_of(desk.get(LIST))
    assert ("Number 2" in page, "Number 1" in page, "Number 0" in page) == (True, True, False)
    last = Incident.objects.order_by("pk")[1].pk
    assert "Number 0" in text_of(desk.get(f"{LIST}?before={last}"))


def test_a_text_is_shown_as_text(desk, tell):
    incident = tell("<script>alert(1)</script>", body="<b>x</b> https://example.org/a")
    page = text_of(Client().get(f"/status/incidents/{incident.public_id}/"))
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert 'href="https://example.org/a"' in page


def test_what_is_told_afterwards_says_how_late(desk, tell, serving):
    incident = tell(display="2026-11-16 07:30", at="2026-11-16 10:00")
    assert IncidentUpdate.objects.get(incident=incident).told_late == "2 h 30 min"
    assert "Written 2 h 30 min later." in text_of(desk.get(f"/incidents/{incident.public_id}/"))
