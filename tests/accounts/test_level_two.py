"""Who answers for an organisation at level 2 has access and serves it: its tickets are in the mails of that level."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Organisation, StaffMember, StaffService
from helpdesk.accounts.operations import (
    add_staff,
    create_organisation,
    deactivate_person,
    set_account_manager,
    set_served,
)
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import scope, system_scope
from sla.models import Calendar, Policy
from tests.conftest import SignIn, World
from tests.support import actor_of

AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
FOREIGN = "Nadia does not serve Acme Trading. Let them serve it first, under People."
NO_ACCESS = "Priya has no access any more. Choose somebody else."


@pytest.fixture
def everything(world: World) -> Iterator[None]:
    with system_scope("tests look at everything"):
        yield


def level_two() -> tuple[str, str]:
    found = Organisation.objects.select_related("account_manager__user", "deputy__user").get(key="ACME")
    return str(found.account_manager), str(found.deputy)


@pytest.mark.parametrize("field", ["account_manager", "deputy"])
@pytest.mark.parametrize(("who", "said"), [("narrow", FOREIGN), ("product", NO_ACCESS)])
def test_who_does_not_serve_it_or_has_no_access_is_refused(
    world: World, everything: None, field: str, who: str, said: str
) -> None:
    deactivate_person(user=world.product.user, actor=SYSTEM)
    given: dict[str, Any] = {"account_manager": world.manager, "deputy": None, field: getattr(world, who)}
    with pytest.raises(DomainError) as refusal:
        set_account_manager(organisation=world.acme, actor=actor_of(world.admin), **given)
    assert (refusal.value.field, refusal.value.message) == (field, said)
    assert level_two() == ("Malini", "Dinesh")


def test_the_page_says_so_beside_the_field(world: World, signed_in: SignIn) -> None:
    typed = {"account_manager": world.narrow.pk, "deputy": world.deputy.pk}
    answer = signed_in(world.admin).post("/settings/organisations/ACME/", typed)
    assert (answer.status_code, answer.context["form"].errors) == (422, {"account_manager": [FOREIGN]})


def test_who_serves_it_may_be_named_and_the_log_says_before_and_after(world: World, everything: None) -> None:
    set_served(staff=world.narrow, serves=[world.acme, world.globex], actor=actor_of(world.admin))
    for _ in range(2):  # the same again changes nothing
        set_account_manager(
            organisation=world.acme, account_manager=world.narrow, deputy=None, actor=actor_of(world.admin), at=AT
        )
    entry = AuditEntry.objects.get(action="organisation.account_manager")
    assert (entry.at, entry.subject, entry.actor_name) == (AT, "ACME", "Indra")
    assert entry.data == {
        "before": {"account_manager": "Malini", "deputy": "Dinesh"},
        "after": {"account_manager": "Nadia", "deputy": ""},
    }


def test_the_organisations_key_stays_free_for_rows_that_point_at_it(world: World, everything: None) -> None:
    """A ticket that is opened meanwhile needs the organisation's key only, and does not wait."""
    with CaptureQueriesContext(connection) as taken:
        set_account_manager(organisation=world.acme, account_manager=world.deputy, deputy=None, actor=SYSTEM)
    locks = [query["sql"] for query in taken if "FOR " in query["sql"] and "UPDATE" in query["sql"].split("FOR ")[-1]]
    assert ["FOR NO KEY UPDATE" in lock for lock in locks] == [True, True]


def create(world: World, actor: StaffMember, **given: Any) -> Organisation:
    wanted = {"key": "HOOLI", "name": "Hooli", "account_manager": world.manager, "deputy": None, **given}
    made, _ = create_organisation(actor=actor_of(actor), at=AT, **wanted)
    return made


def test_who_adds_an_organisation_and_who_is_named_in_it_serve_it(world: World, everything: None) -> None:
    lina = add_staff(email="lina@ravingcrm.example", name="Lina", role="admin", serves=[world.acme], actor=SYSTEM)
    made = create(world, lina, account_manager=world.narrow, deputy=world.deputy)
    rows = StaffService.objects.filter(organisation=made).order_by("staff_id")
    assert [row.staff_id for row in rows] == [world.narrow.pk, lina.pk]  # the deputy serves all of them anyway
    entry = AuditEntry.objects.get(action="organisation.create", subject="HOOLI")
    assert entry.data == {
        "account_manager": "Nadia",
        "deputy": "Dinesh",
        "serving": ["nadia@ravingcrm.example", "lina@ravingcrm.example"],
    }


def test_a_limited_admin_finds_the_organisation_that_they_added(world: World, signed_in: SignIn) -> None:
    with system_scope("an admin who serves Acme only"):
        lina = add_staff(email="lina@ravingcrm.example", name="Lina", role="admin", serves=[world.acme], actor=SYSTEM)
    terms = {"calendar": Calendar.objects.get(key="sri-lanka").pk, "policy": Policy.objects.get(key="standard").pk}
    typed = {"key": "HOOLI", "name": "Hooli", "account_manager": world.manager.pk, **terms}
    browser = signed_in(lina)
    assert browser.post("/settings/organisations/", typed).status_code == 302
    assert [found.key for found, _ in browser.get("/settings/organisations/").context["rows"]] == ["ACME", "HOOLI"]


def test_an_organisation_is_not_added_under_somebody_without_access(world: World, everything: None) -> None:
    deactivate_person(user=world.product.user, actor=SYSTEM)
    with pytest.raises(DomainError) as refusal:
        create(world, world.admin, deputy=world.product)
    assert (refusal.value.field, refusal.value.message) == ("deputy", NO_ACCESS)
    assert not Organisation.objects.filter(key="HOOLI").exists()


def test_of_two_who_take_a_key_at_once_one_is_told(committed_world: World) -> None:
    world, start, said = committed_world, threading.Barrier(2), []
    with system_scope("who is the admin"):
        actor = actor_of(world.admin)

    def take() -> None:
        start.wait()
        try:
            with scope({world.acme.pk}):
                create_organisation(key="HOOLI", name="H", account_manager=world.manager, deputy=None, actor=actor)
            said.append("made")
        except DomainError as error:
            said.append(f"{error.field}: {error.message}")
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["key: The key HOOLI is taken.", "made"]


@pytest.mark.parametrize("first", ["named", "deactivated"])
def test_naming_somebody_and_taking_their_access_wait_for_each_other(committed_world: World, first: str) -> None:
    """Whichever comes first stands; the other is refused, not left half done."""
    world, holding, said = committed_world, threading.Event(), []
    with system_scope("who is the admin"):
        actor = actor_of(world.admin)
    both = scope({world.acme.pk, world.globex.pk})

    def name() -> None:
        set_account_manager(organisation=world.acme, account_manager=world.product, deputy=None, actor=actor)

    def remove() -> None:
        deactivate_person(user=world.product.user, actor=actor)

    one, other = (name, remove) if first == "named" else (remove, name)

    def follow() -> None:
        holding.wait()
        try:
            with scope({world.acme.pk, world.globex.pk}):
                other()
        except (Conflict, DomainError) as error:
            said.append(error.message)
        finally:
            connection.close()

    thread = threading.Thread(target=follow)
    thread.start()
    with both:
        one()
        holding.set()
        thread.join(timeout=0.5)
        waited = thread.is_alive()
    thread.join()
    refusal = "Priya cannot be deactivated yet: account manager of Acme Trading." if first == "named" else NO_ACCESS
    assert (waited, [message.startswith(refusal) for message in said]) == (True, [True])
