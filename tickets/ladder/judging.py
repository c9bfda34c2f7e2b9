"""The rows that a judgement of the ladder is made from."""

from collections.abc import Iterable
from datetime import datetime

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import Organisation
from sla.models import Target
from sla.versions import Matrix
from tickets.ladder.lint import Fault, Judge, faults_of

CLOCKS = ("response", "target", "limit")


def judge_of(organisations: Iterable[Organisation], *, at: datetime) -> Judge:
    """Who is there at the instant, and what the policies promise: three statements.

    Every version of a policy counts, since running tickets keep theirs.
    """
    columns = [f"{clock}_minutes" for clock in CLOCKS]
    promised: dict[str, frozenset[str]] = {}
    for severity, *minutes in Target.objects.values_list("severity", *columns).distinct():
        kept = frozenset(clock for clock, given in zip(CLOCKS, minutes, strict=True) if given is not None)
        promised[severity] = promised.get(severity, frozenset()) | kept
    active = [one for one in organisations if one.is_active]
    return Judge(directory=Directory.read(), organisations=active, promised=promised, at=at)


def judged(matrix: Matrix, organisations: Iterable[Organisation], *, at: datetime) -> list[Fault]:
    """What is wrong with a matrix for these organisations."""
    return faults_of(matrix, judge_of(organisations, at=at))
