"""Accepting an invitation: the only public door through which a person is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from helpdesk.accounts.models import ClientInvitation, Organisation, StaffInvitation, Team, User
from helpdesk.accounts.models.token import digest_of
from helpdesk.accounts.operations.invitations import record_invitation
from helpdesk.accounts.operations.people import make_client, make_staff
from helpdesk.accounts.operations.texts import person_name
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import system_scope

GONE = "This invitation cannot be used."
Made = TypeVar("Made")
WHY = "an invitation's organisation is known from its token only"


class InvitationGone(DomainError):
    """The token opens nothing: made up, cut off, spent, revoked, expired, or its address has an account by now."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What the page of an open invitation shows: to whom, and for what place."""

    email: str
    name: str
    place: str
    role: str


def open_invitation(*, token: str, at: datetime | None = None) -> Opened:
    """What this token opens now. Raises `InvitationGone`, always the same, when it opens nothing."""
    with transaction.atomic(), system_scope(WHY):
        found = _found(token, at=at, lock=False)
        place = found.organisation.name if isinstance(found, ClientInvitation) else "our support team"
        return Opened(email=found.email, name=found.name, place=place, role=found.get_role_display())


def accept_invitation(*, token: str, name: str, password: str, at: datetime | None = None) -> User:
    """Make the person whom the invitation names, with its organisation and role and nothing else; the token is spent.

    Of several at once one wins, the others find nothing. Raises `InvitationGone`, or `DomainError` for a missing name
    and a password that the validators refuse.
    """
    with transaction.atomic(), system_scope(WHY):
        found = _found(token, at=at, lock=True)
        called = person_name(name)
        _check_password(password, User(email=found.email, name=called))
        at = at or database_now()
        if isinstance(found, ClientInvitation):
            user, actor = _client(found, name=called, password=password)
        else:
            user, actor = _staff(found, name=called, password=password)
        found.token_digest, found.accepted_at, found.accepted_user = None, at, user
        found.save(update_fields=["token_digest", "accepted_at", "accepted_user"])
        record_invitation(found, action="invitation.accept", actor=actor, at=at, data={"role": found.role})
    return user


def _making(make: Callable[[], Made]) -> Made:
    """Whoever took the address a moment ago leaves nothing to accept."""
    try:
        return make()
    except DomainError as error:
        if error.field == "email":
            raise InvitationGone(GONE) from error
        raise


def _found(token: str, *, at: datetime | None, lock: bool) -> ClientInvitation | StaffInvitation:
    """The open invitation of this token. Waits for another's lock, and then finds the token spent."""
    clients = ClientInvitation.objects.select_related("organisation").filter(organisation__is_active=True)
    # Revoked with their inviter's access; this also catches one that was being written in that very moment.
    inviter = Q(invited_by__isnull=True) | Q(invited_by__is_active=True)
    for rows in (clients.filter(inviter), StaffInvitation.objects.filter(inviter)):
        if lock:
            rows = rows.select_for_update(no_key=True, of=("self",))  # noqa: PLW2901 - the same rows, locked
        found = rows.filter(token_digest=_digest(token)).first()
        if (
            found is not None
            and found.is_open(at or database_now())
            and not User.objects.filter(email=found.email).exists()
        ):
            return found
    raise InvitationGone(GONE)


def _digest(token: str) -> str:
    try:
        return digest_of(token)
    except UnicodeEncodeError:  # half a character: no link of ours
        return ""


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="password") from error


def _client(found: ClientInvitation, *, name: str, password: str) -> tuple[User, Actor]:
    given: dict[str, Any] = {"organisation": found.organisation, "email": found.email, "role": found.role}
    user = _making(lambda: make_client(**given, name=name, password=password))
    return user, Actor(kind=ActorKind.CLIENT, name=user.name, user_id=user.pk)


def _staff(found: StaffInvitation, *, name: str, password: str) -> tuple[User, Actor]:
    serves = None if found.serves_all else list(Organisation.objects.filter(key__in=found.serves))
    given: dict[str, Any] = {"email": found.email, "role": found.role, "serves": serves}
    staff = _making(lambda: make_staff(**given, name=name, password=password))
    staff.teams.set(Team.objects.filter(key__in=found.teams))
    return staff.user, Actor(kind=ActorKind.STAFF, name=staff.user.name, user_id=staff.user_id, staff_id=staff.pk)
