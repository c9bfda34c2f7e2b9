"""The public door of an invitation: one person of the row's organisation and role, once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from helpdesk.accounts.models import (
    ClientInvitation,
    Membership,
    Organisation,
    StaffInvitation,
    StaffMember,
    Team,
    User,
)
from helpdesk.accounts.operations import (
    InvitationGone,
    accept_invitation,
    add_client,
    invite_client,
    invite_staff,
    open_invitation,
    resend_invitation,
    revoke_invitation,
)
from helpdesk.accounts.queries import member_of
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope, system_scope
from tests.accounts.letters import link_in, mails, token_in
from tests.conftest import SignIn, World
from tests.support import actor_of

NEW = "a-fresh-long-word"
MADE_UP = ("%20", "%00", "null", "None", "undefined", "0", "'", "%ED%A0%80", "a/b", "..%2f", "x" * 2000)
GONE = "This invitation cannot be used"
TYPED = {"name": "Chamari", "password": NEW, "again": NEW}


@pytest.fixture
def invited(world: World) -> ClientInvitation:
    """An invitation of Chamari's into ACME, as client admin."""
    return invite(world)


def invite(world: World, email: str = "chamari@acme.example", **more: object) -> ClientInvitation:
    with scope({world.acme.pk}):
        given = {"organisation": world.acme, "email": email, "role": "admin", "actor": actor_as(world), **more}
        return invite_client(**given)


def actor_as(world: World) -> object:
    with system_scope("who is the admin"):
        return actor_of(world.admin)


def link(email: str = "chamari@acme.example") -> str:
    return link_in(mails(email)[-1])


def people() -> int:
    return User.objects.count()


def test_the_page_names_the_place_and_the_address_and_makes_the_person(invited: ClientInvitation) -> None:
    browser = Client()
    page = browser.get(link()).content.decode()
    assert "Acme Trading" in page
    assert "chamari@acme.example" in page
    answer = browser.post(link(), TYPED)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")
    user = User.objects.get(email="chamari@acme.example")
    assert (user.name, user.check_password(NEW), user.is_active) == ("Chamari", True, True)
    signed = browser.post("/accounts/login/", {"login": "chamari@acme.example", "password": NEW})
    assert signed.headers["Location"] == "/"


def test_row_22_the_person_has_the_organisation_and_role_of_the_row_whatever_is_posted(
    world: World, invited: ClientInvitation
) -> None:
    """row 22: an invitation of one organisation makes nobody in another; row 20: nor with other rights."""
    planted = {
        "organisation": "GLOBEX", "organisation_id": str(world.globex.pk), "role": "user", "is_staff": "on",
        "serves_all": "on", "email": "evil@globex.example", "is_active": "", "staff_member": "1", "id": "1",
    }  # fmt: skip
    Client().post(f"{link()}?organisation=GLOBEX", {**planted, **TYPED}, HTTP_X_ORGANISATION="GLOBEX")
    with system_scope("the test looks"):
        made = Membership.objects.select_related("user", "organisation").latest("pk")
        row = ClientInvitation.objects.get()
    assert (made.user.email, made.organisation.key, made.role) == ("chamari@acme.example", "ACME", "admin")
    assert not StaffMember.objects.filter(user=made.user).exists()
    assert (row.token_digest, row.accepted_user_id, row.revoked_at) == (None, made.user_id, None)


def test_row_22_the_database_refuses_an_acceptance_by_somebody_of_another_organisation(
    world: World, invited: ClientInvitation
) -> None:
    """row 22: the row's person must be a member of the row's organisation."""
    with system_scope("somebody writes past the operations"):
        ClientInvitation.objects.update(accepted_user=world.bob)
        with pytest.raises(Exception, match="accepted_user_id_same_organisation"), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_staff_member_serves_and_belongs_to_what_the_invitation_says(world: World) -> None:
    with system_scope("the admin invites"):
        invite_staff(
            email="Saman@ravingcrm.example", role="agent", serves=[world.acme], actor=actor_of(world.admin),
            teams=[Team.objects.get(key="support")],
        )  # fmt: skip
    Client().post(link("saman@ravingcrm.example"), {**TYPED, "serves_all": "on", "role": "admin"})
    with system_scope("the test looks"):
        staff = StaffMember.objects.get(user__email="saman@ravingcrm.example")
        member = member_of(staff.user)
        assert StaffInvitation.objects.get().token_digest is None
        entry = VendorAuditEntry.objects.get(action="invitation.accept")
    assert (staff.role, staff.serves_all, [team.key for team in staff.teams.all()]) == ("agent", False, ["support"])
    assert member is not None
    assert member.organisation_ids == {world.acme.pk}
    assert (entry.actor_name, entry.actor_id, entry.data) == ("Chamari", staff.user_id, {"role": "agent"})


