"""Custom fields: which a ticket has, how a value is written, and who sees it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _

from helpdesk.accounts.members import Member
from helpdesk.lib.errors import DomainError
from helpdesk.lib.prepared import prepared
from tickets.models import FieldDefinition, FieldKind, Ticket
from tickets.models.fields import EVERY_ORGANISATION, LONGEST_VALUE

NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YES, NO = "yes", "no"
PAGE = 50


class FieldNotFound(LookupError):
    """No such field for this person: missing, or of an organisation that they do not serve."""


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """One field of a ticket with its value, which is empty where none was given."""

    definition: FieldDefinition
    value: str

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return value_in_words(self.definition, self.value)


@dataclass(frozen=True)
class FieldPage:
    """One page of definitions; `next_key` leads to the one after it, empty on the last."""

    rows: Sequence[FieldDefinition]
    next_key: str = ""


def _of(organisation_id: int) -> QuerySet[FieldDefinition]:
    return FieldDefinition.objects.filter(only_for__in=(EVERY_ORGANISATION, organisation_id))


def asked_fields(organisation_id: int, *, staff: bool) -> list[FieldDefinition]:
    """The fields in use that a new ticket's form asks this side for, in their order. One statement."""
    found = _of(organisation_id).filter(retired_at__isnull=True)
    if not staff:
        found = found.filter(is_fillable=True)
    return list(found.order_by("position", "label", "pk"))


def field_lines(ticket: Ticket, *, staff: bool) -> list[FieldLine]:
    """The ticket's fields as this side sees them, in their order: those in use, and retired ones with a value.

    One statement, whether or not there are any.
    """
    found = _with_values(organisation=ticket.organisation_id, ticket=ticket.pk, staff=staff)
    return [FieldLine(definition=row, value=row.kept_value or "") for row in found]  # type: ignore[attr-defined]  # annotated


@prepared
def _with_values(*, organisation: int, ticket: int, staff: bool) -> QuerySet[FieldDefinition]:
    found = _of(organisation)
    if not staff:
        found = found.filter(is_visible=True)
    kept = FilteredRelation("on_tickets", condition=Q(on_tickets__ticket_id=ticket))
    rows = found.annotate(kept=kept, kept_value=F("kept__value"))
    return rows.filter(Q(retired_at__isnull=True) | Q(kept_value__isnull=False)).order_by("position", "label", "pk")


def field_page(member: Member, *, after: str = "") -> FieldPage:
    """A page of the definitions that the member may change, in the order in which forms show them."""
    found = _administered(member)
    parts = after.split("~")
    if len(parts) == 2 and all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in parts):
        position, pk = int(parts[0]), int(parts[1])
        found = found.filter(Q(position__gt=position) | Q(position=position, pk__gt=pk))
    rows = list(found.order_by("position", "pk")[: PAGE + 1])
    if len(rows) <= PAGE:
        return FieldPage(rows)
    last = rows[PAGE - 1]
    return FieldPage(rows[:PAGE], f"{last.position}~{last.pk}")


def field_of(member: Member, pk: int) -> FieldDefinition:
    """One definition that the member may change. Raises `FieldNotFound` for any other."""
    found = _administered(member).filter(pk=pk).first() if abs(pk) < 2**63 else None
    if found is None:
        raise FieldNotFound(str(pk))
    return found


def _administered(member: Member) -> QuerySet[FieldDefinition]:
    if member.staff is None:
        return FieldDefinition.objects.none()
    return FieldDefinition.objects.filter(only_for__in=[EVERY_ORGANISATION, *member.organisation_ids])


def value_in_words(definition: FieldDefinition, value: str) -> str:
    """The value as people read it; empty for none."""
    if definition.kind == FieldKind.YES_NO:
        return {YES: _("Yes"), NO: _("No")}.get(value, value)
    return value


def checked(definition: FieldDefinition, typed: str) -> str:
    """The value as it is stored; empty for none.

    Raises `DomainError` at the field's input for what is no value of its kind, and for none where one is required.
    """
    value = typed.strip()
    message = _fault(definition, value) if value else _missing(definition)
    if message:
        raise DomainError(message, field=definition.input_name)
    if definition.kind == FieldKind.NUMBER and value:
        return format(Decimal(value), "f")
    return value


def field_faults(definitions: Iterable[FieldDefinition], typed: Mapping[int, str]) -> list[DomainError]:
    """All that is wrong with what was typed, by the field's key: at most one error a field, in their order."""
    found: list[DomainError] = []
    for definition in definitions:
        try:
            checked(definition, typed.get(definition.pk, ""))
        except DomainError as error:
            found.append(error)
    return found


def _missing(definition: FieldDefinition) -> str:
    return _("“%s” must be filled in.") % definition.label if definition.is_required else ""


def _fault(definition: FieldDefinition, value: str) -> str:
    if "\x00" in value:
        return _("This text holds a character that cannot be stored (NUL).")
    if len(value) > LONGEST_VALUE:
        return _("This is %(long)d characters long; at most %(most)d fit.") % {
            "long": len(value),
            "most": LONGEST_VALUE,
        }
    if definition.kind == FieldKind.NUMBER and not NUMBER.fullmatch(value):
        return _("Give a number, such as 12 or 3.5, of at most 15 digits and 6 decimals.")
    if definition.kind == FieldKind.DATE and not _is_date(value):
        return _("Give the date as year-month-day, for example 2026-11-30.")
    if definition.kind == FieldKind.YES_NO and value not in (YES, NO):
        return _("Choose yes or no.")
    if definition.kind == FieldKind.CHOICE and value not in definition.choices:
        return _("Choose one of: %s.") % ", ".join(definition.choices)
    return ""


def _is_date(value: str) -> bool:
    try:
        return DATE.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False
