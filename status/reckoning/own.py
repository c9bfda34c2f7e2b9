"""Organisations whose figure may differ from everybody's: something happened or was agreed for them alone."""

from typing import Any

from django.db.models import Q, QuerySet

from helpdesk.accounts.models import Organisation
from helpdesk.lib.tenancy import system_scope
from sla.engine.instants import from_us
from sla.models import Agreement
from sla.queries import DEFAULT_POLICY
from status.models import ExclusionAudience, IncidentAudience, UptimeMonth, UptimeTerms, WindowAudience
from status.models.uptime import EVERYBODY
from status.reckoning.months import Reckoning, for_organisation
from status.reckoning.terms import first_day
from status.uptime.periods import Month

EVERY = "which organisations have a figure of their own; their figures are read in their own scope"


def organisations_with_own(month: Month) -> list[Organisation]:
    """Those of whom anything is stored that bears on the month, by key; their figures may still be everybody's."""
    begins, ends = from_us(month.begins), from_us(month.ends)
    lasting = Q(incident__resolved_at__isnull=True, incident__retracted_at__isnull=True)
    reaching = lasting | Q(incident__resolved_at__gte=begins) | Q(incident__retracted_at__gte=begins)
    with system_scope(EVERY):
        keys = {
            *_of(IncidentAudience.objects.filter(reaching, incident__started_at__lt=ends)),
            *_of(WindowAudience.objects.filter(window__begins_at__lt=ends, window__ends_at__gt=begins)),
            *_of(ExclusionAudience.objects.filter(exclusion__begins_at__lt=ends, exclusion__ends_at__gt=begins)),
            *_of(Agreement.objects.exclude(policy__key=DEFAULT_POLICY)),
            *_for(UptimeTerms.objects.filter(effective_from__lte=first_day(month))),
            *_for(UptimeMonth.objects.filter(month=month.name)),
        }
    return list(Organisation.objects.filter(pk__in=keys - {EVERYBODY}, is_active=True).order_by("key"))


def has_own(found: Reckoning, everybodys: Reckoning | None) -> bool:
    """Whether an organisation's reckoning rests on anything that everybody's does not."""
    plain = for_organisation(found, None)
    return everybodys is None or (plain.facts, plain.terms) != (everybodys.facts, everybodys.terms)


def _of(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("organisation_id", flat=True))


def _for(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("only_for", flat=True))
