"""People and teams over the API: as much of each as the asking person may see, and the pages' own operations."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import ApiToken, PersonSession, StaffMember, Team, User
from helpdesk.accounts.operations import add_client, add_staff, set_away, set_teams
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import problem
from tests.support import colombo

NAMES = {"id", "name", "is_staff", "organisation"}
MANAGED = NAMES | {"email", "role", "has_access"}
OF_STAFF = MANAGED | {"serves_all", "serves", "teams", "away_from", "away_until"}
EVERYBODY = ("alice", "amara", "agent", "manager", "admin")


def person_id(world, who: str) -> int:
    found = getattr(world, who)
    return found.user.pk if isinstance(found, StaffMember) else found.pk


def names(answer) -> list[str]:
    return [item["name"] for item in answer.json()["items"]]


def queries(asking, path: str) -> int:
    with CaptureQueriesContext(connection) as taken:
        asking.get(path)
    return len(taken)


@pytest.mark.parametrize(
    ("who", "client_fields", "staff_fields"),
    [
        ("alice", NAMES, None),
        ("amara", MANAGED, None),
        ("agent", NAMES, NAMES),
        ("manager", NAMES, NAMES),
        ("admin", MANAGED, OF_STAFF),
    ],
)
def test_row_18_each_role_gets_exactly_these_fields(world, caller, who, client_fields, staff_fields):
    """row 18: a snapshot of the fields for each role."""
    asking = caller(getattr(world, who))
    one = asking.get(f"/people/{world.amara.pk}/").json()
    assert set(one) == client_fields
    agent = asking.get(f"/people/{world.agent.user.pk}/")
    if staff_fields is None:
        assert problem(agent) == (404, "not-found")
    else:
        assert set(agent.json()) == staff_fields
    listed = {item["id"]: set(item) for item in asking.get("/people/").json()["items"]}
    assert listed[world.amara.pk] == client_fields


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("alice", ["Alice", "Amara"]),
        ("amara", ["Alice", "Amara"]),
        ("bob", ["Bob"]),
        ("narrow", ["Bob", "Dinesh", "Indra", "Malini", "Nadia", "Nimal", "Priya"]),
        ("agent", ["Alice", "Amara", "Bob", "Dinesh", "Indra", "Malini", "Nadia", "Nimal", "Priya"]),
    ],
)
def test_clients_see_their_own_organisation_and_staff_whom_they_serve(world, caller, who, seen):
    asking = caller(getattr(world, who))
    assert names(asking.get("/people/")) == seen
    for other in ("alice", "bob"):
        status = 200 if getattr(world, other).name in seen else 404
        assert asking.get(f"/people/{person_id(world, other)}/").status_code == status


def test_who_left_is_seen_by_those_who_administer_only(world, caller):
    with system_scope("a person leaves"):
        left = add_client(organisation=world.acme, email="l@acme.example", name="Left", role="user", actor=SYSTEM)
        User.objects.filter(pk=left.pk).update(is_active=False)
    assert "Left" not in names(caller(world.alice).get("/people/"))
    assert "Left" not in names(caller(world.agent).get("/people/"))
    assert names(caller(world.amara).get("/people/?has_access=false")) == ["Left"]
    assert names(caller(world.admin).get("/people/?has_access=false")) == ["Left"]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("organisation=GLOBEX", ["Bob"]),
        ("is_staff=false", ["Alice", "Amara", "Bob"]),
        ("role=client_admin", ["Amara"]),
        ("role=admin", ["Indra"]),
        ("q=acme.example", ["Alice", "Amara"]),
        ("q=NIM", ["Nimal"]),
    ],
)
def test_the_list_is_narrowed(world, caller, query, seen):
    assert names(caller(world.admin).get(f"/people/?{query}")) == seen


def test_addresses_and_roles_are_not_searched_by_who_does_not_see_them(world, caller):
    agent = caller(world.agent)
    assert names(agent.get("/people/?q=acme.example")) == []
    for query in ("role=admin", "has_access=false"):
        assert problem(agent.get(f"/people/?{query}")) == (400, "parameter")
    assert problem(caller(world.alice).get("/people/?organisation=GLOBEX")) == (400, "parameter")


def test_pages_of_people_follow_each_other(world, caller):
    agent = caller(world.agent)
    first = agent.get("/people/?limit=5").json()
    second = agent.get(first["next"].partition("8000")[2]).json()
    assert [item["name"] for item in first["items"] + second["items"]] == names(agent.get("/people/"))
    assert second["next"] is None


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager", "admin"])
def test_row_17_only_admins_change_people(world, caller, who):
    """row 17: the role's capability decides, not the address."""
    asking = caller(getattr(world, who))
    answer = asking.patch(f"/people/{world.alice.pk}/", {"role": "client_admin"}, If_Match="*")
    assert answer.status_code == (200 if who == "admin" else 403)
    assert caller(world.admin).get(f"/people/{world.alice.pk}/").json()["role"] == (
        "client_admin" if who == "admin" else "client_user"
    )


