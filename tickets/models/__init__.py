"""Tickets: the ticket, its append-only timeline, and the rungs of the ladder that it has climbed."""

from tickets.models.escalation import Escalation
from tickets.models.ticket import Channel, Ticket, TicketCounter, TicketState
from tickets.models.timeline import EntryKind, TimelineEntry

__all__ = ["Channel", "EntryKind", "Escalation", "Ticket", "TicketCounter", "TicketState", "TimelineEntry"]
