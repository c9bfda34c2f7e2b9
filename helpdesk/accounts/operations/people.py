"""Making people: from an invitation, and directly where no mail can go first (the first admin, the demo)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from helpdesk.accounts.models import (
    ClientRole,
    Membership,
    Organisation,
    StaffMember,
    StaffRole,
    StaffService,
    User,
)
from helpdesk.accounts.operations.texts import address, person_name
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.rows import insert_rows


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
    """Add a person to a client organisation without an invitation.

    Raises `DomainError` for a bad or known address, a missing name or an unknown role.
    """
    require(actor, "settings.people")
    check_role(role, ClientRole)
    user = make_client(organisation=organisation, email=email, name=name, role=role, password=password)
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

    Raises `DomainError` for a bad or known address, a missing name or an unknown role.
    """
    require(actor, "settings.people")
    check_role(role, StaffRole)
    staff = make_staff(email=email, name=name, role=role, serves=serves, password=password)
    listed = [organisation.key for organisation in serves] if serves is not None else ["all"]
    record_vendor(
        action="staff.add",
        subject=staff.user.email,
        actor=actor,
        at=at or database_now(),
        data={"role": role, "serves": listed},
    )
    return staff


def make_client(
    *, organisation: Organisation, email: str, name: str, role: str, password: str | None, confirmed: bool = True
) -> User:
    """The person and their membership, unaudited: for operations that record what they do."""
    user = _person(email=email, name=name, password=password, time_zone=organisation.time_zone)
    Membership(user=user, organisation=organisation, role=role, is_confirmed=confirmed).save(force_insert=True)
    return user


def make_staff(
    *, email: str, name: str, role: str, serves: Iterable[Organisation] | None, password: str | None
) -> StaffMember:
    """The person and whom they serve (None: all), unaudited: for operations that record what they do."""
    user = _person(email=email, name=name, password=password)
    staff = StaffMember.objects.create(user=user, role=role, serves_all=serves is None)
    rows = [{"organisation_id": organisation.pk, "staff_id": staff.pk} for organisation in serves or ()]
    insert_rows(StaffService, rows)
    return staff


def check_role(role: str, roles: type[ClientRole] | type[StaffRole]) -> None:
    """Raise `DomainError` unless it is one of these roles."""
    if role not in roles.values:
        labels = [str(label).lower() for label in roles.labels]
        raise DomainError(f"Choose {', '.join(labels[:-1])} or {labels[-1]}.", field="role")


def _person(*, email: str, name: str, password: str | None, time_zone: str = "Asia/Colombo") -> User:
    wanted, called = address(email), person_name(name)
    try:
        with transaction.atomic():
            return User.objects.create_user(wanted, password, name=called, time_zone=time_zone)
    except IntegrityError as error:
        raise DomainError("This address belongs to somebody already.", field="email") from error
