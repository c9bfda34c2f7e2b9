"""Inviting people: a row and a mail. The person is made when the invitation is accepted, and not before."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from helpdesk.accounts.models import (
    ClientInvitation,
    ClientRole,
    Membership,
    Organisation,
    StaffInvitation,
    StaffRole,
    Team,
    User,
)
from helpdesk.accounts.models.token import digest_of
from helpdesk.accounts.operations.guards import require_served
from helpdesk.accounts.operations.invitation_limits import limit_mails
from helpdesk.accounts.operations.invitation_mail import send_invitation, send_known
from helpdesk.accounts.operations.people import check_role
from helpdesk.accounts.operations.texts import address, person_name
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope

VENDORS = "the vendor's invitations belong to no organisation"


@transaction.atomic
def invite_client(
    *,
    organisation: Organisation,
    email: str,
    name: str = "",
    role: str,
    actor: Actor,
    at: datetime | None = None,
) -> ClientInvitation:
    """Invite somebody into a client organisation: our admins into those that they serve, a client admin into their own.

    A client admin is never told whether the address has an account elsewhere: the answer is the same, and the mail
    then says so to its owner. Raises `Forbidden`, `DomainError` for bad input or an address of somebody whom the actor
    may know, `Conflict` for a second open invitation and for more mails than `limit_mails` allows.
    """
    require(actor, "people.invite")
    require_place(actor, organisation)
    check_role(role, ClientRole)
    wanted, called = address(email), person_name(name, needed=False)
    at = at or database_now()
    if not organisation.is_active:
        raise Conflict(f"{organisation.name} is inactive: nobody can join it.")
    limit_mails(email=wanted, organisation=organisation, actor=actor, at=at)
    owner = known_owner(wanted, organisation=organisation, actor=actor)
    live = ClientInvitation.objects.filter(organisation=organisation, token_digest__isnull=False)
    live.filter(email=wanted, expires_at__lte=at).update(token_digest=None)
    token = new_token()
    row = ClientInvitation(organisation=organisation, role=role, **_fields(wanted, called, token, actor=actor, at=at))
    _insert(row)
    if owner is None:
        send_invitation(row, token=token, inviter=actor.name, place=organisation.name)
    else:
        send_known(row, person=owner, inviter=actor.name, place=organisation.name)
    record_invitation(row, action="invitation.create", actor=actor, at=at, data=_said(row))
    return row


@transaction.atomic
def invite_staff(
    *,
    email: str,
    name: str = "",
    role: str,
    serves: Collection[Organisation] | None,
    teams: Collection[Team] = (),
    actor: Actor,
    at: datetime | None = None,
) -> StaffInvitation:
    """Invite somebody to the vendor's side, to serve the listed organisations or all (None), as member of the teams.

    Raises `Forbidden` for organisations that the actor does not serve, `DomainError` for bad input or a known
    address, `Conflict` for a second open invitation and for more mails than `limit_mails` allows.
    """
    require(actor, "settings.people")
    require_served(actor, serves)
    check_role(role, StaffRole)
    wanted, called = address(email), person_name(name, needed=False)
    at = at or database_now()
    known_owner(wanted, organisation=None, actor=actor)
    token = new_token()
    row = StaffInvitation(
        role=role,
        serves_all=serves is None,
        serves=sorted(organisation.key for organisation in serves or ()),
        teams=sorted(team.key for team in teams),
        **_fields(wanted, called, token, actor=actor, at=at),
    )
    with system_scope(VENDORS):
        limit_mails(email=wanted, organisation=None, actor=actor, at=at)
        live = StaffInvitation.objects.filter(email=wanted, token_digest__isnull=False)
        live.filter(expires_at__lte=at).update(token_digest=None)
        _insert(row)
    send_invitation(row, token=token, inviter=actor.name, place="our support team")
    record_invitation(row, action="invitation.create", actor=actor, at=at, data=_said(row))
    return row


def require_place(actor: Actor, organisation: Organisation) -> None:
    """Raise `Forbidden` unless the organisation is the client's own, or one that the staff member serves."""
    if not actor.is_client:
        require_served(actor, [organisation])
    elif not Membership.objects.filter(user_id=actor.user_id, organisation=organisation).exists():
        raise Forbidden("You can invite people to your own organisation only.")


def new_token() -> str:
    """256 random bits, as they stand in a link."""
    return secrets.token_urlsafe(32)


def lifetime() -> timedelta:
    """How long a link opens, from its mail on."""
    return timedelta(days=settings.INVITATION_DAYS)


def _fields(email: str, name: str, token: str, *, actor: Actor, at: datetime) -> dict[str, object]:
    return {
        "email": email,
        "name": name,
        "token_digest": digest_of(token),
        "invited_by_id": actor.user_id,
        "invited_at": at,
        "sent_at": at,
        "expires_at": at + lifetime(),
    }


def _insert(row: ClientInvitation | StaffInvitation) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        said = f"{row.email} has an open invitation already. Send it again or revoke it, in the list of invitations."
        raise Conflict(said, field="email") from error


def known_owner(email: str, *, organisation: Organisation | None, actor: Actor) -> User | None:
    """Whose address it is already, where the actor must not know. Raises `DomainError` where they may."""
    # Both are always asked: the number of queries must not tell what the answer keeps to itself.
    in_place = Membership.objects.select_related("user").filter(organisation=organisation, user__email=email).first()
    owner = User.objects.filter(email=email).first()
    if in_place is not None and organisation is not None:
        said = f"This address is {in_place.user.name}'s, who is in {organisation.name} already."
        raise DomainError(said, field="email")
    if owner is not None and not actor.is_client:
        raise DomainError(f"This address is {_whose(owner)}.", field="email")
    return owner


def _whose(owner: User) -> str:
    """As far as the scope reaches: an admin who does not serve an organisation learns no names of its people."""
    if hasattr(owner, "staff_member"):
        return f"{owner.name}'s, of our staff, already"
    of = Membership.objects.select_related("organisation").filter(user=owner).first()
    return f"{owner.name}'s, of {of.organisation.name}, already" if of else "somebody's already"


def _said(row: ClientInvitation | StaffInvitation) -> dict[str, object]:
    said: dict[str, object] = {"role": row.role, "until": row.expires_at.isoformat()}
    if isinstance(row, StaffInvitation):
        said |= {"serves": ["all"] if row.serves_all else row.serves, "teams": row.teams}
    return said


def record_invitation(
    row: ClientInvitation | StaffInvitation,
    *,
    action: str,
    actor: Actor,
    at: datetime,
    data: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    """In the organisation's log; an invitation to the vendor's side in the vendor's own."""
    if isinstance(row, StaffInvitation):
        record_vendor(action=action, subject=row.email, actor=actor, at=at, data=data, reason=reason)
        return
    record(
        organisation_id=row.organisation_id,
        action=action,
        subject=row.email,
        actor=actor,
        at=at,
        data=data,
        reason=reason,
    )
