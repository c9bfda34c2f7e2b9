"""Invitations over the API: our admins', a client admin's, and never the link itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import ClientInvitation, StaffInvitation, StaffMember, User
from helpdesk.accounts.operations import invite_client
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import problem

FIELDS = {
    "id", "email", "name", "state", "invited_by", "invited_at", "sent_at", "expires_at", "accepted_at", "revoked_at",
    "organisation", "role",
}  # fmt: skip
NEW = {"email": "new@acme.example", "name": "New", "role": "client_user"}
STAFF = {"email": "kamal@ravingcrm.example", "role": "agent", "serves_all": True, "teams": ["support"]}


def invited(organisation, email="new@acme.example", *, days_ago: int = 0) -> ClientInvitation:
    with system_scope("tests invite"):
        at = database_now() - timedelta(days=days_ago)
        return invite_client(organisation=organisation, email=email, role="user", actor=SYSTEM, at=at)


def test_a_client_admin_invites_into_their_own_organisation(world, caller):
    amara = caller(world.amara)
    made = amara.post("/invitations/", NEW, Idempotency_Key="one")
    assert made.status_code == 201
    shown = made.json()
    assert set(shown) == FIELDS
    assert [shown[name] for name in ("email", "name", "role", "organisation", "state")] == [
        "new@acme.example", "New", "client_user", "ACME", "pending",
    ]  # fmt: skip
    assert shown["invited_by"] == {"id": world.amara.pk, "name": "Amara"}
    again = amara.post("/invitations/", NEW, Idempotency_Key="one")
    assert (again.status_code, again.json()) == (201, shown)
    assert problem(amara.post("/invitations/", NEW)) == (409, "conflict")
    assert amara.get("/invitations/").json()["items"] == [shown]


def test_the_answer_is_the_same_whether_the_address_has_an_account_elsewhere(world, caller):
    amara = caller(world.amara)
    known = amara.post("/invitations/", {**NEW, "email": world.bob.email})
    unknown = amara.post("/invitations/", {**NEW, "email": "nobody@globex.example"})
    changing = {"id", "email", "invited_at", "sent_at", "expires_at"}
    assert known.status_code == unknown.status_code == 201
    answers = [known.json(), unknown.json()]
    same = {
        "name": "New", "state": "pending", "invited_by": {"id": world.amara.pk, "name": "Amara"},
        "role": "client_user", "accepted_at": None, "revoked_at": None, "organisation": "ACME",
    }  # fmt: skip
    assert [{name: told[name] for name in told if name not in changing} for told in answers] == [same, same]


@pytest.mark.parametrize(
    ("who", "status", "staff_status"),
    [("alice", 403, 403), ("amara", 201, 403), ("agent", 403, 403), ("manager", 403, 403), ("admin", 201, 201)],
)
def test_row_17_who_may_invite(world, caller, who, status, staff_status):
    """row 17: roles and operations as data; reading needs the same as writing."""
    asking = caller(getattr(world, who))
    row = invited(world.acme, "earlier@acme.example")
    assert asking.post("/invitations/", {**NEW, "organisation": "ACME"}).status_code == status
    assert asking.post("/staff-invitations/", STAFF).status_code == staff_status
    assert asking.get("/invitations/").status_code == (200 if status == 201 else 403)
    assert asking.get("/staff-invitations/").status_code == (200 if staff_status == 201 else 403)
    assert asking.delete(f"/invitations/{row.pk}/").status_code == (204 if status == 201 else 403)


@pytest.mark.parametrize(
    ("who", "sent", "field"),
    [
        ("amara", {"organisation": "GLOBEX"}, "organisation"),
        ("admin", {}, "organisation"),
        ("admin", {"organisation": "NONE"}, "organisation"),
        ("amara", {"email": "no address"}, "email"),
        ("amara", {"email": "amara@acme.example"}, "email"),
        ("amara", {"role": "admin"}, "role"),
        ("amara", {"name": "x" * 121}, "name"),
        ("amara", {"invited_by": 1}, "invited_by"),
        ("amara", {"token_digest": "0" * 64}, "token_digest"),
    ],
)
def test_row_13_and_20_a_refused_invitation_names_the_field(world, caller, who, sent, field):
    """row 13 and row 20: a foreign organisation and undeclared fields are refused."""
    answer = caller(getattr(world, who)).post("/invitations/", {**NEW, **sent})
    assert problem(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    with system_scope("the test counts"):
        assert ClientInvitation.objects.count() == 0


def test_a_revoked_invitation_stays_on_record_and_a_foreign_one_is_not_found(world, caller):
    amara = caller(world.amara)
    mine, theirs = invited(world.acme), invited(world.globex, "n@globex.example")
    where = f"/invitations/{mine.pk}/"
    assert problem(amara.delete(where, If_Match='"old"')) == (412, "stale")
    assert amara.delete(where, If_Match=amara.get(where).headers["ETag"]).status_code == 204
    assert amara.get(where).json()["state"] == "revoked"
    assert amara.delete(where).status_code == 204
    for method in ("GET", "DELETE"):
        foreign = amara.call(method, f"/invitations/{theirs.pk}/")
        missing = amara.call(method, "/invitations/987654/")
        assert problem(foreign) == problem(missing) == (404, "not-found")
    assert problem(amara.post(f"/invitations/{theirs.pk}/resending/", {})) == (404, "not-found")
    assert problem(amara.post(f"{where}resending/", {})) == (409, "conflict")


def test_sending_again_gives_a_new_end(world, caller):
    row = invited(world.acme, days_ago=1)
    amara = caller(world.amara)
    before = row.token_digest
    assert problem(amara.post(f"/invitations/{row.pk}/resending/", {"to": "x@evil.example"})) == (422, "invalid")
    answer = amara.post(f"/invitations/{row.pk}/resending/", {})
    assert answer.status_code == 200
    with system_scope("the test looks"):
        row.refresh_from_db()
    assert row.token_digest not in (None, before)
    assert before not in answer.content.decode()
    assert problem(amara.post(f"/invitations/{row.pk}/resending/", {})) == (409, "conflict")


def test_the_list_is_narrowed_by_state_and_organisation(world, caller):
    pending, expired = invited(world.acme), invited(world.acme, "old@acme.example", days_ago=30)
    theirs = invited(world.globex, "n@globex.example")
    admin = caller(world.admin)

    def ids(query: str) -> list[int]:
        return [item["id"] for item in admin.get(f"/invitations/?{query}").json()["items"]]

    assert ids("state=pending") == [theirs.pk, pending.pk]
    assert ids("state=expired") == [expired.pk]
    assert ids("state=accepted") == []
    assert ids("organisation=ACME&ordering=oldest") == [expired.pk, pending.pk]
    assert problem(caller(world.amara).get("/invitations/?organisation=GLOBEX")) == (400, "parameter")


def test_an_admin_invites_to_the_vendors_side(world, caller):
    admin = caller(world.admin)
    made = admin.post("/staff-invitations/", {**STAFF, "serves_all": False, "serves": ["acme"]}, Idempotency_Key="s")
    assert made.status_code == 201
    shown = made.json()
    assert set(shown) == (FIELDS - {"organisation"}) | {"serves_all", "serves", "teams"}
    assert [shown[name] for name in ("role", "serves_all", "serves", "teams")] == [
        "agent",
        False,
        ["ACME"],
        ["support"],
    ]
    where = f"/staff-invitations/{shown['id']}/"
    assert admin.get(where).json() == shown
    assert (
        admin.post(
            "/staff-invitations/", {**STAFF, "serves_all": False, "serves": ["acme"]}, Idempotency_Key="s"
        ).json()
        == shown
    )
    assert problem(admin.post(f"{where}resending/", {})) == (409, "conflict")
    assert admin.delete(where, If_Match=made.headers["ETag"]).status_code == 204
    assert admin.get(where).json()["state"] == "revoked"
    assert problem(admin.get("/staff-invitations/987654/")) == (404, "not-found")


def test_pages_of_the_vendors_invitations_follow_each_other(world, caller):
    admin = caller(world.admin)
    for number in range(5):
        admin.post("/staff-invitations/", {**STAFF, "email": f"k{number}@ravingcrm.example"})
    found, path = [], "/api/v1/staff-invitations/?limit=2"
    while path:
        page = admin.get(path).json()
        found += [item["email"][:2] for item in page["items"]]
        path = (page["next"] or "").partition("8000")[2]
    assert found == ["k4", "k3", "k2", "k1", "k0"]
    assert problem(admin.get("/staff-invitations/?cursor=x")) == (400, "parameter")


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"serves_all": False}, 422, "serves"),
        ({"serves": ["ACME"]}, 422, "serves"),
        ({"serves_all": False, "serves": ["HOOLI"]}, 422, "serves"),
        ({"teams": ["none"]}, 422, "teams"),
        ({"role": "client_user"}, 422, "role"),
        ({"email": "nimal@ravingcrm.example"}, 422, "email"),
        ({"accepted_user": 1}, 422, "accepted_user"),
    ],
)
def test_a_refused_invitation_to_the_vendors_side_names_the_field(world, caller, change, status, field):
    answer = caller(world.admin).post("/staff-invitations/", {**STAFF, **change})
    assert problem(answer) == (status, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    with system_scope("the test counts"):
        assert StaffInvitation.objects.count() == 0


def test_an_admin_gives_no_more_than_they_serve(world, caller):
    StaffMember.objects.filter(pk=world.narrow.pk).update(role="admin")
    narrow = caller(world.narrow)
    assert problem(narrow.post("/staff-invitations/", STAFF)) == (403, "forbidden")
    answer = narrow.post("/staff-invitations/", {**STAFF, "serves_all": False, "serves": ["ACME"]})
    assert problem(answer) == (422, "invalid")


def test_nobody_is_made_by_an_invitation_and_a_token_needs_the_scope(world, caller):
    people = User.objects.count()
    assert problem(caller(world.amara, "read", "tickets:write").post("/invitations/", NEW)) == (403, "forbidden")
    assert caller(world.amara, "people:write").post("/invitations/", NEW).status_code == 201
    assert User.objects.count() == people


def test_lists_of_invitations_cost_the_same_number_of_queries_at_any_length(world, caller):
    admin = caller(world.admin)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            assert admin.get(path).status_code == 200
        return len(taken)

    found = []
    for number in range(2):
        for more in range(1 + 4 * number):
            mark = f"{number}-{more}"
            new = {**NEW, "email": f"n{mark}@acme.example", "organisation": "ACME"}
            assert admin.post("/invitations/", new).status_code == 201
            assert admin.post("/staff-invitations/", {**STAFF, "email": f"s{mark}@x.example"}).status_code == 201
        found.append([queries(path) for path in ("/invitations/", "/staff-invitations/")])
    assert found[0] == found[1]
