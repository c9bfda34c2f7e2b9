"""Who may hold the tickets that a list is narrowed to: oneself, nobody, a colleague, a team.

In an address a holder is a word: `mine`, `unassigned`, `person-12`, `team-support`.
"""

from typing import Any, NamedTuple

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember, StaffService, Team
from helpdesk.lib.prepared import prepared
from tickets.models import Ticket

MINE, UNASSIGNED = "mine", "unassigned"
PERSON, TEAM = "person-", "team-"
_LONGEST = 12  # digits


class Holder(NamedTuple):
    """One choice of the filter: its word in the address, what it is called, and whether it is a team."""

    value: str
    label: str
    is_team: bool


def colleagues() -> QuerySet[StaffMember]:
    """The active staff who serve any organisation in scope: those whose names the reader meets on tickets anyway."""
    serves = Exists(StaffService.objects.filter(staff=OuterRef("pk")))
    return StaffMember.objects.filter(Q(serves_all=True) | serves, user__is_active=True)


def holders() -> list[Holder]:
    """The teams and then the colleagues that tickets may be filtered by, by name. One statement."""
    found = [Holder(*row) for row in _holders()]
    return sorted(found, key=lambda holder: (not holder.is_team, holder.label.casefold()))


@prepared
def _holders() -> QuerySet[Any, tuple[str, str, bool]]:
    word = CharField()
    people = colleagues().values_list(
        Concat(Value(PERSON), Cast("pk", word), output_field=word), F("user__name"), Value(False)
    )
    teams = Team.objects.values_list(Concat(Value(TEAM), F("key"), output_field=word), F("name"), Value(True))
    return people.union(teams, all=True)


def is_known_holder(word: str) -> bool:
    """Whether the word means somebody: empty, oneself, nobody, a colleague or a team."""
    if word in ("", MINE, UNASSIGNED):
        return True
    if word.startswith(TEAM):
        return Team.objects.filter(key=word.removeprefix(TEAM).replace("\0", "")).exists()
    number = _number(word)
    return number is not None and colleagues().filter(pk=number).exists()


def narrowed_to_holder(found: QuerySet[Ticket], word: str, *, member: Member) -> QuerySet[Ticket]:
    """The tickets held by whom the word means; it has been found to be known."""
    if word == UNASSIGNED:
        return found.filter(assignee__isnull=True)
    if word == MINE:
        return found.filter(assignee=member.staff)
    if word.startswith(TEAM):
        members = Team.members.through.objects.filter(team__key=word.removeprefix(TEAM))
        return found.filter(assignee__in=members.values("staffmember_id"))
    return found.filter(assignee_id=_number(word))


def _number(word: str) -> int | None:
    text = word.removeprefix(PERSON)
    if not word.startswith(PERSON) or not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST:
        return None
    return int(text)
