"""How django-allauth behaves here: nobody signs up by themselves, and its mails go through the outbox."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from helpdesk.accounts.models import User
from helpdesk.accounts.operations import set_password
from helpdesk.lib.peers import client_address
from helpdesk.notifications.operations import queue_account_notice


class AccountAdapter(DefaultAccountAdapter):
    """People are added by an admin; reset and confirmation mails are rows like every other notice."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the library's signature
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """By our one rule; visitors without an address share one limit."""
        return client_address(request) or "unknown"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The active person with these credentials. A removed one is told the same as a stranger."""
        user = super().authenticate(request, **credentials)
        return user if isinstance(user, User) and user.is_active else None

    def set_password(self, user: User, password: str) -> None:
        """A change and a reset alike; the session that asks for it goes on until the library ends it."""
        session = getattr(self.request, "session", None)
        set_password(user=user, password=password, keep_session=session.session_key if session else None)

    def send_password_reset_mail(
        self,
        user: User,
        email: str,  # noqa: ARG002 - the library's signature
        context: dict[str, Any],
    ) -> None:
        """To the address on record, never to the spelling that was typed: look-alike letters may match it."""
        super().send_password_reset_mail(user, user.email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Below the site's own address: a forged Host header must not lead the link elsewhere."""
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the rendered mail in this request's transaction; a worker delivers it."""
        message = self.render_mail(template_prefix, email, context)
        queue_account_notice(
            recipient=email,
            event=template_prefix.rsplit("/", 1)[-1],
            subject=message.subject,
            text=message.body,
            secret=context.get("password_reset_url", ""),
        )
