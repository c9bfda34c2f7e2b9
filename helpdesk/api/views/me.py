"""The person who asks."""

from rest_framework.response import Response

from helpdesk.api.schema import describe
from helpdesk.api.serializers.me import MeAnswer
from helpdesk.api.views.base import ApiRequest, ApiView, one


class Me(ApiView):
    """Oneself."""

    tagged = True

    @describe("me", tag="Me", summary="Who you are, and what you may do", answer=MeAnswer)
    def get(self, request: ApiRequest) -> Response:
        """The person behind the token or the session, with the rights of this moment."""
        member = request.member
        facts = {
            "user": member.user,
            "role": member.role.value,
            "is_staff": member.is_staff,
            "organisation": member.organisation,
            "capabilities": sorted(member.capabilities),
            "token": request.token,
        }
        return one(MeAnswer(facts, context={"member": member}).data)
