"""The published conformance cases, and what the runner says of files that are wrong."""

import copy
import json
import re

import pytest

from sla.conformance import run
from tests.sla.engine.world import CONFORMANCE, cases


def one(case, calendars=None):
    """The result of a file with this case alone."""
    document = {"calendars": cases()["calendars"] if calendars is None else calendars, "cases": [case]}
    return run(document)[0]


def case(name):
    """A copy of a published case, to be spoilt."""
    return copy.deepcopy(next(case for case in cases()["cases"] if case["id"] == name))


def test_every_published_case_passes():
    results = run(cases())
    assert [result for result in results if not result[1]] == []
    assert len(results) == 553


def keys(found) -> set[str]:
    """Every key in it, at whatever depth."""
    if isinstance(found, dict):
        return set(found).union(*map(keys, found.values()))
    return set().union(*map(keys, found)) if isinstance(found, list) else set()


def test_the_published_format_names_every_field_of_the_cases():
    told = (CONFORMANCE / "README.md").read_text()
    uptime = json.loads((CONFORMANCE / "uptime_cases.json").read_text())["cases"]
    used = keys(cases()["cases"]) | keys(uptime) | set().union(*cases()["calendars"].values())
    assert sorted(key for key in used if f"`{key}`" not in told) == []
    assert {case["type"] for case in cases()["cases"] if case["kind"] == "scenario"} == set(
        re.findall(r"^\| `([a-z_]+)` \| (?:`start`|the same)", told.split("The types of a scenario")[1], re.MULTILINE)
    )


@pytest.mark.parametrize("name", ["pol-001", "bet-008", "bpa-015", "scn-003", "scn-009", "scn-016", "scn-019"])
def test_a_wrong_expectation_fails_and_says_both_values(name):
    wrong = case(name)
    if "due" in wrong:
        wrong["due"] = "2026-01-01T00:00:00+00:00"
        expected = "expected 2026-01-01 00:00:00+00:00, found 2026-11-"
    else:
        wrong["minutes"] = "17.5"
        expected = "expected 17.5 minutes, found "
    result = one(wrong)
    assert result[:2] == (name, False)
    assert result[2].startswith(expected)


@pytest.mark.parametrize(
    ("spoil", "detail"),
    [
        ({"start": None}, "malformed: None is no instant"),
        ({"start": "2026-11-16T08:00:00"}, "malformed: '2026-11-16T08:00:00' has no offset"),
        ({"start": "next Monday"}, "malformed: 'next Monday' is no instant"),
        ({"minutes": "many"}, "malformed: 'many' is no number"),
        ({"minutes": "1/0"}, "malformed: '1/0' is no number"),
        ({"minutes": "1e400000"}, "malformed: '1e400000' is too long or too large a number"),
        ({"minutes": True}, "malformed: True is no number"),
        ({"minutes": -1}, "malformed: a budget of support time cannot be negative"),
        (
            {"pauses": [["2026-11-16T08:00:00+05:30"]]},
            "malformed: pauses is no list of pairs of instants",
        ),
        ({"kind": ["add"]}, "malformed: ['add'] is no text"),
        ({"calendar": {}}, "malformed: {} is no text"),
        ({"kind": "guess"}, "missing or unknown: 'guess'"),
        ({"calendar": "mars"}, "there is no calendar 'mars'"),
    ],
)
def test_a_malformed_case_fails_with_the_reason(spoil, detail):
    assert one({**case("pol-001"), **spoil}) == ("pol-001", False, detail)


@pytest.mark.parametrize("key", ["calendar", "kind", "start", "minutes", "due"])
def test_a_missing_field_fails_with_its_name(key):
    spoilt = case("pol-001")
    del spoilt[key]
    assert one(spoilt) == ("pol-001", False, f"missing or unknown: {key!r}")


def test_a_broken_calendar_fails_its_own_cases_only():
    calendars = {
        **cases()["calendars"],
        "colombo": {"tz": "Asia/Colombo", "week": {"mon": [["17:00", "08:00"]]}},
    }
    results = run({"calendars": calendars, "cases": [case("pol-001"), case("ngt-002")]})
    assert results == [
        ("pol-001", False, "calendar 'colombo': mon: 17:00-08:00 ends before it starts"),
        ("ngt-002", True, ""),
    ]


@pytest.mark.parametrize("document", [{}, [], {"cases": {}}, {"cases": None}])
def test_a_file_without_cases_fails_as_a_whole(document):
    assert run(document) == [("file", False, "the file has no list 'cases'")]


def test_a_case_that_is_no_object_fails_by_its_number():
    assert run({"cases": ["add"], "calendars": {}}) == [("case 1", False, "the case is not an object")]


def test_what_ends_before_it_begins_holds_no_time_and_a_failure_says_so():
    turned = case("bpa-002")
    turned["start"], turned["end"] = turned["end"], turned["start"]
    assert one(turned) == ("bpa-002", False, "expected 6540 minutes, found 0 minutes; end comes before start")
    assert one({**turned, "minutes": 0}) == ("bpa-002", True, "")
    turned = case("bpa-002")
    turned["pauses"][0].reverse()
    assert one(turned) == ("bpa-002", False, "expected 6540 minutes, found 6660 minutes; a pause ends before it begins")


def test_a_case_that_cannot_be_read_costs_no_other_its_result():
    good, huge = case("bpa-015"), {**case("bpa-015"), "minutes": "1e400000"}
    nested: list = []
    for _ in range(3000):
        nested = [nested]
    results = run({**cases(), "cases": [good, huge, {**good, "start": nested}, {**good, "id": nested}, good]})
    assert [passed for _, passed, _ in results] == [True, False, False, True, True]
    assert results[3][0] == "case 4", "an id that is no name is told by its number"


def test_minutes_are_compared_exactly():
    almost = {**case("bpa-015"), "minutes": "6659.2500001"}
    assert one(almost)[1] is False
    assert one({**almost, "minutes": "6659.25"})[1] is True
    assert one({**almost, "minutes": 6659.25})[1] is True


@pytest.mark.parametrize(
    ("minutes", "passes"),
    [
        (0.3333333333333333, True),
        ("0.33333333", True),
        ("0.333", True),
        ("0.33", False),
        ("0.3334", False),
        (0.334, False),
    ],
)
def test_a_third_of_a_minute_is_compared_to_the_places_given(minutes, passes):
    third = {**case("bet-011"), "end": "2026-11-16T12:00:50+05:30", "minutes": minutes}
    assert one(third)[1] is passes


def test_a_budget_of_seconds_is_added_exactly():
    half = {**case("pol-001"), "minutes": "0.5", "due": "2026-11-16T08:00:30+05:30"}
    assert one(half) == ("pol-001", True, "")


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([["2026-11-16T15:00:00+05:30", "2026-11-19T12:00:00+05:30"]], "2026-11-26T16:00:00+05:30"),
        ([["2026-11-18T12:00:00+05:30", "2026-11-19T12:00:00+05:30"]], "2026-11-26T12:00:00+05:30"),
        ([["2026-11-20T12:00:00+05:30", None]], None),
    ],
)
def test_a_reopened_scenario_takes_pauses_that_overlap_the_resolved_time(pauses, due):
    assert one({**case("scn-016"), "pauses": pauses, "due": due}) == ("scn-016", True, "")
