"""Who stands behind a word of the matrix (POLICY 7): people, deputies, teams, addresses, or the admins."""

from dataclasses import replace

import pytest

from sla.models import Event
from tests.tickets.ladder.desk import (
    AMAL,
    DEEPA,
    GUEST,
    LEVELS,
    MALINI,
    NIMAL,
    at,
    directory,
    matrix,
    occurrence,
)
from tickets.ladder.levels import Levels

NOON = "2026-11-18 12:00"
FOUND = occurrence(Event.WARNING, NOON)
AWAY = {"away_from": at("2026-11-18 11:00"), "away_until": at("2026-11-18 13:00")}


def reached(*tokens, found=FOUND, people=(), own=None, levels=LEVELS, when=NOON):
    return Levels(matrix(levels=levels), directory(*people, own=own), at=at(when)).reach_all(tokens, found)


def told(*tokens, **more):
    """Everybody who is told, by address, with why it is them."""
    return [(one.email, one.role) for one in reached(*tokens, **more).recipients]


SUPPORT = [("amal@desk.example", "Support Team, level 1"), ("nimal@desk.example", "Support Team, level 1")]
MANAGER = [("malini@desk.example", "Account manager of ACME")]
DEPUTY = [("deepa@desk.example", "Deputy of ACME")]
PRODUCT = [("Product@desk.example", "Product Team, level 3")]
ADMIN = [("root@desk.example", "Admin, because level 2 reached nobody")]


@pytest.mark.parametrize(
    ("token", "level", "expected"),
    [
        ("level1", 1, SUPPORT),
        ("level2", 1, MANAGER),
        ("level3", 1, PRODUCT),
        ("next", 1, MANAGER),
        ("next", 2, PRODUCT),
        ("next", 3, PRODUCT),
        ("same", 2, MANAGER),
        ("client", 1, []),
    ],
)
def test_a_word_of_a_rule_means_these_people(token, level, expected):
    assert told(token, found=replace(FOUND, level=level)) == expected


def test_the_deputy_stands_in_while_the_account_manager_is_away_and_the_admins_where_both_are():
    away = replace(MALINI, **AWAY)
    assert told("level2", people=[away]) == DEPUTY
    assert told("level2", people=[away], when="2026-11-18 13:00") == MANAGER
    assert told("level2", people=[away], when="2026-11-18 10:59") == MANAGER
    both = reached("level2", people=[away, replace(DEEPA, **AWAY)])
    assert [(one.email, one.role) for one in both.recipients] == ADMIN, "an admin of another client is not told"
    assert both.warning == (
        "Nobody could be reached at level 2 (Account Manager): the admins are told instead. Check its people."
    )


def test_an_assignee_is_told_while_here_and_serving_and_level_one_in_their_place_where_the_rule_says_so():
    mine = replace(FOUND, assignee_id=NIMAL.id)
    assert told("assignee", found=mine) == [("nimal@desk.example", "Assignee of ACME-142")]
    assert told("assignee_or_level1", found=mine) == [("nimal@desk.example", "Assignee of ACME-142")]
    for people in ([replace(NIMAL, **AWAY)], [replace(NIMAL, serves_all=False, served=(8,))]):
        assert told("assignee", found=mine, people=people) == []
        assert told("assignee_or_level1", found=mine, people=people)[0] == SUPPORT[0]
    assert told("assignee", found=mine, people=[replace(NIMAL, serves_all=False, served=(7,))]) != []
    assert told("assignee", found=mine, people=[replace(NIMAL, **AWAY)], when="2026-11-18 13:00") != [], "back again"
    assert reached("assignee").warning == "", "nobody holds it, which is no fault of the matrix"


def test_each_person_is_told_once_and_the_client_by_their_own_acknowledgement():
    mine = replace(FOUND, assignee_id=AMAL.id)
    assert told("client", "level1", "assignee", found=mine) == [
        ("amal@desk.example", "Assignee of ACME-142"),
        SUPPORT[1],
    ]
    assert told("address:AMAL@desk.example", "level1") == SUPPORT, "an address is the same in capitals"
    alike = told("address:strauß@else.example", "address:strauss@else.example")
    assert len(alike) == 2, "two addresses that are alike in capitals only are two people"


