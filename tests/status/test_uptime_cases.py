"""The published uptime cases, and what the runner and its command say of files that are wrong."""

import copy
import json

import pytest
from django.core.management import CommandError, call_command

from status.conformance import run
from tests.status.world import CASES, cases


def case(name):
    """A copy of a published case, to be spoilt."""
    return copy.deepcopy(next(case for case in cases()["cases"] if case["id"] == name))


def one(spoilt):
    """The result of a file with this case alone."""
    return run({**cases(), "cases": [spoilt]})[0]


def test_every_published_case_passes():
    results = run(cases())
    assert [result for result in results if not result[1]] == []
    assert len(results) == len(cases()["cases"]) == 37


@pytest.mark.parametrize(
    ("key", "value", "detail"),
    [
        ("downtime_minutes", "75.0000001", "downtime_minutes: expected 75.0000001, found 75"),
        ("uptime_pct", "99.82638888", "uptime_pct: expected 99.82638888, found 99.82638889"),
        ("uptime_display", "99.827", "uptime_display: expected 99.827, found 99.826"),
        ("target_met", False, "target_met: expected False, found True"),
        ("target_met", 1, "target_met: expected 1, found True"),
        ("joy_minutes", "3", "joy_minutes: the engine gives no such value"),
        ("excluded_by_reason", {"suspension": "5"}, "excluded_by_reason: expected suspension 5, found nothing"),
    ],
)
def test_a_wrong_expectation_fails_and_says_both_values(key, value, detail):
    wrong = case("U03")
    wrong["expected"][key] = value
    assert one(wrong) == ("U03", False, detail)


@pytest.mark.parametrize(
    ("spoil", "detail"),
    [
        ({"timezone": "Mars/Base"}, "malformed: there is no time zone 'Mars/Base'"),
        ({"month": "2026-13"}, "malformed: '2026-13' is no month, quarter or year"),
        ({"incidents": "two"}, "malformed: incidents is no list of objects"),
        ({"now": 7}, "malformed: 7 is no instant"),
        ({"now": "2026-13-01T00:00"}, "malformed: '2026-13-01T00:00' is no instant"),
        ({"settings": 5}, "malformed: settings is no object"),
        ({"settings": {"core_components": ["app"], "target": "1/0"}}, "malformed: '1/0' is no number"),
        ({"settings": {"core_components": ["app"], "target": "1e99999999"}},
         "malformed: '1e99999999' is too long or too large a number"),
        ({"settings": {"core_components": ["app"], "enabled_reasons": 3}}, "malformed: 3 is no list of names"),
        ({"settings": {"core_components": ["app"], "measure_components": [["app"]]}},
         "malformed: [['app']] is no list of names"),
        ({"settings": {"core_components": ["app"], "maintenance_windows": "Sunday"}},
         "malformed: maintenance_windows is no list of objects"),
        ({"settings": {"core_components": ["app"], "tenant": ["A"]}}, "malformed: ['A'] is no text"),
        ({"exclusions": [{"reason": ["flood"], "from": "2026-04-06T10:00", "to": "2026-04-06T11:00"}]},
         "malformed: ['flood'] is no text"),
        ({"expected": [75]}, "malformed: expected is no object"),
        ({"settings": {}}, "malformed: there are no components to measure"),
        ({"settings": {"core_components": ["app"], "weights": {"degraded_performance": "1"}}},
         "malformed: the weight of degraded_performance cannot be chosen"),
        ({"expected": {}}, "the case expects nothing"),
        ({"probes": [{"component": "app", "first_check_at": "2026-04-06T10:00", "results": "UX"}]},
         "malformed: the results of a probe are U, F or ?"),
        ({"probes": [{"component": "app", "first_check_at": "2026-04-06T10:00", "results": "U",
                      "fail_threshold": "3"}]},
         "malformed: '3' is no whole number"),
        ({"incidents": [{"impacts": [{"component": "app", "impact": "under_maintenance", "from": "2026-04-06T10:00",
                                      "to": None}]}]},
         "malformed: 'under_maintenance' is not a valid Level"),
    ],
)  # fmt: skip
def test_a_malformed_case_fails_with_the_reason(spoil, detail):
    assert one({**case("U03"), **spoil}) == ("U03", False, detail)


@pytest.mark.parametrize("key", ["timezone", "month", "expected"])
def test_a_missing_field_fails_with_its_name(key):
    spoilt = case("U03")
    del spoilt[key]
    assert one(spoilt) == ("U03", False, f"missing or unknown: {key!r}")


def test_a_month_outside_its_quarter_fails():
    strange = case("U46")
    strange["inputs"].append(["2026-04", 1])
    assert one(strange) == ("U46", False, "malformed: 2026-04 is not a month of 2026-Q1")


