"""Tickets as the API takes and gives them."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from rest_framework import serializers

from helpdesk.api.serializers.base import Answer, Body, PersonBrief, absolute
from sla.models import Severity
from tickets.fields import FieldLine, field_lines
from tickets.labels import MOST_TAGS, tags_of
from tickets.models import Channel, FieldKind, Ticket, TicketState
from tickets.models.fields import LONGEST_VALUE
from tickets.models.labels import LONGEST_TAG
from tickets.operations.intake import LONGEST_LINE, LONGEST_SUBJECT, LONGEST_TEXT

REASON = "Why; the client reads it."


def long_text(words: str, **options: Any) -> serializers.CharField:
    """A text of several lines, as long as one is stored."""
    return serializers.CharField(max_length=LONGEST_TEXT, trim_whitespace=False, help_text=words, **options)


def files_field() -> serializers.ListField:
    """Staged files that go with what is sent."""
    words = "The ids of files that you have staged under /attachments/."
    most = settings.ATTACHMENTS_PER_MESSAGE
    return serializers.ListField(child=serializers.UUIDField(), required=False, max_length=most, help_text=words)


class TagNames(serializers.ListField):
    """A ticket's tags; clients' answers leave them out, so none are looked up for these."""

    def get_attribute(self, instance: Ticket) -> list[str]:
        return tags_of(instance) if self.context["member"].is_staff else []


class FieldValue(Answer):
    """A custom field of a ticket with its value."""

    id = serializers.IntegerField(source="definition.pk", help_text="The field's number: what a change names it by.")
    name = serializers.CharField(source="definition.label", help_text="What people read beside the value.")
    kind = serializers.ChoiceField(FieldKind.choices, source="definition.kind")
    value = serializers.CharField(allow_blank=True, help_text="Empty: none. A date as 2026-11-30; yes or no.")


class FieldValues(serializers.ListField):
    """A ticket's custom fields as the member sees them, in one statement."""

    def get_attribute(self, instance: Ticket) -> list[FieldLine]:
        return field_lines(instance, staff=self.context["member"].is_staff)


def custom_fields() -> serializers.DictField:
    """Values of custom fields by the field's number."""
    words = "Values by the number of the field, as an answer's custom_fields names it: {number: value}."
    return serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_VALUE, allow_blank=True, trim_whitespace=False),
        required=False,
        help_text=words,
    )


class TicketBrief(Answer):
    """A ticket in a list."""

    staff_only: ClassVar[tuple[str, ...]] = ("channel",)

    id = serializers.UUIDField(source="public_id", help_text="The ticket's id in addresses; it cannot be guessed.")
    reference = serializers.CharField(help_text="As people call it: ACME-142.")
    url = serializers.SerializerMethodField(help_text="Where the ticket is in the API.")
    page = serializers.SerializerMethodField(help_text="Where a person reads it.")
    organisation = serializers.CharField(source="organisation.key", help_text="The client organisation's key.")
    subject = serializers.CharField()
    severity = serializers.ChoiceField(Severity.choices)
    state = serializers.ChoiceField(TicketState.choices)
    level = serializers.IntegerField(help_text="The escalation level that it stands on, from 1.")
    channel = serializers.ChoiceField(Channel.choices, required=False, help_text="How it came in. For staff only.")
    requester = PersonBrief()
    assignee = PersonBrief(source="assignee.user", allow_null=True)
    opened_at = serializers.DateTimeField(help_text="When it was received: deadlines count from here.")
    updated_at = serializers.DateTimeField(
        source="changed_at", help_text="When the newest thing happened that you see: internal notes are for staff only."
    )
    due_at = serializers.DateTimeField(
        source="queue_due_at", allow_null=True, help_text="The earliest running deadline; null: paused, or none."
    )

    planned_on = serializers.DateField(
        allow_null=True, help_text="For a P4: when the work is planned; null: as per dev schedule."
    )

    def get_url(self, ticket: Ticket) -> str:
        return absolute(ticket_path(ticket))

    def get_page(self, ticket: Ticket) -> str:
        return absolute(ticket.path)


