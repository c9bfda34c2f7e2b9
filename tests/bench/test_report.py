"""The benches' command line and tables."""

import json

import pytest

from bench.__main__ import NAMES, parse, write_json
from bench.report import Figure, Report, table


def test_without_a_name_every_bench_runs():
    assert parse([]).names == list(NAMES)


def test_an_unknown_name_is_refused_with_the_list_of_names(capsys):
    with pytest.raises(SystemExit) as ended:
        parse(["sweep", "sweeep"])
    assert ended.value.code == 2
    assert "unknown bench: sweeep; there are: start, deadlines, sweep" in capsys.readouterr().err


def test_a_figure_says_its_ratio_to_the_floor_and_whether_it_met_its_goal_in_words():
    good = Figure(name="quick", value=30.0, unit="ms", spread=(25, 41), floor=10.0, goal="≤ 5 × floor", passed=True)
    bad = Figure(name="slow", value=1234.5, unit="s", goal="≤ 2 s", passed=False)
    plain = Figure(name="size", value=0.125, unit="MB")
    assert good.cells() == ("quick", "30 ms", "25–41", "10 ms", "3.00", "≤ 5 × floor", "pass")
    assert bad.cells() == ("slow", "1,234 s", "", "", "", "≤ 2 s", "FAIL")
    assert plain.cells() == ("size", "0.125 MB", "", "", "", "", "")


def test_a_table_has_its_columns_under_their_headings():
    lines = table(Report("x", (Figure(name="a", value=2, unit="s"),), ("how it was measured",))).splitlines()
    assert lines[0] == "== x"
    assert lines[1].split() == ["figure", "measured", "spread", "floor", "ratio", "goal", "result"]
    assert lines[3].index("2 s") == lines[1].index("measured")
    assert lines[4] == "   how it was measured"


def test_the_json_file_holds_every_figure_with_its_ratio(tmp_path):
    report = Report("x", (Figure(name="a", value=2.0, unit="s", floor=4.0),), ("n",))
    write_json(tmp_path / "out.json", line="machine: 2 cores", reports=[report])
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["machine"] == "machine: 2 cores"
    assert found["reports"][0]["figures"][0] == {
        "name": "a",
        "value": 2.0,
        "unit": "s",
        "spread": None,
        "floor": 4.0,
        "goal": "",
        "passed": None,
        "ratio": 0.5,
    }
