from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices as rows, and the senders that deliver them."""

    name = "helpdesk.notifications"
    label = "notifications"
