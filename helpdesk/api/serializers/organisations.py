"""Client organisations and the vendor's teams as the API takes and gives them."""

from rest_framework import serializers

from helpdesk.api.serializers.base import Answer, Body, PersonBrief

LEVEL_TWO = "The person's number, as in /people/; an active member of the vendor's staff."


class OrganisationAnswer(Answer):
    """A client organisation."""

    staff_only = ("deputy", "is_active", "created_at")

    key = serializers.CharField(help_text="It begins the numbers of its tickets: ACME-142.")
    name = serializers.CharField()
    time_zone = serializers.CharField()
    account_manager = PersonBrief(source="account_manager.user", allow_null=True, default=None)
    calendar = serializers.CharField(source="calendar_key", allow_null=True, help_text="Its key, as in /calendars/.")
    policy = serializers.CharField(source="policy_key", allow_null=True, help_text="Its key, as in /policies/.")
    deputy = PersonBrief(source="deputy.user", allow_null=True, default=None, help_text="For staff only.")
    is_active = serializers.BooleanField(required=False, help_text="For staff only.")
    created_at = serializers.DateTimeField(required=False, help_text="For staff only.")


class OrganisationNew(Body):
    """A new organisation, with all that its first ticket needs."""

    key = serializers.CharField(max_length=12, help_text="2 to 12 capital letters and digits. It never changes.")
    name = serializers.CharField(max_length=120)
    account_manager = serializers.IntegerField(help_text=LEVEL_TWO)
    deputy = serializers.IntegerField(required=False, allow_null=True, help_text=LEVEL_TWO)
    calendar = serializers.CharField(max_length=50, help_text="The key of a calendar.")
    policy = serializers.CharField(max_length=50, help_text="The key of a policy.")


class OrganisationChange(Body):
    """Who answers at level 2, and who stands in; leave out what stays."""

    account_manager = serializers.IntegerField(required=False, help_text=LEVEL_TWO)
    deputy = serializers.IntegerField(required=False, allow_null=True, help_text=f"{LEVEL_TWO} null: nobody.")


class TeamAnswer(Answer):
    """A team of the vendor's, which a level of the escalation matrix reaches."""

    key = serializers.CharField()
    name = serializers.CharField()
    members = PersonBrief(many=True, help_text="Its active members, by name.")
