"""Health answers come before everything else: a lost database must not cost the process its liveness."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from helpdesk.web.views.health import healthz, readyz

ANSWERS = {"/healthz": healthz, "/readyz": readyz}


class HealthMiddleware:
    """First in the list: answers before hosts, redirects, sessions and the transaction are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = ANSWERS.get(request.path)
        return answer(request) if answer else self.get_response(request)
