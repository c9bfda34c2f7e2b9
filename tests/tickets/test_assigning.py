"""New tickets find somebody of level 1's team: by hand, by turn or by load; who is away is passed over."""

import pytest

from helpdesk.accounts.models import Team
from helpdesk.accounts.operations import add_staff, set_assignment, set_away
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.notifications.models import Notice
from tests.support import actor_of, colombo
from tickets.models import TimelineEntry
from tickets.operations.conversation import reply
from tickets.operations.handling import assign

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def team(world):
    """Level 1's team: Nimal, Saman and Tara; only Tara serves Globex alone."""
    team = Team.objects.get(key="support")
    for name, serves in (("Saman", None), ("Tara", [world.globex])):
        staff = add_staff(
            email=f"{name.lower()}@ravingcrm.example", name=name, role="agent", serves=serves, actor=SYSTEM,
            at=colombo("2026-01-05 08:00"),
        )  # fmt: skip
        team.members.add(staff)
    return team


def given(submit, number: int, **more) -> list[str]:
    """Who gets so many tickets of ACME's, in turn."""
    tickets = [submit("P3", f"2026-11-16 10:{minute:02}", **more) for minute in range(number)]
    return [str(ticket.assignee or "nobody") for ticket in tickets]


def test_by_hand_nobody_is_given_a_ticket(submit, team):
    assert given(submit, 2) == ["nobody", "nobody"]


def test_by_turn_each_member_who_serves_the_client_gets_one_after_the_other(submit, team):
    set_assignment(team=team, assignment="round_robin", actor=SYSTEM)
    assert given(submit, 5) == ["Nimal", "Saman", "Nimal", "Saman", "Nimal"]


def test_who_is_away_is_passed_over(submit, team, world):
    set_assignment(team=team, assignment="round_robin", actor=SYSTEM)
    set_away(staff=world.agent, away_from=colombo("2026-11-16 08:00"), away_until=None, actor=actor_of(world.agent))
    assert given(submit, 2) == ["Saman", "Saman"]


def test_with_everybody_away_the_ticket_waits_for_level_one(submit, team, world):
    set_assignment(team=team, assignment="least_loaded", actor=SYSTEM)
    for staff in team.members.all():
        set_away(staff=staff, away_from=colombo("2026-11-16 08:00"), away_until=None, actor=SYSTEM)
    assert given(submit, 1) == ["nobody"]
    assert Notice.objects.filter(event="new_ticket", recipient=world.agent.user.email).exists()


def test_by_load_the_one_with_the_fewest_open_tickets_gets_it(submit, team, world):
    busy = [submit("P3", f"2026-11-13 10:0{minute}") for minute in range(2)]
    for ticket in busy:
        assign(ticket=ticket, assignee=world.agent, actor=actor_of(world.agent), at=colombo("2026-11-13 11:00"))
    set_assignment(team=team, assignment="least_loaded", actor=SYSTEM)
    assert given(submit, 3) == ["Saman", "Saman", "Nimal"]


def test_the_record_says_how_and_the_assignee_is_told(submit, team, world):
    set_assignment(team=team, assignment="round_robin", actor=SYSTEM)
    ticket = submit("P2", "2026-11-16 10:00")
    entry = TimelineEntry.objects.get(ticket=ticket, kind="assigned")
    assert (entry.body, entry.actor_kind, entry.is_public) == ("Given to Nimal by turn.", SYSTEM.kind.value, False)
    assert Notice.objects.filter(event="assigned", recipient=world.agent.user.email).count() == 1


def test_what_concerns_an_absent_assignees_ticket_is_told_to_level_one(submit, team, world):
    ticket = submit("P3", "2026-11-16 09:00")
    assign(ticket=ticket, assignee=world.manager, actor=actor_of(world.agent), at=colombo("2026-11-16 09:10"))
    set_away(staff=world.manager, away_from=colombo("2026-11-16 09:30"), away_until=None, actor=SYSTEM)
    reply(ticket=ticket, actor=actor_of(world.alice), body="More.", at=colombo("2026-11-16 10:00"))
    told = set(Notice.objects.filter(event="client_reply").values_list("recipient_name", flat=True))
    assert told == {"Nimal", "Saman"}


def test_only_an_admin_chooses_and_the_choice_is_recorded(team, world):
    with pytest.raises(Forbidden):
        set_assignment(team=team, assignment="round_robin", actor=actor_of(world.agent))
    with pytest.raises(DomainError, match="Choose how"):
        set_assignment(team=team, assignment="dice", actor=actor_of(world.admin))
    for _ in range(2):
        set_assignment(team=team, assignment="round_robin", actor=actor_of(world.admin))
    team.refresh_from_db()
    assert team.assignment == "round_robin"


def test_the_page_shows_the_teams_and_changes_the_way(team, world, signed_in):
    admin = signed_in(world.admin)
    page = admin.get("/settings/teams/").content.decode()
    assert "Nimal" in page
    answer = admin.post("/settings/teams/support/assignment/", {"assignment": "least_loaded"}, follow=True)
    assert '<option value="least_loaded" selected>' in answer.content.decode()
    assert admin.post("/settings/teams/support/assignment/", {"assignment": "dice"}).status_code == 422
    assert admin.post("/settings/teams/none/assignment/", {"assignment": "manual"}).status_code == 404
    assert signed_in(world.agent).get("/settings/teams/").status_code == 403
