"""Doors for mail providers: a post is stored as it came once its sender is known, and read later."""

import logging
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from tickets.inbound.posted_forms import LONGEST_TEXT, make_ready
from tickets.inbound.provider_shapes import NotNow, Provider
from tickets.inbound.providers import PROVIDERS
from tickets.models import PostKind
from tickets.operations.inbound.provider_posts import store_post
from tickets.views.gates import Refused, gate, read_body, said

logger = logging.getLogger(__name__)
LARGEST = 60 * 2**20  # bytes: a mail of 35 MB as the text of a form or a document
SECRET_HEADER = re.compile(r"authorization|cookie|signature|token|secret|api-?key", re.IGNORECASE)
MOST_HEADERS, LONGEST_HEADER = 60, 500


@gate
def inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """A mail that came in at the provider."""
    return _stored(request, provider, PostKind.INBOUND)


@gate
def tracking(request: HttpRequest, provider: str) -> HttpResponse:
    """What became of a mail that the provider has sent for us."""
    return _stored(request, provider, PostKind.TRACKING)


def _stored(request: HttpRequest, name: str, kind: PostKind) -> HttpResponse:
    """200 once it is committed. Strangers get 401, not 403: a provider comes again where our settings are at fault."""
    provider = PROVIDERS.get(name) if name in settings.MAIL_PROVIDERS else None
    if provider is None or not provider.is_ready:
        return said(404, "no such provider is set up here")
    if not provider.reads_body and not provider.admit(request, kind):
        raise Refused(401, "not the provider's")
    body = read_body(request, most=LARGEST)
    make_ready(request, body, longest=LONGEST_TEXT if provider.signed else len(body))
    if provider.reads_body and not _is_theirs(provider, request, kind):
        raise Refused(401, "not the provider's")
    headers = [(key, value[:LONGEST_HEADER]) for key, value in request.headers.items()]
    new = store_post(
        provider=name, kind=kind, key=provider.key(request, body), body=body,
        content_type=request.META.get("CONTENT_TYPE", ""),
        headers=dict([one for one in headers if not SECRET_HEADER.search(one[0])][:MOST_HEADERS]),
    )  # fmt: skip
    return JsonResponse({"known": not new})


def _is_theirs(provider: Provider, request: HttpRequest, kind: PostKind) -> bool:
    try:
        return provider.admit(request, kind)
    except NotNow as fault:
        logger.warning("a post could not be told from a stranger's: %s", fault)
        raise Refused(503, "its signature cannot be checked now, bring it again") from fault
