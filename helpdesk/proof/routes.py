"""Every address of the product, found in the resolver itself: nothing is left out by forgetting it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")


@dataclass(frozen=True)
class Route:
    """One address: its name with the namespaces (the route itself when unnamed), and the kwargs in it."""

    name: str
    route: str
    kwargs: tuple[str, ...]

    def path(self, values: Mapping[str, Any]) -> str:
        """The address with these values written into it."""
        text = GROUP.sub(lambda found: str(values[found[1]]), self.route)
        text = CONVERTED.sub(lambda found: str(values[found[1]]), text)
        return "/" + re.sub(r"[\^$]|\\(?=\W)", "", text).lstrip("/")


def shape(route: str) -> str:
    """A route with the names of its kwargs left out, since the API's document has its own: `v1/tickets/<>/`."""
    return CONVERTED.sub("<>", route)


def routes(urlconf: str | None = None) -> list[Route]:
    """All of them, in the resolver's order."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[Any], route: str, namespace: str) -> Iterator[Route]:
    for one in patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, here, inner)
        elif isinstance(one, URLPattern):
            kwargs = tuple(dict.fromkeys([*CONVERTED.findall(here), *(name for name, _ in GROUP.findall(here))]))
            yield Route(f"{namespace}{one.name}" if one.name else here, here, kwargs)
