"""Opens each request's transaction and scope, and keeps every view private unless it is marked public."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from helpdesk.accounts.members import Member
from helpdesk.accounts.queries import member_of
from helpdesk.lib.tenancy import scope, system_scope

HIDDEN_FIELDS = {"csrfmiddlewaretoken", "submission_key"}


class ScopeMiddleware:
    """Around view and rendering: one transaction, scoped to what the signed-in person may see.

    A 5xx answer rolls everything back. `ATOMIC_REQUESTS` would end before a lazy template renders, and its
    lists would then see no rows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with transaction.atomic():
            member = self._member(request)
            request.member = member  # type: ignore[attr-defined]
            with scope(member.organisation_ids if member else ()):
                response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def _member(self, request: HttpRequest) -> Member | None:
        with system_scope("sign-in: who is it, and what may they see"):
            user = request.user
            return member_of(user) if user.is_authenticated else None


class PrivateByDefaultMiddleware(LoginRequiredMiddleware):
    """Sends strangers to sign in; a form posted after the session ended gets its text back."""

    def handle_no_permission(  # type: ignore[override]  # Django's returns a redirect only
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        shown = [name for name in request.POST if name not in HIDDEN_FIELDS and "password" not in name.lower()]
        typed = [(name, request.POST[name]) for name in shown if request.POST[name]]
        return render(request, "accounts/signed_out.html", {"typed": typed}, status=401)