@pytest.mark.parametrize(
    "address",
    [
        "/invitations/",
        *(f"/invitations/{token}/" for token in MADE_UP),
    ],
)  # fmt: skip
def test_row_7_a_made_up_token_opens_nothing_even_beside_spent_ones(
    world: World, invited: ClientInvitation, address: str
) -> None:
    """row 7: empty, blank, zero, null and cut-off tokens get the page of a spent one; a spent token is NULL."""
    Client().post(link(), TYPED)
    before = people()
    for answer in (Client().get(address), Client().post(address, TYPED)):
        assert answer.status_code == 404
        assert GONE in answer.content.decode()
    assert people() == before


def test_row_7_parts_of_a_token_open_nothing(world: World, invited: ClientInvitation) -> None:
    """row 7: neither a token cut short or prolonged, nor its stored digest."""
    path = link()
    for address in (path[:-2] + "/", path[:-1] + "A/", f"/invitations/{invited.token_digest}/", path.swapcase()):
        assert Client().get(address).status_code == 404
    assert Client().get(path).status_code == 200


def test_row_8_a_second_use_finds_nothing(world: World, invited: ClientInvitation) -> None:
    """row 8: an invitation works once."""
    path = link()
    assert Client().post(path, TYPED).status_code == 302
    for answer in (Client().get(path), Client().post(path, {**TYPED, "password": "another-long-word"})):
        assert (answer.status_code, GONE in answer.content.decode()) == (404, True)
    assert User.objects.get(email="chamari@acme.example").check_password(NEW)


def test_row_8_an_invitation_runs_out(world: World, settings: object) -> None:
    """row 8: after seven days the link opens nothing."""
    settings.INVITATION_DAYS = 7
    at = database_now()
    invite(world, at=at - timedelta(days=7, seconds=1))
    invite(world, "dilani@acme.example", at=at - timedelta(days=6, hours=23))
    assert Client().get(link()).status_code == 404
    assert Client().post(link(), TYPED).status_code == 404
    assert Client().get(link("dilani@acme.example")).status_code == 200


def test_row_8_a_revoked_link_and_a_replaced_one_are_dead(world: World, invited: ClientInvitation) -> None:
    """row 8: revoking kills the link; sending again makes a new one and kills the old."""
    old = link()
    with scope({world.acme.pk}):
        later = database_now() + timedelta(hours=1)
        resend_invitation(invitation=invited, actor=actor_as(world), at=later)
    new = link()
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    with scope({world.acme.pk}):
        revoke_invitation(invitation=invited, actor=actor_as(world))
    assert Client().get(new).status_code == 404
    assert [mail.secret for mail in mails()] == ["", ""]


def test_row_8_an_invitation_dies_when_its_address_becomes_a_persons(world: World, invited: ClientInvitation) -> None:
    """row 8: the address has an account by now, in whichever organisation."""
    with system_scope("somebody else is quicker"):
        add_client(organisation=world.globex, email="chamari@acme.example", name="C", role="user", actor=SYSTEM)
    assert Client().get(link()).status_code == 404
    with pytest.raises(InvitationGone):
        accept_invitation(token=token_in(mails()[-1]), name="Chamari", password=NEW)
    with system_scope("the test looks"):
        assert Membership.objects.get(user__email="chamari@acme.example").organisation == world.globex


def test_the_invitation_of_an_organisation_that_has_left_opens_nothing(world: World, invited: ClientInvitation) -> None:
    Organisation.objects.filter(pk=world.acme.pk).update(is_active=False)
    assert Client().get(link()).status_code == 404


