"""The shape of the form that confirms a severity. Rules live in the operation."""

from django import forms

from tickets.proposing import QUESTIONS, known_answers


class SeverityConfirmationForm(forms.Form):
    """Three questions and the severity that the client chooses after them."""

    severity = forms.CharField(required=False)
    scope = forms.CharField(required=False)
    workaround = forms.CharField(required=False)
    data_risk = forms.CharField(required=False)

    def chosen(self) -> str:
        """The severity that was chosen; empty where none was."""
        return str(self["severity"].value() or "")

    def answers(self) -> dict[str, str]:
        """The answers to the questions, as far as they are among the offered ones."""
        return known_answers({name: str(self[name].value() or "") for name in QUESTIONS})
