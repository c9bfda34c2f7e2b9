"""Instants and spans as pages show them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils.html import strip_tags

from helpdesk.lib.templatetags.times import instant, short_instant, span

DUE = datetime(2019, 11, 24, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Colombo", "Mon 25 Nov 2019, 01:30 (Colombo)"),
        ("Europe/Berlin", "Sun 24 Nov 2019, 21:00 (Berlin)"),
        ("America/New_York", "Sun 24 Nov 2019, 15:00 (New York)"),
    ],
)
def test_an_instant_is_told_in_the_viewers_zone(zone, shown):
    assert instant(DUE, zone) == shown
    assert instant(DUE.isoformat(), zone) == shown


def test_the_same_wall_time_twice_is_two_instants_of_one_name():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert instant(first, "Europe/Berlin") == instant(second, "Europe/Berlin") == "Sun 25 Oct 2026, 02:30 (Berlin)"


def test_a_short_instant_tells_another_year():
    assert short_instant(DUE, "Asia/Colombo") == "Mon 25 Nov 2019, 01:30"
    this_year = datetime.now(UTC).replace(month=6, day=15, hour=12, minute=0)
    assert short_instant(this_year, "Asia/Colombo") == f"{this_year:%a} 15 Jun 17:30"


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (2, "Mon 25 Nov 2019, 01:30 – 03:30 (Colombo)"),
        (23, "Mon 25 Nov 2019, 01:30 – Tue 26 Nov 2019, 00:30 (Colombo)"),
    ],
)
def test_a_span_of_time_tells_once_what_both_ends_share(hours, shown):
    told = Template("{% load times %}{% between begins ends %}").render(
        Context({"begins": DUE, "ends": DUE + timedelta(hours=hours)})
    )
    assert strip_tags(told) == shown
    assert told.count("<time ") == 2


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_instant_is_a_dash(nothing):
    assert instant(nothing, "Asia/Colombo") == short_instant(nothing, "Asia/Colombo") == "–"


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(hours=19, minutes=30), "19 h 30 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=45, seconds=59), "45 min"),
        (timedelta(seconds=30), "30 s"),
        (timedelta(0), "0 min"),
        (None, "–"),
    ],
)
def test_a_span_is_told_in_hours_and_minutes_never_in_days(length, shown):
    assert span(length) == shown
