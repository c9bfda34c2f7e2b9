"""Adding people. Passwords are set by the person."""

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
    User,
)
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError


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
