"""Who am I, and what may I do."""

from rest_framework import serializers

from helpdesk.accounts.permissions import Role, Scope
from helpdesk.api.serializers.base import Answer


class TokenBrief(Answer):
    """The token that the request came with."""

    name = serializers.CharField()
    prefix = serializers.CharField(help_text="The part that may be shown.")
    scopes = serializers.ListField(child=serializers.ChoiceField([(scope.value, scope.value) for scope in Scope]))
    expires_at = serializers.DateTimeField()


class MeAnswer(Answer):
    """The person who asks, with the rights of this moment."""

    id = serializers.IntegerField(source="user.pk")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    time_zone = serializers.CharField(source="user.time_zone")
    role = serializers.ChoiceField([(role.value, role.value) for role in Role])
    is_staff = serializers.BooleanField()
    organisation = serializers.CharField(
        source="organisation.key", allow_null=True, default=None, help_text="A client's own; null for staff."
    )
    capabilities = serializers.ListField(
        child=serializers.CharField(), help_text="What the role allows and, with a token, its scopes let through."
    )
    token = TokenBrief(allow_null=True)
