"""JSON's own types: a number is no text and a text is no number, however kindly a field would read it."""

from itertools import islice
from typing import Any

from rest_framework import serializers

MOST_FAULTS = 50  # one refusal names no more: what is sent back must not grow with what was sent
_TEXT = (
    serializers.CharField,
    serializers.UUIDField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.TimeField,
)


def wrong_type(field: serializers.Field, value: Any) -> Any:
    """What is wrong with the JSON type of a value, in the framework's form of errors; None when nothing is.

    null is not judged here: each field says itself whether it takes it.
    """
    if value is None:
        return None
    if isinstance(field, serializers.ListField):
        return _wrong_items(field, value)
    if isinstance(field, serializers.BooleanField):
        return None if isinstance(value, bool) else ["This is true or false, without quotes."]
    if isinstance(field, serializers.IntegerField):
        return None if _is_whole(value) else ["This is a whole number, without quotes."]
    if isinstance(field, _TEXT) or _has_words(field):
        return None if isinstance(value, str) else ["This is a text, in quotes."]
    return None


def _wrong_items(field: serializers.ListField, value: Any) -> Any:
    if not isinstance(value, list) or field.child is None:
        return None  # the field refuses it in its own words
    if field.max_length is not None and len(value) > field.max_length:
        return [f"At most {field.max_length:,} fit."]  # before each of them is looked at
    child = field.child
    wrong = ((index, fault) for index, item in enumerate(value) if (fault := wrong_type(child, item)))
    return dict(islice(wrong, MOST_FAULTS)) or None


def _is_whole(value: Any) -> bool:
    """JSON has one kind of number: 3.0 is a whole one. true is none, whatever Python thinks."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _has_words(field: serializers.Field) -> bool:
    return isinstance(field, serializers.ChoiceField) and all(isinstance(key, str) for key in field.choices)