def test_row_9_a_token_is_256_random_bits_of_which_only_a_digest_is_kept(
    world: World, invited: ClientInvitation
) -> None:
    """row 9: nothing stored or public leads to the token."""
    token = token_in(mails()[-1])
    assert len(token) == 43
    invite(world, "dilani@acme.example")
    assert token_in(mails()[-1]) != token
    with system_scope("every row"), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(i::text, ''), '') FROM accounts_clientinvitation i")
        assert token not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": " "}, "name", "Say your name: it stands beside what you write."),
        ({"password": "", "again": ""}, "password", "Choose a password."),
        ({"again": "another-long-word"}, "again", "The two passwords differ."),
        (
            {"password": "short", "again": "short"},
            "password",
            "This password is too short. It must contain at least 10 characters.",
        ),
        ({"password": "chamari@acme", "again": "chamari@acme"}, "password", "The password is too similar"),
        ({"name": "a\u2028b"}, "name", "The name holds a character that cannot be written."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do_and_spends_nothing(
    invited: ClientInvitation, change: dict[str, str], field: str, message: str
) -> None:
    answer = Client().post(link(), {**TYPED, **change})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0].startswith(message)
    assert Client().get(link()).status_code == 200
    assert NEW not in answer.content.decode()


def test_who_is_signed_in_stays_who_they_are(world: World, invited: ClientInvitation, signed_in: SignIn) -> None:
    browser = signed_in(world.bob)
    page = browser.get(link())
    assert (page.status_code, "signed in as bob@globex.example" in page.content.decode()) == (200, True)
    before = people()
    assert browser.post(link(), TYPED).status_code == 409
    assert people() == before
    assert browser.get("/account/").context["member"].user == world.bob
    out = browser.post("/accounts/logout/", {"next": link()})
    assert out.headers["Location"] == link()
    assert browser.post(link(), TYPED).status_code == 302
    assert browser.get("/account/").headers["Location"].startswith("/accounts/login/")


def test_accepting_is_in_the_organisations_log_under_the_new_persons_name(
    world: World, invited: ClientInvitation
) -> None:
    Client().post(link(), TYPED)
    with system_scope("the test looks"):
        entry = AuditEntry.objects.get(action="invitation.accept")
    made = User.objects.get(email="chamari@acme.example")
    assert (entry.organisation_id, entry.subject, entry.actor_id) == (world.acme.pk, made.email, made.pk)
    assert entry.data == {"role": "admin"}


def test_the_page_is_not_kept_by_caches_and_needs_a_csrf_token(invited: ClientInvitation) -> None:
    assert "no-store" in Client().get(link()).headers["Cache-Control"]
    assert Client(enforce_csrf_checks=True).post(link(), TYPED).status_code == 403
    assert Client().put(link()).status_code == 405


def test_of_twelve_who_accept_at_once_one_wins(committed_world: World) -> None:
    invite(committed_world)
    token = token_in(mails()[-1])
    start, won, lost, other = threading.Barrier(12), [], [], []

    def accept(number: int) -> None:
        start.wait()
        try:
            won.append(accept_invitation(token=token, name=f"Chamari {number}", password=NEW).name)
        except InvitationGone:
            lost.append(number)
        except Exception as error:  # noqa: BLE001 - whatever else comes must fail the test by name
            other.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost), other) == (1, 11, [])
    assert list(User.objects.filter(email="chamari@acme.example").values_list("name", flat=True)) == won
    with system_scope("the test looks"):
        assert AuditEntry.objects.filter(action="invitation.accept").count() == 1


def test_two_organisations_invitations_of_one_address_make_one_person(committed_world: World) -> None:
    world = committed_world
    invite(world)
    with scope({world.globex.pk}):
        invite_client(organisation=world.globex, email="chamari@acme.example", role="user", actor=actor_as(world))
    first, second = (token_in(mail) for mail in mails())
    start, done = threading.Barrier(2), []

    def accept(token: str) -> None:
        start.wait()
        try:
            accept_invitation(token=token, name="Chamari", password=NEW)
            done.append("made")
        except InvitationGone:
            done.append("gone")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(token,)) for token in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["gone", "made"]
    for token in (first, second):
        with pytest.raises(InvitationGone):
            open_invitation(token=token)
