"""A recurrence rule as people say it."""

from datetime import date, time

import pytest

from status.maintenance.recurring import checked_rule
from status.maintenance.rule_words import USUAL_RULES, rule_words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "every week on Saturday, Sunday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "every second week on Saturday"),
        ("FREQ=MONTHLY;BYDAY=2SU", "on the second Sunday of each month"),
        ("FREQ=MONTHLY;BYDAY=+1MO", "on the first Monday of each month"),
        ("FREQ=MONTHLY;BYDAY=-1SA", "on the last Saturday of each month"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "on day 15 of each month"),
    ],
)
def test_usual_rules_are_told_in_words(rule, words):
    assert rule_words(rule) == words


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=SA",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=2SU",
        "FREQ=MONTHLY;BYDAY=SU",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=WEEKLY;BYDAY=SA;COUNT=4",
        "FREQ=YEARLY;BYMONTH=2",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
    ],
)
def test_a_rule_that_says_more_than_the_words_stands_as_it_is(rule):
    assert rule_words(rule) == rule


@pytest.mark.parametrize("rule", USUAL_RULES)
def test_what_the_form_offers_is_kept_and_has_words(rule):
    assert checked_rule(rule, first_on=date(2026, 1, 1), opens=time(1), zone="Asia/Colombo") == rule
    assert rule_words(rule) != rule
