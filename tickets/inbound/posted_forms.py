"""Fields of a posted form as the bytes that came: Django's reading decodes them, and holds them to a form's limits."""

import re
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters

MOST_FIELDS = 1_000
LONGEST_TEXT = 10_000  # bytes of a field that is handed to Django as text: signatures are short
NAME = re.compile(rb'[;\s]name="([^"\r\n]{1,100})"')


def fields_of(body: bytes, content_type: str) -> dict[str, bytes]:
    """Each field's bytes; of several of one name the last, as Django does. Empty for what is no form."""
    kind, parameters = parse_header_parameters(content_type)
    if kind == "multipart/form-data":
        return _of_parts(body, parameters.get("boundary", "").encode("latin-1", "replace"))
    return _of_pairs(body) if kind == "application/x-www-form-urlencoded" else {}


def make_ready(request: HttpRequest, body: bytes, *, longest: int = LONGEST_TEXT) -> None:
    """Let `request.body` and `request.POST` answer from bytes that were read without Django's limits.

    Fields of more than `longest` bytes are left out of `POST`, which the checks of signatures ask.
    """
    request._body = body
    fields = fields_of(body, request.META.get("CONTENT_TYPE", ""))
    found = QueryDict(mutable=True)
    for name, value in fields.items():
        if len(value) <= longest:
            found[name] = value.decode("utf-8", "replace")
    request._post, request._files = found, MultiValueDict()  # type: ignore[attr-defined]  # Django's own names


def as_request(body: bytes, content_type: str) -> HttpRequest:
    """A request such as the one that brought this body, for whoever reads it later."""
    request = HttpRequest()
    request.method = "POST"
    request.META["CONTENT_TYPE"] = content_type
    request.content_type, request.content_params = parse_header_parameters(content_type)
    make_ready(request, body, longest=len(body))
    return request


def _of_parts(body: bytes, boundary: bytes) -> dict[str, bytes]:
    if not boundary:
        return {}
    found = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_FIELDS)[1:]:
        head, _, value = part.partition(b"\r\n\r\n")
        named = NAME.search(head[:2_000])
        if named and not part.startswith(b"--"):
            found[named[1].decode("utf-8", "replace")] = value
    return found


def _of_pairs(body: bytes) -> dict[str, bytes]:
    found = {}
    for pair in body.split(b"&", MOST_FIELDS):
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        found[unquote_to_bytes(name).decode("utf-8", "replace")] = unquote_to_bytes(value)
    return found
