"""A ticket's values of custom fields: those that it is opened with, and their changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import DomainError
from tickets.fields import asked_fields, checked, field_faults, field_lines, value_in_words
from tickets.models import EntryKind, FieldDefinition, Ticket, TicketField
from tickets.operations.noting import note_change
from tickets.operations.work import Work, begin

Change = tuple[FieldDefinition, str, str]


@transaction.atomic
def set_fields(
    *, ticket: Ticket, values: Mapping[int, str], actor: Actor, at: datetime | None = None, seen: int | None = None
) -> None:
    """Set values by the field's key, in any state; an empty one takes the value away, one not named stays.

    Clocks keep still. An entry tells from what to what: to clients too where they see the field, and an internal one
    of the others. Raises `DomainError` at the field's input for what is no value of its kind and for emptying a
    required field, and for a field that this ticket has not (another organisation's, retired).
    """
    require(actor, "ticket.fields")
    work = begin(ticket, actor=actor, at=at, seen=seen)
    lines = field_lines(work.ticket, staff=not actor.is_client)
    known = {line.definition.pk: line for line in lines if line.definition.retired_at is None}
    _refuse_unknown(values, known)
    # What stays as it is is not asked again: a choice may be retired, and a field required, after it was filled in.
    changed = [(known[pk], typed) for pk, typed in values.items() if typed.strip() != known[pk].value]
    _refuse_faults([line.definition for line, _typed in changed], values)
    told = [(line.definition, line.value, checked(line.definition, typed)) for line, typed in changed]
    told = [(definition, old, new) for definition, old, new in told if old != new]
    if not told:
        return
    _store(work.ticket, [(definition, new) for definition, _old, new in told])
    for public in (True, False):
        _tell(work, [change for change in told if change[0].is_visible is public], public=public)
    data = {"fields": [{"field": field.label, "from": old, "to": new} for field, old, new in told]}
    note_change(work, action="ticket.fields", data=data)


def opening_values(
    organisation_id: int, values: Mapping[int, str] | None, *, actor: Actor
) -> list[tuple[FieldDefinition, str]]:
    """What a new ticket's form says, checked: the fields that this actor is asked for and their values.

    None: the ticket comes by a way that cannot ask. Raises `DomainError` at the input of the first field at fault, and
    for one that this actor is not asked for.
    """
    if values is None:
        return []
    asked = asked_fields(organisation_id, staff=not actor.is_client)
    _refuse_unknown(values, [field.pk for field in asked])
    _refuse_faults(asked, values)
    found = [(field, checked(field, values.get(field.pk, ""))) for field in asked]
    return [(field, value) for field, value in found if value]


def keep_opening_values(ticket: Ticket, found: Iterable[tuple[FieldDefinition, str]]) -> list[dict[str, str]]:
    """Store what `opening_values` has found on the ticket just made; returns it for the audit log."""
    values = list(found)
    if values:
        _store(ticket, values)
    return [{"field": field.label, "to": value} for field, value in values]


def _tell(work: Work, changes: list[Change], *, public: bool) -> None:
    if not changes:
        return
    body = "\n".join(_("%(field)s: %(to)s (was: %(was)s)") % _words(*change) for change in changes)
    work.write(EntryKind.FIELDS, body=body, public=public)


def _words(field: FieldDefinition, old: str, new: str) -> dict[str, str]:
    was, to = value_in_words(field, old), value_in_words(field, new)
    return {"field": field.label, "was": was or _("empty"), "to": to or _("empty")}


def _refuse_unknown(values: Mapping[int, str], known: Iterable[int]) -> None:
    if set(values) - set(known):
        raise DomainError(
            _("This ticket has no such field; it may have been retired meanwhile."), field="custom_fields"
        )


def _refuse_faults(definitions: Iterable[FieldDefinition], values: Mapping[int, str]) -> None:
    for fault in field_faults(definitions, values):
        raise fault


def _store(ticket: Ticket, values: list[tuple[FieldDefinition, str]]) -> None:
    TicketField.objects.filter(ticket=ticket, definition__in=[field for field, _value in values]).delete()
    TicketField.objects.bulk_create(
        [
            TicketField(
                organisation_id=ticket.organisation_id, ticket=ticket, definition=field,
                only_for=field.only_for, value=value,
            )
            for field, value in values
            if value
        ]
    )  # fmt: skip
