from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Policies, calendars, clocks and the escalation matrix."""

    name = "sla"
    label = "sla"
