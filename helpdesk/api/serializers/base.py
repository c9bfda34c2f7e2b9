"""What every body and every answer has in common."""

from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar

from django.conf import settings
from rest_framework import serializers

from helpdesk.api.serializers.types import MOST_FAULTS, wrong_type

UNKNOWN = "This field is not known here."


class Body(serializers.Serializer):
    """What a caller sends. A field that is not declared is refused, so that nobody believes it was taken."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values. Raises the framework's `ValidationError` naming each unknown or mistyped field."""
        if isinstance(data, dict):
            writable = {name: field for name, field in self.fields.items() if not field.read_only}
            unknown = islice((name for name in data if name not in writable), MOST_FAULTS)
            faults: dict[str, Any] = {str(name)[:80]: [UNKNOWN] for name in unknown}
            if not hasattr(data, "getlist"):  # a form has texts only
                mistyped = ((name, wrong_type(field, data.get(name))) for name, field in writable.items())
                faults |= {name: fault for name, fault in mistyped if fault}
            if faults:
                raise serializers.ValidationError(faults)
        return super().to_internal_value(data)


class Answer(serializers.Serializer):
    """What is sent back: each field is declared, and `staff_only` names those that clients never get."""

    staff_only: ClassVar[tuple[str, ...]] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The answer's form of one object, for the `member` of the context."""
        shown = super().to_representation(instance)
        if self.staff_only and not self.context["member"].is_staff:
            return {name: value for name, value in shown.items() if name not in self.staff_only}
        return shown


@lru_cache(maxsize=64)
def page_of(item: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The shape of a page of these."""
    fields = {
        "items": item(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The next page's address; null on the last page."),
        "__doc__": "A page of a list. There is no total: counting would cost more than reading.",
    }
    return type(f"{item.__name__.removesuffix('Answer')}Page", (Answer,), fields)


class PersonBrief(Answer):
    """A person as others see them."""

    id = serializers.IntegerField(help_text="The person's number, as in /people/.")
    name = serializers.CharField()


class ProblemField(Answer):
    """One field at fault."""

    field = serializers.CharField(help_text="Where it stands in the body, with dots; or the parameter's name.")
    message = serializers.CharField()


class ProblemAnswer(Answer):
    """A refusal (RFC 9457)."""

    type = serializers.URLField(help_text="Which kind of refusal; its description is at this address.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong with this request, for a person to read.")
    instance = serializers.CharField(required=False, help_text="The request's id, to quote when you ask about it.")
    errors = ProblemField(many=True, required=False)  # type: ignore[assignment]  # the framework's own name, taken
    changes = serializers.IntegerField(required=False, help_text="With 412: how much happened since you read it.")
    last_change = serializers.CharField(required=False, help_text="With 412: the newest of these changes.")


def absolute(path: str) -> str:
    """An address of ours in full, from the site's own name and never from the request's."""
    return f"{settings.SITE_URL}{path}"
