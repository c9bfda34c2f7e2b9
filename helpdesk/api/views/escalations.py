"""The rungs that a ticket has climbed: reading, asking for the next level, acknowledging."""

from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.members import Member
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import seen_version
from helpdesk.api.schema import describe
from helpdesk.api.serializers.tickets import EmptyBody, ticket_path
from helpdesk.api.serializers.timeline import EscalationAnswer, EscalationNew
from helpdesk.api.views.base import ApiRequest, ApiView, changed, made, one
from helpdesk.api.views.frame import level_names
from sla.models import Event
from tickets.models import Escalation, Ticket
from tickets.operations.handling import acknowledge, escalate
from tickets.queries import get_ticket


class Escalations(ApiView):
    """The rungs of one ticket."""

    capabilities = {"POST": "ticket.escalate"}
    orders = {"oldest": Order("raised_at", "pk"), "newest": Order("-raised_at", "-pk")}
    paged = True
    tagged = True

    @describe(
        "escalations_list", tag="Escalations", summary="List a ticket's climbs", answer=EscalationAnswer, page=True
    )
    def get(self, request: ApiRequest, public_id: UUID) -> Response:
        """Each climb to a level: by the policy's own rules, or by hand."""
        ticket = get_ticket(request.member, public_id)
        names = level_names()
        return self.page(_rungs(ticket), lambda rung: show_escalation(request.member, rung, names))

    @describe(
        "escalations_create",
        tag="Escalations",
        summary="Call the next level",
        answer=EscalationAnswer,
        body=EscalationNew,
        status=201,
        example={"reason": "Payroll is due tonight and nobody has looked at it."},
    )
    def post(self, request: ApiRequest, public_id: UUID) -> Response:
        """The level above is told at once, with your reason. If-Match takes the ticket's ETag."""
        ticket = get_ticket(request.member, public_id)
        sent = self.body(EscalationNew)
        escalate(ticket=ticket, actor=request.member.actor, seen=seen_version(request), **sent)
        rung = _rungs(ticket).filter(event=Event.ASKED).order_by("-step").first()
        if rung is None:  # a matrix without a rule for it has nothing to climb
            raise NotFound
        return made(show_escalation(request.member, rung, level_names()), path=escalation_path(ticket, rung.pk))


class OneEscalation(ApiView):
    """One rung of a ticket."""

    tagged = True

    @describe("escalations_read", tag="Escalations", summary="Read a climb", answer=EscalationAnswer)
    def get(self, request: ApiRequest, public_id: UUID, pk: int) -> Response:
        """Whether anybody has it, and since when."""
        ticket = get_ticket(request.member, public_id)
        return one(show_escalation(request.member, _rung(ticket, pk), level_names()))


class Acknowledgement(ApiView):
    """Saying "I have it"."""

    capabilities = {"POST": "ticket.acknowledge"}
    tagged = True

    @describe(
        "escalations_acknowledge", tag="Escalations", summary="I have it", answer=EscalationAnswer, body=EmptyBody
    )
    def post(self, request: ApiRequest, public_id: UUID, pk: int) -> Response:
        """Its reminders stop and the record names you. If-Match takes the ticket's ETag."""
        ticket = get_ticket(request.member, public_id)
        rung = _rung(ticket, pk)
        self.body(EmptyBody)
        acknowledge(escalation=rung, actor=request.member.actor, seen=seen_version(request))
        shown = show_escalation(request.member, _rung(ticket, pk), level_names())
        return changed(shown, path=escalation_path(ticket, pk))


def _rungs(ticket: Ticket) -> QuerySet[Escalation]:
    return Escalation.objects.filter(ticket=ticket).select_related("acknowledged_by", "ticket")


def _rung(ticket: Ticket, pk: int) -> Escalation:
    found = _rungs(ticket).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def escalation_path(ticket: Ticket, pk: int) -> str:
    """Where a rung is, below the site's address."""
    return f"{ticket_path(ticket)}escalations/{pk}/"


def show_escalation(member: Member, rung: Escalation, names: dict[int, str]) -> dict[str, object]:
    """The rung as this member gets it."""
    return dict(EscalationAnswer(rung, context={"member": member, "level_names": names}).data)
