"""Sending an invitation again, and taking it back."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from helpdesk.accounts.models import ClientInvitation, InvitationState, StaffInvitation, User
from helpdesk.accounts.models.token import digest_of
from helpdesk.accounts.operations.invitation_limits import limit_mails
from helpdesk.accounts.operations.invitation_mail import send_invitation, send_known, withdraw_mails
from helpdesk.accounts.operations.invitations import (
    VENDORS,
    known_owner,
    lifetime,
    new_token,
    record_invitation,
    require_place,
)
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope

RESEND_WAIT = timedelta(minutes=10)
Row = ClientInvitation | StaffInvitation


@transaction.atomic
def resend_invitation(*, invitation: Row, actor: Actor, at: datetime | None = None) -> Row:
    """Send an open or expired invitation again: a new link with a new end, the old one is dead.

    Raises `Conflict` for one that was accepted, revoked or replaced, for an address that has become a person's
    (told to whom may know), within ten minutes of the last mail, and for the fourth time within 24 hours.
    """
    _may(invitation, actor)
    organisation = invitation.organisation if isinstance(invitation, ClientInvitation) else None
    with _vault(invitation):
        row = _locked(invitation)
    at = at or database_now()
    if row.state(at) not in (InvitationState.PENDING, InvitationState.EXPIRED) or row.token_digest is None:
        raise Conflict(f"This invitation is {_ended(row, at)}, so it cannot be sent again. Invite the person anew.")
    if at < row.sent_at + RESEND_WAIT:
        raise Conflict("The last mail went less than ten minutes ago. Wait a little, and look into the spam folder.")
    with _vault(row):
        limit_mails(email=row.email, organisation=organisation, actor=actor, at=at)
    owner = known_owner(row.email, organisation=organisation, actor=actor)
    token = new_token()
    row.token_digest, row.sent_at, row.expires_at = digest_of(token), at, at + lifetime()
    with _vault(row):
        row.save(update_fields=["token_digest", "sent_at", "expires_at"])
    withdraw_mails(row)
    place = organisation.name if organisation else "our support team"
    if owner is None:
        send_invitation(row, token=token, inviter=actor.name, place=place)
    else:
        send_known(row, person=owner, inviter=actor.name, place=place)
    record_invitation(row, action="invitation.resend", actor=actor, at=at, data={"until": row.expires_at.isoformat()})
    return row


@transaction.atomic
def revoke_invitation(*, invitation: Row, actor: Actor, reason: str = "", at: datetime | None = None) -> Row:
    """Take an invitation back: its link opens nothing from now on. Revoking twice changes nothing.

    Raises `Conflict` for one that was accepted: the person then exists, and is deactivated instead.
    """
    _may(invitation, actor)
    with _vault(invitation):
        row = _locked(invitation)
    if row.accepted_at is not None:
        raise Conflict(f"{row.email} has accepted already. Take the person's access away instead.")
    if row.revoked_at is None:
        _revoke(row, actor=actor, at=at or database_now(), reason=reason)
    return row


@transaction.atomic
def revoke_invitations_of(*, user: User, actor: Actor, at: datetime, reason: str) -> int:
    """Take back what this person has invited and nobody has accepted yet; returns how many that were.

    An invitation gives no more than whoever sent it may give: it ends with their rights, in every organisation,
    whichever of them the actor serves.
    """
    require(actor, "settings.people")
    live = Q(invited_by=user, token_digest__isnull=False)
    with system_scope("what somebody has invited may belong to any organisation, and to none"):
        rows: list[Row] = []
        for kind in (ClientInvitation, StaffInvitation):
            rows += kind.objects.filter(live).select_for_update(no_key=True).order_by("pk")
        for row in rows:
            _revoke(row, actor=actor, at=at, reason=reason)
    return len(rows)


def _revoke(row: Row, *, actor: Actor, at: datetime, reason: str) -> None:
    row.token_digest, row.revoked_at = None, at
    with _vault(row):
        row.save(update_fields=["token_digest", "revoked_at"])
    withdraw_mails(row)
    record_invitation(row, action="invitation.revoke", actor=actor, at=at, reason=reason)


def _may(invitation: Row, actor: Actor) -> None:
    if isinstance(invitation, ClientInvitation):
        require(actor, "people.invite")
        require_place(actor, invitation.organisation)
    else:
        require(actor, "settings.people")


def _vault(invitation: Row) -> AbstractContextManager[None]:
    return nullcontext() if isinstance(invitation, ClientInvitation) else system_scope(VENDORS)


def _locked(invitation: Row) -> Row:
    if isinstance(invitation, ClientInvitation):
        rows = ClientInvitation.objects.select_related("organisation").select_for_update(no_key=True, of=("self",))
        return rows.get(pk=invitation.pk)
    return StaffInvitation.objects.select_for_update().get(pk=invitation.pk)


def _ended(row: Row, at: datetime) -> str:
    state = row.state(at)
    return "replaced by a newer one" if state == InvitationState.EXPIRED else str(state.label).lower()
