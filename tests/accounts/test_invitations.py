"""Inviting, sending again, revoking: who may, into what, what is mailed and what is recorded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from helpdesk.accounts.models import ClientInvitation, Organisation, StaffInvitation, StaffMember, User
from helpdesk.accounts.operations import (
    add_staff,
    invite_client,
    invite_staff,
    resend_invitation,
    revoke_invitation,
)
from helpdesk.accounts.permissions import CAPABILITIES, Role
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import DeliveryState
from helpdesk.notifications.sending import deliver_due
from tests.accounts.letters import link_in, mails
from tests.conftest import SignIn, World
from tests.support import actor_of

HOUR = timedelta(hours=1)
BOTH = "Choose every organisation or a list, not both."
PEOPLE = "/settings/people/"


@pytest.fixture(autouse=True)
def _everything(world: World) -> Any:
    with system_scope("tests look at everything"):
        yield


@pytest.fixture
def invite(world: World) -> Callable[..., ClientInvitation]:
    """`invite(email)` invites into ACME as our admin."""

    def make(
        email: str = "chamari@acme.example", *, by: User | StaffMember | None = None, **more: Any
    ) -> ClientInvitation:
        given = {"organisation": world.acme, "role": "user", "actor": actor_of(by or world.admin), **more}
        return invite_client(email=email, **given)

    return make


@pytest.mark.parametrize("who", ["alice", "amara", "bob", "agent", "narrow", "manager", "deputy", "admin", "product"])
def test_the_capabilities_decide_who_invites_into_acme(world: World, invite: Callable[..., Any], who: str) -> None:
    """Matrix: a client admin into their own organisation, our admins into those that they serve; nobody else."""
    person = getattr(world, who)
    if who in ("amara", "admin"):
        assert invite(by=person).organisation == world.acme
    else:
        with pytest.raises(Forbidden):
            invite(by=person)
        assert not ClientInvitation.objects.exists()
    if who == "admin":
        assert invite_staff(email="s@x.example", role="agent", serves=None, actor=actor_of(person)).serves_all
    else:
        with pytest.raises(Forbidden):
            invite_staff(email="s@x.example", role="agent", serves=[world.acme], actor=actor_of(person))


def test_the_capability_belongs_to_two_roles() -> None:
    assert {role for role in Role if "people.invite" in CAPABILITIES[role]} == {Role.CLIENT_ADMIN, Role.ADMIN}
    assert {role for role in Role if "settings.audit" in CAPABILITIES[role]} == {Role.ADMIN}


def test_row_14_nobody_invites_into_an_organisation_that_they_do_not_serve(
    world: World, invite: Callable[..., Any]
) -> None:
    """row 14: a client admin of ACME into Globex, an admin of Globex into ACME, or as staff of all."""
    gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
    with pytest.raises(Forbidden, match="your own organisation only"):
        invite(by=world.amara, organisation=world.globex)
    with pytest.raises(Forbidden, match="that you serve yourself"):
        invite(by=gita)
    for serves in (None, [world.acme], [world.globex, world.acme]):
        with pytest.raises(Forbidden):
            invite_staff(email="s@x.example", role="agent", serves=serves, actor=actor_of(gita))
    assert invite_staff(email="s@x.example", role="agent", serves=[world.globex], actor=actor_of(gita)).serves == [
        "GLOBEX"
    ]
    row = invite()
    for change in (resend_invitation, revoke_invitation):
        for person in (gita, world.bob, world.alice, world.agent):
            with pytest.raises(Forbidden):
                change(invitation=row, actor=actor_of(person), at=database_now() + HOUR)
    row.refresh_from_db()
    assert (row.revoked_at, row.sent_at == row.invited_at) == (None, True)


def test_row_45_the_mail_greets_and_its_link_begins_with_the_sites_own_address(
    world: World, signed_in: SignIn, settings: Any
) -> None:
    """row 45: whatever Host header the admin's request carried."""
    settings.SITE_URL = "https://help.vendor.example"
    settings.ALLOWED_HOSTS = ["*"]
    typed = {"organisation": "ACME", "email": "Chamari@ACME.example", "name": "Chamari", "role": "user"}
    answer = signed_in(world.admin).post(
        f"{PEOPLE}clients/new/", typed, HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example"
    )
    assert answer.headers["Location"] == f"{PEOPLE}?organisation=ACME"
    [mail] = mails()
    assert (mail.recipient, mail.event) == ("chamari@acme.example", "invitation")
    assert mail.full_text.startswith("Hello Chamari,\n\nIndra invites you to ravingCRM support, for Acme Trading.\n")
    assert link_in(mail).startswith("/invitations/")
    assert "evil.example" not in mail.full_text
    assert "(Colombo)" in mail.full_text


def test_the_link_is_kept_apart_and_forgotten_once_the_mail_has_gone(
    invite: Callable[..., Any], mailoutbox: list[Any]
) -> None:
    invite()
    [before] = mails()
    path = link_in(before)
    assert path not in before.text
    deliver_due()
    [sent] = mailoutbox
    assert path in sent.body
    [after] = mails()
    assert (after.state, after.secret) == (DeliveryState.SENT, "")
    assert "[the link, shown to the recipient only]" in after.full_text


