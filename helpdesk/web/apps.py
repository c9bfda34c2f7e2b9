from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that join the rooms: home, health, errors."""

    name = "helpdesk.web"
    label = "web"
