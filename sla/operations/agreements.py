"""Which calendar and policy an organisation has: from the moment it joins, and later."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.accounts.operations import create_organisation
from helpdesk.audit.operations import record
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import scope
from sla.models import Agreement, Calendar, Policy
from sla.operations.policies import own_copy
from sla.queries import DEFAULT_POLICY, agreement_of


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
    """Create an organisation and its agreement. Raises `DomainError` for whatever `create_organisation` refuses.

    A policy that another organisation has of its own is given as a copy: what bears a client's name stays theirs.
    """
    organisation, at = create_organisation(
        key=key, name=name, account_manager=account_manager, deputy=deputy, actor=actor, at=at
    )
    if policy.key != DEFAULT_POLICY:
        policy = own_copy(policy, organisation, at=at)
    # The new organisation is in nobody's scope yet, this request's included.
    with scope({organisation.pk}):
        Agreement(organisation=organisation, calendar=calendar, policy=policy).save(force_insert=True)
        _is_theirs(calendar)
        record(
            organisation_id=organisation.pk,
            action="agreement.set",
            subject=organisation.key,
            actor=actor,
            at=at,
            data={"calendar": calendar.key, "policy": policy.key},
        )
    return organisation


def agreed_policy(organisation: Organisation) -> Policy:
    """The policy that an organisation has been given as it joined, whether or not this request's scope has it yet."""
    with scope({organisation.pk}):
        return agreement_of(organisation.pk).policy


@transaction.atomic
def set_calendar(*, organisation: Organisation, calendar: Calendar, actor: Actor, at: datetime | None = None) -> None:
    """Count the organisation's new tickets by this calendar; tickets that are open keep theirs. The same is no change.

    Raises `DomainError` for a calendar that is not published.
    """
    require(actor, "settings.people")
    if calendar.current_version_id is None:
        raise DomainError(_("This calendar has no support hours yet."), field="calendar")
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("calendar")
    agreement = rows.get(organisation_id=organisation.pk)
    if agreement.calendar_id == calendar.pk:
        return
    before, agreement.calendar = agreement.calendar.key, calendar
    agreement.save(update_fields=["calendar"])
    _is_theirs(calendar)
    record(
        organisation_id=organisation.pk,
        action="agreement.calendar",
        subject=organisation.key,
        actor=actor,
        at=at or database_now(),
        data={"before": before, "after": calendar.key},
    )


def _is_theirs(calendar: Calendar) -> None:
    """From now on organisations say who sees the calendar: whoever made it may serve none of them any more."""
    Calendar.objects.filter(pk=calendar.pk, made_by__isnull=False).update(made_by=None)
