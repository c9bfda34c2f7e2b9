"""The shapes of the small forms beside a ticket. Rules live in the operations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.verbs import line


class TagForm(forms.Form):
    """Tags to put on a ticket, parted by commas."""

    tags = line(
        _("Add tags"), hint=_("Parted by commas. Only staff see them."), optional=True, longest=400, list="tags-known"
    )


class UntagForm(forms.Form):
    """A tag to take off."""

    tags = forms.CharField(required=False, widget=forms.HiddenInput)


class MergeForm(forms.Form):
    """The ticket to merge into, by its number."""

    into = line(_("Merge into"), hint=_("The number of another ticket of this organisation."), longest=40)


LINKED_AS = (
    ("same", _("the same fault as")),
    ("blocks", _("blocks")),
    ("blocked_by", _("is blocked by")),
    ("duplicate", _("is a duplicate of")),
)


class LinkForm(forms.Form):
    """Another ticket, and what this one is to it."""

    kind = forms.ChoiceField(label=_("This ticket"), choices=LINKED_AS, required=False)
    number = line(_("Ticket"), hint=_("The number of another ticket of this organisation."), longest=40)
