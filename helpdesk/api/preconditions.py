"""ETag, If-None-Match and If-Match: a cheap "nothing new", and no lost updates."""

import hashlib
import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.http import parse_etags
from rest_framework.request import Request

from helpdesk.api.errors import BadRequest, PreconditionRequired
from helpdesk.lib.errors import Stale

_VERSIONED = re.compile(r'"(\d{1,12})-[0-9a-f]{20}"')
NO_VERSION = -1


def etag_of(data: Any, *, version: int | None = None) -> str:
    """The tag of a representation; with `version`, that stands before the dash and is what If-Match compares."""
    text = json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:20]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def is_unchanged(request: Request, etag: str) -> bool:
    """Whether If-None-Match names this tag; compared weakly, as a cache does."""
    given = request.headers.get("If-None-Match", "")
    tags = [tag.removeprefix("W/") for tag in parse_etags(given)] if given else []
    return "*" in tags or etag in tags


def matched_tags(request: Request, *, required: bool = False) -> list[str] | None:
    """The tags of If-Match; None for no such header, or for `*`.

    Raises `PreconditionRequired` where it is required and missing, `BadRequest` where it holds no tag.
    """
    given = request.headers.get("If-Match")
    if given is None:
        if required:
            raise PreconditionRequired
        return None
    if given.strip() == "*":
        return None
    tags = parse_etags(given)
    if not tags:
        raise BadRequest('If-Match holds an ETag in double quotes, such as "12-0a1b2c3d4e5f60718293".')
    return tags


def seen_version(request: Request, *, required: bool = False) -> int | None:
    """The version that the caller acts upon, for an operation's `seen`; None: whatever it is now.

    Of several tags the newest counts. A weak tag, or one that is not ours, is no version: the operation refuses it.
    """
    tags = matched_tags(request, required=required)
    if tags is None:
        return None
    versions = [int(match[1]) for tag in tags if (match := _VERSIONED.fullmatch(tag))]
    return max(versions, default=NO_VERSION)


def refuse_changed(request: Request, data: Any, *, required: bool = False) -> None:
    """Raise `Stale` unless If-Match names the tag of this representation, taken under the row's lock."""
    tags = matched_tags(request, required=required)
    if tags is not None and etag_of(data) not in tags:
        raise Stale("This has changed since you last read it. Nothing was changed: read it again, then decide.")
