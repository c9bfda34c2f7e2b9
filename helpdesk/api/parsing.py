"""Bodies: strict JSON of a bounded size, whose texts can be stored."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

from helpdesk.api.errors import TooLarge

UNSTORABLE = "This text holds a character that cannot be stored (NUL, or half of a surrogate pair)."


class JsonParser(BaseParser):
    """UTF-8 JSON. Texts that the database or an answer could not hold are refused here, wherever they stand."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's signature
    ) -> Any:
        """The document. Raises `ParseError`, `TooLarge`, or `ValidationError` for an unstorable text."""
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(largest + 1)
        if len(raw) > largest:
            raise TooLarge(f"A body may have {largest:,} bytes; send files as attachments.")
        try:
            document = json.loads(raw.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is no JSON document.") from error
        faults = {path: [UNSTORABLE] for path in _unstorable(document)}
        if faults:
            raise ValidationError(faults)
        return document


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("NaN and infinities are no JSON")


def storable(text: str) -> bool:
    """Whether a text can be stored and sent: no NUL, no lone surrogate."""
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text)


def _unstorable(node: Any, path: str = "") -> Iterator[str]:
    """The dotted paths of texts that cannot be stored."""
    if isinstance(node, str):
        if not storable(node):
            yield path or "body"
    elif isinstance(node, dict):
        for name, inner in node.items():
            if not storable(name):
                yield "body"
            else:
                yield from _unstorable(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from _unstorable(inner, f"{path}.{index}".lstrip("."))
