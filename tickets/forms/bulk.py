"""The shapes of what is done to many tickets at once. Rules live in the operations."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.members import Member
from sla.models import Severity
from tickets.forms.verbs import line, text
from tickets.lists.holders import colleagues
from tickets.operations.bulk_verbs import VERBS


class BulkAssignForm(forms.Form):
    """Who holds them; empty for nobody."""

    assignee = forms.ChoiceField(label=gettext_lazy("Assignee"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues().order_by("user__name", "pk").values_list("pk", "user__name")
        field = self.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Nobody")), *((str(pk), name) for pk, name in people)]
        field.help_text = _("Whoever does not serve a ticket’s organisation does not get it; the result says so.")


class BulkReplyForm(forms.Form):
    """The same public message to each."""

    body = text(
        gettext_lazy("Reply"), rows=7, hint=gettext_lazy("Each client gets it on their own ticket, and by mail.")
    )


class BulkSeverityForm(forms.Form):
    """Another severity, with the reason that the clients are told."""

    severity = forms.CharField(
        label=gettext_lazy("New severity"), required=False, widget=forms.Select(choices=Severity.choices)
    )
    reason = text(gettext_lazy("Reason"), rows=2, hint=gettext_lazy("The clients are told."))


class BulkWaitingForm(forms.Form):
    """The same question to each; the clocks pause."""

    question = text(
        gettext_lazy("Question to the clients"), hint=gettext_lazy("Sent to each client; it counts as an answer.")
    )


class BulkResolutionForm(forms.Form):
    """Resolving, with or without words."""

    message = text(
        gettext_lazy("What was done"),
        optional=True,
        hint=gettext_lazy("Sent to each client. Without it a first answer that is still owed stays owed."),
    )


class BulkTagsForm(forms.Form):
    """Tags on and off."""

    add = line(gettext_lazy("Add tags"), hint=gettext_lazy("Parted by commas. Only staff see them."), optional=True,
               longest=400)  # fmt: skip
    remove = line(gettext_lazy("Take off tags"), hint=gettext_lazy("Parted by commas."), optional=True, longest=400)


class BulkMergeForm(forms.Form):
    """The one ticket that the others go on in."""

    into = line(
        gettext_lazy("Merge into"),
        hint=gettext_lazy("The whole reference, such as ACME-12. The chosen tickets are closed; it is not taken back."),
        longest=40,
    )


class BulkShape(NamedTuple):
    """How a verb is offered: its form and its words."""

    form: type[forms.Form]
    title: "str | Promise"
    button: "str | Promise"


SHAPES: Mapping[str, BulkShape] = {
    "assign": BulkShape(BulkAssignForm, gettext_lazy("Assign"), gettext_lazy("Assign them")),
    "reply": BulkShape(BulkReplyForm, gettext_lazy("Reply"), gettext_lazy("Send the replies")),
    "severity": BulkShape(BulkSeverityForm, gettext_lazy("Change the severity"), gettext_lazy("Change it")),
    "waiting": BulkShape(
        BulkWaitingForm, gettext_lazy("Wait for the client"), gettext_lazy("Ask, and pause the clocks")
    ),
    "resolution": BulkShape(BulkResolutionForm, gettext_lazy("Resolve"), gettext_lazy("Resolve them")),
    "tags": BulkShape(BulkTagsForm, gettext_lazy("Change tags"), gettext_lazy("Change their tags")),
    "merge": BulkShape(BulkMergeForm, gettext_lazy("Merge into one"), gettext_lazy("Merge them")),
}


def offered(member: Member) -> list[tuple[str, "str | Promise"]]:
    """The verbs that the member may use on many tickets, with their words."""
    return [(name, shape.title) for name, shape in SHAPES.items() if member.may(VERBS[name].capability)]