class TicketAnswer(TicketBrief):
    """A ticket."""

    staff_only = (*TicketBrief.staff_only, "tags")

    description = serializers.CharField()
    steps = serializers.CharField(allow_blank=True)
    affected_users = serializers.CharField(allow_blank=True)
    since = serializers.CharField(allow_blank=True)
    outside_reason = serializers.CharField(help_text="Why it is outside standard support; empty: it is not.")
    resolved_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True, help_text="Until then a resolved ticket can be reopened.")
    closed_at = serializers.DateTimeField(allow_null=True)
    withdrawn = serializers.BooleanField()
    follows = serializers.SerializerMethodField(help_text="The ticket that this one follows, if you may see it.")

    custom_fields = FieldValues(
        child=FieldValue(), help_text="In their order, also those without a value; clients see theirs only."
    )
    tags = TagNames(child=serializers.CharField(), required=False, help_text="By name. For staff only.")

    def get_follows(self, ticket: Ticket) -> UUID | None:  # noqa: ARG002 - the framework's signature
        found: UUID | None = self.context.get("followed")
        return found


def ticket_path(ticket: Ticket) -> str:
    """Where the ticket is in the API, below the site's address."""
    return f"/api/v1/tickets/{ticket.public_id}/"


class TicketNew(Body):
    """A new ticket. Its deadlines count from the moment in which it arrives."""

    subject = serializers.CharField(max_length=LONGEST_SUBJECT, help_text="One line that says what is wrong.")
    description = long_text("What happens, and what you expected instead.")
    severity = serializers.ChoiceField(Severity.choices, help_text="As the support policy defines it.")
    steps = long_text("Steps that lead to it.", required=False, allow_blank=True)
    affected_users = serializers.CharField(max_length=LONGEST_LINE, required=False, allow_blank=True)
    since = serializers.CharField(max_length=LONGEST_LINE, required=False, allow_blank=True)
    organisation = serializers.CharField(
        max_length=12, required=False, help_text="The client's key. Staff must say it; clients may leave it out."
    )
    requester = serializers.IntegerField(
        required=False, help_text="The person at the client who asks. Staff must say it; clients ask for themselves."
    )
    follows = serializers.UUIDField(required=False, help_text="The id of a resolved or closed ticket that it follows.")
    attachments = files_field()
    custom_fields = custom_fields()


class TicketChange(Body):
    """What changes about a ticket; leave out what stays. All of it happens, or nothing."""

    severity = serializers.ChoiceField(Severity.choices, required=False)
    planned_on = serializers.DateField(required=False, allow_null=True, help_text="null: as per dev schedule.")
    assignee = serializers.IntegerField(
        required=False, allow_null=True, help_text="The staff member's number as a person; null: nobody."
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TAG),
        required=False,
        max_length=MOST_TAGS,
        help_text="All its tags: one that is left out is taken off. For staff only.",
    )
    custom_fields = custom_fields()
    reason = long_text(f"{REASON} Needed for a severity and for a planned date.", required=False)


class OutsideBody(Body):
    """Why it is outside standard support, and what the client is told."""

    reason = serializers.CharField(max_length=300, help_text="One of the ticket's policy's `not_covered`.")
    message = long_text("A public reply, in plain words.")


class WaitingBody(Body):
    """What the client is asked, or how they were contacted; one of the two is needed."""

    question = long_text("A public question. It is an answer too.", required=False, allow_blank=True)
    contact = long_text("How and why the client was contacted.", required=False, allow_blank=True)


class ReasonBody(Body):
    """A reason."""

    reason = long_text(REASON)


class OptionalReasonBody(Body):
    """A reason, or none."""

    reason = long_text(REASON, required=False, allow_blank=True)


class ResolutionBody(Body):
    """What was done."""

    message = long_text(
        "Sent to the client. Without it a first answer that is still owed stays owed.", required=False, allow_blank=True
    )
    attachments = files_field()


class EmptyBody(Body):
    """Nothing to say: `{}`, or no body at all."""
