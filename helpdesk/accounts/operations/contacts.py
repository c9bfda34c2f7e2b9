"""People who come by mail: made when an organisation's verified domain vouches for them, and confirmed by a person."""

from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import ClientRole, Membership, User
from helpdesk.accounts.models.domains import OrganisationDomain
from helpdesk.accounts.operations.people import make_client
from helpdesk.accounts.operations.texts import LONGEST_NAME
from helpdesk.accounts.queries import member_of
from helpdesk.audit.operations import record
from helpdesk.lib.actors import SYSTEM, Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError

CONTACTS_AN_HOUR = 50  # of one organisation; what is more waits for a person


@transaction.atomic
def add_contact(*, domain: OrganisationDomain, email: str, name: str, at: datetime | None = None) -> Member:
    """The person of this address in the domain's organisation, made unconfirmed if there is none yet.

    Who is unconfirmed sees their own tickets only, whatever the organisation shares. The caller has the sender proven
    and holds the system scope. Raises `DomainError` where the domain counts no more, for an address that is no
    address or somebody's who may not write, and for the 51st within an hour.
    """
    row = OrganisationDomain.objects.select_for_update().filter(pk=domain.pk, verified_at__isnull=False).first()
    if row is None or not row.organisation.is_active:
        raise DomainError("The domain does not count any more.", field="domain")
    at = at or database_now()
    known = User.objects.select_related("staff_member", "membership__organisation").filter(email__iexact=email).first()
    if known is not None:  # made by another mail, while this one waited for the lock
        member = member_of(known) if known.is_active else None
        if member is None or member.organisation != row.organisation:
            raise DomainError("This address is known, and may not write.", field="email")
        return member
    fresh = Membership.objects.filter(
        organisation=row.organisation, is_confirmed=False, user__created_at__gt=at - timedelta(hours=1)
    )
    if fresh.count() >= CONTACTS_AN_HOUR:
        raise DomainError("Too many people of this organisation have come by mail within the hour.", field="email")
    called = " ".join(name.split())[:LONGEST_NAME] or email.partition("@")[0][:LONGEST_NAME]
    user = make_client(
        organisation=row.organisation, email=email, name=called, role=ClientRole.USER, password=None, confirmed=False
    )
    record(
        organisation_id=row.organisation_id, action="person.by_mail", subject=user.email, actor=SYSTEM, at=at,
        data={"domain": row.domain},
    )  # fmt: skip
    made = member_of(user)
    assert made is not None, "its membership was made above"
    return made


@transaction.atomic
def confirm_contact(*, user: User, actor: Actor, at: datetime | None = None) -> None:
    """Say that this person is who they seem to be: they have their role's rights from now on. Again changes nothing.

    Raises `Conflict` for a person of no organisation in scope.
    """
    require(actor, "settings.people")
    row = Membership.objects.select_for_update(no_key=True).filter(user=user).first()
    if row is None:
        raise Conflict("This person belongs to no organisation that you serve.")
    if row.is_confirmed:
        return
    row.is_confirmed = True
    row.save(update_fields=["is_confirmed"])
    record(
        organisation_id=row.organisation_id, action="person.confirm", subject=user.email, actor=actor,
        at=at or database_now(),
    )  # fmt: skip
