from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets, their timeline, the sweep and the ladder."""

    name = "tickets"
    label = "tickets"

    def ready(self) -> None:
        """Register what is checked of the settings."""
        from tickets.inbound import checks  # noqa: F401, PLC0415 - registration needs the app registry
