"""Adding organisations, and naming who answers for them at level 2."""

import re
from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
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
