"""Reads of the SLA's rows."""

from datetime import datetime

from sla.models import Agreement, Calendar, MatrixVersion, PolicyVersion
from sla.versions import Matrix, matrix_of


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
    found = (
        MatrixVersion.objects.filter(effective_from__lte=at).order_by("-number").values_list("pk", flat=True).first()
    )
    return matrix_of(found or MatrixVersion.objects.order_by("number").values_list("pk", flat=True)[0])


def unconfirmed_years(calendar: Calendar) -> list[int]:
    """The years whose holiday list is not confirmed, of those that have rows."""
    return list(calendar.years.filter(confirmed=False).order_by("year").values_list("year", flat=True))
