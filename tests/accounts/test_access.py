"""Ending access, changing roles and whom staff serve: at once, audited, and never leaving a hole."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from helpdesk.accounts.models import ApiToken, ClientRole, Membership, PersonSession, StaffMember, StaffRole, User
from helpdesk.accounts.operations import (
    add_staff,
    change_client_role,
    change_staff_role,
    deactivate_person,
    reactivate_person,
    set_account_manager,
    set_password,
    set_served,
)
from helpdesk.accounts.operations.tokens import create_token
from helpdesk.accounts.queries import member_of
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from tests.accounts.letters import mails
from tests.conftest import SignIn, World
from tests.support import actor_of

NEW = "a-fresh-long-word"
PEOPLE = "/settings/people/"
ENDED = {"sessions_ended": 1, "tokens_revoked": 0, "invitations_revoked": 0}
LAST = "Indra is the last active admin who serves every organisation. Make somebody else one first."


@pytest.fixture
def everything(world: World) -> Iterator[None]:
    with system_scope("tests look at everything"):
        yield


def sessions_of(user: User) -> int:
    return PersonSession.objects.filter(person=user).count()


def token_of(person: User) -> ApiToken:
    token, _ = create_token(person=person, name="script", scopes=["read"], days=30, actor=actor_of(person))
    return token


def is_live(token: ApiToken) -> bool:
    token.refresh_from_db()
    return token.revoked_at is None


def served(staff: StaffMember) -> set[int]:
    member = member_of(User.objects.select_related("staff_member").get(pk=staff.user_id))
    assert member is not None
    return set(member.organisation_ids)


def test_a_session_knows_its_person_from_sign_in_to_sign_out(world: World) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": "alice@acme.example", "password": "secret-1"})
    assert sessions_of(world.alice) == 1
    browser.post("/accounts/logout/")
    assert sessions_of(world.alice) == 0
    assert not Session.objects.exists()


def test_row_41_deactivating_deletes_sessions_and_ends_tokens_at_once(
    world: World, everything: None, signed_in: SignIn
) -> None:
    """row 41: the rows are gone, not only refused; nobody else's are touched."""
    browsers = [signed_in(world.alice), signed_in(world.alice), signed_in(world.amara)]
    token, other = token_of(world.alice), token_of(world.amara)
    deactivate_person(user=world.alice, actor=actor_of(world.admin), reason="Left the company.")
    assert [sessions_of(world.alice), sessions_of(world.amara)] == [0, 1]
    assert [is_live(token), is_live(other)] == [False, True]
    where = [browser.get("/account/").headers.get("Location", "in") for browser in browsers]
    assert where == ["/accounts/login/?next=/account/"] * 2 + ["in"]
    entry = AuditEntry.objects.get(action="person.deactivate")
    assert (entry.organisation, entry.subject, entry.actor_name) == (world.acme, "alice@acme.example", "Indra")
    assert (entry.reason, entry.data) == (
        "Left the company.",
        {
            "before": "active",
            "after": "deactivated",
            "sessions_ended": 2,
            "tokens_revoked": 1,
            "invitations_revoked": 0,
        },
    )
    reactivate_person(user=world.alice, actor=actor_of(world.admin))
    assert [is_live(token), sessions_of(world.alice)] == [False, 0]
    assert browsers[0].get("/account/").status_code == 302


def test_deactivating_twice_is_recorded_once(world: World, everything: None) -> None:
    for _ in range(2):
        deactivate_person(user=world.alice, actor=SYSTEM)
        reactivate_person(user=world.bob, actor=SYSTEM)
    assert AuditEntry.objects.filter(action__startswith="person.deactivate").count() == 1
    assert not AuditEntry.objects.filter(action="person.reactivate").exists()


