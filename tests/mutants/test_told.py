"""The mutation run's verdict: what lives without an explanation fails it, and so does what was never tried."""

from tests.mutants.__main__ import told

CODES = {"sla.engine.table.x_a__mutmut_1": 1, "sla.engine.table.x_a__mutmut_2": 0, "sla.engine.table.x_a__mutmut_3": 36}


def test_what_lives_unexplained_fails_the_run_and_is_named(capsys):
    assert told({"sla.engine.table": CODES}, "| `sla.engine.table.x_a__mutmut_20` | equal |") == 1
    heading, module, everything, named = capsys.readouterr().out.splitlines()
    assert heading.split()[1:] == ["killed", "timeout", "lives", "no", "test", "not", "tried", "explained"]
    assert module.split() == ["sla.engine.table", "1", "1", "1", "0", "0", "0"]
    assert everything.split() == ["all", "1", "1", "1", "0", "0", "0"]
    assert named == "not explained in docs/mutants.md: sla.engine.table.x_a__mutmut_2"


def test_what_is_explained_by_its_whole_name_does_not():
    assert told({"sla.engine.table": CODES}, "| `sla.engine.table.x_a__mutmut_2` | the same in every case |") == 0


def test_what_no_test_called_and_what_was_not_tried_fails_it_too():
    for code in (None, 2, 5, 33):
        assert told({"sla.engine.table": {"sla.engine.table.x_a__mutmut_1": code}}, "") == 1
