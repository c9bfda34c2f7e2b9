"""How often one may ask the API: for each token, for each person's sessions, for each address whose tokens fail."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from helpdesk.lib.peers import client_address
from helpdesk.lib.rates import Standing, hit


class CallRate(BaseThrottle):
    """So many calls for each token, or for each person's sessions together; fewer that change something."""

    standing: Standing | None = None

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - the framework's signature
        """Count the call; a replay within it is not counted again."""
        http: Any = request._request
        if http.member is None or getattr(http, "is_replay", False):
            return True
        name = f"token:{http.token.pk}" if http.token else f"person:{http.member.user.pk}"
        self.standing = hit(settings.API_RATE, "calls", name)
        if self.standing.allowed and request.method not in SAFE_METHODS:
            self.standing = hit(settings.API_WRITE_RATE, "writes", name)
        http.rate_standing = self.standing
        return self.standing.allowed

    def wait(self) -> float | None:
        return self.standing.seconds if self.standing else None


def count_refused_token(request: HttpRequest) -> None:
    """Count a token that does not work against the caller's address. Raises `Throttled` when there were too many."""
    standing = hit(settings.API_REFUSED_RATE, "refused", client_address(request) or "unknown")
    if not standing.allowed:
        raise Throttled(wait=standing.seconds)