@pytest.mark.parametrize("way", ["change", "reset"])
def test_row_41_a_new_password_ends_every_other_session_and_token(world: World, signed_in: SignIn, way: str) -> None:
    """row 41: by a change and by a reset alike, and the log says so without the password."""
    other, mine = signed_in(world.alice), signed_in(world.alice)
    with system_scope("a token"):
        token = token_of(world.alice)
    if way == "change":
        typed = {"oldpassword": "secret-1", "password1": NEW, "password2": NEW}
        assert mine.post("/accounts/password/change/", typed).status_code == 302
    else:
        browser = Client()
        browser.post("/accounts/password/reset/", {"email": "alice@acme.example"})
        form = browser.get(mails()[0].secret.removeprefix(settings.SITE_URL), follow=True)
        done = browser.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
        assert done.status_code == 302
    assert (sessions_of(world.alice), is_live(token)) == (0, False)
    assert other.get("/account/").status_code == 302
    with system_scope("the test looks"):
        entry = AuditEntry.objects.get(action="person.password")
    assert (entry.organisation_id, entry.actor_id) == (world.acme.pk, world.alice.pk)
    assert entry.data["tokens_revoked"] == 1
    assert NEW not in str(entry.data)


def test_row_41_the_session_that_changes_the_password_may_go_on(world: World, signed_in: SignIn) -> None:
    """row 41: the operation spares the one session that it is told of."""
    mine, other = signed_in(world.alice), signed_in(world.alice)
    set_password(user=world.alice, password=NEW, keep_session=mine.session.session_key)
    assert [row.pk for row in PersonSession.objects.filter(person=world.alice)] == [mine.session.session_key]
    assert other.get("/account/").status_code == 302


def test_the_last_active_admin_is_neither_deactivated_nor_demoted(world: World, everything: None) -> None:
    for change in (
        lambda: deactivate_person(user=world.admin.user, actor=SYSTEM),
        lambda: change_staff_role(staff=world.admin, role="agent", actor=SYSTEM),
    ):
        with pytest.raises(Conflict) as refusal:
            change()
        assert refusal.value.message == LAST
    second = add_staff(email="ida@ravingcrm.example", name="Ida", role="admin", serves=None, actor=SYSTEM)
    deactivate_person(user=second.user, actor=SYSTEM)
    with pytest.raises(Conflict, match="last active admin"):  # a deactivated one does not count
        deactivate_person(user=world.admin.user, actor=SYSTEM)
    reactivate_person(user=second.user, actor=SYSTEM)
    deactivate_person(user=world.admin.user, actor=SYSTEM)


def test_an_admin_of_some_organisations_is_not_left_alone(world: World, everything: None) -> None:
    """Such an admin can give nobody what they do not serve themselves: nobody could mend it."""
    few = [world.acme]
    lina = add_staff(email="lina@ravingcrm.example", name="Lina", role="admin", serves=few, actor=SYSTEM)
    for change in (
        lambda: deactivate_person(user=world.admin.user, actor=actor_of(lina)),
        lambda: change_staff_role(staff=world.admin, role="agent", actor=actor_of(lina)),
        lambda: set_served(staff=world.admin, serves=few, actor=actor_of(world.admin)),
    ):
        with pytest.raises(Conflict) as refusal:
            change()
        assert refusal.value.message == LAST
    deactivate_person(user=lina.user, actor=actor_of(world.admin))
    reactivate_person(user=lina.user, actor=actor_of(world.admin))
    set_served(staff=lina, serves=None, actor=actor_of(world.admin))
    set_served(staff=world.admin, serves=few, actor=actor_of(world.admin))
    assert [served(world.admin), served(lina)] == [{world.acme.pk}, {world.acme.pk, world.globex.pk}]


def test_two_admins_who_narrow_each_other_at_once_leave_one_who_serves_all(committed_world: World) -> None:
    world = committed_world
    with system_scope("a second admin"):
        second = add_staff(email="ida@ravingcrm.example", name="Ida", role="admin", serves=None, actor=SYSTEM)
        pairs = [(world.admin, actor_of(second)), (second, actor_of(world.admin))]
    start, done = threading.Barrier(2), []

    def narrow(staff: StaffMember, actor: Any) -> None:
        start.wait()
        try:
            with scope({world.acme.pk, world.globex.pk}):
                set_served(staff=staff, serves=[world.acme], actor=actor)
            done.append("narrowed")
        except DomainError as error:
            done.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=narrow, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.count("narrowed") == 1
    assert StaffMember.objects.filter(role="admin", serves_all=True).count() == 1


