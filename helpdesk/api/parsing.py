"""Bodies: strict JSON of a bounded size, whose texts can be stored."""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

from helpdesk.api.errors import TooLarge
from helpdesk.api.serializers.types import MOST_FAULTS

UNSTORABLE = "This text holds a character that cannot be stored (NUL, or half of a surrogate pair)."
NO_JSON = "The body is no JSON document."
DEEPEST = 50
TOO_DEEP = f"The body has lists or objects inside each other, more than {DEEPEST} deep."
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class JsonParser(BaseParser):
    """UTF-8 JSON. Texts that the database or an answer could not hold are refused here, wherever they stand."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's signature
    ) -> Any:
        """The document.

        Raises `ParseError` for no JSON and for more than 50 levels, `TooLarge`, or `ValidationError` for an
        unstorable text.
        """
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(largest + 1)
        if len(raw) > largest:
            raise TooLarge(f"A body may have {largest:,} bytes; send files as attachments.")
        try:
            text = raw.decode()
            document = json.loads(text, parse_constant=_refuse)
        except RecursionError as error:
            raise ParseError(TOO_DEEP) from error
        except ValueError as error:
            raise ParseError(NO_JSON) from error
        # UTF-8 and JSON's own rules leave an escape as the only way in for such a character.
        escapes, nests = "\\u" in text, text.count("[") + text.count("{") > DEEPEST
        if escapes or nests:
            _check(document)
        return document


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("NaN and infinities are no JSON")


def storable(text: str) -> bool:
    """Whether a text can be stored and sent: no NUL, no lone surrogate."""
    return _UNSTORABLE.search(text) is None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: its name within the one around it. Put into words for a fault only."""

    name: str | int
    around: "_Place | None"
    depth: int

    @property
    def path(self) -> str:
        names = []
        place: _Place | None = self
        while place is not None and place.around is not None:
            names.append(str(place.name))
            place = place.around
        return ".".join(reversed(names)) or "body"


def _check(document: Any) -> None:
    """Raise `ParseError` for a document that is too deep, `ValidationError` for texts that cannot be stored."""
    faults = {path: [UNSTORABLE] for path in islice(_unstorable(document), MOST_FAULTS)}
    if faults:
        raise ValidationError(faults)


def _unstorable(document: Any) -> Iterator[str]:
    """The dotted paths of texts that cannot be stored; a loop, as no stack is deep enough for every document."""
    ahead: deque[tuple[Any, _Place]] = deque([(document, _Place("body", None, 0))])
    while ahead:
        node, place = ahead.popleft()
        if isinstance(node, str):
            if not storable(node):
                yield place.path
        elif isinstance(node, dict | list):
            if place.depth == DEEPEST:
                raise ParseError(TOO_DEEP)
            for name, inner in node.items() if isinstance(node, dict) else enumerate(node):
                if isinstance(name, str) and not storable(name):
                    yield "body"
                elif isinstance(inner, str | dict | list):
                    ahead.append((inner, _Place(name, place, place.depth + 1)))
