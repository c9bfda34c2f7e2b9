"""The admins' organisations and the matrix."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Organisation
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from sla.queries import agreement_of
from tests.conftest import SignIn, World

PAGE = "/settings/organisations/"


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


def typed(world: World, **change: object) -> dict[str, object]:
    return {
        "key": "hooli",
        "name": "Hooli",
        "account_manager": world.manager.pk,
        "deputy": world.deputy.pk,
        "calendar": Calendar.objects.get(key="sri-lanka").pk,
        "policy": Policy.objects.get(key="standard").pk,
        **change,
    }


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}ACME/", "/settings/matrix/", "/settings/"])
def test_only_admins_come_in(world: World, signed_in: SignIn, who: str, path: str) -> None:
    browser = signed_in(getattr(world, who))
    assert browser.get(path).status_code == 403
    assert browser.post(path, typed(world)).status_code == 403


def test_an_organisation_joins_with_all_that_its_first_ticket_needs(world: World, admin: Client) -> None:
    assert admin.post(PAGE, typed(world)).headers["Location"] == PAGE
    hooli = Organisation.objects.get(key="HOOLI")
    assert (hooli.account_manager, hooli.deputy) == (world.manager, world.deputy)
    with system_scope("the test looks"):
        agreement = agreement_of(hooli.pk)
    assert (agreement.calendar.key, agreement.policy.key) == ("sri-lanka", "standard")
    assert "Hooli" in admin.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"key": "ACME"}, "key", "The key ACME is taken."),
        ({"key": "1X"}, "key", "A key is 2 to 12 capital letters and digits and begins with a letter."),
        ({"name": ""}, "name", "Say what the organisation is called."),
    ],
)
def test_a_refused_organisation_keeps_what_was_typed(
    world: World, admin: Client, change: dict[str, object], field: str, message: str
) -> None:
    sent = typed(world, **change)
    answer = admin.post(PAGE, sent)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors == {field: [message]}
    assert {name: form[name].value() for name in sent} == {name: str(value) for name, value in sent.items()}
    assert Organisation.objects.count() == 2


def test_the_deputy_is_somebody_else(world: World, admin: Client) -> None:
    answer = admin.post(PAGE, typed(world, deputy=world.manager.pk))
    assert answer.context["form"].errors == {"deputy": ["The deputy must be somebody else than the account manager."]}


def test_account_manager_and_deputy_are_changed(world: World, admin: Client) -> None:
    assert "Acme Trading" in admin.get(f"{PAGE}ACME/").content.decode()
    admin.post(f"{PAGE}ACME/", {"account_manager": world.deputy.pk, "deputy": ""})
    acme = Organisation.objects.get(key="ACME")
    assert (acme.account_manager, acme.deputy) == (world.deputy, None)
    refused = admin.post(f"{PAGE}ACME/", {"account_manager": "", "deputy": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["account_manager"])
    assert admin.get(f"{PAGE}NOBODY/").status_code == 404


def test_the_list_takes_the_same_number_of_queries_at_any_size(world: World, admin: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        admin.get(PAGE)
    with system_scope("more organisations"):
        for number in range(20):
            onboard_organisation(
                key=f"ORG{number}", name=f"Organisation {number}", account_manager=world.manager,
                deputy=world.deputy, calendar=Calendar.objects.get(key="sri-lanka"),
                policy=Policy.objects.get(key="standard"), actor=SYSTEM,
            )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert len(admin.get(PAGE).context["rows"]) == 22
    assert len(many) == len(few)


def test_the_matrix_is_shown_in_words(admin: Client) -> None:
    answer = admin.get("/settings/matrix/")
    assert [rule[:3] for rule in answer.context["rules"]] == [
        ("Submitted", "the client who opened it; level 1 (Support Team)", "level 1"),
        ("Most of the budget is used", "the assignee, else level 1", "unchanged"),
        ("First response overdue", "level 2 (Account Manager)", "level 2"),
        (
            "Resolution target missed",
            "the assignee, if there is one; level 1 (Support Team)",
            "unchanged",
        ),
        ("Resolution limit passed", "level 3 (Product Team); level 2 (Account Manager)", "level 3"),
        ("Escalated by hand", "the next level up", "one level up"),
        ("Not acknowledged", "the same level again, until someone acknowledges", "unchanged"),
    ]
    page = answer.content.decode()
    assert "{your account manager}@ravingcrm.example" in page
    assert "270 minutes of support time" in page
    assert admin.post("/settings/matrix/").status_code == 405