def test_two_admins_who_remove_each_other_at_once_leave_one(committed_world: World) -> None:
    world = committed_world
    with system_scope("a second admin"):
        second = add_staff(email="ida@ravingcrm.example", name="Ida", role="admin", serves=None, actor=SYSTEM)
        pairs = [(world.admin.user, actor_of(second)), (second.user, actor_of(world.admin))]
    start, done = threading.Barrier(2), []

    def remove(user: User, actor: Any) -> None:
        start.wait()
        try:
            with scope({world.acme.pk, world.globex.pk}):
                deactivate_person(user=user, actor=actor)
            done.append("removed")
        except Conflict:
            done.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["refused", "removed"]


def test_who_answers_for_organisations_is_not_deactivated_without_a_successor(world: World, everything: None) -> None:
    with pytest.raises(Conflict) as refusal:
        deactivate_person(user=world.manager.user, actor=actor_of(world.admin))
    assert refusal.value.message == (
        "Malini cannot be deactivated yet: account manager of Acme Trading and deputy of Globex. "
        "Name a successor there first, under Organisations."
    )
    for organisation in (world.acme, world.globex):
        set_account_manager(organisation=organisation, account_manager=world.deputy, deputy=None, actor=SYSTEM)
    deactivate_person(user=world.manager.user, actor=actor_of(world.admin))
    assert not User.objects.get(pk=world.manager.user_id).is_active


def test_the_refusal_names_no_organisation_out_of_scope(world: World) -> None:
    with system_scope("an admin who serves Globex only"):
        gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
        actor = actor_of(gita)
    with scope({world.globex.pk}), pytest.raises(Conflict) as refusal:
        deactivate_person(user=world.manager.user, actor=actor)
    assert "Acme" not in refusal.value.message
    assert "deputy of Globex and responsible for an organisation that you do not serve" in refusal.value.message


def test_row_41_a_change_of_role_ends_the_sessions_and_counts_at_once(world: World, signed_in: SignIn) -> None:
    """row 41: a client admin who becomes a client user is signed out and then sees less."""
    amara, admin = signed_in(world.amara), signed_in(world.admin)
    assert amara.get("/people/").status_code == 200
    typed = {"role": "user", "reason": "Moved to sales."}
    answer = admin.post(f"{PEOPLE}{world.amara.pk}/role/", typed)
    assert answer.headers["Location"] == f"{PEOPLE}{world.amara.pk}/"
    assert sessions_of(world.amara) == 0
    assert signed_in(world.amara).get("/people/").status_code == 403
    with system_scope("the test looks"):
        entry = AuditEntry.objects.get(action="person.role")
    assert (entry.organisation_id, entry.reason) == (world.acme.pk, "Moved to sales.")
    assert entry.data == {"before": "admin", "after": "user", **ENDED}


def test_a_staff_members_role_is_changed_and_recorded(world: World, signed_in: SignIn) -> None:
    admin = signed_in(world.admin)
    agent = signed_in(world.agent)
    admin.post(f"{PEOPLE}{world.agent.user_id}/role/", {"role": "admin"})
    assert StaffMember.objects.get(pk=world.agent.pk).role == "admin"
    assert agent.get("/settings/").headers["Location"].startswith("/accounts/login/")
    with system_scope("the test looks"):
        entry = VendorAuditEntry.objects.get(action="staff.role")
    assert entry.data == {"before": "agent", "after": "admin", **ENDED}


@pytest.mark.parametrize(
    ("who", "typed", "status", "said"),
    [
        ("alice", {"role": "agent"}, 422, "agent is not one of the available choices"),
        ("agent", {"role": "user"}, 422, "user is not one of the available choices"),
        ("alice", {}, 422, "Choose what they may do."),
        ("admin", {"role": "agent"}, 409, "You cannot change your own role. Another admin can."),
    ],
)
def test_an_impossible_role_is_refused(
    world: World, signed_in: SignIn, who: str, typed: dict[str, str], status: int, said: str
) -> None:
    person = getattr(world, who)
    pk = person.pk if isinstance(person, User) else person.user_id
    answer = signed_in(world.admin).post(f"{PEOPLE}{pk}/role/", typed)
    assert answer.status_code == status
    assert said in answer.content.decode()


