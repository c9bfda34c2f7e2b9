"""What happened to a ticket: messages, its timeline, its clocks and the rungs that it climbed."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from helpdesk.api.serializers.base import Answer, Body
from helpdesk.api.serializers.tickets import files_field, long_text
from helpdesk.lib.actors import ActorKind
from sla.engine.entries import ClockKind, Reading, State, Verdict
from sla.engine.trace import explain
from sla.models import Event
from tickets.models import EntryKind, TimelineEntry

ACTORS = [(kind.value, kind.value) for kind in ActorKind]
KINDS = [(kind.value, kind.value) for kind in ClockKind]
STATES = [(state.value, state.value) for state in State]
VERDICTS = [(verdict.value, verdict.value) for verdict in Verdict]


class Author(Answer):
    """Who did it."""

    name = serializers.CharField(source="actor_name")
    side = serializers.ChoiceField(ACTORS, source="actor_kind", help_text="The client, the staff, or the system.")


class MessageAnswer(Answer):
    """A message on a ticket."""

    id = serializers.IntegerField(source="pk")
    internal = serializers.SerializerMethodField(help_text="An internal note: no client ever sees it.")
    author = Author(source="*")
    body = serializers.CharField()
    at = serializers.DateTimeField(help_text="When it took effect: a mail, when it was received.")

    def get_internal(self, entry: TimelineEntry) -> bool:
        return not entry.is_public


class MessageNew(Body):
    """A message: a public reply or, from staff, an internal note."""

    body = long_text("The text.")
    internal = serializers.BooleanField(default=False, help_text="Staff only: a note that no client ever sees.")
    attachments = files_field()


class EntryAnswer(Answer):
    """One entry of a ticket's timeline."""

    id = serializers.IntegerField(source="entry.pk")
    kind = serializers.ChoiceField(EntryKind.choices, source="entry.kind")
    at = serializers.DateTimeField(source="entry.at", help_text="When it took effect.")
    recorded_at = serializers.DateTimeField(source="entry.recorded_at", help_text="When it was written down.")
    author = Author(source="entry")
    internal = serializers.BooleanField(source="row.internal")
    said = serializers.CharField(source="row.said", help_text="What happened, in words.")
    body = serializers.CharField(source="row.body", allow_blank=True)


class TraceLine(Answer):
    """One line of the arithmetic behind a deadline."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    text = serializers.CharField(help_text="What happened in this stretch.")
    minutes = serializers.FloatField(help_text="Support minutes that this stretch counts.")
    total = serializers.FloatField(help_text="Support minutes counted by its end.")


class ClockAnswer(Answer):
    """One promise of the support policy on this ticket, as it stands at `as_of`. Times are support minutes."""

    kind = serializers.ChoiceField(KINDS, help_text="First response, resolution target, or resolution limit.")
    state = serializers.ChoiceField(STATES)
    verdict = serializers.ChoiceField(VERDICTS)
    as_of = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="null while paused, stopped, or without a promise.")
    promised_at = serializers.DateTimeField(allow_null=True, help_text="The last due instant that was shown.")
    warn_at = serializers.DateTimeField(allow_null=True)
    paused_since = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True, help_text="The due instant that passed.")
    provisional = serializers.BooleanField(help_text="The holidays of a year that it reaches are not confirmed yet.")
    budget_minutes = serializers.FloatField(allow_null=True, help_text="null: no promise.")
    used_minutes = serializers.FloatField()
    left_minutes = serializers.FloatField(allow_null=True)
    trace = TraceLine(many=True, required=False, help_text="With ?trace=1.")


class ClocksAnswer(Answer):
    """A ticket's clocks."""

    items = ClockAnswer(many=True)


def clock_facts(kind: ClockKind, reading: Reading, *, traced: bool) -> dict[str, Any]:
    """A folded clock as `ClockAnswer` reads it."""
    facts = {
        "kind": kind.value,
        "state": reading.state.value,
        "verdict": reading.verdict.value,
        "as_of": reading.at,
        "started_at": reading.started_at,
        "due_at": reading.due,
        "promised_at": reading.promised,
        "warn_at": reading.warn_at,
        "paused_since": reading.paused_since,
        "stopped_at": reading.stopped_at,
        "breached_at": reading.breached_at,
        "provisional": reading.provisional,
        "budget_minutes": _minutes(reading.budget),
        "used_minutes": _minutes(reading.used),
        "left_minutes": _minutes(reading.remaining),
    }
    if not traced:
        return facts
    lines = [
        {
            "start": line.start,
            "end": line.end,
            "text": line.label,
            "minutes": _minutes(line.minutes),
            "total": _minutes(line.running_total),
        }
        for line in explain(reading)
    ]
    return {**facts, "trace": lines}


def _minutes(span: timedelta | None) -> float | None:
    return None if span is None else round(span / timedelta(minutes=1), 3)


class EscalationAnswer(Answer):
    """One climb of the ladder."""

    staff_only = ("reason", "told", "remind_at", "reminders")

    id = serializers.IntegerField(source="pk")
    event = serializers.ChoiceField(Event.choices)
    level = serializers.IntegerField(help_text="The level that it reached.")
    level_name = serializers.SerializerMethodField()
    raised_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(source="acknowledged_by.name", allow_null=True, default=None)
    reason = serializers.CharField(required=False, help_text="For staff only.")
    told = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Who was told. For staff only."
    )
    remind_at = serializers.DateTimeField(required=False, allow_null=True, help_text="For staff only.")
    reminders = serializers.IntegerField(required=False, help_text="How many were sent. For staff only.")

    def get_level_name(self, rung: Any) -> str:
        return str(self.context["level_names"].get(rung.level, f"Level {rung.level}"))


class EscalationNew(Body):
    """Why this needs the next level."""

    reason = long_text("Why this needs the next level. It is told to that level.")
