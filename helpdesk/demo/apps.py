from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A lively set of organisations, built through the operations."""

    name = "helpdesk.demo"
    label = "demo"
