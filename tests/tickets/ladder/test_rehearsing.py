"""The ladder of a ticket that nobody touches, told ahead by the policy's matrix (POLICY 7), from memory alone."""

from dataclasses import replace

from helpdesk.notifications.drafts import Recipient
from sla.models import Event
from tests.sla.engine.world import LIMIT, RESPONSE, TARGET, entry, read
from tests.tickets.ladder.desk import (
    AMAL,
    LEVELS,
    MALINI,
    NIMAL,
    at,
    directory,
    matrix,
    occurrence,
    one_calendar,  # noqa: F401 - a fixture
    wall,
)
from tickets.ladder.rehearsal import MOST_STEPS, TICK, Case, rehearse, rehearsed

ALICE = Recipient(email="alice@acme.example", name="Alice", role="Requester")


def case(severity="P1", opened="2026-11-20 16:50", kinds=(RESPONSE, TARGET, LIMIT), **more):
    """A ticket of ACME as it is submitted."""
    begun = entry(opened, "opened", severity)
    clocks = {kind: read(begun, at=opened, kind=kind, **more) for kind in kinds}
    return Case(opened=occurrence(Event.SUBMITTED, opened, severity=severity), clocks=clocks, requester=ALICE)


def ladder(one, *rules, people=(), **more):
    given = matrix(*rules, **more)
    return rehearse(one, matrices=lambda _at: given, directory=directory(*people))


def lines(steps):
    """Each step in few words: noticed, event (of), level and whether somebody must acknowledge, when to whom."""
    return [
        f"{wall(one.noticed_at)} {one.event}({one.of}) {one.level}{'!' if one.climbs else ''} "
        f"{wall(one.send_at)} {', '.join(person.name for person in one.told)}"
        for one in steps
    ]


def test_the_whole_ladder_of_a_critical_ticket_that_nobody_touches_over_a_weekend_and_a_poya_day():
    assert lines(ladder(case())) == [
        "2026-11-20 16:50 submitted() 1 2026-11-20 16:50 Alice, Amal, Nimal",
        "2026-11-23 14:35 warning(response) 1 2026-11-23 14:35 Amal, Nimal",
        "2026-11-23 16:50 response_overdue(response) 2! 2026-11-23 16:50 Malini",
        "2026-11-23 16:50 target_missed(target) 1 2026-11-23 16:50 Amal, Nimal",
        "2026-11-25 12:20 warning(limit) 2 2026-11-25 12:20 Amal, Nimal",
        "2026-11-25 12:20 unacknowledged(response_overdue) 2 2026-11-25 12:20 Malini",
        "2026-11-25 16:50 limit_passed(limit) 3! 2026-11-25 16:50 Product Team, Malini",
        "2026-11-25 16:50 unacknowledged(response_overdue) 2 2026-11-25 16:50 Malini",
        "2026-11-26 12:20 unacknowledged(response_overdue) 2 2026-11-26 12:20 Malini",
        "2026-11-26 12:20 unacknowledged(limit_passed) 3 2026-11-26 12:20 Product Team",
        "2026-11-26 16:50 unacknowledged(response_overdue) 2 2026-11-26 16:50 Malini",
        "2026-11-26 16:50 unacknowledged(limit_passed) 3 2026-11-26 16:50 Product Team",
    ]


def test_each_event_is_noticed_at_the_first_instant_after_its_own_and_says_who_is_told_why():
    submitted, warned, overdue, *_rest = ladder(case())
    assert (submitted.noticed_at, submitted.instant) == (submitted.send_at, at("2026-11-20 16:50"))
    assert (submitted.climbs, submitted.warning) == (False, "")
    assert [one.noticed_at - one.instant for one in (warned, overdue)] == [TICK, TICK]
    assert overdue.instant == at("2026-11-23 16:50")
    assert overdue.send_at == overdue.noticed_at
    assert [(one.email, one.role) for one in overdue.told] == [("malini@desk.example", "Account manager of ACME")]


def test_without_a_resolution_deadline_the_ladder_ends_with_the_second_reminder_of_the_response():
    assert lines(ladder(case("P4"))) == [
        "2026-11-20 16:50 submitted() 1 2026-11-20 16:50 Alice, Amal, Nimal",
        "2026-11-26 10:05 warning(response) 1 2026-11-26 10:05 Amal, Nimal",
        "2026-11-26 16:50 response_overdue(response) 2! 2026-11-26 16:50 Malini",
        "2026-11-27 12:20 unacknowledged(response_overdue) 2 2026-11-27 12:20 Malini",
        "2026-11-27 16:50 unacknowledged(response_overdue) 2 2026-11-27 16:50 Malini",
    ]


