from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that join the rooms: home, outbox, health, errors."""

    name = "helpdesk.web"
    label = "web"

    def ready(self) -> None:
        # Every process needs the Celery app for its wake-up bell. It is imported here, not in the package itself,
        # which the launcher of the embedded servers imports too and which must stay quick.
        from helpdesk import celery  # noqa: F401, PLC0415 - needs the app registry
