"""The severity that three answers propose, for every combination, and what is kept of them."""

from itertools import product

import pytest

from tickets.proposing import QUESTIONS, answers_in_words, known_answers, proposed_severity

EXPECTED = {
    # scope: (workaround none, some, good) for data not at risk; unsure counts as not at risk: staff look at it.
    "all": ("P1", "P2", "P2"),
    "much": ("P2", "P2", "P3"),
    "little": ("P3", "P3", "P3"),
    "nothing": ("P4", "P4", "P4"),
}
AT_RISK = {"all": "P1", "much": "P1", "little": "P2", "nothing": "P2"}


@pytest.mark.parametrize(("scope", "risk"), list(product(EXPECTED, ("no", "unsure"))))
def test_without_a_risk_for_data_scope_and_workaround_decide(scope, risk):
    given = [
        proposed_severity({"scope": scope, "workaround": workaround, "data_risk": risk})
        for workaround in ("none", "some", "good")
    ]
    assert tuple(given) == EXPECTED[scope]


@pytest.mark.parametrize("scope", AT_RISK)
def test_data_at_risk_are_never_less_than_major(scope):
    for workaround in ("none", "some", "good"):
        assert proposed_severity({"scope": scope, "workaround": workaround, "data_risk": "yes"}) == AT_RISK[scope]


def test_a_question_needs_no_further_answer():
    assert proposed_severity({"scope": "nothing"}) == "P4"


@pytest.mark.parametrize("missing", QUESTIONS)
def test_a_fault_needs_all_three_answers(missing):
    answers = {"scope": "much", "workaround": "some", "data_risk": "no"}
    assert proposed_severity(answers) == "P2"
    assert proposed_severity({**answers, missing: ""}) is None


def test_what_is_not_offered_is_no_answer():
    assert known_answers({"scope": "galaxy", "workaround": "some", "else": "no"}) == {"workaround": "some"}
    assert proposed_severity({"scope": "galaxy", "workaround": "some", "data_risk": "no"}) is None


def test_the_answers_read_as_they_were_asked():
    assert answers_in_words({"data_risk": "no", "scope": "little"}) == [
        ("How much is affected?", "One person, or something minor"),
        ("Are data at risk?", "No"),
    ]