def test_a_token_needs_the_scope_for_people(world, caller):
    for scopes in (("read",), ("read", "tickets:write", "settings:write")):
        answer = caller(world.admin, *scopes).patch(f"/people/{world.alice.pk}/", {"has_access": False}, If_Match="*")
        assert problem(answer) == (403, "forbidden")
    done = caller(world.admin, "people:write").patch(f"/people/{world.alice.pk}/", {"has_access": False}, If_Match="*")
    assert done.status_code == 200


def test_access_taken_away_ends_tokens_and_sessions_at_once(world, caller, signed_in):
    alice, admin = caller(world.alice), caller(world.admin)
    signed_in(world.alice)
    seen = admin.get(f"/people/{world.alice.pk}/")
    gone = {"has_access": False, "reason": "Left."}
    done = admin.patch(f"/people/{world.alice.pk}/", gone, If_Match=seen.headers["ETag"])
    assert (done.status_code, done.json()["has_access"]) == (200, False)
    assert problem(alice.get("/me/")) == (401, "unauthenticated")
    assert PersonSession.objects.filter(person=world.alice).count() == 0
    assert ApiToken.objects.filter(person=world.alice, revoked_at__isnull=True).count() == 0
    with system_scope("the test looks"):
        entry = AuditEntry.objects.get(action="person.deactivate")
    assert (entry.actor_name, entry.reason) == ("Indra", "Left.")
    back = admin.patch(f"/people/{world.alice.pk}/", {"has_access": True}, If_Match=done.headers["ETag"])
    assert back.json()["has_access"] is True


def test_two_admins_at_one_person_the_second_gets_412(world, caller):
    admin = caller(world.admin)
    where = f"/people/{world.alice.pk}/"
    seen = admin.get(where).headers["ETag"]
    assert problem(admin.patch(where, {"role": "client_admin"})) == (428, "precondition-required")
    assert admin.patch(where, {"role": "client_admin"}, If_Match=seen).status_code == 200
    assert problem(admin.patch(where, {"has_access": False}, If_Match=seen)) == (412, "stale")
    assert admin.get(where).json()["has_access"] is True


def test_a_staff_members_work_is_changed_in_one_request(world, caller):
    admin = caller(world.admin)
    where = f"/people/{world.agent.user.pk}/"
    done = admin.patch(
        where,
        {"role": "account_manager", "serves": ["acme"], "teams": ["product"], "away_from": "2026-12-01T00:00:00Z"},
        If_Match=admin.get(where).headers["ETag"],
    )
    shown = done.json()
    assert [shown[name] for name in ("role", "serves_all", "serves", "teams", "away_from", "away_until")] == [
        "account_manager", False, ["ACME"], ["product"], "2026-12-01T00:00:00Z", None,
    ]  # fmt: skip
    with system_scope("the test looks"):
        actions = set(VendorAuditEntry.objects.values_list("action", flat=True))
    assert {"staff.role", "staff.serves", "staff.teams", "staff.away"} <= actions
    assert admin.patch(where, {"away_from": None}, If_Match="*").json()["away_from"] is None


