"""The API as its own document tells it: which operations there are, and what each takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from helpdesk.proof.routes import Route, shape

PARAMETER = re.compile(r"\{\w+\}")
VERBS = ("get", "post", "put", "patch", "delete", "options", "head")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation: its stable id, its query parameters and the fields of its body."""

    id: str
    query_names: frozenset[str]
    field_names: frozenset[str]


Operations = Mapping[tuple[str, str], Operation]


def operations() -> Operations:
    """Every operation of the document by the shape of its path and its method."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return {
        (PARAMETER.sub("<>", path).lstrip("/"), verb.upper()): _operation(document, told)
        for path, item in document["paths"].items()
        for verb, told in item.items()
        if verb in VERBS
    }


def spoken(route: Route, known: Operations) -> dict[str, Operation]:
    """The operations at a route, by method; none at a page."""
    return {method: operation for (path, method), operation in known.items() if path == shape(route.route)}


def unrouted(routes: list[Route], known: Operations) -> list[str]:
    """The operations that the document tells of and no route serves."""
    shapes = {shape(route.route) for route in routes}
    return sorted(operation.id for (path, _), operation in known.items() if path not in shapes)


def _operation(document: Mapping[str, Any], told: Mapping[str, Any]) -> Operation:
    asked = told.get("parameters", ())
    fields: set[str] = set()
    for content in told.get("requestBody", {}).get("content", {}).values():
        fields |= _properties(document, content.get("schema", {}))
    return Operation(
        id=told["operationId"], field_names=frozenset(fields),
        query_names=frozenset(parameter["name"] for parameter in asked if parameter["in"] == "query"),
    )  # fmt: skip


def _properties(document: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _properties(document, document["components"]["schemas"][name])
    parts = [*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    return {*schema.get("properties", {}), *(name for part in parts for name in _properties(document, part))}
