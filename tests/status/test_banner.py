"""The banner: for whom, from what, how it is put away, and that pages are told after the roll-up is written."""

from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.lib import live
from helpdesk.lib.tenancy import scope
from status.headlines import headlines_for
from status.operations.incidents import publish_incident, retract_incident, set_in_app
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db
PAGE, PART, AWAY = "/tickets/", "/status/banner/", "/status/put-away/"
LATER = colombo("2026-11-16 10:30")


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def alice(signed_in, world):
    return signed_in(world.alice)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Let what waits for the commit happen at the end of the block, and be asked for anew in the next."""

    @contextmanager
    def block():
        with django_capture_on_commit_callbacks(execute=True):
            yield
        connection.run_on_commit.clear()

    return block


def text_of(answer):
    return answer.content.decode()


def told(organisation):
    with scope({organisation.pk}):
        return [one.title for one in headlines_for(organisation.pk)]


def test_every_page_of_a_client_says_what_affects_their_organisation(world, alice, signed_in, tell, web):
    tell("Theirs", only=[world.globex])
    tell("Ours", {web: "partial_outage"}, only=[world.acme], promise="2026-11-16 10:30")
    for page in (PAGE, "/tickets/new/", "/inbox/", PART):
        said = text_of(alice.get(page))
        assert all(words in said for words in ("Ours", "Investigating", "Partial outage", "next update by")), page
        assert "Theirs" not in said, page
    assert "Ours" not in text_of(signed_in(world.agent).get("/queue/")), "staff have the list of incidents"
    stranger = Client().get(PART)
    assert (stranger.status_code, stranger.content) == (204, b"")


def test_the_worst_stands_first_and_more_than_three_are_counted(alice, tell, web):
    for number in range(3):
        tell(f"Slow {number}", {web: "degraded_performance"})
    tell("Down", {web: "major_outage"}, at="2026-11-15 10:00")
    said = text_of(alice.get(PART))
    assert said.index("Down") < said.index("Slow 2") < said.index("Slow 1")
    assert ("Slow 0" in said, "1 more known issue" in said) == (False, True)
    assert "Slow 0" in text_of(alice.get("/status/known/"))


def test_drafts_retracted_resolved_and_silent_ones_are_not_told(world, tell, go_on, serving):
    agent = actor_of(world.agent)
    tell("Draft", published=False)
    retract_incident(incident=tell("None"), actor=agent, reason="None.", at=LATER)
    set_in_app(incident=tell("Silent"), actor=agent, wanted=False, at=LATER)
    go_on(tell("Over"), "resolved", "2026-11-16 10:30")
    assert told(world.acme) == []


def test_a_page_reads_the_roll_up_and_asks_the_database_nothing(world, tell, committed):
    with committed():
        tell("Down")
    with CaptureQueriesContext(connection) as found, scope({world.acme.pk}):
        opened = len(found)
        assert [one.title for one in headlines_for(world.acme.pk)] == ["Down"]
        assert len(found) == opened


def test_without_a_roll_up_two_statements_make_it(world, tell):
    tell("Down")
    with scope({world.acme.pk}), CaptureQueriesContext(connection) as found:
        for _ in range(2):
            assert [one.title for one in headlines_for(world.acme.pk)] == ["Down"]
    assert len(found) == 2
    assert [one.title for one in headlines_for(world.acme.pk)] == ["Down"], "outside any scope the cache is enough"
    cache.clear()
    assert list(headlines_for(world.acme.pk)) == []


def test_a_change_is_in_the_roll_up_before_pages_are_told_and_nobody_else_hears(
    world, tell, go_on, committed, monkeypatch
):
    heard = []

    def listen(word):
        heard.extend((pk, word.topic, [one.title for one in headlines_for(pk)]) for pk in word.organisation_ids)

    monkeypatch.setattr(live, "_publish", listen)
    with committed():
        incident = tell("Ours", only=[world.acme])
    with committed():
        go_on(incident, "resolved", "2026-11-16 10:30")
    assert heard == [(world.acme.pk, "status", ["Ours"]), (world.acme.pk, "status", [])]


def test_publishing_retracting_and_silencing_tell_the_pages_of_everybody(world, tell, committed, serving, monkeypatch):
    heard, agent = [], actor_of(world.agent)
    monkeypatch.setattr(live, "_publish", lambda word: heard.append(sorted(word.organisation_ids)))
    with committed():
        draft = tell(published=False)
    assert heard == []
    for change in (
        lambda: publish_incident(incident=draft, actor=agent, at=LATER),
        lambda: set_in_app(incident=draft, actor=agent, wanted=False, at=LATER),
        lambda: retract_incident(incident=draft, actor=agent, reason="None.", at=LATER),
    ):
        with committed():
            change()
    assert heard == [sorted([world.acme.pk, world.globex.pk])] * 3


def test_a_headline_is_put_away_until_the_incident_changes(alice, tell, go_on, web):
    incident = tell("Slow", {web: "degraded_performance"})
    mark = f"{incident.public_id.hex}inde"
    assert mark in text_of(alice.get(PAGE))
    answer = alice.post(AWAY, {"mark": mark, "back": "/tickets/?state=open"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/tickets/?state=open")
    assert "Slow" not in text_of(alice.get(PART))
    go_on(incident, "identified", "2026-11-16 10:30")
    cache.clear()
    assert "Slow" in text_of(alice.get(PART))


def test_what_is_critical_cannot_be_put_away(alice, tell):
    incident = tell("Down")
    said = text_of(alice.get(PART))
    assert ("Down" in said, "Put away" in said) == (True, False)
    alice.post(AWAY, {"mark": f"{incident.public_id.hex}inma", "back": "/"})
    assert "Down" in text_of(alice.get(PART))


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_putting_away_leads_to_no_other_site(alice, back):
    answer = alice.post(AWAY, {"mark": "0" * 36, "back": back})
    assert answer.headers["Location"] == "/"


def test_a_browser_remembers_the_newest_marks_and_no_others(alice):
    for number in range(25):
        alice.post(AWAY, {"mark": f"{number:036}", "back": "/"})
    assert alice.cookies["put-away"].value.split(".") == [f"{number:036}" for number in range(5, 25)]
    alice.post(AWAY, {"mark": "x; Path=/", "back": "/"})
    assert len(alice.cookies["put-away"].value.split(".")) == 20
