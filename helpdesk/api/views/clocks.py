"""A ticket's clocks, with the arithmetic behind them."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from helpdesk.api.errors import BadParameter
from helpdesk.api.schema import describe
from helpdesk.api.serializers.timeline import ClocksAnswer, clock_facts
from helpdesk.api.views.base import ApiRequest, ApiView
from helpdesk.lib.clock import database_now
from tickets.queries import get_ticket, readings_of

TRACE = OpenApiParameter("trace", str, enum=["0", "1"], description="1: with the lines that lead to each deadline.")


class Clocks(ApiView):
    """The clocks of a ticket."""

    parameters = frozenset({"trace"})

    @describe("clocks_list", tag="Tickets", summary="Read a ticket's clocks", answer=ClocksAnswer, parameters=[TRACE])
    def get(self, request: ApiRequest, public_id: UUID) -> Response:
        """First response, resolution target and resolution limit, folded at this moment from the timeline."""
        ticket = get_ticket(request.member, public_id)
        wanted = request.query_params.get("trace", "0")
        if wanted not in ("0", "1"):
            raise BadParameter("trace is 1 or 0.", field="trace")
        readings = readings_of(ticket, at=database_now())
        facts = [clock_facts(kind, reading, traced=wanted == "1") for kind, reading in readings.items()]
        return Response(ClocksAnswer({"items": facts}, context={"member": request.member}).data)
