"""Who stands behind a level of the matrix, for one ticket at one instant (POLICY 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models.people import is_absent
from helpdesk.notifications.drafts import Recipient
from sla.models import LevelKind, MatrixLevel
from sla.versions import Matrix
from tickets.ladder.occurrences import Occurrence

NOBODY = "Nobody could be reached at %s: the admins are told instead. Check its people."


@dataclass(frozen=True)
class Reached:
    """The people to tell; a warning when the level itself reached nobody."""

    recipients: tuple[Recipient, ...]
    warning: str = ""


class Levels:
    """Resolves the matrix's words into people."""

    def __init__(self, matrix: Matrix, directory: Directory, *, at: datetime) -> None:
        self._matrix, self._directory, self._at = matrix, directory, at

    def reach(self, token: str, found: Occurrence) -> Reached:
        """The people behind one word of a rule: level1, assignee, assignee_or_level1, next, same …"""
        if token in ("assignee", "assignee_or_level1"):
            assignee = self._directory.person(found.assignee_id, organisation_id=found.organisation_id)
            # Who is away is not told in vain: level 1 is, and the ticket stays theirs.
            if assignee is not None and not is_absent(assignee.away_from, assignee.away_until, at=self._at):
                return Reached((assignee.recipient(f"Assignee of {found.reference}"),))
            return self.level(1, found) if token == "assignee_or_level1" else Reached(())
        kind, _, named = token.partition(":")
        if named:
            return self._or_admins(self._named(kind, named, found), found, place=token)
        return self.level(self._number(token, found), found)

    def reach_all(self, tokens: Iterable[str], found: Occurrence) -> Reached:
        """The vendor's people behind the words of a rule, each once by address; the warnings in one text."""
        reached = [self.reach(token, found) for token in tokens if token != "client"]
        people = {person.email.lower(): person for one in reached for person in one.recipients}
        return Reached(tuple(people.values()), " ".join(one.warning for one in reached if one.warning))

    def _named(self, kind: str, named: str, found: Occurrence) -> list[Recipient]:
        """The people of `team:KEY` and `role:ROLE`; the address of `address:…`, or its team where it is our own."""
        if kind == "role":
            people = self._directory.with_role(named, organisation_id=found.organisation_id)
            return [person.recipient(f"Told as {named.replace('_', ' ')}") for person in people]
        own_team = self._directory.own.get(named.lower()) if kind == "address" else None
        if kind == "address" and own_team is None:
            return [Recipient(email=named, name=named, role="Told by the matrix")]
        key = own_team or named
        people = self._directory.team(key, organisation_id=found.organisation_id)
        return [person.recipient(f"Told as team {key}") for person in people]

    def _number(self, token: str, found: Occurrence) -> int:
        if token == "next":
            return min(found.level + 1, self._matrix.top)
        return found.level if token == "same" else int(token.removeprefix("level"))

    def level(self, number: int, found: Occurrence) -> Reached:
        """Everybody at a level; the admins, with a warning, when that is nobody."""
        level = self._standing(number)
        place = f"level {number}"
        return self._or_admins(self._people(level, found), found, place=place, said=f"{place} ({level.name})")

    def _or_admins(self, people: list[Recipient], found: Occurrence, *, place: str, said: str = "") -> Reached:
        """These people; the admins, with a warning, where they are none."""
        if people:
            return Reached(tuple(people))
        role = f"Admin, because {place} reached nobody"
        admins = self._directory.admins(organisation_id=found.organisation_id)
        return Reached(tuple(person.recipient(role) for person in admins), NOBODY % (said or place))

    def _standing(self, number: int) -> MatrixLevel:
        """A level; where a later matrix has it no more, the next one up, so that nobody is told less than before."""
        levels = self._matrix.levels
        return levels[min((one for one in levels if one >= number), default=max(levels))]

    def _people(self, level: MatrixLevel, found: Occurrence) -> list[Recipient]:
        if level.kind == LevelKind.ACCOUNT_MANAGER:
            holder = self._directory.holder(found.account_manager_id, found.deputy_id, at=self._at)
            standing = "Deputy" if holder and holder.id == found.deputy_id else "Account manager"
            return [holder.recipient(f"{standing} of {found.organisation_key}")] if holder else []
        role = f"{level.name}, level {level.level}"
        # An address of our own would mail ourselves: it means its team's people and their queue.
        own_team = self._directory.own.get(level.address.lower())
        if level.kind == LevelKind.ADDRESS and own_team is None and level.address:
            return [Recipient(email=level.address, name=level.name, role=role)]
        team = self._directory.team(own_team or level.team_key, organisation_id=found.organisation_id)
        return [person.recipient(role) for person in team]
