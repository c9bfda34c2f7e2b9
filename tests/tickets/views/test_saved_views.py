"""Views of the queue: kept, renamed, shared, ordered, removed; shown above the queue with capped counts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from tests.support import actor_of
from tickets.lists import saved_views
from tickets.lists.queue_filters import QueueFilters, filters_of
from tickets.models import SavedView
from tickets.operations.views import MOST, delete_view, move_view, rename_view, save_view, share_view

pytestmark = pytest.mark.usefixtures("everything", "monday")


def keep(person, name, *, shared=False, organisation=None, **raw):
    filters = filters_of(raw, organisation=organisation)
    return save_view(name=name, filters=filters, shared=shared, actor=actor_of(person))[0]


def tab_names(answer) -> list[str]:
    nav = re.search(r'<nav class="pill-links views".*?</nav>', answer.content.decode(), re.S)
    assert nav is not None
    return [name.strip() for name in re.findall(r"<a [^>]+>([^<]+)<span", nav[0])]


READY = ["Everything", "Mine", "Unassigned", "Overdue"]


def test_filters_are_kept_under_a_name_and_stand_above_the_queue(signed_in, world):
    browser = signed_in(world.agent)
    answer = browser.post("/queue/views/", {"name": " My  P1 ", "severity": "p1", "organisation": "acme", "level": ""})
    assert (answer.status_code, answer.url) == (302, "/queue/?severity=P1&organisation=ACME")
    page = browser.get(answer.url)
    assert tab_names(page) == [*READY, "My P1"]
    current = re.findall(r'<a href="([^"]+)" aria-current="page"[^>]*>My P1', page.content.decode())
    assert current == ["/queue/?severity=P1&amp;organisation=ACME"]
    assert VendorAuditEntry.objects.filter(action="view.save", subject="My P1", actor_id=world.agent.user_id).exists()


def test_a_view_of_a_known_name_takes_the_new_filters(world):
    first, is_new = save_view(name="Mine", filters=QueueFilters(), shared=False, actor=actor_of(world.agent))
    again, is_new_again = save_view(
        name="MINE", filters=filters_of({"level": "2"}, organisation=None), shared=True, actor=actor_of(world.agent)
    )
    assert (is_new, is_new_again, first.pk) == (True, False, again.pk)
    assert SavedView.objects.get().query == "level=2"


def test_a_colleague_sees_what_is_shared_and_nothing_else(signed_in, world):
    keep(world.agent, "Private", level="2")
    keep(world.agent, "For all", shared=True, level="3")
    page = signed_in(world.manager).get("/queue/")
    assert tab_names(page) == [*READY, "For all"]
    assert 'title="Shared by Nimal"' in page.content.decode()


def test_a_shared_view_of_an_organisation_shows_to_those_who_serve_it_only(signed_in, world):
    view = keep(world.agent, "Acme first", shared=True, organisation=world.acme)
    browser = signed_in(world.narrow)
    for address in ("/queue/", "/queue/views/", "/queue/counts/"):
        assert "acme" not in browser.get(address).content.decode().lower()
    foreign, missing = browser.get(f"/queue/views/{view.pk}/"), browser.get("/queue/views/999999/")
    assert foreign.status_code == missing.status_code == 404
    assert signed_in(world.manager).get(f"/queue/views/{view.pk}/").url == "/queue/?organisation=ACME"


def test_ones_own_view_of_an_organisation_no_longer_served_says_so(signed_in, world):
    view = keep(world.narrow, "Old client", organisation=world.acme)
    browser = signed_in(world.narrow)
    assert f'href="/queue/views/{view.pk}/"' in browser.get("/queue/").content.decode()
    answer = browser.get(f"/queue/views/{view.pk}/")
    assert answer.status_code == 200
    assert "You do not serve the organisation that this view names" in answer.content.decode()
    assert "you do not serve this organisation" in browser.get("/queue/views/").content.decode()
    assert f"count-{view.pk}" not in browser.get("/queue/counts/").content.decode()


def test_views_are_put_in_order_renamed_shared_and_removed(signed_in, world):
    browser = signed_in(world.agent)
    one, two = keep(world.agent, "One", level="1"), keep(world.agent, "Two", level="2")
    assert browser.post(f"/queue/views/{two.pk}/place/", {"to": "earlier"}).status_code == 302
    assert tab_names(browser.get("/queue/"))[4:] == ["Two", "One"]
    browser.post(f"/queue/views/{one.pk}/", {"name": "First"})
    browser.post(f"/queue/views/{one.pk}/sharing/", {"wanted": "on"})
    assert tab_names(signed_in(world.manager).get("/queue/"))[4:] == ["First"]
    browser.post(f"/queue/views/{one.pk}/sharing/", {"wanted": "off"})
    assert tab_names(signed_in(world.manager).get("/queue/"))[4:] == []
    assert browser.post(f"/queue/views/{one.pk}/removal/").status_code == 302
    assert tab_names(browser.get("/queue/"))[4:] == ["Two"]


def test_a_refusal_gives_back_what_was_typed(signed_in, world):
    browser = signed_in(world.agent)
    nameless = browser.post("/queue/views/", {"name": "  ", "severity": "P2", "shared": "on"})
    assert nameless.status_code == 422
    page = nameless.content.decode()
    assert "Give the view a name." in page
    assert 'name="severity" value="P2"' in page
    assert 'value="on" checked' in page
    unknown = browser.post("/queue/views/", {"name": "X", "severity": "P9"})
    assert unknown.status_code == 422
    one = keep(world.agent, "One")
    keep(world.agent, "Two")
    taken = browser.post(f"/queue/views/{one.pk}/", {"name": "two"})
    assert taken.status_code == 422
    assert "You have another view of this name." in taken.content.decode()


def test_nobody_changes_a_colleagues_view_but_an_admin_may_remove_a_shared_one(signed_in, world):
    shared, private = keep(world.agent, "Shared", shared=True), keep(world.agent, "Private")
    colleague = signed_in(world.manager)
    for part, body in (("", {"name": "Mine"}), ("sharing/", {}), ("place/", {}), ("removal/", {})):
        assert colleague.post(f"/queue/views/{shared.pk}/{part}", body).status_code == 403
        assert colleague.post(f"/queue/views/{private.pk}/{part}", body).status_code == 404
    actor = actor_of(world.manager)
    for refused in (
        lambda: rename_view(view=private, name="Mine", actor=actor),
        lambda: share_view(view=private, shared=True, actor=actor),
        lambda: move_view(view=private, earlier=True, actor=actor),
        lambda: delete_view(view=private, actor=actor),
        lambda: delete_view(view=private, actor=actor_of(world.admin)),
        lambda: keep(world.alice, "A client's"),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert signed_in(world.admin).post(f"/queue/views/{shared.pk}/removal/").status_code == 302
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Private"]


def test_a_person_keeps_a_bounded_number_of_views_with_names_of_bounded_length(world):
    with pytest.raises(DomainError, match="at most 60"):
        keep(world.agent, "x" * 61)
    for number in range(MOST):
        keep(world.agent, f"View {number}")
    with pytest.raises(DomainError, match="remove one first"):
        keep(world.agent, "One more")


def counted(answer) -> dict[str, str]:
    return dict(re.findall(r'id="count-(\w+)" hx-swap-oob="true">([^<]+)<', answer.content.decode()))


def test_counts_are_capped_and_each_readers_own(signed_in, world, submit, monkeypatch):
    monkeypatch.setattr(saved_views, "CAP", 3)
    bob = {"organisation": world.globex, "requester": world.bob, "actor": actor_of(world.bob)}
    for _ in range(2):
        submit("P1", "2026-11-12 09:00")
    submit("P3", "2026-11-16 09:00", **bob)
    view = keep(world.agent, "P1 of Acme", shared=True, organisation=world.acme, severity="P1")
    team = keep(world.agent, "Team", holder="team-support")
    assert counted(signed_in(world.agent).get("/queue/counts/")) == {
        "all": "2+", "mine": "0", "unassigned": "2+", "overdue": "2", str(view.pk): "2", str(team.pk): "0",
    }  # fmt: skip
    assert counted(signed_in(world.narrow).get("/queue/counts/")) == {
        "all": "1", "mine": "0", "unassigned": "1", "overdue": "0",
    }  # fmt: skip


def test_counts_of_many_views_cost_no_more_questions_than_those_of_one(signed_in, world, submit):
    browser = signed_in(world.agent)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/queue/counts/").status_code == 200
        return len(found)

    keep(world.agent, "One", organisation=world.acme)
    browser.get("/queue/counts/")
    few = queries()
    for number in range(6):
        submit("P2", "2026-11-16 10:00")
        keep(world.agent, f"More {number}", organisation=world.globex, holder=f"person-{world.agent.pk}")
    assert queries() == few


@pytest.mark.parametrize("address", ["/queue/views/", "/queue/views/1/", "/queue/counts/"])
def test_clients_have_no_views(signed_in, world, address):
    assert signed_in(world.amara).get(address).status_code == 403
