"""Opens each request's transaction and scope, and keeps every view private unless it is marked public.

Who asks is found here and nowhere else, from the session or, below the API's root, from a token.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import ApiToken
from helpdesk.accounts.operations.tokens import note_use
from helpdesk.accounts.permissions import Scope
from helpdesk.accounts.queries import bearer_of, member_of
from helpdesk.lib.tenancy import scope, system_scope

logger = logging.getLogger(__name__)

API_ROOT = "/api/"
HIDDEN_FIELDS = {"csrfmiddlewaretoken", "submission_key", "attachments", "offered"}


class ScopeMiddleware:
    """Around view and rendering: one transaction, scoped to what the signed-in person may see.

    A 5xx answer rolls everything back, and so does any refusal of the API, whose callers take an error to mean that
    nothing happened. `ATOMIC_REQUESTS` would end before a lazy template renders, and its lists would then see no rows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_api = request.path_info.startswith(API_ROOT)
        bearer = request.headers.get("Authorization") if is_api else None
        with transaction.atomic():
            with system_scope("sign-in: who is it, and what may they see"):
                token = self._token(request, bearer)
                member = self._member(request, token)
            request.member, request.token = member, token  # type: ignore[attr-defined]
            request.token_refused = bearer is not None and member is None  # type: ignore[attr-defined]
            with scope(member.organisation_ids if member else ()):
                response = self.get_response(request)
            if response.status_code >= (400 if is_api else 500):
                transaction.set_rollback(True)
        if token is not None:
            self._note_use(token)
        return response

    def _note_use(self, token: ApiToken) -> None:
        """After the request's own transaction: what was committed is answered, whatever becomes of this note."""
        try:
            note_use(token=token, at=token.asked_at)  # type: ignore[attr-defined]  # annotated by the look-up
        except Error as error:
            logger.warning("the use of a token could not be noted: %s", error)

    def _token(self, request: HttpRequest, bearer: str | None) -> ApiToken | None:
        """The token shown. Whoever shows one, good or bad, is not asked for a session: it is neither read nor set."""
        if bearer is None:
            return None
        scheme, _, text = bearer.strip().partition(" ")
        token = bearer_of(text.strip()) if scheme.lower() == "bearer" else None
        request.user = token.person if token else AnonymousUser()
        return token

    def _member(self, request: HttpRequest, token: ApiToken | None) -> Member | None:
        user = request.user
        if not user.is_authenticated:
            return None
        return member_of(user, scopes=frozenset(Scope(name) for name in token.scopes) if token else None)


class PrivateByDefaultMiddleware(LoginRequiredMiddleware):
    """Sends strangers to sign in; a form posted after the session ended gets its text back.

    A view with `refuses_strangers` does so itself: a program is not sent to a form.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if getattr(view_func, "refuses_strangers", False):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # Django's returns a redirect only
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        shown = [name for name in request.POST if name not in HIDDEN_FIELDS and "password" not in name.lower()]
        typed = [(name, request.POST[name]) for name in shown if request.POST[name]]
        return render(request, "accounts/signed_out.html", {"typed": typed}, status=401)
