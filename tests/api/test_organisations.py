"""Organisations over the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from tests.api.conftest import problem

CLIENTS = {"key", "name", "time_zone", "account_manager", "calendar", "policy"}
STAFFS = CLIENTS | {"deputy", "is_active", "created_at"}


def new(world, **change):
    return {
        "key": "HOOLI", "name": "Hooli", "account_manager": world.manager.user.pk, "calendar": "sri-lanka",
        "policy": "standard", **change,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "seen", "fields"),
    [
        ("alice", ["ACME"], CLIENTS),
        ("amara", ["ACME"], CLIENTS),
        ("bob", ["GLOBEX"], CLIENTS),
        ("narrow", ["GLOBEX"], STAFFS),
        ("agent", ["ACME", "GLOBEX"], STAFFS),
        ("admin", ["ACME", "GLOBEX"], STAFFS),
    ],
)
def test_row_18_clients_see_their_own_and_staff_those_that_they_serve(world, caller, who, seen, fields):
    """row 18: a snapshot of the fields for each role."""
    asking = caller(getattr(world, who))
    items = asking.get("/organisations/").json()["items"]
    assert [item["key"] for item in items] == seen
    assert {name for item in items for name in item} == fields
    for key in ("ACME", "GLOBEX"):
        answer = asking.get(f"/organisations/{key}/")
        if key in seen:
            assert answer.json() == items[seen.index(key)]
        else:
            assert problem(answer) == (404, "not-found")
            assert answer.json()["detail"] == asking.get("/organisations/NONE/").json()["detail"]


def test_what_an_organisation_is_told_of_itself(world, caller):
    assert caller(world.alice).get("/organisations/ACME/").json() == {
        "key": "ACME",
        "name": "Acme Trading",
        "time_zone": "Asia/Colombo",
        "account_manager": {"id": world.manager.user.pk, "name": "Malini"},
        "calendar": "sri-lanka",
        "policy": "standard",
    }


def test_an_admin_adds_one_with_all_that_its_first_ticket_needs(world, caller):
    admin = caller(world.admin)
    made = admin.post("/organisations/", new(world, key="hooli", deputy=world.deputy.user.pk), Idempotency_Key="k")
    assert made.status_code == 201
    shown = made.json()
    told = [shown[name] for name in ("key", "calendar", "policy", "is_active")]
    assert told == ["HOOLI", "sri-lanka", "standard", True]
    assert shown["deputy"]["name"] == "Dinesh"
    assert admin.get("/organisations/HOOLI/").json() == shown
    again = admin.post("/organisations/", new(world, key="hooli", deputy=world.deputy.user.pk), Idempotency_Key="k")
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (201, shown, "true")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "acme"}, "key"),
        ({"key": "1"}, "key"),
        ({"key": "A\u0000"}, "key"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"calendar": "moon"}, "calendar"),
        ({"policy": "none"}, "policy"),
        ({"account_manager": 987654}, "account_manager"),
        ({"account_manager": 10**30}, "account_manager"),
        ({"deputy": 987654}, "deputy"),
        ({"is_active": False}, "is_active"),
    ],
)
def test_row_13_a_refused_one_names_the_field_and_is_not_made(world, caller, change, field):
    """row 13: also ids of nobody, and of a client's person, in the body."""
    answer = caller(world.admin).post("/organisations/", new(world, **change))
    assert problem(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Organisation.objects.filter(key="HOOLI").exists() is False


def test_a_clients_person_is_no_account_manager(world, caller):
    answer = caller(world.admin).post("/organisations/", new(world, account_manager=world.alice.pk))
    assert problem(answer) == (422, "invalid")


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager", "admin"])
def test_row_17_only_admins_add_and_change(world, caller, who):
    """row 17: the role's capability decides, not the address."""
    asking = caller(getattr(world, who))
    statuses = [
        asking.post("/organisations/", new(world)).status_code,
        asking.patch("/organisations/ACME/", {"deputy": None}, If_Match="*").status_code,
    ]
    assert statuses == ([201, 200] if who == "admin" else [403, 403])


def test_level_two_is_named_upon_what_was_read(world, caller):
    admin = caller(world.admin)
    seen = admin.get("/organisations/ACME/").headers["ETag"]
    assert problem(admin.patch("/organisations/ACME/", {"deputy": None})) == (428, "precondition-required")
    assert problem(admin.patch("/organisations/ACME/", {}, If_Match=seen)) == (422, "invalid")
    done = admin.patch("/organisations/ACME/", {"account_manager": world.agent.user.pk}, If_Match=seen)
    assert (done.json()["account_manager"]["name"], done.json()["deputy"]["name"]) == ("Nimal", "Dinesh")
    assert problem(admin.patch("/organisations/ACME/", {"deputy": None}, If_Match=seen)) == (412, "stale")
    now = {"account_manager": world.agent.user.pk, "deputy": world.agent.user.pk}
    answer = admin.patch("/organisations/ACME/", now, If_Match=done.headers["ETag"])
    assert [error["field"] for error in answer.json()["errors"]] == ["deputy"]
    assert admin.patch("/organisations/ACME/", {"deputy": None}, If_Match="*").json()["deputy"] is None


def test_an_admin_who_does_not_serve_it_does_not_find_it(world, caller):
    StaffMember.objects.filter(pk=world.narrow.pk).update(role="admin")
    answer = caller(world.narrow).patch("/organisations/ACME/", {"deputy": None}, If_Match="*")
    assert problem(answer) == (404, "not-found")


def test_the_list_costs_the_same_number_of_queries_at_any_length(world, caller):
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            caller_of_all.get("/organisations/")
        return len(taken)

    caller_of_all = caller(world.admin)
    caller_of_all.get("/organisations/")
    few = queries()
    with system_scope("more organisations"):
        for number in range(8):
            onboard_organisation(
                key=f"MORE{number}", name="More", account_manager=world.manager, deputy=world.deputy, actor=SYSTEM,
                calendar=Calendar.objects.get(key="sri-lanka"), policy=Policy.objects.get(key="standard"),
            )  # fmt: skip
    assert queries() == few
