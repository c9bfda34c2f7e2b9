"""Every address of the helpdesk, found by walking the resolver, with a path that matches it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {
    "pk": 1,
    "token_id": 1,
    "year": 2026,
    "number": 1,
    "public_id": UUID(int=1),
    "file_id": UUID(int=2),
    "key": "ACME",
    "uidb36": "1",
    "token": "made-up",
}


# What has no value of its own.
SHAPES = {"int": "2027", "slug": "made-up", "str": "made-up", "path": "made-up", "uuid": str(UUID(int=3))}


@dataclass(frozen=True)
class Address:
    """One route: its template as written, a path below it, and the view."""

    route: str
    path: str
    view: Any

    @property
    def is_public(self) -> bool:
        return not getattr(self.view, "login_required", True)


def addresses() -> list[Address]:
    """All of them."""
    return list(_walk(get_resolver().url_patterns, "", {}))


def _walk(patterns: list[Any], route: str, kwargs: dict[str, Any]) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, kwargs)
        elif isinstance(pattern, URLPattern):
            yield Address(here, "/" + _filled(here), pattern.callback)


def _filled(route: str) -> str:
    for name, sample in SAMPLES.items():
        for converter in ("int", "uuid", "slug", "str", "path"):
            route = route.replace(f"<{converter}:{name}>", str(sample))
    for converter, sample in SHAPES.items():
        route = re.sub(rf"<{converter}:\w+>", sample, route)
    if "(?P" in route:  # the reset link is the only regular expression
        prefix = route.split("^", 1)[0]
        return f"{prefix}password/reset/key/1-abc/"
    return route
