from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Organisations, people, roles, and the scope of a request."""

    name = "helpdesk.accounts"
    label = "accounts"
