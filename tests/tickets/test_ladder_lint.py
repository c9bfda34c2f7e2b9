"""What is wrong with a ladder: pure judgements of a matrix, and where admins read them."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from helpdesk.accounts.directory import Directory, Person
from helpdesk.accounts.models import Organisation, Team
from sla.models import MatrixLevel, MatrixRule, MatrixVersion
from sla.versions import Matrix
from tickets.ladder.lint import Judge, matrix_faults, organisation_faults

OURS = "support@us.example"
PROMISED = {"P1": frozenset({"response", "target", "limit"}), "P4": frozenset({"response"})}


def person(pk, *teams, role="agent", served=()):
    return Person(
        id=pk, email=f"p{pk}@us.example", name=f"P{pk}", zone="UTC", role=role, away_from=None, away_until=None,
        teams=teams, serves_all=not served, served=tuple(served),
    )  # fmt: skip


def judge(*staff, organisations=None):
    acme = Organisation(pk=1, key="ACME", name="Acme", account_manager_id=1)
    return Judge(
        directory=Directory(list(staff or (person(1, "support", "product"),)), {OURS: "support"}),
        organisations=organisations or [acme],
        promised=PROMISED,
        at=timezone.now(),
    )


def matrix(*more, levels=(), without=""):
    found = {
        1: MatrixLevel(level=1, name="Support", kind="team", team_key="support"),
        2: MatrixLevel(level=2, name="Manager", kind="account_manager"),
        3: MatrixLevel(level=3, name="Product", kind="address", address="product@us.example"),
    }
    found |= {level.level: level for level in levels}
    rules = [
        MatrixRule(event="submitted", recipients=["client", "level1"], level_after=1),
        MatrixRule(event="response_overdue", recipients=["level2"], level_after=2),
        MatrixRule(event="unacknowledged", recipients=["same"]),
    ]
    kept = [rule for rule in rules if rule.event != without]
    return Matrix(MatrixVersion(number=1, reminder_minutes=270), list(found.values()), [*kept, *more])


def words(found, *staff):
    return [fault.words for fault in matrix_faults(found, judge(*staff))]


def test_a_sound_ladder_has_no_faults():
    sound = matrix(MatrixRule(event="limit_passed", severity="P1", recipients=["level3", "role:agent"], level_after=3))
    assert words(sound) == []
    assert organisation_faults(sound, judge()) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"recipients": []}, "it tells nobody"),
        ({"recipients": ["address:Support@us.example"]}, "one of our own inbound addresses"),
        ({"recipients": ["team:nobody"]}, "the team “nobody” has no active member"),
        ({"recipients": ["role:admin"]}, "nobody has the role “admin”"),
        ({"recipients": ["level7"]}, "there is no level7"),
        ({"recipients": ["client"]}, "“client” means nothing there"),
        ({"recipients": ["level2"], "level_after": 9}, "there is no level 9"),
        ({"recipients": ["level2"], "level_after": 3}, "goes to level 3, and nobody there is told"),
        ({"recipients": ["level2"], "severity": "P4"}, "it can never fire. No policy promises that"),
        ({"event": "response_overdue", "severity": "", "recipients": ["level2"]}, "there are two rules for it"),
        ({"event": "asked", "recipients": ["next"], "level_after": 2}, "its level follows from the ticket"),
    ],
)
def test_a_rule_that_reaches_nobody_contradicts_another_or_never_fires_is_told(rule, said):
    given = {"event": "limit_passed", "severity": "P1", **rule}
    found = words(matrix(MatrixRule(**given)))
    assert len([one for one in found if said in one]) == 1, found


def test_rules_that_others_leave_nothing_to_do_are_told():
    own = [MatrixRule(event="warning", severity=f"P{n}", recipients=["level1"]) for n in (1, 2, 3, 4)]
    everyone = MatrixRule(event="warning", recipients=["level1"])
    assert any("Each severity has a rule of its own" in one for one in words(matrix(*own, everyone)))
    assert any("No rule calls a level" in one for one in words(matrix(without="response_overdue")))
    assert any("No rule acknowledges" in one for one in words(matrix(without="submitted")))


def test_t38_a_blank_severity_is_every_severity_and_no_other_selector_matches_by_being_blank():
    """A blank condition matched every ticket. Blank means "every severity" and yields to a severity's own rule."""
    found = matrix(MatrixRule(event="response_overdue", severity="P1", recipients=["level3"], level_after=3))
    assert [found.rule("response_overdue", one).level_after for one in ("P1", "P2")] == [3, 2]
    assert found.rule("", "P1") is None
    assert found.rule("limit_passed", "P1") is None
    assert "it tells nobody" in words(matrix(MatrixRule(event="warning", recipients=[])))[0]


def test_more_levels_than_a_ticket_can_stand_on_are_told():
    many = [MatrixLevel(level=n, name=f"L{n}", kind="team", team_key="support") for n in range(4, 11)]
    assert "There are more than 9 levels." not in words(matrix(levels=many[:-1]))
    assert "There are more than 9 levels." in words(matrix(levels=many))


def test_levels_that_reach_nobody_are_told_and_our_own_address_is_refused():
    ours = MatrixLevel(level=3, name="Product", kind="address", address="SUPPORT@us.example")
    none = MatrixLevel(level=3, name="Product", kind="address")
    assert "one of our own inbound addresses" in words(matrix(levels=[ours]))[0]
    assert "it has no address" in words(matrix(levels=[none]))[0]
    assert "the team “support” has no active member" in words(matrix(), person(1))[0]
    [partly] = matrix_faults(matrix(), judge(person(1, "support", served=[2])))
    assert "has no active member" in partly.words, "the only client is not served"
    both = [Organisation(pk=n, key=f"C{n}", name=f"C{n}", account_manager_id=1) for n in (1, 2)]
    [partly] = matrix_faults(matrix(), judge(person(1, "support", served=[2]), organisations=both))
    assert ("for C1" in partly.words, partly.refuses) == (True, False)


def test_clients_without_anybody_at_level_two_are_told_with_the_page_that_mends_it(world, signed_in):
    browser = signed_in(world.admin)
    Organisation.objects.filter(pk=world.acme.pk).update(account_manager=None)
    page = browser.get("/settings/").content.decode()
    assert "has no account manager." in page
    assert 'href="/settings/organisations/ACME/"' in page
    assert "has no account manager." in browser.get("/settings/matrix/").content.decode()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("lint_ladder", stdout=out)
    assert "has no account manager. /settings/organisations/ACME/" in out.getvalue()
    Organisation.objects.filter(pk=world.acme.pk).update(account_manager=world.manager)
    Team.objects.get(key="support").members.add(world.agent)
    out = StringIO()
    call_command("lint_ladder", json=True, stdout=out)
    assert out.getvalue().strip() == '{"faults": []}'
