"""Inputs for custom fields, in whichever form asks for them. Rules live in `tickets.fields`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import Organisation
from tickets.fields import NO, YES, FieldLine, field_faults
from tickets.models import FieldDefinition, FieldKind
from tickets.models.fields import LONGEST_LABEL, LONGEST_VALUE
from tickets.operations.fields import LAST_PLACE, FieldText


def input_of(definition: FieldDefinition, *, value: str = "") -> forms.CharField:
    """The input of a field. A choice that the ticket has and that is offered no more can still be kept."""
    required = {"required": True} if definition.is_required else {}
    field = forms.CharField(
        label=definition.label, required=False, strip=False, initial=value, widget=_widget(definition, value, required)
    )
    field.optional = not definition.is_required  # type: ignore[attr-defined]
    return field


def _widget(definition: FieldDefinition, value: str, attrs: Mapping[str, Any]) -> forms.Widget:
    if definition.kind == FieldKind.CHOICE:
        former = [(value, _("%s (offered no more)") % value)] if value and value not in definition.choices else []
        offered = [(choice, choice) for choice in definition.choices]
        return forms.Select(choices=[("", _("Choose")), *offered, *former], attrs=dict(attrs))
    if definition.kind == FieldKind.YES_NO:
        return forms.Select(choices=[("", _("Choose")), (YES, _("Yes")), (NO, _("No"))], attrs=dict(attrs))
    own: dict[FieldKind, dict[str, Any]] = {
        FieldKind.DATE: {"type": "date"},
        FieldKind.NUMBER: {"inputmode": "decimal", "maxlength": 24},
        FieldKind.TEXT: {"maxlength": LONGEST_VALUE},
    }
    return forms.TextInput(attrs={**own[FieldKind(definition.kind)], **attrs})


class AskedFields(forms.Form):
    """A form that asks for custom fields besides its own; `asked` are their definitions, in their order."""

    def __init__(self, *args: Any, asked: Sequence[FieldDefinition] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(asked)
        for definition in self.asked:
            self.fields[definition.input_name] = input_of(definition)

    @property
    def asked_inputs(self) -> list[BoundField]:
        """The inputs, for the template."""
        return [self[definition.input_name] for definition in self.asked]

    def field_values(self) -> dict[int, str]:
        """What was typed, by the field's key."""
        given = {definition.pk: self.cleaned_data.get(definition.input_name) for definition in self.asked}
        return {pk: str(value or "") for pk, value in given.items()}

    def clean(self) -> dict[str, Any]:
        """Every field's error at once, in the operation's words."""
        data = super().clean() or {}
        for fault in field_faults(self.asked, self.field_values()):
            self.add_error(fault.field, fault.message)
        return data


class FieldsForm(forms.Form):
    """The fields of one ticket, to change. Each input brings along what it showed, so that only changes are sent.

    So a colleague's change to another field meanwhile is not taken back by what this form showed before it.
    """

    def __init__(self, *args: Any, lines: Sequence[FieldLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [line.definition for line in lines if line.definition.retired_at is None]
        for line in lines:
            if line.definition.retired_at is None:
                field = input_of(line.definition, value=line.value)
                field.show_hidden_initial = True
                self.fields[line.definition.input_name] = field

    def changes(self) -> dict[int, str]:
        """What differs from what the form showed, by the field's key."""
        return {one.pk: str(self.cleaned_data[one.input_name]) for one in self._changed()}

    def clean(self) -> dict[str, Any]:
        """Every changed field's error at once, in the operation's words."""
        data = super().clean() or {}
        typed = {one.pk: str(self.cleaned_data.get(one.input_name) or "") for one in self._changed()}
        for fault in field_faults(self._changed(), typed):
            self.add_error(fault.field, fault.message)
        return data

    def _changed(self) -> list[FieldDefinition]:
        return [one for one in self.asked if one.input_name in self.changed_data and one.input_name not in self.errors]


class DefinitionForm(forms.Form):
    """A field's definition. Its kind and whose it is are asked once, when it is made."""

    label = forms.CharField(
        label=gettext_lazy("Label"), required=False, strip=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_LABEL, "required": True}),
        help_text=gettext_lazy("What people read beside the value: “Serial number”."),
    )  # fmt: skip
    kind = forms.CharField(
        label=gettext_lazy("Kind"), required=False, widget=forms.Select(choices=FieldKind.choices),
        help_text=gettext_lazy("It stays: values are written by their kind."),
    )  # fmt: skip
    only_for = forms.ChoiceField(
        label=gettext_lazy("For"), required=False,
        help_text=gettext_lazy("Tickets of every organisation, or of one. It stays."),
        error_messages={"invalid_choice": gettext_lazy("Choose an organisation that you serve, or every one.")},
    )  # fmt: skip
    choices = forms.CharField(
        label=gettext_lazy("Choices"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "For a choice: one a line. One that you take out is offered no more; tickets that have it keep it."
        ),
    )  # fmt: skip
    visible = forms.BooleanField(label=gettext_lazy("Clients see it on their tickets"), required=False)
    fillable = forms.BooleanField(label=gettext_lazy("Clients fill it in on the form of a new ticket"), required=False)
    required = forms.BooleanField(label=gettext_lazy("It must be filled in"), required=False)
    position = forms.CharField(
        label=gettext_lazy("Place"), required=False, initial="0",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": len(str(LAST_PLACE))}),
        help_text=gettext_lazy("A whole number: fields with a lower one stand first in forms."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        organisations: Iterable[Organisation] = (),
        field: FieldDefinition | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("choices", "position"):
            self.fields[name].optional = True  # type: ignore[attr-defined]
        if field is not None:
            del self.fields["kind"], self.fields["only_for"]
            if field.kind != FieldKind.CHOICE:
                del self.fields["choices"]
            return
        offered = [(one.key, one.name) for one in organisations]
        self.fields["only_for"].choices = [("", _("Every organisation")), *offered]  # type: ignore[attr-defined]

    def typed(self) -> FieldText:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return FieldText(
            label=given["label"],
            choices=given.get("choices", "").splitlines(),
            visible=given["visible"],
            fillable=given["fillable"],
            required=given["required"],
            position=given["position"],
        )
