"""The staff's list of escalations that wait for somebody to say "I have it"."""

import django_filters
from django.db.models import QuerySet
from rest_framework.response import Response

from helpdesk.api.filters import ListFilters
from helpdesk.api.paging import Order
from helpdesk.api.schema import describe
from helpdesk.api.serializers.escalations import OpenEscalationAnswer
from helpdesk.api.views.base import ApiRequest, ApiView
from helpdesk.api.views.frame import level_names
from tickets.models import Escalation
from tickets.queries import unacknowledged

LEVELS = [("1", "1"), ("2", "2"), ("3", "3")]


class UnacknowledgedFilters(ListFilters):
    """What the list can be narrowed to."""

    organisation = django_filters.CharFilter(method="of_organisation", help_text="An organisation's key.")
    level = django_filters.ChoiceFilter(choices=LEVELS, help_text="The level that it reached.")

    def of_organisation(self, found: QuerySet[Escalation], name: str, value: str) -> QuerySet[Escalation]:  # noqa: ARG002
        return found.filter(organisation=self.organisation_of(value))


class Unacknowledged(ApiView):
    """What waits, of the organisations that one serves."""

    capabilities = {"GET": "escalations.read"}
    filters = UnacknowledgedFilters
    orders = {"oldest": Order("raised_at", "pk"), "newest": Order("-raised_at", "-pk")}
    paged = True

    @describe(
        "escalations_unacknowledged",
        tag="Escalations",
        summary="List what nobody has acknowledged",
        answer=OpenEscalationAnswer,
        page=True,
    )
    def get(self, request: ApiRequest) -> Response:
        """For staff: live tickets only. Acknowledge each below its ticket."""
        context = {"member": request.member, "level_names": level_names()}
        return self.page(unacknowledged(), lambda rung: OpenEscalationAnswer(rung, context=context).data)
