from django.apps import AppConfig


class StatusConfig(AppConfig):
    """What was up, what was down, and what of it counts."""

    name = "status"
    label = "status"
