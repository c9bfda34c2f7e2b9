"""Defining custom fields: a new one, another wording, retiring one and bringing it back.

A definition is the vendor's: row-level security lets no organisation's scope write one, so each is written in the
system scope, after the right has been asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import system_scope
from tickets.models import FieldDefinition, FieldKind
from tickets.models.fields import EVERY_ORGANISATION, LONGEST_LABEL, LONGEST_VALUE, MOST_CHOICES
from tickets.operations.checks import required_text

MOST_IN_USE = 30  # for every organisation, and for each: a form that asks more is filled in by nobody
LAST_PLACE = 9999
REASON = "a field's definition is the vendor's to write, whosever tickets have it"


@dataclass(frozen=True, kw_only=True)
class FieldText:
    """What a field is called, asks and shows, as typed. `choices` are for the kind choice alone."""

    label: str
    choices: Sequence[str] = ()
    visible: bool = False
    fillable: bool = False
    required: bool = False
    position: str = "0"


@transaction.atomic
def define_field(
    *, actor: Actor, text: FieldText, kind: str, only_for: Organisation | None = None, at: datetime | None = None
) -> FieldDefinition:
    """Define a field, for one organisation or for every; its kind and whose it is stay.

    Raises `DomainError` beside the input for a missing, long or taken label, an unknown kind, choices that are too few
    or too many, a place that is none, clients who would fill in what they do not see, a required field that they do
    not fill in, and one field too many; `Forbidden` without the right.
    """
    require(actor, "field.define")
    if kind not in FieldKind.values:
        raise DomainError(_("Choose a kind from the list."), field="kind")
    field = FieldDefinition(only_for=only_for.pk if only_for is not None else EVERY_ORGANISATION, kind=kind)
    with system_scope(REASON):
        _refuse_too_many(field)
        _write(field, text)
    _audit("field.define", field, actor=actor, at=at)
    return field


@transaction.atomic
def change_field(
    *, field: FieldDefinition, actor: Actor, text: FieldText, at: datetime | None = None
) -> FieldDefinition:
    """Change a field's words, and who sees it and fills it in; values that are there stay. Raises as `define_field`.

    A choice that is left out is offered no more; tickets that have it keep it.
    """
    require(actor, "field.define")
    with system_scope(REASON):
        locked = _locked(field)
        _write(locked, text)
    _audit("field.change", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def retire_field(*, field: FieldDefinition, actor: Actor, at: datetime | None = None) -> FieldDefinition:
    """Ask for it no more; tickets keep their values. One that is retired already stays as it is."""
    require(actor, "field.define")
    at = at or database_now()
    with system_scope(REASON):
        locked = _locked(field)
        if locked.retired_at is not None:
            return locked
        locked.retired_at = at
        locked.save(update_fields=["retired_at"])
    _audit("field.retire", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def restore_field(*, field: FieldDefinition, actor: Actor, at: datetime | None = None) -> FieldDefinition:
    """Bring a retired field back; one in use stays as it is. Raises `DomainError` when there are too many already."""
    require(actor, "field.define")
    with system_scope(REASON):
        locked = _locked(field)
        if locked.retired_at is None:
            return locked
        _refuse_too_many(locked)
        locked.retired_at = None
        locked.save(update_fields=["retired_at"])
    _audit("field.restore", locked, actor=actor, at=at)
    return locked


def _locked(field: FieldDefinition) -> FieldDefinition:
    return FieldDefinition.objects.select_for_update().get(pk=field.pk)


def _refuse_too_many(field: FieldDefinition) -> None:
    if FieldDefinition.objects.filter(only_for=field.only_for, retired_at__isnull=True).count() >= MOST_IN_USE:
        raise DomainError(_("There are %d fields in use already; retire one first.") % MOST_IN_USE)


def _write(field: FieldDefinition, text: FieldText) -> None:
    field.label = _label(text.label)
    if text.fillable and not text.visible:
        raise DomainError(_("Clients cannot fill in what they do not see."), field="fillable")
    if text.required and not text.fillable:
        raise DomainError(_("Only what clients fill in can be required."), field="required")
    field.is_visible, field.is_fillable, field.is_required = text.visible, text.fillable, text.required
    field.choices = _choices(text.choices) if field.kind == FieldKind.CHOICE else []
    field.position = _position(text.position)
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        if "tickets_field_labelled_once" not in str(error):
            raise
        raise DomainError(_("There is a field of this label already."), field="label") from error


def _label(typed: str) -> str:
    label = " ".join(required_text(typed, field="label", message=_("Give the field a label.")).split())
    if len(label) > LONGEST_LABEL:
        raise DomainError(_("The label is too long: %d characters fit.") % LONGEST_LABEL, field="label")
    return label


def _position(typed: str) -> int:
    place = typed.strip() or "0"
    if not (place.isascii() and place.isdecimal() and len(place) <= len(str(LAST_PLACE))):
        raise DomainError(_("Give its place as a whole number from 0 to %d.") % LAST_PLACE, field="position")
    return int(place)


def _choices(typed: Sequence[str]) -> list[str]:
    choices = list(dict.fromkeys(" ".join(choice.split()) for choice in typed if choice.strip()))
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise DomainError(_("Give 2 to %d choices, one a line.") % MOST_CHOICES, field="choices")
    if any(len(choice) > LONGEST_VALUE or "\x00" in choice for choice in choices):
        raise DomainError(_("A choice has at most %d characters, and no NUL.") % LONGEST_VALUE, field="choices")
    return choices


def _audit(action: str, field: FieldDefinition, *, actor: Actor, at: datetime | None) -> None:
    said = {
        "for": _whose(field),
        "kind": field.kind,
        "choices": field.choices,
        "visible": field.is_visible,
        "fillable": field.is_fillable,
        "required": field.is_required,
    }
    record_vendor(action=action, subject=field.label, actor=actor, at=at or database_now(), data=said)


def _whose(field: FieldDefinition) -> str:
    if field.only_for == EVERY_ORGANISATION:
        return "every organisation"
    return Organisation.objects.get(pk=field.only_for).key
