"""An invitation gives no more than its inviter may give, and causes no more mails than is decent."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.accounts.models import ClientInvitation, StaffInvitation, StaffMember, User
from helpdesk.accounts.operations import (
    InvitationGone,
    accept_invitation,
    add_staff,
    change_client_role,
    change_staff_role,
    deactivate_person,
    invite_client,
    invite_staff,
    open_invitation,
    reactivate_person,
    resend_invitation,
    revoke_invitation,
    set_served,
)
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import scope, system_scope
from tests.accounts.letters import mails, token_in
from tests.conftest import World
from tests.support import actor_of

NEW = "a-fresh-long-word"
CLIENT, STAFF = "new@acme.example", "new@ravingcrm.example"


@pytest.fixture(autouse=True)
def _everything(world: World) -> Iterator[None]:
    with system_scope("tests look at everything"):
        yield


@pytest.fixture
def ida(world: World) -> StaffMember:
    """A second admin, who has invited a client and a colleague."""
    made = add_staff(email="ida@ravingcrm.example", name="Ida", role="admin", serves=None, actor=SYSTEM)
    invite_client(organisation=world.acme, email=CLIENT, role="admin", actor=actor_of(made))
    invite_staff(email=STAFF, role="admin", serves=None, actor=actor_of(made))
    return made


def live() -> list[str]:
    rows = [*ClientInvitation.objects.all(), *StaffInvitation.objects.all()]
    return [row.email for row in rows if row.is_open(database_now())]


def gone(email: str, token: str) -> bool:
    try:
        accept_invitation(token=token, name="Eve", password=NEW)
    except InvitationGone:
        return not User.objects.filter(email=email).exists()
    return False


ENDS: dict[str, Callable[[World, StaffMember], None]] = {
    "deactivated": lambda world, ida: deactivate_person(user=ida.user, actor=actor_of(world.admin)),
    "demoted": lambda world, ida: change_staff_role(staff=ida, role="agent", actor=actor_of(world.admin)),
    "narrowed": lambda world, ida: set_served(staff=ida, serves=[world.globex], actor=actor_of(world.admin)),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=list(ENDS))
def test_what_staff_have_invited_ends_with_their_rights(world: World, ida: StaffMember, end: Any) -> None:
    tokens = {mail.recipient: token_in(mail) for mail in mails()}
    invite_client(organisation=world.acme, email="other@acme.example", role="user", actor=actor_of(world.admin))
    end(world, ida)
    assert {email: gone(email, token) for email, token in tokens.items()} == {CLIENT: True, STAFF: True}
    assert live() == ["other@acme.example"]
    # What has not gone yet does not go, and keeps no link.
    assert [(mail.state, mail.secret) for mail in mails() if mail.recipient in tokens] == [("archived", "")] * 2
    revoked = [log.objects.get(action="invitation.revoke") for log in (AuditEntry, VendorAuditEntry)]
    assert [(entry.subject, entry.actor_name) for entry in revoked] == [(CLIENT, "Indra"), (STAFF, "Indra")]
    assert all(entry.reason.count("whoever invited them") == 1 for entry in revoked)


def test_they_do_not_come_back_with_the_inviter(world: World, ida: StaffMember) -> None:
    deactivate_person(user=ida.user, actor=actor_of(world.admin))
    said = VendorAuditEntry.objects.get(action="person.deactivate").data
    assert said["invitations_revoked"] == 2
    reactivate_person(user=ida.user, actor=actor_of(world.admin))
    assert live() == []


@pytest.mark.parametrize("end", ["deactivated", "demoted"])
def test_what_a_client_admin_has_invited_ends_with_their_rights(world: World, end: str) -> None:
    invite_client(organisation=world.acme, email=CLIENT, role="admin", actor=actor_of(world.amara))
    token = token_in(mails(CLIENT)[0])
    if end == "deactivated":
        deactivate_person(user=world.amara, actor=actor_of(world.admin))
    else:
        change_client_role(user=world.amara, role="user", actor=actor_of(world.admin))
    assert gone(CLIENT, token)


def test_it_ends_also_where_the_acting_admin_does_not_serve(world: World, ida: StaffMember) -> None:
    lina = add_staff(email="lina@ravingcrm.example", name="Lina", role="admin", serves=[world.globex], actor=SYSTEM)
    actor = actor_of(lina)
    with scope({world.globex.pk}):
        deactivate_person(user=ida.user, actor=actor)
    assert live() == []


def test_serving_more_ends_nothing(world: World) -> None:
    lina = add_staff(email="lina@ravingcrm.example", name="Lina", role="admin", serves=[world.globex], actor=SYSTEM)
    invite_client(organisation=world.globex, email="new@globex.example", role="user", actor=actor_of(lina))
    for wider in ([world.globex, world.acme], None):
        set_served(staff=lina, serves=wider, actor=actor_of(world.admin))
    assert live() == ["new@globex.example"]


def test_an_invitation_written_while_its_inviter_lost_access_opens_nothing(world: World) -> None:
    """The request that invites may have begun before the access ended, and commit after it."""
    amara = actor_of(world.amara)
    deactivate_person(user=world.amara, actor=actor_of(world.admin))
    with scope({world.acme.pk}):
        invite_client(organisation=world.acme, email=CLIENT, role="admin", actor=amara)
    token = token_in(mails(CLIENT)[0])
    with pytest.raises(InvitationGone):
        open_invitation(token=token)
    assert gone(CLIENT, token)


def send_again(row: Any, *, by: Any, since: datetime, times: int) -> list[str]:
    """Try so often, every quarter of an hour; returns the refusals."""
    refused = []
    for number in range(1, times + 1):
        try:
            resend_invitation(invitation=row, actor=by, at=since + timedelta(minutes=15 * number))
        except Conflict as refusal:
            refused.append(refusal.message)
    return refused


@pytest.mark.parametrize("side", ["a client admin's", "our own", "to our side"])
def test_an_address_gets_four_mails_a_day_however_often_it_is_asked(world: World, side: str) -> None:
    at, by = database_now(), actor_of(world.amara if side == "a client admin's" else world.admin)

    def invite(moment: datetime) -> Any:
        if side == "to our side":
            return invite_staff(email="v@x.example", role="agent", serves=None, actor=by, at=moment)
        return invite_client(organisation=world.acme, email="v@x.example", role="user", actor=by, at=moment)

    row = invite(at)
    enough = "4 invitations went to v@x.example within a day. Go on tomorrow."
    assert send_again(row, by=by, since=at, times=8) == [enough] * 5
    revoke_invitation(invitation=row, actor=by, at=at + timedelta(hours=4))
    with pytest.raises(Conflict) as refusal:
        invite(at + timedelta(hours=4))
    assert (refusal.value.field, refusal.value.message) == ("email", enough)
    assert len(mails("v@x.example")) == 4
    assert invite(at + timedelta(hours=25)).email == "v@x.example"


def test_sending_again_counts_into_a_client_admins_fifty(world: World) -> None:
    at, by = database_now(), actor_of(world.amara)
    rows = [
        invite_client(organisation=world.acme, email=f"c{number}@x.example", role="user", actor=by, at=at)
        for number in range(49)
    ]
    later = at + timedelta(minutes=15)
    resend_invitation(invitation=rows[0], actor=by, at=later)
    with pytest.raises(Conflict, match="50 invitations went out within a day"):
        resend_invitation(invitation=rows[1], actor=by, at=later)
    resend_invitation(invitation=rows[1], actor=actor_of(world.admin), at=later)