def test_what_ends_before_it_begins_holds_no_instant_and_a_failure_says_so():
    spoilt = case("U03")
    first = spoilt["incidents"][0]["impacts"][0]
    first["from"], first["to"] = first["to"], first["from"]
    said = one(spoilt)
    assert said[:2] == ("U03", False)
    assert said[2].startswith("raw_down_minutes: expected 75, found 45; ")
    assert said[2].endswith("; an impact ends before it begins")
    spoilt["expected"] = {"downtime_minutes": "45"}
    assert one(spoilt) == ("U03", True, "")


def test_inputs_that_are_no_pairs_fail():
    assert one({**case("U46"), "inputs": ["2026-01"]}) == (
        "U46", False, "malformed: inputs is no list of pairs of month and minutes",
    )  # fmt: skip


def test_a_case_that_cannot_be_read_costs_no_other_its_result():
    good, bad = case("U03"), {**case("U04"), "timezone": "Mars/Base"}
    nested: list = []
    for _ in range(3000):
        nested = [nested]
    results = run(
        {**cases(), "cases": [good, bad, {**good, "id": nested}, {**good, "month": nested}] + [good] * 10_000}
    )
    assert [passed for _, passed, _ in results] == [True, False, True, False] + [True] * 10_000
    assert results[2][0] == "case 3", "an id that is no name is told by its number"


def test_a_quarter_of_incidents_is_measured_month_by_month():
    quarter = {**case("U06b"), "quarter": "2026-Q1", "expected": {"total_minutes": "129600"}}
    quarter["expected"] |= {"downtime_minutes": "40650", "uptime_display": "68.634", "budget_minutes": "648"}
    assert one(quarter) == ("U06b", True, "")


@pytest.mark.parametrize("document", [{}, [], {"cases": {}}, {"cases": None}])
def test_a_file_without_cases_fails_as_a_whole(document):
    assert run(document) == [("file", False, "the file has no list 'cases'")]


def test_a_case_that_is_no_object_fails_by_its_number():
    assert run({"cases": ["one"]}) == [("case 1", False, "the case is not an object")]


def test_thirds_of_a_minute_are_compared_to_eight_places():
    thirds = case("U03")
    thirds["incidents"][0]["impacts"][0]["from"] = "2026-04-07T09:59:40"
    thirds["expected"] = {"downtime_minutes": "75.33333333", "budget_left_minutes": "140.66666667"}
    assert one(thirds) == ("U03", True, "")


def test_an_exclusion_of_one_client_counts_in_that_clients_figure_alone():
    spoilt = case("U03")
    spoilt["exclusions"] = [
        {"reason": "customer_network", "from": "2026-04-07T10:00", "to": "2026-04-07T11:00", "approved": True}
    ]
    spoilt["expected"] = {"downtime_minutes": "75"}
    assert one(spoilt)[1]
    spoilt["settings"]["tenant"] = "A"
    spoilt["expected"] = {"downtime_minutes": "15", "excluded_by_reason": {"customer_network": "60"}}
    assert one(spoilt) == ("U03", True, "")


def test_retracting_an_incident_drops_the_probe_run_that_it_overlaps():
    spoilt = case("U42")
    impact = {"component": "app", "impact": "major_outage", "from": "2026-04-06T10:02", "to": "2026-04-06T10:09"}
    spoilt["incidents"] = [{"impacts": [impact], "retracted": True}]
    spoilt["expected"] = {"raw_down_minutes": "0", "uptime_display": "100.000"}
    assert one(spoilt) == ("U42", True, "")
    impact["component"] = "reports"
    spoilt["expected"] = {"raw_down_minutes": "7"}
    assert one(spoilt) == ("U42", True, "")


def test_the_command_counts_what_passed_and_ends_with_one_when_a_case_failed(tmp_path, capsys):
    call_command("uptime_conformance", CASES)
    assert capsys.readouterr().out == "37 passed, 0 failed\n"
    wrong = case("U03")
    wrong["expected"] = {"downtime_minutes": "90"}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [wrong, case("U04")]}))
    with pytest.raises(SystemExit) as ended:
        call_command("uptime_conformance", file)
    assert ended.value.code == 1
    assert capsys.readouterr().out == "U03: downtime_minutes: expected 90, found 75\n1 passed, 1 failed\n"


def test_the_command_refuses_what_is_no_file_or_no_json(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("uptime_conformance", tmp_path / "none.json")
    for text in ("{", "", "[" * 100_000):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(CommandError, match="is no JSON"):
            call_command("uptime_conformance", tmp_path / "bad.json")