def test_a_case_without_clocks_is_submitted_and_nothing_more():
    found = ladder(case(kinds=()))
    assert lines(found) == ["2026-11-20 16:50 submitted() 1 2026-11-20 16:50 Alice, Amal, Nimal"]


def test_a_reminder_waits_for_support_hours_and_goes_at_the_opening():
    rule = {"event": Event.RESPONSE_OVERDUE, "severity": "P2", "recipients": ["level2"], "level_after": 2}
    told = lines(ladder(case("P2", kinds=(RESPONSE,)), {**rule, "repeat_minutes": 10}))
    assert told[2:5] == [
        "2026-11-25 16:50 response_overdue(response) 2! 2026-11-25 16:50 Malini",
        "2026-11-26 08:00 unacknowledged(response_overdue) 2 2026-11-26 08:00 Malini",
        "2026-11-26 08:10 unacknowledged(response_overdue) 2 2026-11-26 08:10 Malini",
    ]
    late = lines(ladder(case("P2", opened="2026-11-20 17:30", kinds=(RESPONSE,))))
    assert late[2] == "2026-11-25 17:00 response_overdue(response) 2! 2026-11-25 17:00 Malini"


def test_a_reminder_that_falls_due_in_the_night_moves_to_the_opening_and_is_counted_on_from_there():
    always = {"event": Event.RESPONSE_OVERDUE, "severity": "", "recipients": ["level2"], "level_after": 2}
    found = ladder(
        case("P2", opened="2026-11-20 17:30", kinds=(RESPONSE,)),
        {**always, "repeat_minutes": 1},
        without=(Event.RESPONSE_OVERDUE,),
    )
    reminders = [one for one in found if one.event == Event.UNACKNOWLEDGED]
    assert [wall(one.noticed_at) for one in reminders[:3]] == [
        "2026-11-26 08:01",
        "2026-11-26 08:02",
        "2026-11-26 08:03",
    ]
    assert len(found) <= MOST_STEPS


def test_a_ladder_without_end_is_cut():
    often = {"event": Event.RESPONSE_OVERDUE, "severity": "P1", "recipients": ["level2"], "level_after": 2}
    found = ladder(case(), {**often, "repeat_minutes": 1})
    assert len(found) == MOST_STEPS == 60


def test_what_lies_beyond_the_cut_is_not_lived():
    often = {"event": Event.RESPONSE_OVERDUE, "severity": "P1", "recipients": ["level2"], "level_after": 2}
    given, asked = matrix({**often, "repeat_minutes": 1}), []
    found = rehearse(case(kinds=(RESPONSE,)), matrices=lambda when: asked.append(when) or given, directory=directory())
    assert max(asked) == found[-1].noticed_at


def test_the_longest_repeat_of_the_severitys_own_rules_says_how_long_the_ladder_is_told():
    own = {"event": Event.LIMIT_PASSED, "severity": "P1", "recipients": ["level3"], "level_after": 3}
    found = ladder(case(), {**own, "repeat_minutes": 800})
    reminders = [wall(one.noticed_at) for one in found if one.of == Event.LIMIT_PASSED]
    assert reminders == ["2026-11-27 12:10", "2026-11-30 16:30"]
    assert len(found) == 15, "those of the response go on until then"


def test_an_event_is_never_noticed_before_its_instant_has_passed():
    found = ladder(case(opened="2026-11-20 17:30"))
    together = [one for one in found if wall(one.noticed_at) == "2026-11-25 12:30"]
    assert [one.event for one in together] == [Event.UNACKNOWLEDGED, Event.WARNING]
    assert together[0].noticed_at == together[1].instant == together[1].noticed_at - TICK


def test_who_is_away_when_a_ticket_is_submitted_is_not_told_of_it():
    rule = {"event": Event.SUBMITTED, "severity": "P1", "recipients": ["level2"], "level_after": 1}
    away = replace(MALINI, away_from=at("2026-11-20 16:00"), away_until=at("2026-11-20 17:00"))
    [submitted] = ladder(case(kinds=()), rule, people=[away])
    assert [one.name for one in submitted.told] == ["Deepa"]


def test_who_is_away_at_each_step_is_passed_over_at_that_step_only():
    away = replace(MALINI, away_from=at("2026-11-25 12:00"), away_until=at("2026-11-25 16:00"))
    told = {wall(one.noticed_at): [p.name for p in one.told] for one in ladder(case(kinds=(RESPONSE,)), people=[away])}
    assert (told["2026-11-23 16:50"], told["2026-11-25 12:20"]) == (["Malini"], ["Deepa"])
    assert told["2026-11-25 16:50"] == ["Malini"]


