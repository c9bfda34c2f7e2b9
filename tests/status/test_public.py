"""The public page: the same for everybody, its bars and its history, and how long it is kept."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope
from status.bars import day_board
from status.board import board
from status.months import month_of, next_month
from status.operations.incidents import retract_incident
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db
PAGE, HISTORY = "/status/", "/status/history/"
NOW = colombo("2026-11-16 12:00")


def text_of(answer):
    return answer.content.decode()


def shown(at=NOW):
    with scope(()):
        return board(at=at)


def levels(line):
    """The days that are not operational, by how long ago they are."""
    return {len(line.days) - 1 - at: day.level for at, day in enumerate(line.days) if day.level != "operational"}


def test_everybody_reads_the_same_whatever_concerns_their_organisation_alone(world, tell, signed_in):
    """row 40: an incident for one organisation is not on the public page, whoever asks."""
    tell("Everybody's")
    tell("ACME's", only=[world.acme])
    tell("Drafted", published=False)
    for browser in (Client(), signed_in(world.alice), signed_in(world.agent)):
        said = text_of(browser.get(PAGE)).partition("<h1>")[2]
        assert ("Everybody&#x27;s" in said, "Drafted" in said, "ACME&#x27;s" in said) == (True, False, False)
    assert "Major outage" in text_of(Client().get(PAGE))


def test_components_stand_as_the_worst_of_what_lasts(tell, web, component):
    api = component("API")
    tell("One", {web: "degraded_performance"})
    tell("Two", {web: "partial_outage"})
    found = shown()
    assert [(line.component.name, line.level) for line in found.lines] == [
        ("API", "operational"), ("Web application", "partial_outage"),
    ]  # fmt: skip
    assert (found.level, api in [line.component for line in found.lines]) == ("partial_outage", True)


def test_a_bar_has_ninety_days_each_with_its_worst_level(tell, go_on, web):
    incident = tell(at="2026-11-14 23:30")
    go_on(incident, "identified", "2026-11-15 00:30", impacts={web: "degraded_performance"})
    go_on(incident, "resolved", "2026-11-16 00:00")
    (line,) = shown().lines
    assert (len(line.days), line.days[-1].on.isoformat(), line.bad_days) == (90, "2026-11-16", 2)
    assert levels(line) == {2: "major_outage", 1: "major_outage"}, "at midnight it was over: not one of today"


def test_what_lasts_colours_every_day_until_now_and_what_was_retracted_none(world, tell, web, serving):
    tell(at="2026-11-15 10:00")
    mistaken = tell(at="2026-11-10 10:00")
    retract_incident(incident=mistaken, actor=actor_of(world.agent), reason="None.", at=NOW)
    (line,) = shown().lines
    assert set(levels(line)) == {0, 1}


def test_days_before_a_component_was_told_of_have_no_level(web):
    (line,) = shown(at=colombo("2026-01-06 12:00")).lines
    assert [day.level for day in line.days[-3:]] == [None, "operational", "operational"]
    assert line.bad_days == 0


def test_a_month_holds_what_began_in_it_and_words_narrow_it(tell, go_on):
    tell("Late in October", at="2026-10-31 23:59")
    tell("Early in November", at="2026-11-01 00:00", body="The printer burns.")
    month = colombo("2026-11-01 00:00").date()
    with scope(()):
        assert [one.title for one in month_of(month, words="")] == ["Early in November"]
        assert [one.title for one in month_of(month, words="PRINTER early")] == ["Early in November"]
        assert month_of(month, words="printer october") == []
    said = text_of(Client().get(f"{HISTORY}?month=2026-10"))
    assert ("Late in October" in said, "Early in November" in said) == (True, False)
    assert [Client().get(f"{HISTORY}?month={typed}").status_code for typed in ("2026-13", "x", "99999-01")] == [404] * 3
    assert text_of(Client().get(f"{HISTORY}2026-10/")).count("Late in October") == 1
    assert [Client().get(f"{HISTORY}{typed}/").status_code for typed in ("2026-13", "x", "9999-01")] == [404] * 3
    assert next_month(next_month(month), step=-1) == month


def test_the_page_takes_as_many_statements_for_many_as_for_few(tell, go_on):
    def statements():
        cache.clear()  # the months beside the bars are kept, too
        with scope(()), CaptureQueriesContext(connection) as found:
            board(at=NOW)
        return len(found)

    go_on(tell(), "resolved", "2026-11-16 11:00")
    tell()
    few = statements()
    for _ in range(4):
        go_on(tell(), "resolved", "2026-11-16 11:00")
        tell("Again")
    assert statements() == few


def test_a_day_is_shown_hour_by_hour_with_what_was_told_of_it(world, tell, go_on, web, component):
    component("API")
    incident = tell("Slow", at="2026-11-14 23:30")
    go_on(incident, "identified", "2026-11-15 01:15", impacts={web: "degraded_performance"})
    go_on(incident, "resolved", "2026-11-15 02:00")
    tell("ACME's", only=[world.acme], at="2026-11-15 05:00")
    with scope(()):
        found = day_board(colombo("2026-11-15 00:00").date(), at=colombo("2026-11-15 12:30"))
    api, line = found.lines
    assert [hour.level for hour in line.hours] == [
        *["major_outage"] * 2, *["operational"] * 11, *[None] * 11,
    ]  # fmt: skip
    assert ([hour.level for hour in api.hours][:13], api.spans) == (["operational"] * 13, [])
    assert [(begins, ends, words) for begins, ends, words in line.spans] == [
        (colombo("2026-11-15 00:00"), colombo("2026-11-15 01:15"), "Major outage"),
        (colombo("2026-11-15 01:15"), colombo("2026-11-15 02:00"), "Degraded performance"),
    ]
    assert [one.title for one in found.incidents] == ["Slow"]


def test_a_bar_leads_to_the_days_on_which_something_was_wrong_and_to_no_others(tell, go_on):
    at = database_now()
    go_on(tell(at=f"{at - timedelta(days=2):%Y-%m-%d} 10:00"), "resolved", f"{at - timedelta(days=2):%Y-%m-%d} 11:00")
    said = text_of(Client().get(PAGE))
    links = re.findall(r'href="(/status/day/[^"]+)"', said)
    assert links == [f"/status/day/{at - timedelta(days=2):%Y-%m-%d}/"]
    day = text_of(Client().get(links[0]))
    assert ("Major outage" in day, "Sign-in fails" in day) == (True, True)
    later = f"{at + timedelta(days=2):%Y-%m-%d}"
    missing = (later, "1999-12-31", "2026-02-30", "2026-1-1", "x")
    assert [Client().get(f"/status/day/{one}/").status_code for one in missing] == [404] * 5


def test_an_empty_desk_says_that_everything_works(db):
    said = text_of(Client().get(PAGE))
    assert ("Everything works." in said, "No components are told of yet" in said) == (True, True)
    assert "No incident in this month" in text_of(Client().get(HISTORY))


def test_a_resolved_incident_of_this_month_is_told_below(tell, go_on):
    go_on(tell("Over now"), "resolved", "2026-11-16 11:00")
    found = shown()
    assert ([one.title for one in found.recent], list(found.open), found.level) == (["Over now"], [], "operational")
    assert found.at - timedelta(hours=1) == colombo("2026-11-16 11:00")
