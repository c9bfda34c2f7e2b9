"""Filters of lists: declared, checked, and refused by name when unknown."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import OpenApiParameter

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from helpdesk.api.access import ApiRequest
from helpdesk.api.errors import BadParameter
from helpdesk.api.parsing import storable

TEXT = {"type": "string", "minLength": 1}
YES_OR_NO = (("true", "true"), ("false", "false"))


class ListFilters(django_filters.FilterSet):
    """The base of every list's filters."""

    @property
    def member(self) -> Member:
        return self.request.member

    def organisation_of(self, key: str) -> Organisation:
        """The organisation of this key among those that the member may see. Raises `BadParameter` for any other."""
        found = Organisation.objects.filter(key=key.upper(), pk__any=self.member.organisation_ids).first()
        if found is None:
            raise BadParameter(f"“{key[:40]}” is no organisation that you may see.", field="organisation")
        return found


class BooleanFilter(django_filters.ChoiceFilter):
    """`true` or `false`, and nothing else."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=YES_OR_NO, **options)


class InstantField(IsoDateTimeField):
    """An instant with any offset that ISO 8601 allows; PostgreSQL takes fewer, so it is asked in UTC."""

    def to_python(self, value: Any) -> datetime | None:
        """The instant in UTC. Raises `ValidationError` for one outside UTC's years 1 to 9999."""
        try:
            found = super().to_python(value)
            return found and found.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("This instant lies outside the years 1 to 9999.") from error


class InstantFilter(django_filters.IsoDateTimeFilter):
    """Rows before or after an instant."""

    field_class = InstantField


def filtered(request: ApiRequest, filters: type[ListFilters], found: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that the request's filters leave. Raises `BadParameter` for the first value that means nothing."""
    made = filters(request.query_params, queryset=found, request=request)
    if not made.is_valid():
        name, messages = next(iter(made.form.errors.items()))
        raise BadParameter(f"{name}: {messages[0]}", field=name)
    return made.qs


def check_parameters(request: ApiRequest, known: frozenset[str]) -> None:
    """Raise `BadParameter` for a query parameter that is unknown at this address, empty, or could not be stored."""
    for name, value in request.query_params.items():
        if name not in known:
            shown = ", ".join(sorted(known)) or "none"
            raise BadParameter(f"“{name[:40]}” is no parameter here; known: {shown}.", field=name[:40])
        if not str(value).strip():  # not "no filter": a program that lost its value must not get everything
            raise BadParameter(f"{name} is empty. Leave it out, or give it a value.", field=name)
        if not storable(str(value)):
            raise BadParameter("This text holds a character that cannot be looked for.", field=name)


def parameters_of(filters: type[ListFilters]) -> list[OpenApiParameter]:
    """The filters as the OpenAPI document shows them."""
    return [_parameter(name, one) for name, one in filters.base_filters.items()]


def _parameter(name: str, one: Any) -> OpenApiParameter:
    choices = [value for value, _ in one.extra.get("choices", ())] or None
    kind: Any = TEXT
    if isinstance(one, django_filters.NumberFilter):
        kind = int
    elif isinstance(one, InstantFilter):
        kind = {"type": "string", "format": "date-time"}
    if choices:
        kind = str
    return OpenApiParameter(name, kind, description=one.extra.get("help_text", ""), enum=choices)
