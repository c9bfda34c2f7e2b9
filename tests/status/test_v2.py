"""The Statuspage v2 format: every document validates, its words are one vocabulary, it tells what the page tells."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import scope
from status.board import board
from status.models import ImpactLevel, Phase, WindowState
from status.operations.incidents import retract_incident
from status.standing import Standing
from status.twin.contents import live_contents
from status.v2 import words
from status.v2.documents import DOCUMENTS, text_of
from tests.status.planning import validated
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db
NOW = colombo("2026-11-16 12:00")


def told(name: str, at=NOW) -> dict:
    """A document, which must validate."""
    with scope(()):
        found = json.loads(text_of(name, board(at=at)))
    return validated(name, found)


def incident_of(name: str = "incidents", at=NOW) -> dict:
    (found,) = told(name, at)["incidents"]
    return found


def test_one_vocabulary_maps_every_word_into_the_format():
    assert set(words.COMPONENT) == set(Standing)
    assert set(words.COMPONENT.values()) == set(words.COMPONENT_STATUSES)
    assert set(words.INDICATOR) == set(Standing)
    assert sorted(words.INDICATOR.values()) == sorted(words.INDICATORS)
    assert set(words.IMPACT) == set(ImpactLevel)
    assert len(set(words.IMPACT.values())) == len(ImpactLevel)
    assert set(words.PHASE) == set(Phase) - {Phase.POSTMORTEM}
    assert set(words.PHASE.values()) == set(words.INCIDENT_STATUSES)
    assert set(words.WORK) == set(WindowState)
    assert set(words.WORK.values()) == set(words.WORK_STATUSES)


def test_every_document_validates_for_an_empty_desk_and_for_a_full_one(tell, go_on, component, world):
    for name in DOCUMENTS:
        told(name)
    api = component("API", group="Programs", description="REST")
    go_on(tell(at="2026-11-14 10:00"), "resolved", "2026-11-14 11:00")
    tell("Slow", {api: "degraded_performance"})
    for name in DOCUMENTS:
        assert told(name)["page"]["time_zone"] == "Asia/Colombo"
    found = {one["name"]: one for one in told("components")["components"]}
    group = found["Programs"]
    assert (group["group"], group["status"], group["components"]) == (
        True,
        "degraded_performance",
        [str(api.public_id)],
    )
    assert (found["API"]["group_id"], found["API"]["description"]) == (group["id"], "REST")
    assert (found["Web application"]["group_id"], found["Web application"]["start_date"]) == (None, "2026-01-05")


def test_updates_tell_when_they_count_from_and_what_they_changed(tell, go_on, web, component):
    api = component("API")
    incident = tell(at="2026-11-16 10:00", display="2026-11-16 09:00")
    go_on(incident, "identified", "2026-11-16 10:30", impacts={web: "degraded_performance", api: "partial_outage"})
    go_on(incident, "resolved", "2026-11-16 11:00")
    go_on(incident, "postmortem", "2026-11-16 11:30", body="A cable.")
    found = incident_of()
    assert (found["status"], found["impact"], found["postmortem_body"]) == ("resolved", "critical", "A cable.")
    assert found["started_at"] == "2026-11-16T09:00:00.000+05:30"
    assert found["resolved_at"] == "2026-11-16T11:00:00.000+05:30"
    last, second, first = found["incident_updates"]
    assert (first["display_at"], first["created_at"]) == (
        "2026-11-16T09:00:00.000+05:30", "2026-11-16T10:00:00.000+05:30",
    )  # fmt: skip
    changes = [
        sorted((one["name"], one["old_status"], one["new_status"]) for one in update["affected_components"])
        for update in (first, second, last)
    ]
    assert changes == [
        [("Web application", "operational", "major_outage")],
        [("API", "operational", "partial_outage"), ("Web application", "major_outage", "degraded_performance")],
        [("API", "partial_outage", "operational"), ("Web application", "degraded_performance", "operational")],
    ]
    assert [one["name"] for one in found["components"]] == ["API", "Web application"]
    assert len({one["id"] for one in found["incident_updates"]}) == 3
    assert [one["id"] for one in incident_of()["incident_updates"]] == [last["id"], second["id"], first["id"]]


def test_drafts_are_told_nobody_and_what_was_retracted_is_over_with_its_reason(world, tell, serving):
    tell("Drafted", published=False)
    tell("ACME's", only=[world.acme])
    mistaken = tell("Mistaken")
    retract_incident(incident=mistaken, actor=actor_of(world.agent), reason="A false alarm.", at=NOW)
    found = incident_of()
    assert (found["name"], found["status"], found["impact"]) == ("Mistaken", "resolved", "none")
    assert "A false alarm." in found["incident_updates"][0]["body"]
    assert told("incidents/unresolved")["incidents"] == []
    assert told("status")["status"] == {"indicator": "none", "description": "Everything works"}


@pytest.mark.parametrize(
    ("level", "indicator"),
    [("degraded_performance", "minor"), ("partial_outage", "major"), ("major_outage", "critical")],
)
def test_the_summary_says_what_page_and_badge_say(tell, web, level, indicator):
    tell("Trouble", {web: level})
    with scope(()):
        now = board(at=NOW)
        contents = {path: content.body.decode() for path, content in live_contents(now).items()}
    summary = json.loads(contents["/status/api/v2/summary.json"])
    assert summary["status"] == {"indicator": indicator, "description": now.words}
    assert (summary["components"][0]["status"], summary["incidents"][0]["name"]) == (level, "Trouble")
    assert now.words in contents["/status/"]
    assert f": {now.words}</title>" in contents["/status/badge.svg"]


def test_answers_are_for_everybody_and_say_whether_anything_changed(tell):
    tell()
    answer = Client().get("/status/api/v2/summary.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("public, no-cache", False)
    again = Client().get("/status/api/v2/summary.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    tell("Another")
    changed = Client().get("/status/api/v2/summary.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200
    missing = [Client().get(f"/status/api/v2/{name}.json").status_code for name in ("nothing", "incidents/all", "x/..")]
    assert missing == [404, 404, 404]


def test_all_of_it_takes_as_many_statements_for_many_as_for_few(tell, go_on):
    def statements():
        with scope(()), CaptureQueriesContext(connection) as found:
            live_contents(board(at=NOW))
        return len(found)

    go_on(tell(), "resolved", "2026-11-16 11:00")
    tell()
    few = statements()
    for _ in range(4):
        go_on(tell(), "resolved", "2026-11-16 11:00")
        tell("Again")
    assert statements() == few
