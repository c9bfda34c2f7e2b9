"""Adding and changing organisations and people. Passwords are set by the person, through a reset mail."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from helpdesk.accounts.models import (
    ClientRole,
    Membership,
    Organisation,
    StaffMember,
    StaffRole,
    StaffService,
    Team,
    User,
)
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import scope

KEY_SHAPE = re.compile(r"[A-Z][A-Z0-9]{1,11}")


@transaction.atomic
def create_organisation(
    *,
    key: str,
    name: str,
    account_manager: StaffMember,
    deputy: StaffMember | None,
    actor: Actor,
    at: datetime | None = None,
) -> tuple[Organisation, datetime]:
    """Create an organisation; its key (2-12 capitals and digits) begins its tickets' numbers.

    Returns it with the instant. Raises `DomainError` for a malformed or taken key, an empty name, or a deputy
    who is the account manager.
    """
    require(actor, "settings.people")
    key = key.strip().upper()
    if not KEY_SHAPE.fullmatch(key):
        raise DomainError("A key is 2 to 12 capital letters and digits and begins with a letter.", field="key")
    if Organisation.objects.filter(key=key).exists():
        raise DomainError(f"The key {key} is taken.", field="key")
    if not name.strip():
        raise DomainError("An organisation needs a name.", field="name")
    if deputy == account_manager:
        raise DomainError("The deputy must be somebody else than the account manager.", field="deputy")
    organisation = Organisation.objects.create(
        key=key, name=name.strip(), account_manager=account_manager, deputy=deputy
    )
    at = at or database_now()
    with scope({organisation.pk}):
        record(organisation_id=organisation.pk, action="organisation.create", subject=key, actor=actor, at=at)
    return organisation, at


@transaction.atomic
def set_account_manager(
    *, organisation: Organisation, account_manager: StaffMember, deputy: StaffMember | None, actor: Actor
) -> None:
    """Name who answers at level 2 for this organisation, and who stands in. Raises `DomainError` if they are one."""
    require(actor, "settings.people")
    if deputy == account_manager:
        raise DomainError("The deputy must be somebody else than the account manager.", field="deputy")
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    locked.account_manager, locked.deputy = account_manager, deputy
    locked.save(update_fields=["account_manager", "deputy"])
    record(
        organisation_id=locked.pk,
        action="organisation.account_manager",
        subject=locked.key,
        actor=actor,
        at=database_now(),
        data={"account_manager": str(account_manager), "deputy": str(deputy or "")},
    )


@transaction.atomic
def add_client(
    *,
    organisation: Organisation,
    email: str,
    name: str,
    role: str,
    actor: Actor,
    password: str | None = None,
    at: datetime | None = None,
) -> User:
    """Add a person to a client organisation. Raises `DomainError` for a bad or known address or an unknown role."""
    require(actor, "settings.people")
    if role not in ClientRole.values:
        raise DomainError("Choose client user or client admin.", field="role")
    user = _person(email=email, name=name, password=password, time_zone=organisation.time_zone)
    Membership(user=user, organisation=organisation, role=role).save(force_insert=True)
    record(
        organisation_id=organisation.pk,
        action="person.add",
        subject=user.email,
        actor=actor,
        at=at or database_now(),
        data={"role": role},
    )
    return user


@transaction.atomic
def add_staff(
    *,
    email: str,
    name: str,
    role: str,
    serves: list[Organisation] | None,
    actor: Actor,
    password: str | None = None,
    at: datetime | None = None,
) -> StaffMember:
    """Add a person on the vendor's side who serves the listed organisations, or all when `serves` is None.

    Raises `DomainError` for a bad or known address or an unknown role.
    """
    require(actor, "settings.people")
    if role not in StaffRole.values:
        raise DomainError("Choose agent, account manager or admin.", field="role")
    user = _person(email=email, name=name, password=password)
    staff = StaffMember.objects.create(user=user, role=role, serves_all=serves is None)
    for organisation in serves or ():
        StaffService(organisation=organisation, staff=staff).save(force_insert=True)
    listed = [organisation.key for organisation in serves] if serves is not None else ["all"]
    record_vendor(
        action="staff.add",
        subject=user.email,
        actor=actor,
        at=at or database_now(),
        data={"role": role, "serves": listed},
    )
    return staff


@transaction.atomic
def set_away(*, staff: StaffMember, away_from: datetime | None, away_until: datetime | None, actor: Actor) -> None:
    """Set or clear an absence; the deputy gets level 2 meanwhile. Raises `DomainError` if it ends before it begins."""
    require(actor, "settings.people")
    if away_from and away_until and away_until <= away_from:
        raise DomainError("The absence ends before it begins.", field="away_until")
    staff.away_from, staff.away_until = away_from, away_until
    staff.save(update_fields=["away_from", "away_until"])
    period = {"from": str(away_from or ""), "until": str(away_until or "")}
    record_vendor(action="staff.away", subject=staff.user.email, actor=actor, at=database_now(), data=period)


@transaction.atomic
def set_teams(*, staff: StaffMember, teams: list[Team], actor: Actor, at: datetime | None = None) -> None:
    """Make a staff member belong to these teams and no others; a team is whom a level reaches (POLICY 7).

    A team may be left empty: its level's notices then go to the admins, with a warning.
    """
    require(actor, "settings.people")
    locked = StaffMember.objects.select_for_update().get(pk=staff.pk)
    before = sorted(team.key for team in locked.teams.all())
    locked.teams.set(teams)
    record_vendor(
        action="staff.teams",
        subject=staff.user.email,
        actor=actor,
        at=at or database_now(),
        data={"before": before, "teams": sorted(team.key for team in teams)},
    )


@transaction.atomic
def deactivate_person(*, user: User, actor: Actor) -> None:
    """Remove a person's access at once; their tickets stay. Nobody can remove themselves.

    Their open sessions are refused on the next request: `PersonBackend.get_user` finds active people only.
    """
    require(actor, "settings.people")
    if user.pk == actor.user_id:
        raise Conflict("You cannot deactivate yourself.")
    user.is_active = False
    user.save(update_fields=["is_active"])
    record_vendor(action="person.deactivate", subject=user.email, actor=actor, at=database_now())


@transaction.atomic
def reactivate_person(*, user: User, actor: Actor) -> None:
    """Give a deactivated person access again."""
    require(actor, "settings.people")
    user.is_active = True
    user.save(update_fields=["is_active"])
    record_vendor(action="person.reactivate", subject=user.email, actor=actor, at=database_now())


def _person(*, email: str, name: str, password: str | None, time_zone: str = "Asia/Colombo") -> User:
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise DomainError("Enter a valid e-mail address.", field="email") from error
    if not name.strip():
        raise DomainError("A person needs a name.", field="name")
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name.strip(), time_zone=time_zone)
    except IntegrityError as error:
        raise DomainError("This address belongs to somebody already.", field="email") from error
