"""The public page that shows the OpenAPI document to people."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from helpdesk.accounts.permissions import Scope
from helpdesk.api.reading import Group, Reader
from helpdesk.api.views.document import document

# What a caller does about each kind of refusal; its address is the problem document's `type`.
PROBLEMS = {
    "conflict": "409. Its state does not allow this now. Read it again; another action may be the right one.",
    "forbidden": "403. Your role or your token's scope lacks the right. No token gives its owner one that they lack.",
    "internal": "500. Nothing was changed. Send it again with the same Idempotency-Key; quote instance if it stays.",
    "invalid": "422. errors names each field at fault, with dots for what lies inside another.",
    "key-reused": "422. The Idempotency-Key belongs to another request of yours. Take a new key.",
    "malformed": "400. The body is no JSON document, or a header makes no sense.",
    "method-not-allowed": "405. The address exists and does not take this method.",
    "not-acceptable": "406. Answers are JSON; ask for application/json.",
    "not-found": "404. It does not exist, or it is not yours to see; the answer is the same for both.",
    "parameter": "400. A parameter of the address is unknown, or holds what it cannot mean; errors names it.",
    "precondition-required": "428. Send If-Match with the ETag that you read, or If-Match: * to change it as it is.",
    "rate-limited": "429. Wait as many seconds as Retry-After says.",
    "stale": "412. Somebody changed it after you read it; nothing was changed now. Read it, then decide again.",
    "too-large": "413. The body is larger than the API takes; send files as attachments.",
    "unauthenticated": "401. Show a token that works, or sign in.",
    "unsupported-media-type": "415. Send application/json; for a file multipart/form-data.",
}
SCOPES = {
    Scope.READ: "Read what you may read.",
    Scope.TICKETS: "Open, answer and change tickets, with their files.",
    Scope.PEOPLE: "Change people, invitations and organisations, where you may.",
    Scope.SETTINGS: "Change calendars, where you may.",
}


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page, for everybody. The part that shows the document is made once a process."""
    context: dict[str, Any] = {
        "operations": operations(),
        "groups": groups(),
        "problems": sorted(PROBLEMS.items()),
        "scopes": [(scope.value, words) for scope, words in SCOPES.items()],
        "site": settings.SITE_URL,
        "rate": settings.API_RATE,
        "write_rate": settings.API_WRITE_RATE,
    }
    return render(request, "api/index.html", context)


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The reader of our document."""
    return Reader(document(), site=settings.SITE_URL)


@lru_cache(maxsize=1)
def groups() -> list[Group]:
    """The operations in groups."""
    return reader().groups()


@lru_cache(maxsize=1)
def operations() -> SafeString:
    """The operations and schemas as HTML."""
    return render_to_string("api/_operations.html", {"groups": groups(), "shapes": reader().shapes()})
