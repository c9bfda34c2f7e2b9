"""Rules of recurrence: the days are those of the library in our own years, and no rule keeps a process busy."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from django.db import transaction

from helpdesk.lib.errors import DomainError
from status.maintenance.recurring import BadRule, BadStart, NoDays, checked_rule, occurrences
from status.operations.series import SeriesText, plan_series
from tests.support import actor_of, colombo
from tests.timing import least_seconds

OPENS = time(22, 30)
RULES = [
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=10", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU",
    "FREQ=MONTHLY;BYDAY=2SA", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", "FREQ=YEARLY;BYYEARDAY=366", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU",
    "FREQ=WEEKLY;BYDAY=SA;COUNT=7", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20280101", "FREQ=DAILY;UNTIL=20280101T223000",
]  # fmt: skip


def days(rule: str, first_on: date) -> list[datetime]:
    found = occurrences(
        rule, first_on=first_on, opens=OPENS, zone="UTC", since=datetime(2001, 1, 1, tzinfo=UTC),
        until=datetime(2062, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    return [one.replace(tzinfo=None) for one in found]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_gives_the_days_that_it_gives_in_our_own_years(rule):
    for year in (2023, 2024, 2026, 2027):
        first_on = date(year, 2, 28)
        plain = rrulestr(rule, dtstart=datetime.combine(first_on, OPENS))
        soon = list(islice(takewhile(lambda one: one.year < 2062, plain), 400))
        assert days(rule, first_on)[: len(soon)] == soon != []


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", NoDays),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", NoDays),  # from 2026 on by fours
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", NoDays),  # the first day is a Sunday
        ("FREQ=DAILY;UNTIL=20250101", NoDays),
        ("FREQ=DAILY;INTERVAL=0", BadRule),
        ("FREQ=DAILY;INTERVAL=0;BYMONTH=2;BYMONTHDAY=30", BadRule),
        ("FREQ=DAILY;INTERVAL=-1", BadRule),
        ("FREQ=DAILY;FREQ=DAILY", BadRule),
        ("FREQ=DAILY;BYEASTER=1", BadRule),
        ("FREQ=DAILY;BYHOUR=1", BadRule),
        ("FREQ=DAILY;UNTIL=20269999", BadRule),
        ("FREQ=DAILY;BYDAY=1,,2", BadRule),
        ("FREQ=DAILY;EXDATE=20260101", BadRule),
    ],
)
def test_a_rule_without_days_is_refused_and_keeps_nobody_busy(rule, fault):
    def checked() -> None:
        with pytest.raises(fault) as caught:
            checked_rule(rule, first_on=date(2026, 3, 1), opens=OPENS, zone="UTC")
        assert caught.type is fault

    assert least_seconds(checked, below=2.0) < 2.0  # to the year 9999 it takes 46 s


@pytest.mark.parametrize("first_on", [date(1, 1, 1), date(2000, 12, 31), date(2060, 1, 1), date(9999, 12, 31)])
def test_a_series_of_another_age_is_refused(first_on):
    with pytest.raises(BadStart):
        checked_rule("FREQ=DAILY", first_on=first_on, opens=OPENS, zone="UTC")


@pytest.mark.django_db
def test_whoever_writes_such_a_rule_is_told_what_is_wrong_with_it(world):
    for rule, first_on, field, said in (
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", date(2026, 3, 1), "rule", "No day of the next decades meets this rule."),
        ("FREQ=DAILY;INTERVAL=0", date(2026, 3, 1), "rule", "This is no rule that gives days."),
        ("FREQ=DAILY", date(1926, 3, 1), "first_on", "A series begins between 2001 and 2059."),
    ):
        text = SeriesText(title="Work", rule=rule, first_on=first_on, opens=time(1), minutes=60, zone="UTC")
        with pytest.raises(DomainError, match=said) as caught, transaction.atomic():
            plan_series(actor=actor_of(world.admin), text=text, at=colombo("2026-03-01 09:00"))
        assert caught.value.field == field


def test_a_series_that_began_long_ago_still_gives_its_days():
    since = datetime(2026, 3, 1, tzinfo=UTC)
    found = occurrences(
        "FREQ=DAILY", first_on=date(2001, 1, 1), opens=OPENS, zone="UTC", since=since, until=since + timedelta(days=60)
    )
    assert (len(found), found[0]) == (60, datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
