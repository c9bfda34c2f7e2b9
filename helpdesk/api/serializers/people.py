"""People as the API takes and gives them: names for everybody, the rest for who administers them."""

from typing import Any

from rest_framework import serializers

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.permissions import Role
from helpdesk.api.serializers.base import Answer, Body

ROLES = [(role.value, role.value) for role in Role]
CLIENT_ROLES = {"user": Role.CLIENT_USER, "admin": Role.CLIENT_ADMIN}
STORED = {role: stored for stored, role in CLIENT_ROLES.items()}
MANAGED = "For those who administer these people."
ADMINS = "Of staff, and for admins only."


class PersonAnswer(Answer):
    """A person. Everybody who sees them gets the first four fields; who administers people gets more."""

    id = serializers.IntegerField(help_text="The person's number: requester, assignee, account manager.")
    name = serializers.CharField()
    is_staff = serializers.BooleanField(help_text="Of the vendor's staff, not of a client.")
    organisation = serializers.CharField(allow_null=True, help_text="A client's organisation, by its key.")
    email = serializers.EmailField(required=False, help_text=MANAGED)
    role = serializers.ChoiceField(ROLES, required=False, help_text=MANAGED)
    has_access = serializers.BooleanField(required=False, help_text=MANAGED)
    serves_all = serializers.BooleanField(required=False, help_text=f"{ADMINS} Every organisation, later ones too.")
    serves = serializers.ListField(
        child=serializers.CharField(), required=False, help_text=f"{ADMINS} Keys, of those that you serve yourself."
    )
    teams = serializers.ListField(child=serializers.CharField(), required=False, help_text=f"{ADMINS} Keys.")
    away_from = serializers.DateTimeField(required=False, allow_null=True, help_text=ADMINS)
    away_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text=f"{ADMINS} null: until the absence is taken back."
    )

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """What stands in the facts, and no empty field for what does not."""
        return {name: value for name, value in super().to_representation(instance).items() if name in instance}


def manages(member: Member) -> bool:
    """Whether they see more of people than names: our admins, and a client's own admins of their colleagues."""
    return _holds(member, "people.invite") or administers(member)


def administers(member: Member) -> bool:
    """Whether they are one of our admins, who see what a staff member does."""
    return _holds(member, "settings.people")


def _holds(member: Member, capability: str) -> bool:
    """For reading, or for a change whose answer shows what came of it."""
    return member.may_look(capability) or member.may(capability)


def person_facts(member: Member, person: User) -> dict[str, Any]:
    """What this member gets of a person; staff come with their services and teams fetched for admins."""
    staff: StaffMember | None = getattr(person, "staff_member", None)
    facts: dict[str, Any] = {
        "id": person.pk,
        "name": person.name,
        "is_staff": staff is not None,
        "organisation": None if staff is not None else person.membership.organisation.key,
    }
    if manages(member):
        role = staff.role if staff is not None else CLIENT_ROLES[person.membership.role].value
        facts |= {"email": person.email, "role": role, "has_access": person.is_active}
    if staff is not None and administers(member):
        facts |= {
            "serves_all": staff.serves_all,
            "serves": [service.organisation.key for service in staff.services.all()],
            "teams": [team.key for team in staff.teams.all()],
            "away_from": staff.away_from,
            "away_until": staff.away_until,
        }
    return facts


class PersonChange(Body):
    """What changes about a person; leave out what stays. All of it happens, or nothing."""

    role = serializers.ChoiceField(ROLES, required=False, help_text="Of the person's own side. Their sessions end.")
    has_access = serializers.BooleanField(
        required=False, help_text="false ends their sessions and revokes their tokens at once."
    )
    serves_all = serializers.BooleanField(required=False, help_text="Of staff: true serves every organisation.")
    serves = serializers.ListField(
        child=serializers.CharField(max_length=12), required=False, max_length=1000,
        help_text="Of staff: the keys of the organisations that they serve, and no others.",
    )  # fmt: skip
    teams = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=100,
        help_text="Of staff: the keys of the teams that they belong to, and no others.",
    )  # fmt: skip
    away_from = serializers.DateTimeField(required=False, allow_null=True, help_text="Of staff: an absence begins.")
    away_until = serializers.DateTimeField(required=False, allow_null=True, help_text="Of staff: and ends.")
    reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Kept in the audit log, with role and access."
    )
