"""What is wrong with the ladder: rules and levels that reach nobody or never fire, clients with nobody at level 2.

Pure but for the addresses that mend a fault: matrix, people and promises are given, so a draft is judged as is what
is in force.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import Organisation
from sla.listing import rule_name
from sla.models import MOST_LEVELS, Event, LevelKind, MatrixLevel, MatrixRule, Severity
from sla.versions import Matrix
from tickets.ladder.answers import OVERDUE

NAMED_AT_MOST = 3
# The words that speak of one event alone, and what may stand nowhere else.
ONLY_FOR = {"client": Event.SUBMITTED, "next": Event.ASKED, "same": Event.UNACKNOWLEDGED}
LEVEL_BY_ITSELF = (Event.ASKED, Event.UNACKNOWLEDGED)
Promised = Mapping[str, frozenset[str]]  # severity to the clocks that some policy promises it


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong, in words, with the page that mends it. `refuses`: a matrix with it is not saved."""

    words: str
    mend: str
    refuses: bool = True


@dataclass(frozen=True, kw_only=True)
class Judge:
    """What the judgement needs to know besides the matrix."""

    directory: Directory
    organisations: Sequence[Organisation]
    promised: Promised
    at: datetime


def faults_of(matrix: Matrix, judge: Judge) -> list[Fault]:
    """Everything that is wrong: first what stands in the matrix, then who is missing at the clients."""
    return [*matrix_faults(matrix, judge), *organisation_faults(matrix, judge)]


def matrix_faults(matrix: Matrix, judge: Judge) -> list[Fault]:
    """What is wrong with levels and rules."""
    found = [fault for level in matrix.levels.values() for fault in _of_level(level, judge)]
    if len(matrix.levels) > MOST_LEVELS:
        found.append(_here(_("There are more than %(most)d levels.") % {"most": MOST_LEVELS}))
    found += _doubles(matrix)
    found += [fault for rule in matrix.all_rules for fault in _of_rule(rule, matrix, judge)]
    first = matrix.rules.get((Event.SUBMITTED, ""))
    if first is None or "client" not in first.recipients:
        found.append(_here(_("No rule acknowledges a submitted ticket of every severity to the client.")))
    return found


def organisation_faults(matrix: Matrix, judge: Judge) -> list[Fault]:
    """The clients whose level 2 is nobody at the instant; none where no level is the account manager's."""
    if all(level.kind != LevelKind.ACCOUNT_MANAGER for level in matrix.levels.values()):
        return []
    return [
        Fault(words=words, mend=reverse("settings:organisation", args=[one.key]), refuses=False)
        for one in judge.organisations
        if (words := _missing_at(one, judge))
    ]


def _here(words: str, *, refuses: bool = True) -> Fault:
    return Fault(words=words, mend=reverse("settings:matrix_edit"), refuses=refuses)


def _missing_at(one: Organisation, judge: Judge) -> str:
    named = {"name": one.name}
    if one.account_manager_id is None:
        return _("%(name)s has no account manager.") % named
    if not judge.directory.has(one.account_manager_id):
        return _("%(name)s's account manager can no longer sign in.") % named
    if judge.directory.holder(one.account_manager_id, one.deputy_id, at=judge.at) is None:
        return _("%(name)s's account manager is away, and no deputy stands in.") % named
    return ""


def _of_level(level: MatrixLevel, judge: Judge) -> Iterator[Fault]:
    name = {"level": level.level, "name": level.name, "address": level.address, "team": level.team_key}
    if level.kind == LevelKind.ADDRESS:
        if not level.address:
            yield _here(_("Level %(level)d (%(name)s) reaches nobody: it has no address.") % name)
        elif level.address.lower() in judge.directory.own:
            said = _("Level %(level)d (%(name)s): %(address)s is one of our own inbound addresses. Name its team.")
            yield _here(said % name)
    elif level.kind == LevelKind.TEAM:
        yield from _of_team(level.team_key, _("Level %(level)d (%(name)s)") % name, judge)


