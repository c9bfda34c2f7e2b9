"""Reads of the SLA's rows."""

from datetime import datetime

from django.db.models import QuerySet

from helpdesk.lib.prepared import prepared
from sla.models import Agreement, Calendar, MatrixVersion, PolicyVersion
from sla.versions import Matrix, matrix_of

DEFAULT_POLICY, DEFAULT_CALENDAR = "standard", "sri-lanka"  # as seeded: what is published to everybody


def agreement_of(organisation_id: int) -> Agreement:
    """The organisation's agreement with its calendar and policy."""
    return Agreement.objects.select_related("calendar", "policy").get(organisation_id=organisation_id)


def policy_in_force(policy_id: int, *, at: datetime) -> PolicyVersion:
    """The policy's version at the instant; for an instant before the first, the first."""
    versions = PolicyVersion.objects.filter(policy_id=policy_id)
    found = versions.filter(effective_from__lte=at).order_by("-number").first()
    return found or versions.order_by("number")[0]


def matrix_in_force(*, at: datetime) -> Matrix:
    """The escalation matrix at the instant; for an instant before the first, the first."""
    found = _matrix_versions(at=at) or MatrixVersion.objects.order_by("number").values_list("pk", flat=True)
    return matrix_of(found[0])


@prepared
def _matrix_versions(*, at: datetime) -> QuerySet[MatrixVersion, int]:
    return MatrixVersion.objects.filter(effective_from__lte=at).order_by("-number").values_list("pk", flat=True)[:1]


def unconfirmed_years(calendar: Calendar) -> list[int]:
    """The years whose holiday list is not confirmed, of those that have rows."""
    return list(calendar.years.filter(confirmed=False).order_by("year").values_list("year", flat=True))
