"""An organisation joins: with its account manager, deputy, calendar and policy from the first moment."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.accounts.operations import create_organisation
from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor
from helpdesk.lib.tenancy import scope
from sla.models import Agreement, Calendar, Policy


@transaction.atomic
def onboard_organisation(
    *,
    key: str,
    name: str,
    account_manager: StaffMember,
    deputy: StaffMember | None,
    calendar: Calendar,
    policy: Policy,
    actor: Actor,
    at: datetime | None = None,
) -> Organisation:
    """Create an organisation and its agreement. Raises `DomainError` for whatever `create_organisation` refuses."""
    organisation, at = create_organisation(
        key=key, name=name, account_manager=account_manager, deputy=deputy, actor=actor, at=at
    )
    # The new organisation is in nobody's scope yet, this request's included.
    with scope({organisation.pk}):
        Agreement(organisation=organisation, calendar=calendar, policy=policy).save(force_insert=True)
        record(
            organisation_id=organisation.pk,
            action="agreement.set",
            subject=organisation.key,
            actor=actor,
            at=at,
            data={"calendar": calendar.key, "policy": policy.key},
        )
    return organisation