def _of_team(key: str, where: str, judge: Judge) -> Iterator[Fault]:
    """A team that has nobody for some clients, or for any: then the matrix is refused."""
    if not key:
        yield _here(_("%(where)s reaches nobody: no team is chosen.") % {"where": where})
        return
    people = {one.pk: judge.directory.team(key, organisation_id=one.pk) for one in judge.organisations}
    named = {"where": where, "team": key}
    missing = [one.name for one in judge.organisations if not people[one.pk]]
    mend = reverse("settings:people")
    if not judge.directory.members(key) or (missing and len(missing) == len(judge.organisations)):
        yield Fault(words=_("%(where)s reaches nobody: the team “%(team)s” has no active member.") % named, mend=mend)
    elif missing:
        more = "" if len(missing) <= NAMED_AT_MOST else ", …"
        named["clients"] = ", ".join(missing[:NAMED_AT_MOST]) + more
        said = _("%(where)s reaches nobody for %(clients)s: none of the team “%(team)s” serves them.")
        yield Fault(words=said % named, mend=mend, refuses=False)


def _doubles(matrix: Matrix) -> list[Fault]:
    counted = Counter((rule.event, rule.severity) for rule in matrix.all_rules)
    doubles = [rule for rule in matrix.rules.values() if counted[rule.event, rule.severity] > 1]
    return [_here(_("%(rule)s: there are two rules for it.") % {"rule": rule_name(rule)}) for rule in doubles]


def _of_rule(rule: MatrixRule, matrix: Matrix, judge: Judge) -> Iterator[Fault]:
    name = {"rule": rule_name(rule), "level": rule.level_after or 0}
    if not rule.recipients:
        yield _here(_("%(rule)s: it tells nobody.") % name)
    for token in rule.recipients:
        yield from _of_token(token, rule, matrix, judge)
    if rule.level_after and rule.event in LEVEL_BY_ITSELF:
        yield _here(_("%(rule)s: its level follows from the ticket; leave the level afterwards unchanged.") % name)
    elif rule.level_after and rule.level_after not in matrix.levels:
        yield _here(_("%(rule)s: there is no level %(level)d.") % name)
    elif (rule.level_after or 0) > 1 and f"level{rule.level_after}" not in rule.recipients:
        yield _here(_("%(rule)s: the ticket goes to level %(level)d, and nobody there is told.") % name)
    if reason := _never(rule, matrix, judge.promised):
        yield _here(_("%(rule)s: it can never fire. %(reason)s") % {**name, "reason": reason})


def _of_token(token: str, rule: MatrixRule, matrix: Matrix, judge: Judge) -> Iterator[Fault]:
    name = {"rule": rule_name(rule), "token": token}
    if token in ONLY_FOR and rule.event != ONLY_FOR[token]:
        yield _here(_("%(rule)s: “%(token)s” means nothing there.") % name)
    elif token.startswith("level") and int(token.removeprefix("level")) not in matrix.levels:
        yield _here(_("%(rule)s: there is no %(token)s.") % name)
    elif token.startswith("team:"):
        yield from _of_team(token.removeprefix("team:"), rule_name(rule), judge)
    elif token.startswith("role:"):
        if not judge.directory.members("", role=token.removeprefix("role:")):
            yield _here(_("%(rule)s: nobody has the role “%(role)s”.") % {**name, "role": token.removeprefix("role:")})
    elif token.startswith("address:") and token.removeprefix("address:").lower() in judge.directory.own:
        said = _("%(rule)s: %(address)s is one of our own inbound addresses. Name its team.")
        yield _here(said % {**name, "address": token.removeprefix("address:")})


def _never(rule: MatrixRule, matrix: Matrix, promised: Promised) -> str:
    """Why a rule can never fire; empty where it can."""
    clocks = {event: frozenset({clock}) for clock, event in OVERDUE.items()}
    wanted = frozenset(OVERDUE) if rule.event == Event.WARNING else clocks.get(Event(rule.event))
    severities = [rule.severity] if rule.severity else Severity.values
    if wanted and not any(wanted & promised.get(severity, frozenset()) for severity in severities):
        return _("No policy promises that.")
    if not rule.severity and all((rule.event, severity) in matrix.rules for severity in Severity.values):
        return _("Each severity has a rule of its own.")
    climbs = any((one.level_after or 0) > 1 or one.event == Event.ASKED for one in matrix.all_rules)
    if rule.event == Event.UNACKNOWLEDGED and not climbs:
        return _("No rule calls a level that somebody would have to acknowledge.")
    return ""
