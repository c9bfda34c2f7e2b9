"""The floor of the deadlines bench must answer exactly as the engine does, or its speed means nothing."""

import pytest

from bench.deadlines import bare_bisect, compare, conformance, random_questions, realistic_questions, sri_lanka
from bench.report import BenchError


def test_the_floor_answers_every_question_as_the_engine_does():
    calendar = sri_lanka()
    floor = bare_bisect(calendar)
    questions = random_questions()[:4000] + realistic_questions(calendar)[::10]
    assert [floor(*question) for question in questions] == [calendar.due(*question) for question in questions]


def test_a_floor_that_answers_otherwise_is_refused():
    calendar = sri_lanka()
    with pytest.raises(BenchError, match="otherwise than the engine"):
        compare("x", random_questions()[:10], calendar.due, lambda start, minutes: start)


def test_all_conformance_cases_pass():
    figure = conformance()
    assert (figure.value, figure.passed) == (0, True)
    assert figure.name == "conformance cases failed (553 passed)"
