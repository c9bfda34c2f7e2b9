from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets, their timeline, the sweep and the ladder."""

    name = "tickets"
    label = "tickets"
