"""What the matrix answers to an occurrence (POLICY 7): who is told, when, and the level afterwards."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from sla.models import Event
from tests.tickets.ladder.desk import (
    AMAL,
    LEVELS,
    MALINI,
    at,
    directory,
    matrix,
    occurrence,
    one_calendar,  # noqa: F401 - a fixture
    wall,
)
from tickets.ladder.answers import (
    SEEN_BY_CLIENT,
    answer_of,
    claims_of,
    event_of,
    goes_at_once,
    reminder_from,
    reminder_of,
    repeat_at,
    waits_until,
)
from tickets.ladder.levels import Levels

OPEN, NIGHT, FRIDAY_NIGHT = "2026-11-18 11:00", "2026-11-18 20:00", "2026-11-20 22:30"


def answer(found, *rules, noticed=None, **more):
    """The answer to an occurrence that is noticed at its own instant, unless another is told."""
    given, noticed = matrix(*rules, **more), at(noticed) if noticed else found.instant
    return answer_of(found, levels=Levels(given, directory(), at=noticed), matrix=given, at=noticed)


def said(found):
    """Level, whether somebody has to acknowledge it, who is told, and when."""
    return found.level, found.climbs, [one.name for one in found.people], wall(found.send_at)


@pytest.mark.parametrize(
    ("event", "level", "climbs", "told"),
    [
        (Event.WARNING, 1, False, ["Amal", "Nimal"]),
        (Event.RESPONSE_OVERDUE, 2, True, ["Malini"]),
        (Event.TARGET_MISSED, 1, False, ["Amal", "Nimal"]),
        (Event.LIMIT_PASSED, 3, True, ["Product Team", "Malini"]),
        (Event.ASKED, 2, True, ["Malini"]),
        (Event.UNACKNOWLEDGED, 1, False, ["Amal", "Nimal"]),
    ],
)
def test_each_event_reaches_whom_the_policy_names_and_the_level_it_names(event, level, climbs, told):
    assert said(answer(occurrence(event, OPEN))) == (level, climbs, told, OPEN)


def test_a_level_that_was_reached_stays_where_a_rule_names_none():
    assert said(answer(occurrence(Event.WARNING, OPEN, level=3)))[:2] == (3, False)
    reminded = answer(occurrence(Event.UNACKNOWLEDGED, OPEN, level=2))
    assert said(reminded) == (2, False, ["Malini"], OPEN)


def test_asking_climbs_one_level_and_not_beyond_the_top():
    assert said(answer(occurrence(Event.ASKED, OPEN, level=2))) == (3, True, ["Product Team"], OPEN)
    assert said(answer(occurrence(Event.ASKED, OPEN, level=3))) == (3, True, ["Product Team"], OPEN)


def test_what_stays_on_the_first_level_asks_nobody_to_acknowledge():
    rule = {"event": Event.WARNING, "severity": "P2", "recipients": ["level1"], "level_after": 1}
    assert answer(occurrence(Event.WARNING, OPEN), rule).climbs is False


def test_a_reminder_never_climbs_even_where_its_rule_names_a_level():
    rule = {"event": Event.UNACKNOWLEDGED, "severity": "P2", "recipients": ["level3"], "level_after": 3}
    found = answer(occurrence(Event.UNACKNOWLEDGED, OPEN, level=2), rule)
    assert (found.level, found.climbs) == (3, False)


def test_an_event_without_a_rule_has_no_answer_and_a_severitys_own_rule_comes_first():
    assert answer(occurrence(Event.REOPENED_TWICE, OPEN)) is None
    own = {"event": Event.RESPONSE_OVERDUE, "severity": "P2", "recipients": ["level3"], "level_after": 3}
    assert said(answer(occurrence(Event.RESPONSE_OVERDUE, OPEN), own))[:3] == (3, True, ["Product Team"])
    assert said(answer(occurrence(Event.RESPONSE_OVERDUE, OPEN, severity="P3"), own))[:3] == (2, True, ["Malini"])


def test_an_answer_names_people_with_why_it_is_them_and_warns_where_a_level_reached_nobody():
    assert answer(occurrence(Event.RESPONSE_OVERDUE, OPEN)).told == ["Malini (Account manager of ACME)"]
    found = answer(occurrence(Event.RESPONSE_OVERDUE, OPEN, account_manager_id=None, deputy_id=None))
    assert found.told == ["Root (Admin, because level 2 reached nobody)"]
    assert found.warning == (
        "Nobody could be reached at level 2 (Account Manager): the admins are told instead. Check its people."
    )
    assert answer(occurrence(Event.RESPONSE_OVERDUE, OPEN)).warning == ""


@pytest.mark.parametrize(
    ("event", "severity", "instant", "goes"),
    [
        (Event.RESPONSE_OVERDUE, "P2", "2026-11-18 08:00", "2026-11-18 08:00"),
        (Event.RESPONSE_OVERDUE, "P2", "2026-11-18 17:00", "2026-11-18 17:00"),
        (Event.WARNING, "P2", "2026-11-18 17:00", "2026-11-18 17:00"),
        (Event.LIMIT_PASSED, "P3", "2026-11-18 17:01", "2026-11-19 08:00"),
        (Event.WARNING, "P2", "2026-11-18 07:59", "2026-11-18 08:00"),
        (Event.LIMIT_PASSED, "P2", FRIDAY_NIGHT, "2026-11-23 08:00"),
        (Event.LIMIT_PASSED, "P1", FRIDAY_NIGHT, FRIDAY_NIGHT),
        (Event.UNACKNOWLEDGED, "P1", FRIDAY_NIGHT, FRIDAY_NIGHT),
        (Event.UNACKNOWLEDGED, "P2", FRIDAY_NIGHT, "2026-11-23 08:00"),
        (Event.ASKED, "P3", FRIDAY_NIGHT, FRIDAY_NIGHT),
    ],
)
def test_a_breach_in_hours_goes_at_once_closing_included_and_else_waits_for_the_opening(event, severity, instant, goes):
    assert wall(answer(occurrence(event, instant, severity=severity)).send_at) == goes


def test_a_breach_is_judged_by_its_own_instant_and_a_reminder_by_the_present_one():
    late = answer(occurrence(Event.RESPONSE_OVERDUE, "2026-11-18 17:00"), noticed="2026-11-18 17:02")
    assert wall(late.send_at) == "2026-11-18 17:02"
    early = answer(occurrence(Event.RESPONSE_OVERDUE, NIGHT), noticed="2026-11-19 09:00")
    assert wall(early.send_at) == "2026-11-19 09:00", "found in hours: the opening that it waits for is now"
    reminder = occurrence(Event.UNACKNOWLEDGED, OPEN, level=2)
    assert wall(answer(reminder, noticed=NIGHT).send_at) == "2026-11-19 08:00"
    assert wall(answer(replace(reminder, instant=at(NIGHT)), noticed=OPEN).send_at) == OPEN


@pytest.mark.parametrize(
    ("quiet", "severity", "event", "goes"),
    [
        ("never", "P3", Event.WARNING, NIGHT),
        ("closed", "P1", Event.WARNING, "2026-11-19 08:00"),
        ("closed", "P3", Event.ASKED, "2026-11-19 08:00"),
        ("policy", "P3", Event.WARNING, "2026-11-19 08:00"),
        ("policy", "P1", Event.WARNING, NIGHT),
    ],
)
def test_a_rule_with_quiet_hours_of_its_own_decides_for_itself(quiet, severity, event, goes):
    rule = {"event": event, "severity": severity, "recipients": ["level1"], "quiet_hours": quiet}
    assert wall(answer(occurrence(event, NIGHT, severity=severity), rule).send_at) == goes


def test_without_a_rule_the_policy_decides_when_something_goes():
    given = matrix()
    twice = occurrence(Event.REOPENED_TWICE, NIGHT)
    assert not goes_at_once(twice, matrix=given, at=twice.instant)
    assert goes_at_once(replace(twice, severity="P1"), matrix=given, at=twice.instant)
    assert waits_until(replace(twice, severity="P1"), matrix=given, at=twice.instant) is None


def test_a_clock_that_is_claimed_has_warned_or_is_breached_by_its_kind():
    assert [event_of(clock, breached=True) for clock in ("response", "target", "limit")] == [
        Event.RESPONSE_OVERDUE,
        Event.TARGET_MISSED,
        Event.LIMIT_PASSED,
    ]
    assert event_of("limit", breached=False) is Event.WARNING
    assert {"warning", "unacknowledged", "submitted"}.isdisjoint(SEEN_BY_CLIENT)


def test_a_clock_is_claimed_for_its_warning_and_then_its_breach():
    warn, due, since = at("2026-11-18 15:00"), at("2026-11-19 09:00"), at("2026-11-18 10:00")
    assert list(claims_of(warn, due, since=since)) == [(warn, False), (due, True)]
    assert list(claims_of(due, due, since=since)) == [(due, True)], "it was warned of already"
    assert list(claims_of(None, due, since=since)) == []
    assert list(claims_of(warn, None, since=since)) == []


def test_a_warning_is_passed_over_where_the_due_instant_lies_before_the_case_began():
    warn, due = at("2026-11-18 15:00"), at("2026-11-19 09:00")
    assert list(claims_of(warn, due, since=due + timedelta(microseconds=1))) == [(due, True)]
    assert list(claims_of(warn, due, since=due)) == [(warn, False), (due, True)]
    assert list(claims_of(due, warn, since=warn)) == [(due, True)], "never claimed before the sweep looks"


@pytest.mark.parametrize(("severity", "again"), [("P2", "2026-11-18 15:30"), ("P1", "2026-11-18 12:00")])
def test_a_level_is_told_again_after_the_minutes_of_the_event_that_called_it(severity, again):
    own = {"event": Event.RESPONSE_OVERDUE, "severity": "P1", "recipients": ["level2"], "repeat_minutes": 60}
    found = occurrence(Event.RESPONSE_OVERDUE, OPEN, severity=severity, clock="response")
    assert wall(repeat_at(found, matrix=matrix(own), at=found.instant)) == again
    reminder = replace(found, event=Event.UNACKNOWLEDGED, clock=Event.RESPONSE_OVERDUE)
    assert wall(repeat_at(reminder, matrix=matrix(own), at=found.instant)) == again


def test_reminders_count_support_time_only():
    found = occurrence(Event.RESPONSE_OVERDUE, "2026-11-20 16:00")
    assert wall(repeat_at(found, matrix=matrix(), at=found.instant)) == "2026-11-23 11:30"


def test_a_reminder_repeats_its_rungs_event_on_the_rungs_level():
    overdue = occurrence(Event.RESPONSE_OVERDUE, OPEN, clock="response", level=3, cycle=2)
    found = reminder_from(overdue, level=2)
    assert (found.event, found.clock, found.level, found.cycle) == (Event.UNACKNOWLEDGED, "response_overdue", 2, 2)
    assert found.instant == overdue.instant


def test_a_rung_gives_its_reminder_the_tickets_facts_and_its_own_instant_cycle_and_step():
    facts = occurrence(Event.ASKED, OPEN)
    ticket = SimpleNamespace(
        pk=142,
        organisation=SimpleNamespace(pk=7, key="ACME", name="Acme", account_manager_id=MALINI.id, deputy_id=4),
        number=142,
        public_id=facts.public_id,
        subject="Nothing prints",
        severity="P2",
        level=3,
        assignee_id=AMAL.id,
        requester=SimpleNamespace(name="Alice"),
        opened_at=facts.opened_at,
        calendar=SimpleNamespace(current_version_id=9),
    )
    facts_of_rung = {"ticket": ticket, "raised_at": at(NIGHT), "cycle": 2, "event": "asked", "level": 2}
    rung = SimpleNamespace(**facts_of_rung, step=3, reminders=4)
    expected = replace(
        facts,
        event=Event.UNACKNOWLEDGED,
        clock="asked",
        instant=at(NIGHT),
        cycle=2,
        level=2,
        step=3005,
        assignee_id=AMAL.id,
        calendar_version_id=9,
    )
    assert reminder_of(rung) == expected
    assert expected.key == "ACME-142:asked:unacknowledged:2:3005"
    assert (expected.reference, expected.path) == ("ACME-142", f"/tickets/{facts.public_id}/")
    steps = [(step, reminders) for step in (1, 2) for reminders in range(3)]
    found = {reminder_of(SimpleNamespace(**facts_of_rung, step=step, reminders=n)).key for step, n in steps}
    assert len(found) == len(steps), "no two reminders are the same occurrence"


def test_a_level_that_a_later_matrix_has_no_more_is_still_reached_by_asking():
    found = answer(occurrence(Event.ASKED, OPEN, level=1), levels=(LEVELS[0], LEVELS[2]))
    assert said(found)[2] == ["Product Team"], "level 2 is gone: the next one up is told"
