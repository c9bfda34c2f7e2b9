"""Asking for a reset mail."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.db import transaction
from django.http import HttpRequest

from helpdesk.accounts.models import User
from helpdesk.lib.wake import muted, wake


class ResetRequestForm(ResetPasswordForm):
    """Asks for a reset mail. A stranger's address gets the same answer, in the same time, and no mail."""

    users: list[User]

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the mail if the address is an active person's; returns the address.

        For a stranger's the same mail is made and queued, and taken back before anybody could send it: how long the
        answer takes must not tell who has an account. The bell rings for both, outside of what is taken back.
        """
        is_known = bool(self.users)
        with muted(), transaction.atomic():
            if not is_known:
                self.users = [User(pk=0, email=self.cleaned_data["email"], name="nobody", password="!")]
            super().save(request, **kwargs)
            if not is_known:
                transaction.set_rollback(True)
        wake("notifications.deliver")
        return str(self.cleaned_data["email"])
