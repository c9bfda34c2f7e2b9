"""Changing a person: from what was sent to the operations that the pages call, in a fixed order."""

from collections.abc import Callable, Mapping
from typing import Any

from helpdesk.accounts.listing import all_teams, organisations_of
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation, StaffMember, Team, User
from helpdesk.accounts.operations import (
    change_client_role,
    change_staff_role,
    deactivate_person,
    reactivate_person,
    set_away,
    set_served,
    set_teams,
)
from helpdesk.api.serializers.people import STORED
from helpdesk.lib.errors import DomainError

OF_STAFF = ("serves_all", "serves", "teams", "away_from", "away_until")
Sent = Mapping[str, Any]


def change_person(member: Member, person: User, sent: Sent) -> None:
    """Do all that was sent. Raises `DomainError` for nothing, for what is staff's of a client, and whatever they do."""
    if not set(sent) - {"reason"}:
        raise DomainError("Say what changes: role, has_access, or what a staff member does.")
    staff: StaffMember | None = getattr(person, "staff_member", None)
    foreign = [name for name in OF_STAFF if name in sent] if staff is None else []
    if foreign:
        raise DomainError("Only of staff: this person is a client's.", field=foreign[0])
    reason = sent.get("reason", "").strip()
    common: dict[str, Any] = {"actor": member.actor, "reason": reason}
    if "role" in sent:
        _role(person, staff, sent["role"], common)
    if staff is not None:
        _staff_parts(member, staff, sent, common)
    if "has_access" in sent:
        operation: Callable[..., None] = reactivate_person if sent["has_access"] else deactivate_person
        operation(user=person, **common)


def _role(person: User, staff: StaffMember | None, role: str, common: dict[str, Any]) -> None:
    is_clients = role in STORED
    if is_clients != (staff is None):
        side = "a client's" if staff is None else "our staff's"
        raise DomainError(f"This person's role is one of {side}.", field="role")
    if staff is None:
        change_client_role(user=person, role=STORED[role], **common)  # type: ignore[index]  # a Role is its text
    else:
        change_staff_role(staff=staff, role=role, **common)


def _staff_parts(member: Member, staff: StaffMember, sent: Sent, common: dict[str, Any]) -> None:
    if "serves_all" in sent or "serves" in sent:
        set_served(staff=staff, serves=chosen_served(member, sent), **common)
    if "teams" in sent:
        set_teams(staff=staff, teams=chosen_teams(sent["teams"]), actor=member.actor)
    if "away_from" in sent or "away_until" in sent:
        start = sent.get("away_from", staff.away_from)
        end = sent.get("away_until", staff.away_until if start is not None else None)
        set_away(staff=staff, away_from=start, away_until=end, actor=member.actor)


def chosen_served(member: Member, sent: Sent) -> list[Organisation] | None:
    """The organisations that the body names; None for every one. Raises `DomainError` for none, both and foreign."""
    if sent.get("serves_all"):
        if sent.get("serves"):
            raise DomainError("Every organisation or a list, not both.", field="serves")
        return None
    known = {organisation.key: organisation for organisation in organisations_of(member)}
    keys = [key.upper() for key in sent.get("serves") or ()]
    if not keys:
        raise DomainError("Name at least one organisation, or say serves_all.", field="serves")
    if not set(keys) <= set(known):
        raise DomainError("Name organisations that you may see, by their keys.", field="serves")
    return [known[key] for key in dict.fromkeys(keys)]


def chosen_teams(keys: list[str]) -> list[Team]:
    """The teams of these keys. Raises `DomainError` for an unknown one."""
    known = {team.key: team for team in all_teams()}
    if not set(keys) <= set(known):
        raise DomainError("Name teams by their keys, as in /teams/.", field="teams")
    return [known[key] for key in dict.fromkeys(keys)]