def test_what_is_recorded_of_an_invitation(world: World, invite: Callable[..., Any]) -> None:
    row = invite(by=world.amara)
    resend_invitation(invitation=row, actor=actor_of(world.admin), at=database_now() + HOUR)
    revoke_invitation(invitation=row, actor=actor_of(world.amara), reason="Wrong person.")
    revoke_invitation(invitation=row, actor=actor_of(world.amara))
    found = AuditEntry.objects.filter(action__startswith="invitation.").order_by("pk")
    assert [(entry.action, entry.actor_name, entry.subject, entry.reason) for entry in found] == [
        ("invitation.create", "Amara", "chamari@acme.example", ""),
        ("invitation.resend", "Indra", "chamari@acme.example", ""),
        ("invitation.revoke", "Amara", "chamari@acme.example", "Wrong person."),
    ]
    assert found[0].data == {"role": "user", "until": row.expires_at.isoformat()}
    assert {entry.organisation_id for entry in found} == {world.acme.pk}


def test_what_is_recorded_of_an_invitation_to_our_side(world: World) -> None:
    invite_staff(email="s@x.example", role="agent", serves=[world.globex, world.acme], actor=actor_of(world.admin))
    entry = VendorAuditEntry.objects.get(action="invitation.create")
    row = StaffInvitation.objects.get()
    assert entry.data == {
        "role": "agent", "until": row.expires_at.isoformat(), "serves": ["ACME", "GLOBEX"], "teams": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"email": "no address"}, "email", "Enter a valid e-mail address."),
        ({"email": "a@b\ud800.example"}, "email", "Enter a valid e-mail address."),
        ({"email": "x" * 250 + "@acme.example"}, "email", "The address is longer than 254 characters."),
        ({"email": "a@b\r\nBcc: c@d.example"}, "email", "Enter a valid e-mail address."),
        ({"name": "Evil\r\nBcc: all@x.example"}, "name", "The name holds a character that cannot be written."),
        ({"name": "N\x00l"}, "name", "The name holds a character that cannot be written."),
        ({"name": "\ud800"}, "name", "The name holds a character that cannot be written."),
        ({"name": "x" * 121}, "name", "The name is longer than 120 characters."),
        ({"role": "king"}, "role", "Choose client user or client admin."),
        ({"email": "alice@acme.example"}, "email", "This address is Alice's, who is in Acme Trading already."),
        ({"email": "BOB@globex.example"}, "email", "This address is Bob's, of Globex, already."),
        ({"email": "nimal@ravingcrm.example"}, "email", "This address is Nimal's, of our staff, already."),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    invite: Callable[..., Any], given: dict[str, str], field: str, message: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        invite(**given)
    assert (refusal.value.field, refusal.value.message) == (field, message)
    assert not ClientInvitation.objects.exists()


def test_a_second_open_invitation_is_refused_whatever_the_case(invite: Callable[..., Any]) -> None:
    invite()
    with pytest.raises(Conflict, match="has an open invitation already"):
        invite("CHAMARI@acme.example")


def test_the_database_keeps_one_live_invitation_for_an_address_of_an_organisation(invite: Callable[..., Any]) -> None:
    row = invite()
    with pytest.raises(IntegrityError), transaction.atomic():
        ClientInvitation(
            organisation=row.organisation, email="Chamari@ACME.example", role="user", token_digest="0" * 64,
            invited_at=row.invited_at, sent_at=row.sent_at, expires_at=row.expires_at,
        ).save()  # fmt: skip


def test_the_database_lets_no_spent_invitation_keep_its_token(invite: Callable[..., Any]) -> None:
    invite()
    with pytest.raises(IntegrityError, match="accounts_invitation_spent"), transaction.atomic():
        ClientInvitation.objects.update(revoked_at=database_now())
    with pytest.raises(IntegrityError, match="accounts_invitation_digest"), transaction.atomic():
        ClientInvitation.objects.update(token_digest="")


def test_an_expired_invitation_does_not_stand_in_the_way(world: World, invite: Callable[..., Any]) -> None:
    old = invite(at=database_now() - timedelta(days=8))
    new = invite()
    old.refresh_from_db()
    assert (old.token_digest, new.is_open(database_now())) == (None, True)
    with pytest.raises(Conflict, match="replaced by a newer one"):
        resend_invitation(invitation=old, actor=actor_of(world.admin))


def test_an_expired_invitation_is_sent_again(world: World, invite: Callable[..., Any]) -> None:
    row = invite(at=database_now() - timedelta(days=8))
    resend_invitation(invitation=row, actor=actor_of(world.admin))
    assert Client().get(link_in(mails()[-1])).status_code == 200


