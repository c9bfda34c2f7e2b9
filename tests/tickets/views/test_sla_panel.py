"""The panel beside a ticket: what falls due next, in both zones, and to whom, as far as the reader may know."""

from datetime import UTC, datetime, timedelta

import pytest

from sla.engine.trace import TraceLine
from tickets.views.clocks import trace_rows

pytestmark = pytest.mark.usefixtures("everything", "monday")


def test_the_page_tells_the_next_step_in_both_zones(submit, world, signed_in):
    ticket = submit("P1", "2026-11-16 10:00")
    world.alice.time_zone = "Europe/Berlin"
    world.alice.save(update_fields=["time_zone"])
    page = signed_in(world.alice).get(ticket.path).content.decode()
    assert "Nobody has answered by then" in page
    assert "It then goes to level 2, Account Manager." in page
    assert "Tue 17 Nov 2026, 10:00 (Colombo)" in page.partition('id="next-step"')[2].partition("</div>")[0]
    assert "Malini" not in page
    staff = signed_in(world.agent).get(ticket.path).content.decode()
    assert "Told then: Nimal (Support Team, level 1)" in " ".join(staff.split())


def test_the_columns_of_a_trace_add_up_as_they_are_shown():
    """7:38:24.6 and 5:01:35.4 are 12 h 40 min, so what the lines say must be that, too."""
    at, total, lines = datetime(2026, 11, 25, tzinfo=UTC), timedelta(0), []
    lines.append(TraceLine(at, at, "opened", timedelta(0), total))
    for counted in (timedelta(hours=7, minutes=38, seconds=24.6), timedelta(hours=5, minutes=1, seconds=35.4)):
        total += counted
        lines.append(TraceLine(at, at + counted, "Wed 25 Nov", counted, total))
    opened, *counted = trace_rows(lines)
    assert (opened.label, opened.total, opened.is_event) == ("opened", "", True)
    assert [(row.counted, row.total) for row in counted] == [("7 h 38 min", "7 h 38 min"), ("5 h 2 min", "12 h 40 min")]


def test_a_trace_of_minutes_is_told_in_seconds_and_says_a_span_once():
    at, counted = datetime(2026, 11, 25, tzinfo=UTC), timedelta(minutes=1, seconds=42)
    row = next(trace_rows([TraceLine(at, at + counted, "Wed 25 Nov 10:00–10:01:42, 1 min 42 s", counted, counted)]))
    assert (row.label, row.counted, row.is_event) == ("Wed 25 Nov 10:00–10:01:42", "1 min 42 s", False)
    assert list(trace_rows([])) == []