def test_a_matrix_that_holds_from_a_later_day_answers_from_then_on():
    first, later = matrix(), matrix(without=(Event.LIMIT_PASSED, Event.UNACKNOWLEDGED))
    found = rehearse(
        case(),
        matrices=lambda when: later if when >= at("2026-11-25 00:00") else first,
        directory=directory(),
    )
    assert [one.event for one in found] == [
        Event.SUBMITTED,
        Event.WARNING,
        Event.RESPONSE_OVERDUE,
        Event.TARGET_MISSED,
        Event.WARNING,
    ]


def test_events_of_one_instant_stand_on_the_level_before_them():
    same = {"event": Event.TARGET_MISSED, "severity": "P1", "recipients": ["same"]}
    found = ladder(case(), same)
    missed = next(one for one in found if one.event == Event.TARGET_MISSED)
    assert [one.name for one in missed.told] == [AMAL.name, NIMAL.name], "not yet the level that was called just now"
    warned = [one for one in found if one.event == Event.WARNING]
    assert [one.level for one in warned] == [1, 2]


def test_a_level_once_reached_is_not_left_by_an_event_that_calls_a_lower_one():
    lower = {"event": Event.TARGET_MISSED, "severity": "P1", "recipients": ["level2"], "level_after": 2}
    higher = {"event": Event.RESPONSE_OVERDUE, "severity": "P1", "recipients": ["level3"], "level_after": 3}
    found = ladder(case(), lower, higher)
    assert [one.level for one in found if one.event == Event.WARNING] == [1, 3]


def test_a_level_that_reaches_nobody_warns_at_each_step_and_a_client_is_told_only_where_the_rule_says_so():
    nobody = {"level": 1, "name": "Support Team", "kind": "team", "team_key": "nobody", "address": ""}
    silent = {"event": Event.SUBMITTED, "severity": "P1", "recipients": ["level1"], "level_after": 1}
    [submitted] = ladder(case(kinds=()), silent, levels=(nobody, *LEVELS[1:]))
    assert [one.name for one in submitted.told] == ["Root"]
    assert submitted.warning.startswith("Nobody could be reached at level 1 (Support Team)")
    assert ladder(case(kinds=()), without=(Event.SUBMITTED,)) == []
    alone = replace(MALINI, teams=("nobody",))
    warned = next(
        one
        for one in ladder(case(), levels=(nobody, *LEVELS[1:]), without=(Event.RESPONSE_OVERDUE,), people=[])
        if one.event == Event.WARNING
    )
    assert warned.warning == submitted.warning
    assert ladder(case(kinds=()), silent, levels=(nobody, *LEVELS[1:]), people=[alone])[0].warning == ""


def test_an_event_without_a_rule_does_not_keep_others_of_that_instant_from_being_answered():
    same = ladder(case(), without=(Event.RESPONSE_OVERDUE,))
    assert [one.event for one in same if wall(one.instant) == "2026-11-23 16:50"] == [Event.TARGET_MISSED]


def test_reminders_of_two_levels_at_one_instant_go_in_the_order_in_which_the_levels_were_called():
    found = [one for one in ladder(case()) if wall(one.noticed_at) == "2026-11-26 12:20"]
    assert [(one.of, one.level) for one in found] == [(Event.RESPONSE_OVERDUE, 2), (Event.LIMIT_PASSED, 3)]
    assert [one.instant for one in found] == [at("2026-11-23 16:50"), at("2026-11-25 16:50")]


def test_a_rehearsal_in_words_names_events_levels_and_what_a_reminder_repeats():
    given = matrix()
    asked = []
    found = rehearsed(case(), matrices=lambda when: asked.append(when) or given, directory=directory())
    assert None not in asked
    assert [(one.words, one.level_name, one.repeats) for one in found.told[:3]] == [
        ("Submitted", "Support Team", ""),
        ("Most of the budget is used", "Support Team", "first response"),
        ("First response overdue", "Account Manager", ""),
    ]
    reminder = next(one for one in found.told if one.step.event == Event.UNACKNOWLEDGED)
    assert (reminder.words, reminder.level_name) == ("Not acknowledged", "Account Manager")
    assert reminder.repeats == "First response overdue"
    assert (found.desk_zone, found.is_cut) == ("Asia/Colombo", False)
    assert found.case.requester == ALICE
    assert len(found.told) == 12
    assert [one.step for one in found.told] == ladder(case())


def test_a_rehearsal_says_when_it_was_cut():
    often = {"event": Event.RESPONSE_OVERDUE, "severity": "P1", "recipients": ["level2"], "level_after": 2}
    given = matrix({**often, "repeat_minutes": 1})
    assert rehearsed(case(), matrices=lambda _at: given, directory=directory()).is_cut
