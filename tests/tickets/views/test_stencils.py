"""Forms that were written once and filled in show each reader their own page: ticket, token, people and values."""

import re

import pytest

from helpdesk.accounts.models import StaffMember
from tests.support import actor_of, colombo
from tickets.models import Macro
from tickets.operations.handling import assign, change_severity
from tickets.operations.labels import set_tags

pytestmark = pytest.mark.usefixtures("everything", "monday")

NOW = colombo("2026-11-16 10:00")


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


@pytest.fixture
def page_of(signed_in):
    def read(person, ticket):
        return signed_in(person).get(ticket.path).content.decode()

    return read


def form_of(page, ticket, verb):
    """One form of the page, as it stands there."""
    found = re.search(rf'<form [^>]*action="{ticket.path}{verb}/".*?</form>', page, re.DOTALL)
    assert found, verb
    return found[0]


def picked(form):
    return re.findall(r'<option value="([^"]*)"[^>]* selected', form)


def test_no_address_of_one_ticket_stands_on_the_page_of_another(world, ticket, submit, page_of):
    other = submit("P2", "2026-11-16 10:05")
    for one, foreign in ((ticket, other), (other, ticket), (ticket, other)):
        page = page_of(world.agent, one)
        for verb in ("reply", "note", "resolution", "assignment", "severity"):
            assert f'action="{one.path}{verb}/"' in form_of(page, one, verb)
        assert not re.search(rf'(action|hx-post|data-\w+)="[^"]*{foreign.public_id}', page)
        addresses = set(
            re.findall(r"/tickets/([0-9a-f-]{36})/", "".join(re.findall(r"<form.*?</form>", page, re.DOTALL)))
        )
        assert addresses == {str(one.public_id)}


def test_the_forms_carry_the_token_of_the_session_that_asks(world, ticket, signed_in, client):
    """Each page's own: a post with it is taken, which the check of the middleware decides."""
    for person in (world.agent, world.manager):
        browser = signed_in(person)
        browser.handler.enforce_csrf_checks = True
        form = form_of(browser.get(ticket.path).content.decode(), ticket, "note")
        fields = dict(re.findall(r'name="(csrfmiddlewaretoken|seen)" value="(\w+)"', form))
        assert browser.post(f"{ticket.path}note/", {**fields, "body": f"By {person}."}).status_code == 302


def test_what_the_page_has_seen_is_told_anew_each_time(world, ticket, page_of):
    seen = [re.findall(r'name="seen" value="(\d+)"', page_of(world.agent, ticket))]
    assign(ticket=ticket, assignee=world.agent, actor=actor_of(world.agent))
    seen.append(re.findall(r'name="seen" value="(\d+)"', page_of(world.agent, ticket)))
    assert seen == [["1", "1"], ["2", "2"]]


def test_the_values_of_the_moment_are_picked(world, ticket, page_of):
    before = page_of(world.agent, ticket)
    assign(ticket=ticket, assignee=world.agent, actor=actor_of(world.agent))
    change_severity(ticket=ticket, severity="P1", actor=actor_of(world.agent), reason="Worse than we thought.")
    after = page_of(world.agent, ticket)
    shown = [
        (picked(form_of(page, ticket, "assignment")), picked(form_of(page, ticket, "severity")))
        for page in (before, after)
    ]
    assert shown == [([""], ["P2"]), ([str(world.agent.pk)], ["P1"])]


def test_who_may_hold_it_and_which_templates_there_are_is_told_anew(world, ticket, page_of):
    Macro.objects.create(name="First <b>words</b>", body="Hello.", updated_at=NOW)
    before = page_of(world.agent, ticket)
    user = world.manager.user
    user.name = "Malini & sons"
    user.save(update_fields=["name"])
    Macro.objects.create(name="Second words", body="Hello again.", updated_at=NOW)
    after = page_of(world.agent, ticket)
    assert "Malini &amp; sons" not in form_of(before, ticket, "assignment")
    assert "Malini &amp; sons" in form_of(after, ticket, "assignment")
    assert "First &lt;b&gt;words&lt;/b&gt;" in form_of(before, ticket, "reply")
    assert ["Second words" in form_of(page, ticket, "reply") for page in (before, after)] == [False, True]


def test_a_requesters_name_is_escaped_and_their_own(world, ticket, page_of, submit):
    world.alice.name = "<script>Alice</script>"
    world.alice.save(update_fields=["name"])
    other = submit("P2", requester=world.amara, actor=actor_of(world.amara))
    first, second = (form_of(page_of(world.agent, one), one, "reply") for one in (ticket, other))
    assert "&lt;script&gt;Alice&lt;/script&gt; sees it and gets a mail." in first
    assert "Amara sees it and gets a mail." in second
    assert "Alice" not in second


def test_a_client_sees_no_words_that_were_written_for_staff(world, ticket, page_of):
    assert "sees it and gets a mail" in form_of(page_of(world.agent, ticket), ticket, "reply")
    theirs = form_of(page_of(world.alice, ticket), ticket, "reply")
    assert "sees it and gets a mail" not in theirs
    assert "Also change the severity" not in theirs
    assert not StaffMember.objects.filter(user__name__in=re.findall(r">([^<]+)</option>", theirs)).exists()


def test_how_much_may_be_attached_is_told_as_it_is_set(world, ticket, page_of, settings):
    assert "Up to 10 files" in form_of(page_of(world.agent, ticket), ticket, "note")
    settings.ATTACHMENTS_PER_MESSAGE = 3
    assert "Up to 3 files" in form_of(page_of(world.agent, ticket), ticket, "note")


def test_who_may_follow_is_the_readers_own_list(world, ticket, page_of):
    staffs, admins = (form_of(page_of(one, ticket), ticket, "followers") for one in (world.agent, world.amara))
    assert (picked(staffs), picked(admins)) == ([str(world.agent.user.pk)], [str(world.amara.pk)])
    assert ">Amara</option>" in staffs
    assert re.findall(r">([^<]+)</option>", admins) == ["Amara"]
    world.amara.name = "Amara <i>"
    world.amara.save(update_fields=["name"])
    assert "Amara &lt;i&gt;</option>" in form_of(page_of(world.agent, ticket), ticket, "followers")


def test_tags_are_proposed_as_they_are_known_at_the_moment(world, ticket, page_of, submit):
    assert "<option" not in form_of(page_of(world.agent, ticket), ticket, "tags")
    set_tags(ticket=submit("P3"), tags=["printer"], actor=actor_of(world.agent))
    assert '<option value="printer">' in form_of(page_of(world.agent, ticket), ticket, "tags")


def test_a_refused_link_shows_what_was_typed(world, ticket, signed_in):
    browser = signed_in(world.agent)
    browser.get(ticket.path)
    page = browser.post(f"{ticket.path}links/", {"kind": "blocks", "number": "no-such"}).content.decode()
    assert 'value="no-such"' in form_of(page, ticket, "links")
    assert 'value="no-such"' not in browser.get(ticket.path).content.decode()
