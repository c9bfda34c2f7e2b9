"""Templates in the pages: their list, and one put into a reply that is read before it is sent."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support import actor_of, colombo
from tickets.labels import tags_of
from tickets.models import Attachment, Macro, TimelineEntry
from tickets.operations.macros import MacroText, create_macro

pytestmark = pytest.mark.usefixtures("everything", "monday")
AT = colombo("2026-11-16 10:20")
LIST = "/settings/macros/"


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


@pytest.fixture
def make(world):
    def create(person=None, *, shared=True, **text):
        given = {"name": "Thanks", "body": "Hello {{requester.first_name}}.", **text}
        return create_macro(actor=actor_of(person or world.agent), text=MacroText(**given), shared=shared, at=AT)

    return create


def put(browser, ticket, macro, **typed):
    return browser.post(f"{ticket.path}reply/macro/", {"macro": str(macro.pk), "seen": "1", **typed})


def text_of(page):
    """What the reply's text says, as the browser gets it."""
    return re.search(r'<textarea[^>]* id="reply-body"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)[1]


def test_a_template_is_filled_for_this_ticket_and_nothing_is_sent(signed_in, world, ticket, make):
    macro = make(body="{{requester.name}} of {{organisation.name}}: {{ticket.reference}}, {{ticket.severity}}, "
                 "{{limit.due}}, {{agent.name}}")  # fmt: skip
    answer = put(signed_in(world.agent), ticket, macro)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert text_of(page) == "Alice of Acme Trading: ACME-1, P2 Major, Mon 23 Nov 2026, 10:00 (Colombo), Nimal"
    assert "Read it before you send it" in page
    assert "Nothing was changed" not in page
    assert TimelineEntry.objects.count() == 1


def test_what_was_typed_stays_above_the_template_and_files_stay(signed_in, world, ticket, make, files_folder):
    file = SimpleUploadedFile("a.txt", b"hello")
    page = put(signed_in(world.agent), ticket, make(), body="First, mine.", file=file).content.decode()
    assert text_of(page) == "First, mine.\n\nHello Alice."
    assert f'value="{Attachment.objects.get().public_id}" checked' in page


def test_a_variable_without_a_value_is_shown_unfilled_and_stops_the_send(signed_in, world, submit, make):
    ticket, agent = submit("P4", "2026-11-16 10:00"), signed_in(world.agent)
    page = put(agent, ticket, make(body="Done by {{limit.due}}.")).content.decode()
    assert text_of(page) == "Done by {{limit.due}}."
    assert "Without a value here:" in page
    assert "<code>{{limit.due}}</code>" in page
    refused = agent.post(f"{ticket.path}reply/", {"body": "Done by {{limit.due}}."})
    assert refused.status_code == 422
    assert "{{limit.due}} has no value on this ticket" in refused.content.decode()
    assert TimelineEntry.objects.count() == 1


def test_the_actions_of_a_template_are_chosen_and_not_done(signed_in, world, ticket, make):
    macro = make(then="resolve", severity="P3", severity_reason="A workaround is there.")
    page = put(signed_in(world.agent), ticket, macro).content.decode()
    assert '<option value="P3" selected>' in page
    assert 'value="A workaround is there."' in page
    assert re.findall(r'<button class="button primary" name="then" value="(\w*)"', page) == ["resolve"]
    assert "It proposes: Resolve." in page
    assert TimelineEntry.objects.count() == 1


def test_no_template_chosen_is_told_and_loses_nothing(signed_in, world, ticket, make):
    colleagues = make(world.manager, shared=False, name="Malini's")
    for macro in ("", "x", "999", str(colleagues.pk), "9" * 40):
        answer = signed_in(world.agent).post(f"{ticket.path}reply/macro/", {"macro": macro, "body": "Mine"})
        page = answer.content.decode()
        assert (answer.status_code, text_of(page)) == (422, "Mine")
        assert "Choose a template first." in page


def test_the_list_offers_the_shared_and_ones_own_and_clients_none(signed_in, world, ticket, make):
    make(name="Shared")
    make(world.manager, shared=False, name="Malini alone")
    make(shared=False, name="Nimal alone")
    page = signed_in(world.agent).get(ticket.path).content.decode()
    assert re.findall(r"<option value=\"\d+\">([^<]+)</option>", page)[:2] == ["Nimal alone (yours)", "Shared"]
    assert "Malini alone" not in page
    assert 'name="macro"' not in signed_in(world.alice).get(ticket.path).content.decode()
    assert put(signed_in(world.alice), ticket, Macro.objects.first()).status_code == 403


def test_an_agent_makes_changes_and_removes_a_template(signed_in, world):
    agent = signed_in(world.agent)
    assert "No templates yet" in agent.get(LIST).content.decode()
    assert "{{ticket.reference}}" in agent.get(f"{LIST}new/").content.decode()
    typed = {"name": "Bye", "body": "Bye {{requester.name}}.", "then": "", "severity": "", "severity_reason": ""}
    assert agent.post(f"{LIST}new/", {**typed, "shared": "on"})["Location"] == LIST
    macro = Macro.objects.get()
    assert "Bye" in agent.get(LIST).content.decode()
    agent.post(f"{LIST}{macro.pk}/", {**typed, "name": "Goodbye"})
    assert Macro.objects.get().name == "Goodbye"
    agent.post(f"{LIST}{macro.pk}/removal/")
    assert Macro.objects.count() == 0


def test_a_refused_template_keeps_what_was_typed(signed_in, world):
    answer = signed_in(world.agent).post(f"{LIST}new/", {"name": "Bye", "body": "My {{ticket.refrence}}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no variable {{ticket.refrence}}" in page
    assert "My {{ticket.refrence}}</textarea>" in page


def test_a_colleagues_own_template_and_a_missing_one_are_404(signed_in, world, make):
    macro = make(world.manager, shared=False)
    agent = signed_in(world.agent)
    assert [agent.get(f"{LIST}{pk}/").status_code for pk in (macro.pk, 99_999)] == [404, 404]
    assert agent.post(f"{LIST}{macro.pk}/removal/").status_code == 404
    assert signed_in(world.amara).get(LIST).status_code == 403


def test_a_long_list_comes_in_pages_that_together_hold_each_once(signed_in, world, make, monkeypatch):
    monkeypatch.setattr("tickets.macros.PAGE", 2)
    for name in ("Ax", "bx", "Cx", "dx", "Ex"):
        make(name=name)
    browser, found, address = signed_in(world.agent), [], LIST
    while address:
        page = browser.get(address).content.decode()
        found += re.findall(r'class="subject" href="[^"]+">(\w+)<', page)
        following = re.search(r'href="(\?after=[^"]+)">Next page', page)
        address = f"{LIST}{following[1]}" if following else ""
    assert found == ["Ax", "bx", "Cx", "dx", "Ex"]
    assert browser.get(f"{LIST}?after=%00rubbish~x").status_code == 200


def test_the_tags_of_a_template_join_those_typed_and_go_on_with_the_reply(signed_in, world, ticket, make):
    agent = signed_in(world.agent)
    page = put(agent, ticket, make(tags=["invoices", "vip"]), tags="urgent, vip").content.decode()
    assert 'value="urgent, vip, invoices"' in page
    assert tags_of(ticket) == []
    agent.post(f"{ticket.path}reply/", {"body": "Hello.", "tags": "urgent, vip, invoices"})
    assert tags_of(ticket) == ["invoices", "urgent", "vip"]


def test_a_refused_tag_stays_beside_its_field_and_nothing_is_sent(signed_in, world, ticket):
    answer = signed_in(world.agent).post(f"{ticket.path}reply/", {"body": "Hello.", "tags": "x" * 41})
    assert answer.status_code == 422
    assert "a tag has at most 40" in answer.content.decode()
    assert TimelineEntry.objects.count() == 1


def test_a_templates_tags_are_changed_on_its_page_and_listed(signed_in, world, make):
    agent, macro = signed_in(world.agent), make(tags=["vip"])
    assert 'value="vip"' in agent.get(f"{LIST}{macro.pk}/").content.decode()
    agent.post(f"{LIST}{macro.pk}/", {"name": "Thanks", "body": "Hello.", "tags": "VIP, Invoices"})
    assert Macro.objects.get().tags == ["vip", "invoices"]
    assert "tags: vip, invoices" in agent.get(LIST).content.decode()


def test_clients_are_not_offered_tags(signed_in, world, ticket):
    assert "Also tag it" not in signed_in(world.alice).get(ticket.path).content.decode()
