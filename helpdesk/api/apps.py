from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST API: the second face of the same operations."""

    name = "helpdesk.api"
    label = "api"