def test_the_operations_refuse_unknown_roles_and_other_hands(world: World, everything: None) -> None:
    admin = actor_of(world.admin)
    with pytest.raises(DomainError, match=r"Choose client user or client admin."):
        change_client_role(user=world.alice, role="agent", actor=admin)
    with pytest.raises(DomainError, match=r"Choose agent, account manager or admin."):
        change_staff_role(staff=world.agent, role="user", actor=admin)
    for who in (world.alice, world.amara, world.agent, world.manager):
        for change in (
            lambda actor: change_client_role(user=world.bob, role="admin", actor=actor),
            lambda actor: change_staff_role(staff=world.product, role="admin", actor=actor),
            lambda actor: set_served(staff=world.narrow, serves=None, actor=actor),
            lambda actor: deactivate_person(user=world.bob, actor=actor),
            lambda actor: reactivate_person(user=world.bob, actor=actor),
        ):
            with pytest.raises(Forbidden):
                change(actor_of(who))
    assert set(Membership.objects.values_list("role", flat=True)) <= set(ClientRole.values)
    assert StaffMember.objects.filter(role=StaffRole.ADMIN).count() == 1


def test_a_client_of_another_organisation_is_out_of_reach(world: World) -> None:
    with system_scope("an admin who serves Globex only"):
        gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
        actor = actor_of(gita)
    with scope({world.globex.pk}), pytest.raises(Conflict, match="no organisation that you serve"):
        change_client_role(user=world.alice, role="admin", actor=actor)


def test_whom_staff_serve_is_edited_in_the_page(world: World, signed_in: SignIn) -> None:
    admin, page = signed_in(world.admin), f"{PEOPLE}{world.narrow.user_id}/"
    form = admin.get(page).context["served_form"]
    assert (form.initial["serves_all"], form.initial["serves"]) == (False, ["GLOBEX"])
    assert admin.post(f"{page}served/", {"serves": ["ACME"]}).headers["Location"] == page
    with system_scope("the test looks"):
        assert served(world.narrow) == {world.acme.pk}
        admin.post(f"{page}served/", {"serves_all": "on"})
        assert served(world.narrow) == {world.acme.pk, world.globex.pk}
        entries = VendorAuditEntry.objects.filter(action="staff.serves").order_by("pk")
        assert [entry.data for entry in entries] == [
            {"before": ["GLOBEX"], "after": ["ACME"]},
            {"before": ["ACME"], "after": ["all"]},
        ]
    refused = admin.post(f"{page}served/", {})
    assert refused.status_code == 422
    assert "Choose at least one organisation, or all of them." in refused.content.decode()
    assert admin.post(f"{PEOPLE}{world.alice.pk}/served/", {"serves_all": "on"}).status_code == 404


def test_what_the_admin_does_not_serve_stays_as_it_is(world: World) -> None:
    with system_scope("an admin who serves Globex only, and somebody who serves both"):
        gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
        both = add_staff(
            email="both@ravingcrm.example", name="B", role="agent", serves=[world.acme, world.globex], actor=SYSTEM
        )
        actor = actor_of(gita)
    with scope({world.globex.pk}):
        set_served(staff=both, serves=[], actor=actor)
        for serves in (None, [world.acme]):
            with pytest.raises(Forbidden):
                set_served(staff=both, serves=serves, actor=actor)
        with pytest.raises(Forbidden, match="You do not serve every organisation yourself"):
            set_served(staff=world.agent, serves=[world.globex], actor=actor)
    with system_scope("the test looks"):
        assert served(both) == {world.acme.pk}
        assert served(world.agent) == {world.acme.pk, world.globex.pk}


def test_nobody_is_taken_off_an_organisation_that_counts_on_them(world: World, everything: None) -> None:
    admin = actor_of(world.admin)
    with pytest.raises(Conflict, match="Malini cannot be taken off these organisations yet: account manager of Acme"):
        set_served(staff=world.manager, serves=[world.globex], actor=admin)
    assert served(world.manager) == {world.acme.pk, world.globex.pk}
    set_served(staff=world.manager, serves=[world.acme, world.globex], actor=admin)
    with pytest.raises(Conflict, match="deputy of Globex"):
        set_served(staff=world.manager, serves=[world.acme], actor=admin)
