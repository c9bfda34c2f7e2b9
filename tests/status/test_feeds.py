"""Feeds of the history and of planned maintenance: strict readers take them, and what changes stays the same entry."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
import vobject
from django.test import Client
from icalendar import Calendar

from helpdesk.lib.tenancy import scope, system_scope
from status.board import Board, board
from status.feeds.badge import badge, unknown_badge
from status.feeds.calendar import NoSuchComponent, calendar
from status.feeds.syndication import atom, rss
from status.models import MaintenanceWindow, WindowAudience, WindowComponent, WindowState
from status.operations.incidents import retract_incident
from status.standing import Standing
from status.v2.documents import text_of
from tests.status.planning import WINDOW, moved, planned, validated
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db
NOW = colombo("2026-11-16 12:00")
ATOM = "{http://www.w3.org/2005/Atom}"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def shown(monkeypatch):
    """The board with this planned maintenance and none other."""

    def make(*work, at=NOW) -> Board:
        monkeypatch.setattr("status.board.planned_work", lambda at: work)
        with scope(()):
            return board(at=at)

    return make


def parsed(made: bytes) -> ElementTree.Element:
    """What we wrote ourselves, by a parser that takes nothing that is not well-formed."""
    return ElementTree.fromstring(made)  # noqa: S314


def entries_of(feed: bytes):
    """The entries of an Atom feed that has all that RFC 4287 asks of it."""
    root = parsed(feed)
    assert root.tag == f"{ATOM}feed"
    for one in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = one.findall(f"{ATOM}{name}")
            assert found.text, name
        assert datetime.fromisoformat(one.find(f"{ATOM}updated").text).tzinfo
        assert one.find(f"{ATOM}id").text.startswith("urn:uuid:")
        alternate = [link for link in one.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert [link.get("href").startswith("http") for link in alternate] == [True]
    assert root.find(f"{ATOM}author/{ATOM}name").text, "entries without an author have the feed's"
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"] != []
    return root.findall(f"{ATOM}entry")


def items_of(feed: bytes):
    """The items of an RSS 2.0 feed that has all that the format asks of it."""
    root = parsed(feed)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root.findall("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")).tzinfo
    for item in channel.findall("item"):
        assert all(item.findtext(name) for name in ("title", "link", "description", "guid"))
        assert item.find("guid").get("isPermaLink") == "false"
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
    return channel.findall("item")


def test_an_incident_is_one_entry_that_changes_while_it_lasts(shown, world, tell, go_on, serving):
    assert entries_of(atom(shown())) == items_of(rss(shown())) == []
    incident = tell("Sign-in <fails> & \x0b hangs", body="We look\ninto it.\x1f")
    (first,) = entries_of(atom(shown()))
    assert first.findtext(f"{ATOM}title") == "Sign-in <fails> & hangs (Investigating)"
    go_on(incident, "resolved", "2026-11-16 11:00", body="It works again.")
    (entry,), (item,) = entries_of(atom(shown())), items_of(rss(shown()))
    assert entry.findtext(f"{ATOM}id") == first.findtext(f"{ATOM}id") == item.findtext("guid")
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == colombo("2026-11-16 11:00")
    story = entry.findtext(f"{ATOM}summary")
    assert story == item.findtext("description")
    assert story.index("It works again.") < story.index("We look<br>into it.")
    retract_incident(incident=incident, actor=actor_of(world.agent), reason="A false alarm.", at=NOW)
    (entry,) = entries_of(atom(shown()))
    assert "(Retracted)" in entry.findtext(f"{ATOM}title")
    assert "A false alarm." in entry.findtext(f"{ATOM}summary")


def test_feeds_tell_of_planned_work_and_of_nothing_that_is_not_for_everybody(shown, world, tell):
    tell("Drafted", published=False)
    tell("ACME's", only=[world.acme])
    now = shown(planned("2026-11-20 22:00", "2026-11-20 23:00"))
    assert [one.findtext(f"{ATOM}title") for one in entries_of(atom(now))] == ["New disks (Planned)"]
    assert [one.findtext("title") for one in items_of(rss(now))] == ["New disks (Planned)"]


def test_a_moved_window_updates_its_event_and_a_cancelled_one_stays(shown, web, component):
    other = component("API")
    work = planned("2026-11-20 22:00", "2026-11-20 23:00", component_ids=frozenset({web.pk}))
    later = moved(work, "2026-11-21 22:00", "2026-11-21 23:30", at="2026-11-12 10:00")
    taken_back = {"state": WindowState.CANCELLED, "cancellation": "Not needed.", "revision": later.revision + 1}
    gone = replace(later, **taken_back, updated_at=NOW)
    found = {}
    for one in (work, later, gone):
        (event,) = Calendar.from_ical(calendar(shown(one))).walk("VEVENT")
        second = vobject.readOne(calendar(shown(one)).decode()).vevent
        assert str(event["UID"]) == second.uid.value
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (second.dtstart.value, second.dtend.value)
        assert (str(event["STATUS"]), event["SEQUENCE"]) == (second.status.value, int(second.sequence.value))
        assert b"DTSTART:20261120T163000Z" in calendar(shown(work)), "in UTC, whatever zone the reader's program knows"
        known = found.get(str(event["UID"]))
        assert known is None or known["SEQUENCE"] < event["SEQUENCE"], "a program takes only what is newer"
        found[str(event["UID"])] = event
    (last,) = found.values()
    assert str(WINDOW) in str(last["UID"])
    assert last.decoded("DTSTART") == datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert (str(last["STATUS"]), last["SEQUENCE"]) == ("CANCELLED", 2)
    assert "Not needed." in str(last["DESCRIPTION"])
    assert [len(Calendar.from_ical(calendar(shown(gone), one.public_id)).walk("VEVENT")) for one in (web, other)] == [
        1, 0,
    ]  # fmt: skip


def test_a_badge_tells_by_words_shape_and_colour(shown, tell, web, component):
    api = component('Web & "API" <1>')
    tell("Trouble", {web: "partial_outage"})
    seen = set()
    for made in (
        badge(shown()),
        badge(shown(), api.public_id),
        badge(shown(planned("2026-11-16 11:00", "2026-11-16 13:00", WindowState.IN_PROGRESS)), api.public_id),
        unknown_badge(),
    ):
        root = parsed(made)
        name, words = (one.text for one in root.iter(f"{SVG}text"))
        assert (root.get("role"), root.findtext(f"{SVG}title")) == ("img", f"{name}: {words}")
        seen.add((words, root.find(f"{SVG}g/{SVG}path").get("d"), root.findall(f"{SVG}path")[0].get("fill")))
        assert b"style" not in made
        assert len(made) < 2000
    assert {words for words, _, _ in seen} == {"Partial outage", "Operational", "Under maintenance", "Not known"}
    assert len({shape for _, shape, _ in seen}) == len({colour for _, _, colour in seen}) == len(seen) == 4


def test_what_is_of_one_component_is_missing_for_others(shown, component):
    api = component("API")
    for name in ("badge.svg", "calendar.ics"):
        assert Client().get(f"/status/components/{api.public_id}/{name}").status_code == 200
        assert Client().get(f"/status/components/{WINDOW}/{name}").status_code == 404
    with pytest.raises(NoSuchComponent):
        calendar(shown(), WINDOW)


def test_windows_are_told_as_they_stand_to_whoever_may_know(world, web):
    def window(title, begins, ends, *, listed=(), **more):
        at = colombo("2026-11-10 09:00")
        given = {"for_all": not listed, "published_at": at, "created_at": at, "updated_at": at, "revision": 1, **more}
        with system_scope("a test's windows"):
            made = MaintenanceWindow.objects.create(
                title=title, begins_at=colombo(begins), ends_at=colombo(ends), **given
            )
            for one in listed:
                WindowAudience.objects.create(window=made, organisation=one)
            WindowComponent.objects.create(window=made, component=web)

    window("Running", "2026-11-16 11:00", "2026-11-16 13:00")
    window("Ahead", "2026-11-20 22:00", "2026-11-20 23:00")
    window("Over", "2026-11-12 22:00", "2026-11-12 23:00")
    window("Cancelled", "2026-11-21 22:00", "2026-11-21 23:00", cancelled_at=NOW, cancellation="Not needed.")
    window("Drafted", "2026-11-20 22:00", "2026-11-20 23:00", published_at=None)
    window("ACME's", "2026-11-16 11:00", "2026-11-16 13:00", listed=[world.acme])
    with scope(()):
        found = board(at=NOW)
    assert [(one.title, one.state.value) for one in found.planned] == [
        ("Cancelled", "cancelled"), ("Ahead", "scheduled"), ("Running", "in_progress"), ("Over", "completed"),
    ]  # fmt: skip
    assert (found.standing, found.words, found.lines[0].in_maintenance) == (
        Standing.MAINTENANCE, "Maintenance is under way", True,
    )  # fmt: skip
    assert [one.title for one in found.running] == ["Running"]
    assert found.planned[2].updated_at == colombo("2026-11-16 11:00"), "the clock changed it"
    for name in ("summary", "scheduled-maintenances", "scheduled-maintenances/upcoming"):
        validated(name, json.loads(text_of(name, found)))
    told = json.loads(text_of("scheduled-maintenances", found))["scheduled_maintenances"]
    assert next((one["name"], one["status"]) for one in told) == ("Cancelled", "completed")
    assert told[0]["incident_updates"][0]["body"] == "Cancelled: Not needed."
