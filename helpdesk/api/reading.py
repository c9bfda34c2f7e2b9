"""The OpenAPI document as people read it: operations in groups, with fields, answers, examples and curl lines. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]
FIRST = ("Me", "Tickets", "Messages", "Escalations", "Attachments")
METHODS = ("get", "post", "patch", "delete")
DEEPEST = 4
VALUES = re.compile(r"^\* `.*", re.MULTILINE)
SAMPLES = {
    "uuid": "0b6c2f0e-6f0f-4f5a-9a53-0d1f3a2b4c5d",
    "date-time": "2026-11-20T04:30:00Z",
    "date": "2026-11-20",
    "email": "alice@acme.example",
    "uri": "https://…",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a body or an answer, or one parameter: its type in words, and the schema that this leads to."""

    name: str
    kind: str
    schema: str
    required: bool
    words: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer that an operation may give."""

    status: str
    words: str
    kind: str
    schema: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address."""

    name: str
    method: str
    path: str
    summary: str
    words: str
    parameters: list[Field]
    body: list[Field]
    body_kind: str
    replies: list[Reply]
    curl: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """What belongs to one noun."""

    name: str
    slug: str
    operations: list[Operation]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A schema that bodies and answers name."""

    name: str
    words: str
    fields: list[Field]
    values: list[str]


class Reader:
    """Reads one document."""

    def __init__(self, document: Node, *, site: str) -> None:
        self.document, self.site = document, site
        self.schemas: Node = document["components"]["schemas"]

    def groups(self) -> list[Group]:
        """The operations by their tag, the most wanted first."""
        found: dict[str, list[Operation]] = {}
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    found.setdefault(operation["tags"][0], []).append(self._operation(path, method, operation))
        order = [*(name for name in FIRST if name in found), *sorted(set(found) - set(FIRST))]
        return [Group(name=name, slug=f"group-{name.lower()}", operations=found[name]) for name in order]

    def shapes(self) -> list[Shape]:
        """The schemas by name."""
        return [
            Shape(
                name=name,
                words=schema.get("description", "") if "enum" not in schema else "",
                fields=self.fields(schema),
                values=[str(value) for value in schema.get("enum", ())],
            )
            for name, schema in sorted(self.schemas.items())
        ]

    def fields(self, schema: Node) -> list[Field]:
        """The fields of an object, as declared."""
        schema = self._resolved(schema)
        needed = set(schema.get("required", ()))
        return [self._field(name, inner, name in needed) for name, inner in schema.get("properties", {}).items()]

    def _field(self, name: str, schema: Node, required: bool, *, words: str = "", where: str = "") -> Field:
        kind, target = self.kind(schema)
        said = _without_values(words or str(schema.get("description", "")))
        return Field(name=name, kind=kind, schema=target, required=required, words=said, where=where)

    def kind(self, schema: Node) -> tuple[str, str]:
        """A type in words, and the name of the schema that it leads to; empty for a plain one."""
        name = _reference(schema)
        if name:
            text, target = name, name
        elif schema.get("type") == "array":
            inner, target = self.kind(schema.get("items", {}))
            text = f"list of {inner}"
        else:
            text, target = _plain_kind(schema), ""
        return (f"{text} or null" if schema.get("nullable") else text), target

    def _operation(self, path: str, method: str, operation: Node) -> Operation:
        media, body = _body(operation)
        example = self._given_example(operation, media)
        return Operation(
            name=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=operation.get("summary", ""),
            words=operation.get("description", ""),
            parameters=[self._parameter(one) for one in operation.get("parameters", ())],
            body=self.fields(body) if body else [],
            body_kind=media,
            replies=list(self._replies(operation)),
            curl=self._curl(path, method, operation, media, example),
            example=self._answer_example(operation),
        )

    def _parameter(self, one: Node) -> Field:
        words = one.get("description", "")
        return self._field(one["name"], one["schema"], one.get("required", False), words=words, where=one["in"])

    def _replies(self, operation: Node) -> Iterator[Reply]:
        for status, reply in sorted(operation["responses"].items()):
            content: Node = next(iter(reply.get("content", {}).values()), {})
            kind, target = self.kind(content["schema"]) if "schema" in content else ("", "")
            yield Reply(status=status, words=reply.get("description", ""), kind=kind, schema=target)

    def _given_example(self, operation: Node, media: str) -> Any:
        content = operation.get("requestBody", {}).get("content", {}).get(media, {})
        given = next(iter(content.get("examples", {}).values()), None)
        return given["value"] if given else self.sample(content.get("schema", {}))

    def _answer_example(self, operation: Node) -> str:
        for status in ("200", "201"):
            schema = operation["responses"].get(status, {}).get("content", {}).get("application/json", {}).get("schema")
            if schema:
                return json.dumps(self.sample(schema), indent=2, ensure_ascii=False)
        return ""

    def sample(self, schema: Node, depth: int = 0) -> Any:
        """A value such as the schema describes."""
        schema = self._resolved(schema)
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        if kind == "array":
            return [self.sample(schema["items"], depth + 1)] if depth < DEEPEST else []
        if kind == "object" or "properties" in schema:
            inner = schema.get("properties", {}) if depth < DEEPEST else {}
            return {name: self.sample(one, depth + 1) for name, one in inner.items()}
        plain = {"integer": 1, "number": 1.0, "boolean": True}
        return plain.get(str(kind), SAMPLES.get(schema.get("format", ""), "…"))

    def _resolved(self, schema: Node) -> Node:
        name = _reference(schema)
        return self._resolved(self.schemas[name]) if name else schema

    def _curl(self, path: str, method: str, operation: Node, media: str, example: Any) -> str:
        headers = {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "header"}
        asked = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query" and one.get("required")]
        parts = ["curl"] if method == "get" else [f"curl -X {method.upper()}"]
        if operation.get("security"):
            parts.append('-H "Authorization: Bearer $TOKEN"')
        if "If-Match" in headers and headers["If-Match"].get("required"):
            parts.append("-H 'If-Match: \"…\"'")
        if "Idempotency-Key" in headers:
            parts.append('-H "Idempotency-Key: $(uuidgen)"')
        if media == "multipart/form-data":
            parts.append("-F file=@screen.png")
        elif media:
            text = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
            parts += ['-H "Content-Type: application/json"', f"-d '{text}'"]
        query = f"?{'&'.join(f'{name}=…' for name in asked)}" if asked else ""
        return " \\\n  ".join([*parts, f"'{self.site}{path}{query}'"])


def _reference(schema: Node) -> str:
    """The name of the component that a schema is, if it is one; nullable and described ones wrap it."""
    for found in (schema, *schema.get("allOf", ()), *schema.get("oneOf", ())):
        if "$ref" in found:
            return str(found["$ref"]).rpartition("/")[2]
    return ""


def _without_values(words: str) -> str:
    """A description without the list of values that the generator appends to it: the type names them."""
    return VALUES.sub("", words).strip()


def _plain_kind(schema: Node) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    kind, shape = schema.get("type", "any"), schema.get("format")
    text = f"{kind} ({shape})" if shape else str(kind)
    bounds = [f"{word} {schema[name]}" for name, word in (("minLength", "from"), ("maxLength", "to")) if name in schema]
    return f"{text}, {' '.join(bounds)} characters" if bounds else text


def _body(operation: Node) -> tuple[str, Node]:
    content: Node = operation.get("requestBody", {}).get("content", {})
    for media, found in content.items():
        return media, found.get("schema", {})
    return "", {}
