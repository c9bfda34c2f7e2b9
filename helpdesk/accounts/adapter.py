"""How django-allauth behaves here: nobody signs up by themselves, and its mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from helpdesk.notifications.operations import queue_account_notice


class AccountAdapter(DefaultAccountAdapter):
    """People are added by an admin; reset and confirmation mails are rows like every other notice."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the rendered mail in this request's transaction; a worker delivers it."""
        message = self.render_mail(template_prefix, email, context)
        queue_account_notice(
            recipient=email, event=template_prefix.rsplit("/", 1)[-1], subject=message.subject, text=message.body
        )
