"""Support policies and the escalation matrix as the API gives them."""

from rest_framework import serializers

from helpdesk.api.serializers.base import Answer
from sla.models import Event, LevelKind, QuietHours, Reading, Severity

NO_PROMISE = "Support minutes; null: no promise."
LEVEL_KINDS = LevelKind.choices
READINGS = Reading.choices
QUIET_HOURS = QuietHours.choices


class PolicyAnswer(Answer):
    """A support policy; its figures stand in versions."""

    key = serializers.CharField()
    name = serializers.CharField()
    version = serializers.IntegerField(source="in_force", help_text="The number of the version in force now.")


class TargetAnswer(Answer):
    """What a version promises for one severity."""

    severity = serializers.ChoiceField(Severity.choices)
    name = serializers.CharField()
    definition = serializers.CharField()
    response_text = serializers.CharField(help_text="As published.")
    resolution_text = serializers.CharField(help_text="As published.")
    response_minutes = serializers.IntegerField(allow_null=True, help_text=NO_PROMISE)
    target_minutes = serializers.IntegerField(allow_null=True, help_text=NO_PROMISE)
    limit_minutes = serializers.IntegerField(allow_null=True, help_text=NO_PROMISE)


class PolicyVersionAnswer(Answer):
    """A policy as published from an instant on. Tickets keep the version that they were opened under."""

    staff_only = ("reason", "recorded_at")

    number = serializers.IntegerField()
    effective_from = serializers.DateTimeField()
    is_in_force = serializers.SerializerMethodField(help_text="Whether new tickets take it now.")
    working_day_minutes = serializers.IntegerField(help_text="What one working day of a promise counts.")
    reading = serializers.ChoiceField(READINGS, help_text="What “within N working days” means.")
    waiting_pauses_response = serializers.BooleanField(help_text="Waiting for the client pauses an owed response.")
    waiting_pauses_resolution = serializers.BooleanField(help_text="Waiting for the client pauses resolution.")
    warn_percent = serializers.IntegerField(help_text="Of a budget: when the warning goes out.")
    reopen_minutes = serializers.IntegerField(help_text="Support minutes in which a resolved ticket can be reopened.")
    users_part = serializers.ListField(
        child=serializers.CharField(), help_text="What users should do for effective support."
    )
    not_covered = serializers.ListField(
        child=serializers.CharField(), help_text="What standard support does not cover."
    )
    uptime_percent = serializers.DecimalField(max_digits=6, decimal_places=3, help_text="Of a month.")
    maintenance_notice_hours = serializers.IntegerField(help_text="Before maintenance that may affect availability.")
    statements = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), help_text="What else it says: `title` and `text`."
    )
    targets = TargetAnswer(source="targets.all", many=True)
    reason = serializers.CharField(required=False, help_text="For staff only.")
    recorded_at = serializers.DateTimeField(required=False, help_text="For staff only.")

    def get_is_in_force(self, row: object) -> bool:
        return bool(getattr(row, "number", None) == self.context["in_force"])


class LevelAnswer(Answer):
    """One level of the escalation matrix."""

    staff_only = ("kind", "team", "address")

    level = serializers.IntegerField()
    name = serializers.CharField()
    contact = serializers.CharField(help_text="As published.")
    kind = serializers.ChoiceField(LEVEL_KINDS, required=False, help_text="How it is reached. For staff only.")
    team = serializers.CharField(
        source="team_key", required=False, allow_blank=True, help_text="The team's key. For staff only."
    )
    address = serializers.CharField(required=False, allow_blank=True, help_text="For staff only.")


class RuleAnswer(Answer):
    """Who is told on an event."""

    staff_only = ("quiet_hours",)

    event = serializers.ChoiceField(Event.choices)
    severity = serializers.CharField(allow_blank=True, help_text="Its severity; empty: every one without a rule.")
    recipients = serializers.ListField(
        child=serializers.CharField(), help_text="Roles and teams; for clients never an address."
    )
    repeat_minutes = serializers.IntegerField(
        allow_null=True, help_text="Support minutes to acknowledge in; null: the matrix's."
    )
    quiet_hours = serializers.ChoiceField(QUIET_HOURS, required=False, help_text="For staff only.")
    level_after = serializers.IntegerField(allow_null=True, help_text="The level afterwards; null: unchanged.")


class MatrixAnswer(Answer):
    """The escalation matrix in force."""

    staff_only = ("reason",)

    version = serializers.IntegerField(source="number")
    effective_from = serializers.DateTimeField()
    reminder_minutes = serializers.IntegerField(help_text="Support minutes to acknowledge in, before a reminder goes.")
    levels = LevelAnswer(many=True)
    rules = RuleAnswer(many=True)
    reason = serializers.CharField(required=False, help_text="For staff only.")
