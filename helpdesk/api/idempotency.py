"""Idempotency-Key: the same request sent twice is carried out once, and answered twice."""

import copy
import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.urls import resolve

from helpdesk.api.access import ApiRequest
from helpdesk.api.errors import BadRequest, KeyReused
from helpdesk.api.models import IdempotentRequest
from helpdesk.api.operations import claim_request, settle_request
from helpdesk.api.serializers.base import absolute

HEADER = "Idempotency-Key"
LONGEST = 255
_OF_THE_FIRST = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IDEMPOTENCY_KEY", "QUERY_STRING")


class Replayed(Exception):
    """Leaves the view with the answer to a request that was carried out before."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response


def claim(request: ApiRequest) -> IdempotentRequest | None:
    """Take the request's key, if it has one. Raises `Replayed` for a repeat, `KeyReused` for another request's key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST or not all(" " <= char <= "~" for char in key):
        raise BadRequest(f"{HEADER} has 1 to {LONGEST} printable ASCII characters.")
    fingerprint = _fingerprint(request)
    claimed, is_new = claim_request(person_id=request.member.user.pk, key=key, fingerprint=fingerprint)
    if is_new:
        return claimed
    if claimed.fingerprint != fingerprint:
        raise KeyReused
    raise Replayed(_replay(request, claimed))


def settle(claimed: IdempotentRequest, response: HttpResponseBase) -> None:
    """Note what the request came to: its status, and the path at which the answer can be read again."""
    place = response.headers.get("Location") or response.headers.get("Content-Location") or ""
    settle_request(claimed=claimed, status=response.status_code, location=urlsplit(place).path)


def _replay(request: ApiRequest, earlier: IdempotentRequest) -> HttpResponseBase:
    """Read what was made as it is now, with the rights of now; the status of then, unless it cannot be read."""
    http: Any = copy.copy(request._request)
    http.META = {name: value for name, value in http.META.items() if name not in _OF_THE_FIRST}
    http.__dict__.pop("headers", None)  # which Django derives from META once
    http.method = "GET"
    http.path = http.path_info = earlier.location
    http.is_replay = True
    found = resolve(earlier.location)
    http.resolver_match = found
    response = found.func(http, *found.args, **found.kwargs)
    if response.status_code == 200 and earlier.status:
        response.status_code = earlier.status
        if earlier.status == 201:
            response.headers["Location"] = absolute(earlier.location)
        else:
            response.headers["Content-Location"] = earlier.location
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _fingerprint(request: ApiRequest) -> str:
    """What makes two requests the same: method, address and body, a file by its content."""
    seen = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    data = request.data
    items = data.lists() if hasattr(data, "lists") else [("", data)]
    for name, value in sorted(items, key=lambda item: item[0]):
        seen.update(json.dumps([name, value], sort_keys=True, default=_digest).encode())
    return seen.hexdigest()


def _digest(file: Any) -> list[Any]:
    if not isinstance(file, UploadedFile):
        raise TypeError(f"{type(file).__name__} has no fingerprint")
    content = hashlib.sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return [file.name, content.hexdigest()]
