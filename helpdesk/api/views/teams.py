"""The vendor's teams."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.models import StaffMember, Team
from helpdesk.api.paging import Order
from helpdesk.api.schema import describe
from helpdesk.api.serializers.organisations import TeamAnswer
from helpdesk.api.views.base import ApiRequest, ApiView, one

STAFF = {"GET": "queue.read"}


class Teams(ApiView):
    """All teams."""

    capabilities = STAFF
    orders = {"key": Order("key")}
    paged = True

    @describe("teams_list", tag="People", summary="List the teams", answer=TeamAnswer, page=True)
    def get(self, request: ApiRequest) -> Response:  # noqa: ARG002 - the framework's signature
        """For staff: whom the levels of the escalation matrix reach."""
        return self.page(_teams(), _show)


class OneTeam(ApiView):
    """One team."""

    capabilities = STAFF
    tagged = True

    @describe("teams_read", tag="People", summary="Read a team", answer=TeamAnswer)
    def get(self, request: ApiRequest, key: str) -> Response:  # noqa: ARG002 - the framework's signature
        """For staff. Who belongs to it is said of each person, under /people/."""
        found = _teams().filter(key=key).first()
        if found is None:
            raise NotFound
        return one(_show(found))


def _teams() -> QuerySet[Team]:
    members = StaffMember.objects.filter(user__is_active=True).select_related("user").order_by("user__name", "pk")
    return Team.objects.prefetch_related(Prefetch("members", queryset=members, to_attr="active"))


def _show(team: Any) -> dict[str, Any]:
    people = [member.user for member in team.active]
    return dict(TeamAnswer({"key": team.key, "name": team.name, "members": people}).data)
