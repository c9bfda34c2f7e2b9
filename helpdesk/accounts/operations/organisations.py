"""Adding organisations, and naming who answers for them at level 2."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from helpdesk.accounts.models import Organisation, StaffMember, StaffService
from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.rows import insert_rows
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

    Its account manager, its deputy and who creates it serve it from then on. Returns it with the instant. Raises
    `DomainError` for a malformed or taken key, an empty name, a deputy who is the account manager, and for somebody
    without access at level 2.
    """
    require(actor, "settings.people")
    key = key.strip().upper()
    if not KEY_SHAPE.fullmatch(key):
        raise DomainError("A key is 2 to 12 capital letters and digits and begins with a letter.", field="key")
    if not name.strip():
        raise DomainError("An organisation needs a name.", field="name")
    _lock_level_two(account_manager, deputy)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                key=key, name=name.strip(), account_manager=account_manager, deputy=deputy
            )
    except IntegrityError as error:
        raise DomainError(f"The key {key} is taken.", field="key") from error
    at = at or database_now()
    with scope({organisation.pk}):
        serving = _serve(organisation, account_manager, deputy, actor)
        record(
            organisation_id=organisation.pk,
            action="organisation.create",
            subject=key,
            actor=actor,
            at=at,
            data={**_named(account_manager, deputy), "serving": serving},
        )
    return organisation, at


@transaction.atomic
def set_account_manager(
    *,
    organisation: Organisation,
    account_manager: StaffMember,
    deputy: StaffMember | None,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Name who answers at level 2 for this organisation, and who stands in (POLICY 7). The same again changes nothing.

    Raises `DomainError` if they are one, and for somebody who has no access or does not serve the organisation: the
    mails of level 2 tell of its tickets.
    """
    require(actor, "settings.people")
    rows = Organisation.objects.select_related("account_manager__user", "deputy__user")
    locked = rows.select_for_update(no_key=True, of=("self",)).get(pk=organisation.pk)
    _lock_level_two(account_manager, deputy, of=locked)
    before, after = _named(locked.account_manager, locked.deputy), _named(account_manager, deputy)
    if (locked.account_manager_id, locked.deputy_id) == (account_manager.pk, deputy.pk if deputy else None):
        return
    locked.account_manager, locked.deputy = account_manager, deputy
    locked.save(update_fields=["account_manager", "deputy"])
    record(
        organisation_id=locked.pk,
        action="organisation.account_manager",
        subject=locked.key,
        actor=actor,
        at=at or database_now(),
        data={"before": before, "after": after},
    )


@transaction.atomic
def share_tickets(*, organisation: Organisation, wanted: bool, actor: Actor, at: datetime | None = None) -> None:
    """Let all people of the organisation see all of its tickets, or their own only. The same again changes nothing.

    Its admins see all of them in either case. It counts from each person's next request on.
    """
    require(actor, "organisation.share")
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if locked.members_see_all == wanted:
        return
    locked.members_see_all = wanted
    locked.save(update_fields=["members_see_all"])
    record(
        organisation_id=locked.pk,
        action="organisation.share",
        subject=locked.key,
        actor=actor,
        at=at or database_now(),
        data={"members_see_all": wanted},
    )


def _lock_level_two(
    account_manager: StaffMember, deputy: StaffMember | None, *, of: Organisation | None = None
) -> None:
    """Lock the two, so that neither loses access or the organisation meanwhile; raise `DomainError` if one cannot."""
    if deputy == account_manager:
        raise DomainError("The deputy must be somebody else than the account manager.", field="deputy")
    fields = {account_manager.pk: "account_manager"} | ({deputy.pk: "deputy"} if deputy else {})
    list(StaffMember.objects.filter(pk__in=fields).select_for_update(no_key=True).order_by("pk"))
    # Read after the wait for the lock: what it waited for may have been the end of their access.
    for staff in StaffMember.objects.filter(pk__in=fields).select_related("user").order_by("pk"):
        if not staff.user.is_active:
            said = f"{staff.user.name} has no access any more. Choose somebody else."
            raise DomainError(said, field=fields[staff.pk])
        if of is not None and not (staff.serves_all or StaffService.objects.filter(staff=staff, organisation=of)):
            said = f"{staff.user.name} does not serve {of.name}. Let them serve it first, under People."
            raise DomainError(said, field=fields[staff.pk])


def _serve(
    organisation: Organisation, account_manager: StaffMember, deputy: StaffMember | None, actor: Actor
) -> list[str]:
    """Let those of them serve the new organisation who do not serve all of them; returns their addresses."""
    named = (account_manager.pk, deputy.pk if deputy else None, actor.staff_id)
    wanted = [pk for pk in named if pk is not None]
    limited = StaffMember.objects.filter(pk__in=wanted, serves_all=False).select_related("user").order_by("pk")
    insert_rows(StaffService, [{"organisation_id": organisation.pk, "staff_id": staff.pk} for staff in limited])
    return [staff.user.email for staff in limited]


def _named(account_manager: StaffMember | None, deputy: StaffMember | None) -> dict[str, object]:
    return {"account_manager": str(account_manager or ""), "deputy": str(deputy or "")}
