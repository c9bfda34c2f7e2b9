"""The early door: what everybody reads below /status/ is answered from the twin, before anything asks a server.

No session is read and no transaction opened, so that it answers with a cookie or without, at the same speed, and also
while neither PostgreSQL nor Redis does.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse

from status.answers import HTML, SVG, Content, answer
from status.operations.twin import export_twin
from status.twin.contents import AGE, UNKNOWN_BADGE
from status.twin.figures import ROOT as FIGURES
from status.twin.figures import revision_path
from status.twin.keeping import Held, Keeper

ROOT = "/status/"
TOLD_AFTER_S = 60.0  # from then on, or once it could not be made anew, a page tells its age
UNKNOWN_AFTER_S = 300.0  # from then on a badge says that nothing is known


class StatusDoorMiddleware:
    """Answers from the twin what changes with the board; what is older stands in where the view itself fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.method in ("GET", "HEAD") and request.path_info.startswith(ROOT)
        if not (asked and settings.STATUS_FOLDER):
            return self.get_response(request)
        request.get_host()  # raises for a host that is none of ours
        keeper = keeper_of(settings.STATUS_FOLDER)
        held = keeper.held()
        if held is None or request.path_info in held.live:
            held = keeper.fresh()
        content = held.live.get(request.path_info) if held else None
        if held is not None and content is not None:
            request.resolver_match = held.matches[request.path_info]
            return _answered(request, content, held, keeper)
        response = self.get_response(request)
        if response.status_code < 500:
            return response
        return _stand_in(request, keeper) or response


@lru_cache(maxsize=4)
def keeper_of(folder: str) -> Keeper:
    """The one keeper of this process and folder."""
    return Keeper(Path(folder), partial(export_twin, whole=False))


def _stand_in(request: HttpRequest, keeper: Keeper) -> HttpResponse | None:
    """The twin's own copy of a page that could not be made; None where it has none."""
    held, path = keeper.held(), request.path_info
    if held is None:
        return None
    if path == reverse("status:history") and request.GET.get("month"):
        path = f"{path}{request.GET['month']}/"
    elif path.startswith(FIGURES) and request.GET.get("revision"):
        path = revision_path(path, request.GET["revision"])
    content = held.live.get(path) or held.export.content(path)
    return _answered(request, content, held, keeper, is_old=True) if content else None


def _answered(
    request: HttpRequest, content: Content, held: Held, keeper: Keeper, *, is_old: bool = False
) -> HttpResponse:
    age = held.age
    if content.kind == SVG and age > UNKNOWN_AFTER_S:
        content = held.export.content(UNKNOWN_BADGE) or content
    elif content.kind == HTML and (is_old or age > TOLD_AFTER_S or keeper.has_failed):
        content = _with_age(content, age)
    made = answer(request, content)
    made.headers["Age"], made.headers["X-Status-Made-At"] = str(int(age)), held.export.made_at
    return made


def _with_age(content: Content, age: float) -> Content:
    """The page, with a line that says how old it is."""
    line = _age_line(int(age // 60), age > UNKNOWN_AFTER_S)
    return Content(content.body.replace(AGE, line, 1), content.kind)


@lru_cache(maxsize=8)
def _age_line(minutes: int, is_unknown: bool) -> bytes:
    return render_to_string("status/_age.html", {"minutes": minutes, "is_unknown": is_unknown}).strip().encode()