def test_warnings_of_several_words_stand_in_one_text():
    nobody = replace(FOUND, account_manager_id=None, deputy_id=None)
    found = reached("level2", "level1", "role:agent", "team:sales", found=nobody)
    assert found.warning == (
        "Nobody could be reached at level 2 (Account Manager): the admins are told instead. Check its people. "
        "Nobody could be reached at team:sales: the admins are told instead. Check its people."
    )
    assert ("root@desk.example", "Admin, because team:sales reached nobody") in [
        (one.email, one.role) for one in found.recipients
    ]


def test_roles_teams_and_addresses_are_told_as_named():
    assert told("role:account_manager") == [
        ("malini@desk.example", "Told as account manager"),
        ("deepa@desk.example", "Told as account manager"),
    ]
    assert told("team:product") == [("nimal@desk.example", "Told as team product")]
    assert told("address:boss@else.example") == [("boss@else.example", "Told by the matrix")]
    [boss] = reached("address:boss@else.example").recipients
    assert (boss.name, boss.zone) == ("boss@else.example", "Asia/Colombo")


def test_our_own_address_means_its_teams_people_and_never_a_mail_to_ourselves():
    as_team = [("amal@desk.example", "Told as team support"), ("nimal@desk.example", "Told as team support")]
    assert told("address:Support@desk.example") == as_team
    ours = {"support@desk.example": "support", "product@desk.example": "product"}
    assert told("level3", own=ours) == [("nimal@desk.example", "Product Team, level 3")]
    assert told("team:support@desk.example") == [
        ("root@desk.example", "Admin, because team:support@desk.example reached nobody")
    ]


def test_people_of_a_team_who_do_not_serve_the_client_are_not_told():
    elsewhere = replace(AMAL, serves_all=False, served=(8,))
    assert told("level1", people=[elsewhere]) == SUPPORT[1:]
    assert told("role:agent", people=[elsewhere]) == [("nimal@desk.example", "Told as agent")]


def test_people_who_serve_this_client_only_are_told_of_it():
    ours = [replace(AMAL, serves_all=False, served=(7,)), replace(NIMAL, serves_all=False, served=(7, 8))]
    assert told("level1", people=ours) == SUPPORT
    assert told("team:support", people=ours)[0] == ("amal@desk.example", "Told as team support")
    assert told("role:agent", people=ours)[0] == ("amal@desk.example", "Told as agent")
    only = replace(GUEST, served=(7,))
    nobody = replace(FOUND, account_manager_id=None, deputy_id=None)
    assert ("guest@desk.example", ADMIN[0][1]) in told("level2", found=nobody, people=[only])


def test_a_level_of_an_address_without_one_is_its_team():
    bare = ({**LEVELS[2], "address": ""},)
    assert told("level3", levels=(*LEVELS[:2], *bare)) == [("nimal@desk.example", "Product Team, level 3")]


def test_a_level_that_is_no_more_is_the_next_one_up_and_above_the_top_the_top():
    fewer = (LEVELS[0], LEVELS[2])
    assert told("level2", levels=fewer) == PRODUCT
    assert told("level9", levels=fewer) == PRODUCT
    [where] = [one for one in [reached("level2", levels=(LEVELS[0], LEVELS[1]), found=FOUND)] if not one.warning]
    assert [one.role for one in where.recipients] == ["Account manager of ACME"]
    four = (*LEVELS, {**LEVELS[2], "level": 4, "name": "Board", "address": "board@desk.example"})
    assert told("level2", levels=(four[0], *four[2:])) == PRODUCT


def test_a_level_that_reaches_nobody_is_named_with_its_number_as_the_ticket_has_it():
    gone = ({**LEVELS[0], "team_key": "nobody", "address": ""}, LEVELS[2])
    assert reached("level1", levels=gone).warning.startswith("Nobody could be reached at level 1 (Support Team):")
