"""Alerts of the downtime budget: at 50, 80 and 100 per cent of a month's, told once each."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation, StaffMember, StaffRole
from helpdesk.accounts.queries import staff_serving_all_of
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.operations import queue_account_notice
from status.models import BudgetAlert
from status.models.uptime import EVERYBODY
from status.reckoning.budget import STEPS, Budget, budget_left
from status.reckoning.months import month_at
from status.reckoning.own import organisations_with_own
from status.reckoning.words import minutes_text

EVERY = "alerts of every organisation's budget of downtime"


def tell_budgets(*, at: datetime | None = None) -> int:
    """Mail admins and account managers about each step of a running budget that was reached; returns how many steps.

    Of everybody's budget all of them are told, of one organisation's its own managers and the admins who serve it. The
    mark is written with the mails, so that each step is told once, whoever dies.
    """
    at = at or database_now()
    told = 0
    for organisation in [None, *organisations_with_own(month_at(at))]:
        told += _tell(organisation, at=at)
    return told


@transaction.atomic
def _tell(organisation: Organisation | None, *, at: datetime) -> int:
    budget = budget_left(at=at, organisation=organisation)
    reached = [step for step in STEPS if budget is not None and budget.used and budget.percent >= step]
    if budget is None or not reached:
        return 0
    whose = EVERYBODY if organisation is None else organisation.pk
    with system_scope(EVERY):
        marks = [BudgetAlert(month=budget.month, only_for=whose, step=step, told_at=at) for step in reached]
        before = set(BudgetAlert.objects.filter(month=budget.month, only_for=whose).values_list("step", flat=True))
        BudgetAlert.objects.bulk_create([mark for mark in marks if mark.step not in before], ignore_conflicts=True)
        new = [step for step in reached if step not in before]
        for person in _people(organisation) if new else ():
            _mail(person, budget, organisation, step=new[-1])
    return len(new)


def _people(organisation: Organisation | None) -> Iterable[StaffMember]:
    """Admins and account managers; what was down for one organisation alone is told to nobody who does not serve it."""
    if organisation is None:
        return staff_serving_all_of(()).filter(role__in=(StaffRole.ADMIN, StaffRole.ACCOUNT_MANAGER))
    managers = [pk for pk in (organisation.account_manager_id, organisation.deputy_id) if pk]
    return staff_serving_all_of([organisation.pk]).filter(Q(role=StaffRole.ADMIN) | Q(pk__in=managers))


def _mail(person: StaffMember, budget: Budget, organisation: Organisation | None, *, step: int) -> None:
    address = f"{settings.SITE_URL}{reverse('status:uptime_now')}"
    of = organisation.name if organisation is not None else _("everybody")
    said = {
        "step": step,
        "month": budget.month,
        "of": of,
        "total": minutes_text(budget.total),
        "used": minutes_text(budget.used),
        "left": minutes_text(budget.left),
        "address": address,
    }
    queue_account_notice(
        recipient=person.user.email,
        event="uptime_budget",
        subject=_("%(step)d %% of the downtime budget of %(month)s is used up") % said,
        text=_(
            "Figure: %(of)s.\n\n%(total)s may be down in %(month)s; %(used)s were, %(left)s are left.\n\n%(address)s\n"
        )
        % said,
    )
