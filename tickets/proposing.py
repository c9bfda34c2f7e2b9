"""Three questions that propose a severity. The client decides, and staff may correct it with a reason.

Nobody under stress picks a severity well from a list; what is affected, whether there is another way, and whether data
are at risk, they do know. The mapping is our reading of the policy's definitions, severity by severity.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sla.models import Severity


class Scope(TextChoices):
    """How much is affected."""

    ALL = "all", _("Nobody can work: all of it, or a function that our work depends on")
    MUCH = "much", _("Several people, or an important function, are held up")
    LITTLE = "little", _("One person, or something minor")
    NOTHING = "nothing", _("Nothing is broken: I ask or comment")


class Workaround(TextChoices):
    """Whether the work can be done in another way meanwhile."""

    NONE = "none", _("No")
    SOME = "some", _("Yes, but it costs us time")
    GOOD = "good", _("Yes, and we can live with it for now")


class DataRisk(TextChoices):
    """Whether data are lost, wrong or seen by the wrong people."""

    YES = "yes", _("Yes: data are lost, wrong, or seen by others")
    UNSURE = "unsure", _("I am not sure")
    NO = "no", _("No")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the form: its field, its words, and its answers as (value, words)."""

    name: str
    words: str
    answers: list[tuple[str, str]]


def questions() -> list[Question]:
    """The three questions in their order, in the language in force."""
    return [
        Question(name="scope", words=str(_("How much is affected?")), answers=_answers(Scope)),
        Question(name="workaround", words=str(_("Can the work be done in another way?")), answers=_answers(Workaround)),
        Question(name="data_risk", words=str(_("Are data at risk?")), answers=_answers(DataRisk)),
    ]


def _answers(choices: type[TextChoices]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices.choices]


QUESTIONS: Mapping[str, type[TextChoices]] = {"scope": Scope, "workaround": Workaround, "data_risk": DataRisk}


def known_answers(given: Mapping[str, str]) -> dict[str, str]:
    """The given answers that are among the offered ones, by question."""
    return {name: given[name] for name, choices in QUESTIONS.items() if given.get(name) in choices.values}


def proposed_severity(answers: Mapping[str, str]) -> Severity | None:
    """The severity that these answers propose by the policy's definitions; None until they suffice.

    A question or comment needs no further answer. Data at risk is never less than major, and critical as soon as more
    than one person is affected.
    """
    known = known_answers(answers)
    scope, workaround, risk = (known.get(name, "") for name in QUESTIONS)
    if scope == Scope.NOTHING and risk != DataRisk.YES:
        return Severity.P4
    if len(known) < len(QUESTIONS):
        return None
    if risk == DataRisk.YES:
        return Severity.P1 if scope in (Scope.ALL, Scope.MUCH) else Severity.P2
    if scope == Scope.ALL:
        return Severity.P1 if workaround == Workaround.NONE else Severity.P2
    if scope == Scope.MUCH:
        return Severity.P3 if workaround == Workaround.GOOD else Severity.P2
    return Severity.P3


def answers_in_words(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was answered, as (question, answer) for people to read; unanswered questions are left out."""
    known = known_answers(answers)
    return [
        (question.words, dict(question.answers)[known[question.name]])
        for question in questions()
        if question.name in known
    ]
