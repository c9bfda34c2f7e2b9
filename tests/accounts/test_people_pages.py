"""The admins' people pages: lists, search, access, absences, teams."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.operations import add_client, add_staff, set_teams
from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World
from tests.support import actor_of, colombo

PEOPLE = "/settings/people/"


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
@pytest.mark.parametrize(
    "path",
    [
        PEOPLE,
        f"{PEOPLE}clients/new/",
        f"{PEOPLE}staff/new/",
        *(f"{PEOPLE}1/{verb}" for verb in ("", "access/", "role/", "served/", "teams/")),
        *(f"{PEOPLE}invitations/{side}/1/{verb}/" for side in ("clients", "staff") for verb in ("resend", "revoke")),
    ],
)
def test_only_admins_come_in(world: World, signed_in: SignIn, who: str, path: str) -> None:
    browser = signed_in(getattr(world, who))
    assert browser.get(path).status_code == 403
    assert browser.post(path, {"wanted": "off"}).status_code == 403


def names(browser: Client, query: str = "") -> list[str]:
    return [user.name for user in browser.get(PEOPLE + query).context["page"].people]


def test_staff_and_each_organisations_people_are_listed_by_name(admin: Client) -> None:
    assert names(admin) == ["Dinesh", "Indra", "Malini", "Nadia", "Nimal", "Priya"]
    assert names(admin, "?organisation=ACME") == ["Alice", "Amara"]
    assert names(admin, "?organisation=GLOBEX") == ["Bob"]
    assert admin.get(f"{PEOPLE}?organisation=NOBODY").status_code == 404


def test_an_admin_of_one_organisation_sees_no_other_ones_people(world: World, signed_in: SignIn) -> None:
    with system_scope("an admin who serves Globex only"):
        narrow = add_staff(
            email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM
        )
    browser = signed_in(narrow)
    assert names(browser, "?organisation=GLOBEX") == ["Bob"]
    foreign, missing = browser.get(f"{PEOPLE}{world.alice.pk}/"), browser.get(f"{PEOPLE}999999/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert browser.get(f"{PEOPLE}?organisation=ACME").status_code == 404
    assert browser.post(f"{PEOPLE}{world.alice.pk}/access/", {"wanted": "off"}).status_code == 404
    assert User.objects.get(pk=world.alice.pk).is_active


def add_many(world: World, count: int, letter: str = "C") -> None:
    """As many clients of ACME, and as many agents who serve both organisations."""
    with system_scope("a crowd"):
        for number in range(count):
            name = f"{letter} {number:03}"
            mailbox = f"{letter}{number}"
            add_client(organisation=world.acme, email=f"{mailbox}@acme.example", name=name, role="user", actor=SYSTEM)
            add_staff(
                email=f"{mailbox}@ravingcrm.example",
                name=name,
                role="agent",
                serves=[world.acme, world.globex],
                actor=SYSTEM,
            )


@pytest.mark.parametrize("query", ["", "?organisation=ACME"])
def test_the_list_takes_the_same_number_of_queries_at_any_size(world: World, admin: Client, query: str) -> None:
    add_many(world, 3)
    with CaptureQueriesContext(connection) as few:
        before = len(names(admin, query))
    add_many(world, 30, "D")
    with CaptureQueriesContext(connection) as many:
        assert len(names(admin, query)) == before + 30
    assert len(many) == len(few)


def test_a_long_list_comes_in_pages_that_together_hold_everybody_once(world: World, admin: Client) -> None:
    add_many(world, 60)
    first = admin.get(f"{PEOPLE}?organisation=ACME").context["page"]
    second = names(admin, f"?organisation=ACME&after={first.next_after}")
    together = [user.name for user in first.people] + second
    assert (len(first.people), len(second)) == (50, 12)
    assert together == sorted(set(together))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=INDRA", ["Indra"]),
        ("?q=globex", ["Bob"]),  # without an organisation everybody in scope is searched, by address too
        ("?q=a%25", []),
        ("?organisation=ACME&q=ama", ["Amara"]),
        ("?role=account_manager", ["Dinesh", "Malini"]),
        ("?role=client_admin", ["Amara"]),
        ("?role=client_user&organisation=ACME", ["Alice"]),
        ("?access=off", ["Priya"]),
        ("?access=on&role=agent", ["Nadia", "Nimal"]),
    ],
)
def test_the_list_is_searched_and_filtered(world: World, admin: Client, query: str, found: list[str]) -> None:
    User.objects.filter(pk=world.product.user_id).update(is_active=False)
    assert names(admin, query) == found


def test_a_search_reaches_only_whom_the_admin_serves(world: World, signed_in: SignIn) -> None:
    with system_scope("an admin who serves Globex only"):
        narrow = add_staff(
            email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM
        )
    assert names(signed_in(narrow), "?q=@") == ["Bob", "Dinesh", "Gita", "Indra", "Malini", "Nadia", "Nimal", "Priya"]
    assert names(signed_in(narrow), "?role=client_admin") == []


@pytest.mark.parametrize("query", ["?role=king", "?access=maybe", "?organisation=ACME&role='"])
def test_an_unknown_filter_is_said_and_shows_nobody(admin: Client, query: str) -> None:
    answer = admin.get(PEOPLE + query)
    assert answer.status_code == 400
    assert answer.context["page"].people == []
    assert "asks for something that the list does not know" in answer.content.decode()


@pytest.mark.parametrize("after", ["x", "²", "9" * 30, "-1", ""])
def test_a_damaged_page_address_shows_the_first_page(admin: Client, after: str) -> None:
    assert names(admin, f"?after={after}") == ["Dinesh", "Indra", "Malini", "Nadia", "Nimal", "Priya"]


def test_where_a_foreign_person_would_stand_is_not_told(world: World, signed_in: SignIn) -> None:
    """Going on after somebody of another list answers as going on after nobody does: with the first page."""
    browsers = [(signed_in(world.amara), "/people/?"), (signed_in(world.admin), "/settings/people/?organisation=ACME&")]
    for browser, page in browsers:
        for foreign in (world.bob.pk, world.agent.user_id, 999_999):
            listed = browser.get(f"{page}after={foreign}").context["page"].people
            assert [user.name for user in listed] == ["Alice", "Amara"]
        own = browser.get(f"{page}after={world.alice.pk}").context["page"].people
        assert [user.name for user in own] == ["Amara"]


def test_going_on_after_somebody_who_has_left_the_filter_goes_on(world: World, admin: Client) -> None:
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    page = admin.get(f"/settings/people/?organisation=ACME&access=on&after={world.alice.pk}").context["page"]
    assert [user.name for user in page.people] == ["Amara"]


def test_the_next_page_keeps_the_filters(world: World, admin: Client) -> None:
    add_many(world, 60)
    answer = admin.get(f"{PEOPLE}?organisation=ACME&q=C+0&role=client_user")
    rest = admin.get(PEOPLE + answer.context["next"])
    assert [user.name for user in rest.context["page"].people] == [f"C {number:03}" for number in range(50, 60)]


def test_deactivating_ends_access_and_can_be_taken_back(world: World, admin: Client, signed_in: SignIn) -> None:
    alice = signed_in(world.alice)
    page = f"{PEOPLE}{world.alice.pk}/"
    assert admin.post(f"{page}access/", {"wanted": "off"}).headers["Location"] == page
    assert "Deactivated" in admin.get(page).content.decode()
    assert alice.get("/").headers["Location"] == "/accounts/login/?next=/"
    admin.post(f"{page}access/", {"wanted": "on"})
    assert User.objects.get(pk=world.alice.pk).is_active
    assert admin.post(f"{page}access/", {"wanted": "sideways"}).status_code == 404
    assert admin.get(f"{page}access/").status_code == 405


def test_admins_cannot_lock_themselves_out(world: World, admin: Client) -> None:
    answer = admin.post(f"{PEOPLE}{world.admin.user_id}/access/", {"wanted": "off"})
    assert answer.status_code == 409
    assert "You cannot deactivate yourself." in answer.content.decode()
    assert User.objects.get(pk=world.admin.user_id).is_active


def test_an_absence_is_typed_in_the_admins_zone(world: World, admin: Client) -> None:
    page = f"{PEOPLE}{world.manager.user_id}/"
    admin.post(page, {"away_from": "2026-12-24 08:00", "away_until": "2027-01-02 08:00"})
    manager = StaffMember.objects.get(pk=world.manager.pk)
    assert (manager.away_from, manager.away_until) == (
        colombo("2026-12-24 08:00"),
        colombo("2027-01-02 08:00"),
    )
    assert 'value="2026-12-24 08:00"' in admin.get(page).content.decode()
    admin.post(page, {"away_from": "", "away_until": ""})
    assert StaffMember.objects.get(pk=world.manager.pk).away_from is None


@pytest.mark.parametrize(
    ("away_from", "away_until", "errors"),
    [
        ("2026-02-30 08:00", "", {"away_from": ["There is no such date and time: 2026-02-30 08:00."]}),
        ("tomorrow", "", {"away_from": ["Write a date and a time like this: 2026-12-24 08:00."]}),
        ("", "2026-12-24 08:00", {"away_from": ["Say when the absence begins."]}),
        (
            "2026-12-24 08:00",
            "2026-12-23 08:00",
            {"away_until": ["The absence ends before it begins."]},
        ),
    ],
)
def test_an_impossible_absence_is_refused_with_what_was_typed(
    world: World, admin: Client, away_from: str, away_until: str, errors: dict[str, list[str]]
) -> None:
    typed = {"away_from": away_from, "away_until": away_until}
    answer = admin.post(f"{PEOPLE}{world.manager.user_id}/", typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors == errors
    assert {name: answer.context["form"][name].value() for name in typed} == typed


def test_a_client_has_no_absence(world: World, admin: Client) -> None:
    assert admin.post(f"{PEOPLE}{world.alice.pk}/", {"away_from": "", "away_until": ""}).status_code == 404


def teams_of(staff: StaffMember) -> list[str]:
    return sorted(staff.teams.values_list("key", flat=True))


def test_level_one_reaches_whoever_the_admin_puts_into_the_support_team(world: World, admin: Client) -> None:
    page = f"{PEOPLE}{world.deputy.user_id}/"
    assert admin.post(f"{page}teams/", {"teams": ["support", "product"]}).headers["Location"] == page
    assert teams_of(world.deputy) == ["product", "support"]
    admin.post(f"{page}teams/", {"teams": ["support"]})
    with system_scope("the test looks"):
        reached = Directory.read().team("support", organisation_id=world.acme.pk)
    assert sorted(person.name for person in reached) == ["Dinesh", "Nimal"]
    admin.post(f"{page}teams/", {})
    assert teams_of(world.deputy) == []


def test_a_persons_page_and_the_list_show_the_teams(world: World, admin: Client) -> None:
    form = admin.get(f"{PEOPLE}{world.agent.user_id}/").context["teams_form"]
    boxes = [(box.choice_label, box.data["selected"]) for box in form["teams"]]
    assert boxes == [("Product Team", False), ("Support Team", True)]
    page = admin.get(PEOPLE).content.decode()
    cells = re.findall(r'data-label="Teams">(?:<span class="muted">)?([^<]+)', page)
    assert cells == ["none", "none", "none", "none", "Support Team", "Product Team"]


def test_a_change_of_teams_is_in_the_vendors_log(world: World, admin: Client) -> None:
    admin.post(f"{PEOPLE}{world.agent.user_id}/teams/", {"teams": ["product"]})
    with system_scope("the test looks"):
        entry = VendorAuditEntry.objects.get(action="staff.teams")
    assert (entry.subject, entry.actor_name) == ("nimal@ravingcrm.example", "Indra")
    assert entry.data == {"before": ["support"], "teams": ["product"]}


def test_an_unknown_team_is_refused_and_the_known_one_stays_ticked(world: World, admin: Client) -> None:
    answer = admin.post(f"{PEOPLE}{world.agent.user_id}/teams/", {"teams": ["product", "kings"]})
    assert answer.status_code == 422
    form = answer.context["teams_form"]
    assert form.errors == {"teams": ["Select a valid choice. kings is not one of the available choices."]}
    assert [box.data["selected"] for box in form["teams"]] == [True, False]
    assert teams_of(world.agent) == ["support"]


def test_an_agent_cannot_change_teams_through_the_operation_either(world: World) -> None:
    with pytest.raises(Forbidden):
        set_teams(staff=world.agent, teams=[], actor=actor_of(world.agent))
    assert teams_of(world.agent) == ["support"]


def test_a_client_belongs_to_no_team(world: World, admin: Client) -> None:
    assert admin.post(f"{PEOPLE}{world.alice.pk}/teams/", {"teams": ["support"]}).status_code == 404
    assert admin.get(f"{PEOPLE}{world.alice.pk}/").context["teams_form"] is None
