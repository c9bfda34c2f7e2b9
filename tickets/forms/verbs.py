"""The shapes of the ticket forms. Rules live in the operations: a form only carries what was typed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from sla.models import Severity
from tickets.forms.fields import AskedFields
from tickets.labels import parted
from tickets.models import Attachment, MacroThen
from tickets.models.feedback import Helped
from tickets.models.macros import LONGEST_NAME, LONGEST_REASON
from tickets.operations.intake import LONGEST_SUBJECT, LONGEST_TEXT, faults
from tickets.operations.macros import MacroText
from tickets.proposing import QUESTIONS, known_answers

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise  # what people read, perhaps translated when it is shown


def line(
    label: "Words", *, hint: "Words" = "", optional: bool = False, longest: int = 200, **attrs: Any
) -> forms.CharField:
    """A one-line input. The browser's own `required` spares a round trip; the operation decides."""
    widget = forms.TextInput(attrs={"maxlength": longest, **({} if optional else {"required": True}), **attrs})
    field = forms.CharField(label=label, help_text=hint, required=False, strip=False, widget=widget)
    field.optional = optional  # type: ignore[attr-defined]
    return field


def text(label: "Words", *, hint: "Words" = "", optional: bool = False, rows: int = 5) -> forms.CharField:
    """A text of several lines. It has no `maxlength`: a browser would cut a long paste without a word."""
    widget = forms.Textarea(attrs={"rows": rows, **({} if optional else {"required": True})})
    field = forms.CharField(label=label, help_text=hint, required=False, strip=False, widget=widget)
    field.optional = optional  # type: ignore[attr-defined]
    return field


class SeveralFiles(forms.FileInput):
    """The browser's own choice of files, several at once."""

    allow_multiple_selected = True


@dataclass(frozen=True)
class KeptFile:
    """A file that an earlier try has left staged, and whether this form sends it."""

    file: Attachment
    chosen: bool


class FilesForm(forms.Form):
    """A form with files. The view stages them; the field is where they are chosen, and where a refusal is shown.

    A browser cannot be given chosen files back: a refused form shows what it brought as `kept`, each with a tick.
    """

    file = forms.Field(label="Files", required=False, widget=SeveralFiles)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: Sequence[KeptFile] = ()
        most = filesizeformat(settings.ATTACHMENT_BYTES)
        self.fields["file"].help_text = f"Up to {settings.ATTACHMENTS_PER_MESSAGE} files of at most {most} each."


class NewTicketForm(AskedFields, FilesForm):
    """A new ticket. `submission_key` is made with the form, so that a second submit is no second ticket.

    It asks the operation's own checks, to show every error at once; the operation asks them again.
    """

    TYPED = ("subject", "severity", "description", "steps", "affected_users", "since")

    subject = line("Subject", hint="One line that says what is wrong.", longest=LONGEST_SUBJECT)
    severity = forms.CharField(label="Severity", required=False)
    scope = forms.CharField(required=False)
    workaround = forms.CharField(required=False)
    data_risk = forms.CharField(required=False)
    description = text("Description", hint="What happens, and what you expected instead.", rows=7)
    steps = text("Steps that lead to it", optional=True, rows=4, hint="So that we can repeat it.")
    affected_users = line("Who is affected", optional=True, hint="One person, a team, everybody.")
    since = line("Since when", optional=True, hint="And what changed before it began.")
    submission_key = forms.CharField(required=False, widget=forms.HiddenInput)
    follows = forms.CharField(required=False, widget=forms.HiddenInput)
    organisation = forms.CharField(required=False, widget=forms.HiddenInput)
    requester = forms.CharField(label="Requester", required=False, help_text="Gets the mails about this ticket.")

    def key(self) -> uuid.UUID:
        """The submission key, or a fresh one where it is missing or damaged.

        The same form with the same words is one ticket however often it is sent; with other words it is another,
        so that who goes back and writes of a second problem loses nothing.
        """
        try:
            form = uuid.UUID(self["submission_key"].value() or "")
        except ValueError:
            return uuid.uuid4()
        return uuid.uuid5(form, f"{self.text_of('subject')}\n{self.text_of('description')}")

    def clean(self) -> dict[str, Any]:
        """Every field's error at once, in the operation's words."""
        data = super().clean() or {}
        for fault in faults(**{name: self.text_of(name) for name in self.TYPED}):
            if fault.field is not None and fault.field not in self.errors:
                self.add_error(fault.field, fault.message)
        return data

    def answers(self) -> dict[str, str]:
        """The answers to the questions that propose a severity, as far as they are among the offered ones."""
        return known_answers({name: str(self[name].value() or "") for name in QUESTIONS})

    def text_of(self, name: str) -> str:
        """What was typed into a field."""
        return str(self.cleaned_data.get(name) or "")


class ReplyForm(FilesForm):
    """A public message, with files; from staff also tags and another severity, which a template may propose."""

    field_order = ("body", "file")

    body = text("Reply")
    severity = forms.CharField(
        label=_("Also change the severity"),
        required=False,
        widget=forms.Select(choices=[("", _("Leave it as it is")), *Severity.choices]),
    )
    severity_reason = line(_("Reason of the change"), optional=True, hint=_("The client is told."))
    tags = line(_("Also tag it"), optional=True, longest=400, hint=_("Parted by commas. Only staff see them."))