@pytest.mark.parametrize(
    ("who", "change", "status", "field"),
    [
        ("alice", {}, 422, ""),
        ("alice", {"reason": "x"}, 422, ""),
        ("alice", {"role": "agent"}, 422, "role"),
        ("agent", {"role": "client_user"}, 422, "role"),
        ("alice", {"role": "owner"}, 422, "role"),
        ("alice", {"teams": ["support"]}, 422, "teams"),
        ("agent", {"teams": ["nobody"]}, 422, "teams"),
        ("agent", {"serves": ["HOOLI"]}, 422, "serves"),
        ("agent", {"serves": []}, 422, "serves"),
        ("agent", {"serves_all": True, "serves": ["ACME"]}, 422, "serves"),
        ("agent", {"away_until": "2026-12-01T00:00:00Z"}, 422, "away_from"),
        ("agent", {"away_from": "0001-01-01T00:00:00Z"}, 422, "away_from"),
        ("agent", {"away_from": "2026-12-02T00:00:00Z", "away_until": "2026-12-01T00:00:00Z"}, 422, "away_until"),
        ("alice", {"email": "evil@acme.example"}, 422, "email"),
        ("alice", {"organisation": "GLOBEX"}, 422, "organisation"),
        ("alice", {"is_superuser": True}, 422, "is_superuser"),
        ("admin", {"role": "agent"}, 409, ""),
        ("admin", {"has_access": False}, 409, ""),
        ("manager", {"has_access": False}, 409, ""),
    ],
)
def test_row_20_what_is_not_to_be_changed_is_refused_and_nothing_changes(world, caller, who, change, status, field):
    """row 20: no field but the declared ones is taken; a refused part undoes the whole."""
    admin = caller(world.admin)
    where = f"/people/{person_id(world, who)}/"
    before = admin.get(where).content
    answer = admin.patch(where, change, If_Match="*")
    assert answer.status_code == status
    named = [error["field"] for error in problem(answer) and answer.json().get("errors", [])]
    assert named == ([field] if field else [])
    assert admin.get(where).content == before


def test_a_refused_part_undoes_the_parts_before_it(world, caller):
    admin = caller(world.admin)
    where = f"/people/{world.manager.user.pk}/"
    answer = admin.patch(where, {"role": "agent", "has_access": False}, If_Match="*")
    assert problem(answer) == (409, "conflict")
    assert admin.get(where).json()["role"] == "account_manager"


def test_row_13_an_admin_who_serves_one_organisation_reaches_nobody_of_another(world, caller):
    """row 13: a foreign and a missing person are the same to them."""
    StaffMember.objects.filter(pk=world.narrow.pk).update(role="admin")
    narrow = caller(world.narrow)
    foreign = narrow.patch(f"/people/{world.alice.pk}/", {"has_access": False}, If_Match="*")
    missing = narrow.patch("/people/987654/", {"has_access": False}, If_Match="*")
    assert problem(foreign) == problem(missing) == (404, "not-found")
    assert narrow.get(f"/people/{world.agent.user.pk}/").json()["serves"] == []
    assert User.objects.get(pk=world.alice.pk).is_active is True


def test_an_absence_and_its_end_stay_apart_from_each_other(world, caller):
    set_away(staff=world.agent, away_from=colombo("2026-12-01 08:00"), away_until=None, actor=SYSTEM)
    admin = caller(world.admin)
    where = f"/people/{world.agent.user.pk}/"
    shown = admin.patch(where, {"away_until": "2026-12-05T00:00:00Z"}, If_Match="*").json()
    assert (shown["away_from"], shown["away_until"]) == ("2026-12-01T02:30:00Z", "2026-12-05T00:00:00Z")


@pytest.mark.parametrize("who", EVERYBODY)
def test_teams_are_for_staff(world, caller, who):
    asking = caller(getattr(world, who))
    if who in ("alice", "amara"):
        assert problem(asking.get("/teams/")) == (403, "forbidden")
        assert problem(asking.get("/teams/support/")) == (403, "forbidden")
        return
    shown = asking.get("/teams/").json()["items"]
    assert [team["key"] for team in shown] == ["product", "support"]
    assert shown[1]["members"] == [{"id": world.agent.user.pk, "name": "Nimal"}]
    assert asking.get("/teams/support/").json() == shown[1]
    assert problem(asking.get("/teams/nobody/")) == (404, "not-found")


@pytest.mark.parametrize("who", ["admin", "agent", "amara"])
@pytest.mark.parametrize("path", ["/people/", "/teams/"])
def test_a_list_costs_the_same_number_of_queries_at_any_length(world, caller, who, path):
    asking = caller(getattr(world, who))
    asking.get(path)  # notes the token's use
    few = queries(asking, path)
    with system_scope("more people"):
        for number in range(8):
            name = f"P{number}"
            add_client(organisation=world.acme, email=f"{name}@acme.example", name=name, role="user", actor=SYSTEM)
            staff = add_staff(email=f"{name}@s.example", name=name, role="agent", serves=[world.acme], actor=SYSTEM)
            set_teams(staff=staff, teams=list(Team.objects.all()), actor=SYSTEM)
    assert queries(asking, path) == few
