from django.apps import AppConfig


class LibConfig(AppConfig):
    """The floor of the house: tenancy, errors, the clock, the wake-up bell. No models."""

    name = "helpdesk.lib"
    label = "lib"

    def ready(self) -> None:
        from helpdesk.lib import checks, lookups  # noqa: F401, PLC0415 - registration needs the app registry
