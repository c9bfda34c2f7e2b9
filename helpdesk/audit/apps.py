from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what, when and why: append-only."""

    name = "helpdesk.audit"
    label = "audit"