def test_sending_again_is_refused_too_soon_and_when_it_is_over(world: World, invite: Callable[..., Any]) -> None:
    row, admin = invite(), actor_of(world.admin)
    with pytest.raises(Conflict, match="less than ten minutes ago"):
        resend_invitation(invitation=row, actor=admin)
    revoke_invitation(invitation=row, actor=admin)
    with pytest.raises(Conflict, match="is revoked, so it cannot be sent again"):
        resend_invitation(invitation=row, actor=admin, at=database_now() + HOUR)


def test_an_accepted_invitation_is_not_revoked(world: World, invite: Callable[..., Any]) -> None:
    row = invite()
    Client().post(link_in(mails()[-1]), {"name": "C", "password": "a-fresh-long-word", "again": "a-fresh-long-word"})
    with pytest.raises(Conflict, match="has accepted already"):
        revoke_invitation(invitation=row, actor=actor_of(world.admin))


def test_a_client_admin_sends_fifty_a_day_and_no_more(world: World, invite: Callable[..., Any]) -> None:
    for number in range(50):
        invite(f"c{number}@acme.example", by=world.amara)
    with pytest.raises(Conflict, match="50 invitations went out within a day"):
        invite(by=world.amara)
    assert invite().email == "chamari@acme.example"  # our own admins are not counted


def test_nobody_is_invited_into_an_organisation_that_has_left(world: World, invite: Callable[..., Any]) -> None:
    Organisation.objects.filter(pk=world.acme.pk).update(is_active=False)
    world.acme.refresh_from_db()
    with pytest.raises(Conflict, match="Acme Trading is inactive"):
        invite()


@pytest.mark.parametrize("side", ["clients", "staff"])
def test_the_admins_buttons_send_again_and_revoke(world: World, signed_in: SignIn, side: str) -> None:
    admin = actor_of(world.admin)
    early = database_now() - HOUR
    if side == "clients":
        row: Any = invite_client(organisation=world.acme, email="c@x.example", role="user", actor=admin, at=early)
    else:
        row = invite_staff(email="c@x.example", role="agent", serves=None, actor=admin, at=early)
    browser = signed_in(world.admin)
    place = f"{PEOPLE}?organisation=ACME" if side == "clients" else PEOPLE
    assert "c@<wbr>x.example" in browser.get(place).content.decode()
    first = link_in(mails()[-1])
    assert browser.post(f"{PEOPLE}invitations/{side}/{row.pk}/resend/").headers["Location"] == place
    second = link_in(mails()[-1])
    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]
    assert browser.post(f"{PEOPLE}invitations/{side}/{row.pk}/revoke/").headers["Location"] == place
    assert Client().get(second).status_code == 404
    page = browser.get(place).content.decode()
    assert "c@<wbr>x.example" not in page
    again = browser.post(f"{PEOPLE}invitations/{side}/{row.pk}/resend/", follow=True).content.decode()
    assert "is revoked, so it cannot be sent again" in again
    assert browser.post(f"{PEOPLE}invitations/{side}/{row.pk + 99}/revoke/").status_code == 404
    assert browser.get(f"{PEOPLE}invitations/{side}/{row.pk}/revoke/").status_code == 405


@pytest.mark.parametrize(
    ("page", "change", "errors"),
    [
        ("clients", {"email": " "}, {"email": ["Say where the invitation goes."]}),
        ("clients", {"organisation": ""}, {"organisation": ["Choose the organisation that they belong to."]}),
        ("clients", {"role": ""}, {"role": ["Choose what they may do."]}),
        ("clients", {"role": "king"}, {"role": ["Select a valid choice. king is not one of the available choices."]}),
        ("clients", {"email": "alice@acme.example"},
         {"email": ["This address is Alice's, who is in Acme Trading already."]}),
        ("staff", {}, {"serves": ["Choose at least one organisation, or all of them."]}),
        ("staff", {"serves_all": "on", "serves": ["ACME"]}, {"serves": [BOTH]}),
        ("staff", {"serves_all": "on", "teams": ["kings"]},
         {"teams": ["Select a valid choice. kings is not one of the available choices."]}),
    ],
)  # fmt: skip
def test_a_refused_invitation_keeps_what_was_typed(
    world: World, signed_in: SignIn, page: str, change: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    role = "user" if page == "clients" else "agent"
    typed = {"organisation": "ACME", "name": "Chamari", "email": "c@acme.example", "role": role, **change}
    answer = signed_in(world.admin).post(f"{PEOPLE}{page}/new/", typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors == errors
    assert answer.context["form"]["name"].value() == "Chamari"
    assert mails() == []


def test_a_new_agent_without_a_team_is_pointed_out(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.admin)
    typed = {"email": "s@x.example", "role": "agent", "serves_all": "on"}
    page = browser.post(f"{PEOPLE}staff/new/", typed, follow=True).content.decode()
    assert "They are in no team" in page
    typed = {"email": "t@x.example", "role": "agent", "serves_all": "on", "teams": ["support"]}
    assert "They are in no team" not in browser.post(f"{PEOPLE}staff/new/", typed, follow=True).content.decode()
    assert StaffInvitation.objects.get(email="t@x.example").teams == ["support"]
