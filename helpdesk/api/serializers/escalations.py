"""What waits for an acknowledgement, across tickets."""

from rest_framework import serializers

from helpdesk.api.serializers.base import absolute
from helpdesk.api.serializers.tickets import ticket_path
from helpdesk.api.serializers.timeline import EscalationAnswer
from sla.models import Severity
from tickets.models import Escalation, TicketState


class OpenEscalationAnswer(EscalationAnswer):
    """A rung that nobody has acknowledged, with its ticket."""

    ticket = serializers.UUIDField(source="ticket.public_id")
    ticket_url = serializers.SerializerMethodField(help_text="Where the ticket is in the API.")
    reference = serializers.CharField(source="ticket.reference")
    organisation = serializers.CharField(source="ticket.organisation.key")
    subject = serializers.CharField(source="ticket.subject")
    severity = serializers.ChoiceField(Severity.choices, source="ticket.severity")
    state = serializers.ChoiceField(TicketState.choices, source="ticket.state")

    def get_ticket_url(self, rung: Escalation) -> str:
        return absolute(ticket_path(rung.ticket))
