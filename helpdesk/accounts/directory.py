"""Everybody whom the ladder can reach, read with one statement: a batch of the sweep asks once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from helpdesk.accounts.models import StaffRole
from helpdesk.accounts.models.people import is_absent
from helpdesk.notifications.drafts import Recipient

READ = """
    SELECT (
        SELECT coalesce(json_agg(json_build_object(
            'id', s.id, 'email', u.email, 'name', u.name, 'zone', u.time_zone, 'role', s.role,
            'away_from', s.away_from, 'away_until', s.away_until, 'serves_all', s.serves_all,
            'served', ARRAY(SELECT v.organisation_id FROM accounts_staffservice v WHERE v.staff_id = s.id),
            'teams', ARRAY(SELECT t.key FROM accounts_team t JOIN accounts_team_members m ON m.team_id = t.id
                           WHERE m.staffmember_id = s.id)
        ) ORDER BY s.id), '[]')
        FROM accounts_staffmember s JOIN accounts_user u ON u.id = s.user_id WHERE u.is_active
    ), (
        SELECT coalesce(json_object_agg(lower(address), team_key), '{}') FROM notifications_ownaddress
    )
"""


@dataclass(frozen=True)
class Person:
    """An active staff member as the ladder sees them."""

    id: int
    email: str
    name: str
    zone: str
    role: str
    away_from: datetime | None
    away_until: datetime | None
    teams: tuple[str, ...]
    serves_all: bool
    served: tuple[int, ...]

    def serves(self, organisation_id: int) -> bool:
        """Whether this person serves the organisation; nobody else may read of its tickets."""
        return self.serves_all or organisation_id in self.served

    def recipient(self, role: str) -> Recipient:
        """This person as a notice's recipient, with the reason why it is them."""
        return Recipient(email=self.email, name=self.name, zone=self.zone, role=role)


class Directory:
    """The vendor's active staff and our own inbound addresses."""

    def __init__(self, staff: list[Person], own: dict[str, str]) -> None:
        self._staff = {person.id: person for person in staff}
        self.own = own

    @classmethod
    def read(cls) -> "Directory":
        """The directory as it stands now: one statement."""
        with connection.cursor() as cursor:
            cursor.execute(READ)
            staff, own = cursor.fetchone()
        return cls(list(_people(staff)), own)

    def person(self, staff_id: int | None, *, organisation_id: int) -> Person | None:
        """The active staff member of this id, if they serve the organisation."""
        found = self._staff.get(staff_id) if staff_id is not None else None
        return found if found is not None and found.serves(organisation_id) else None

    def has(self, staff_id: int) -> bool:
        """Whether this staff member is active."""
        return staff_id in self._staff

    def members(self, team: str, *, role: str = "") -> list[Person]:
        """The active members of a team, or who has the role, whomever they serve."""
        return [one for one in self._staff.values() if team in one.teams or (role and one.role == role)]

    def with_role(self, role: str, *, organisation_id: int) -> list[Person]:
        """The active staff of a role who serve the organisation."""
        return [person for person in self._serving(organisation_id) if person.role == role]

    def team(self, key: str, *, organisation_id: int) -> list[Person]:
        """The active members of a team who serve the organisation."""
        return [person for person in self._staff.values() if key in person.teams and person.serves(organisation_id)]

    def admins(self, *, organisation_id: int) -> list[Person]:
        """The active admins who serve the organisation, told when a level reaches nobody."""
        return [person for person in self._serving(organisation_id) if person.role == StaffRole.ADMIN]

    def _serving(self, organisation_id: int) -> list[Person]:
        return [person for person in self._staff.values() if person.serves(organisation_id)]

    def holder(self, account_manager_id: int | None, deputy_id: int | None, *, at: datetime) -> Person | None:
        """Level 2 for a client: its account manager; if none or away, the deputy; else nobody (POLICY 7)."""
        for staff_id in (account_manager_id, deputy_id):
            person = self._staff.get(staff_id) if staff_id is not None else None
            if person is not None and not is_absent(person.away_from, person.away_until, at=at):
                return person
        return None


def _people(rows: list[dict[str, object]]) -> Iterator[Person]:
    for row in rows:
        instants = {key: _instant(row.pop(key)) for key in ("away_from", "away_until")}
        yield Person(**{**row, **instants, "teams": tuple(row["teams"]), "served": tuple(row["served"])})  # type: ignore[arg-type]


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None