class NoteForm(FilesForm):
    """An internal note, with files that are as internal."""

    field_order = ("body", "file")

    body = text("Internal note", hint="Only staff see it. It is not an answer: the clocks go on.", rows=4)


class WaitingForm(forms.Form):
    """Waiting for the client needs a question, or a logged contact."""

    question = text("Question to the client", optional=True, rows=4, hint="Sent to the client; it counts as an answer.")
    contact = text(
        "Or: how and why you contacted them",
        optional=True,
        rows=2,
        hint="A call, a visit. The client sees it too.",
    )


class ResumptionForm(forms.Form):
    """Going on without the client's answer."""

    reason = line("Why it goes on", hint="The clocks run again. The client sees it.", longest=LONGEST_TEXT)


class ResolutionForm(FilesForm):
    """Resolving, with or without words and files to the client."""

    field_order = ("message", "file")

    message = text(
        "What was done",
        optional=True,
        rows=4,
        hint="Sent to the client. Without it a first answer that is still owed stays owed.",
    )


class WithdrawalForm(forms.Form):
    """The client needs it no more."""

    reason = text("Why", optional=True, rows=2)


class ReopeningForm(forms.Form):
    """Something is still wrong."""

    reason = text("What is still wrong", rows=3)


class ClosureForm(forms.Form):
    """Closing for good; nothing to type."""


class RatingForm(forms.Form):
    """Whether it helped, with a comment."""

    helped = forms.ChoiceField(
        label="Did it help?",
        choices=Helped.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it helped: yes, partly or no."},
    )
    comment = text("Anything to add", optional=True, rows=2, hint="The support team reads it.")


class AssignmentForm(forms.Form):
    """Who holds the ticket; empty for nobody."""

    assignee = forms.ChoiceField(label="Assignee", required=False)


class SeverityForm(forms.Form):
    """Another severity, with the reason that the client is told."""

    severity = forms.CharField(label="New severity", required=False, widget=forms.Select(choices=Severity.choices))
    reason = text("Reason", rows=2, hint="The client is told.")


class PlanForm(forms.Form):
    """When work without a deadline is planned; empty for as per dev schedule."""

    planned_on = forms.DateField(
        label="Planned for",
        required=False,
        help_text="Leave it empty for “as per dev schedule”.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Give the date as year-month-day, for example 2026-11-30."},
    )
    reason = text("Reason", rows=2, hint="The client is told.")


class OutsideForm(forms.Form):
    """Work that the policy does not cover: which of its reasons, and what the client is told."""

    reason = forms.ChoiceField(
        label="Reason, as the policy lists it",
        error_messages={
            "required": "Choose one of the reasons that the policy lists.",
            "invalid_choice": "Choose one of the reasons that the policy lists.",
        },
    )
    message = text("What the client is told", rows=4, hint="In plain words. It is sent, and counts as an answer.")


class CoveredForm(forms.Form):
    """Standard support after all."""

    reason = line("Why it is covered after all", hint="The clocks go on. The client is told.", longest=LONGEST_TEXT)


class EscalationForm(forms.Form):
    """Asking for the next level, with a reason."""

    reason = text("Why this needs the next level", rows=3)


class AcknowledgementForm(forms.Form):
    """ "I have it"; nothing to type."""


class SaveViewForm(forms.Form):
    """The queue's filters under a name. The filters themselves come along as the queue's address has them."""

    name = line(_("Name of the view"), longest=60)
    shared = forms.BooleanField(label=_("Show it to colleagues too"), required=False)


class RenameViewForm(forms.Form):
    """Another name for a view."""

    name = line(_("New name"), longest=60)


class MacroForm(forms.Form):
    """A reply template. `shared` is asked once, when it is made."""

    name = line(_("Name"), longest=LONGEST_NAME)
    body = text(_("Text"), rows=8)
    then = forms.CharField(
        label=_("And then"),
        required=False,
        widget=forms.Select(choices=MacroThen.choices),
        help_text=_("Proposed to whoever uses it."),
    )
    severity = forms.CharField(
        label=_("And the severity"),
        required=False,
        widget=forms.Select(choices=[("", _("Leave it as it is")), *Severity.choices]),
    )
    severity_reason = line(
        _("Reason of the change"), optional=True, longest=LONGEST_REASON, hint=_("The client is told.")
    )
    tags = line(_("And tags"), optional=True, longest=400, hint=_("Parted by commas. Only staff see them."))
    shared = forms.BooleanField(label=_("For all staff"), required=False)

    def typed(self) -> MacroText:
        """What was typed, for the operation."""
        given = self.cleaned_data
        return MacroText(
            name=given["name"],
            body=given["body"],
            then=given["then"],
            severity=given["severity"],
            severity_reason=given["severity_reason"],
            tags=parted(given["tags"]),
        )
