"""Invitations as the API takes and gives them. Their links go by mail alone."""

from typing import Any

from rest_framework import serializers

from helpdesk.accounts.models import ClientRole, InvitationState, StaffRole
from helpdesk.api.serializers.base import Answer, Body, PersonBrief

STATES = [(state.value, state.value) for state in InvitationState]
CLIENT_ROLES = [(f"client_{role.value}", f"client_{role.value}") for role in ClientRole]
STAFF_ROLES = [(role.value, role.value) for role in StaffRole]


class InvitationAnswer(Answer):
    """An invitation. The person exists once it is accepted, and not before."""

    id = serializers.IntegerField(source="pk")
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    state = serializers.SerializerMethodField(help_text="Pending, expired, accepted or revoked.")
    invited_by = PersonBrief(allow_null=True)
    invited_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(help_text="When its last mail was queued.")
    expires_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)

    def get_state(self, row: Any) -> str:
        return str(row.state(self.context["at"]).value)


class ClientInvitationAnswer(InvitationAnswer):
    """An invitation into a client organisation."""

    organisation = serializers.CharField(source="organisation.key")
    role = serializers.SerializerMethodField(help_text="client_user or client_admin.")

    def get_role(self, row: Any) -> str:
        return f"client_{row.role}"


class StaffInvitationAnswer(InvitationAnswer):
    """An invitation to the vendor's side."""

    role = serializers.ChoiceField(STAFF_ROLES)
    serves_all = serializers.BooleanField(help_text="They will serve every organisation.")
    serves = serializers.SerializerMethodField(help_text="Or these: keys, of those that you serve yourself.")
    teams = serializers.ListField(child=serializers.CharField(), help_text="Keys of teams.")

    def get_serves(self, row: Any) -> list[str]:
        return [key for key in row.serves if key in self.context["served"]]


class InvitationNew(Body):
    """Somebody to invite."""

    email = serializers.CharField(max_length=254, help_text="Where the invitation goes; they sign in with it.")
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, help_text="They can change it.")


class ClientInvitationNew(InvitationNew):
    """Somebody to invite into a client organisation."""

    role = serializers.ChoiceField(CLIENT_ROLES)
    organisation = serializers.CharField(
        max_length=12, required=False, help_text="The client's key. Staff must say it; clients may leave it out."
    )


class StaffInvitationNew(InvitationNew):
    """Somebody to invite to the vendor's side."""

    role = serializers.ChoiceField(STAFF_ROLES)
    serves_all = serializers.BooleanField(default=False, help_text="Every organisation, later ones too.")
    serves = serializers.ListField(
        child=serializers.CharField(max_length=12), required=False, max_length=1000, help_text="Or these, by key."
    )
    teams = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=100, help_text="By key."
    )
