"""The sentences that the ladder and the acknowledgements use, in plain policy language."""

from datetime import datetime

from helpdesk.lib.instants import instant_text
from sla.models import Event
from tickets.ladder.occurrences import Occurrence

CLOCK_NAMES = {"response": "first response", "target": "resolution target", "limit": "resolution limit"}


def reason_of(found: Occurrence, *, zone: str) -> str:
    """Why the ladder speaks, in one sentence, with the instant in the given zone."""
    when = instant_text(found.instant, zone)
    sentences = {
        Event.SUBMITTED: f"{found.requester_name} of {found.organisation_name} submitted a ticket.",
        Event.WARNING: f"Most of the support time for the {_clock(found)} was used up by {when}.",
        Event.RESPONSE_OVERDUE: f"The first response was due {when} and nobody had answered by then.",
        Event.TARGET_MISSED: f"The resolution target was {when} and the ticket was not resolved by then.",
        Event.LIMIT_PASSED: f"The resolution limit was {when} and the ticket was not resolved by then.",
        Event.ASKED: f"Escalated by hand: {found.reason}",
        Event.REOPENED_TWICE: f"The ticket was reopened for the second time, {when}.",
        Event.UNACKNOWLEDGED: f"Nobody has acknowledged this escalation since {when}.",
    }
    return sentences[Event(found.event)]


def _clock(found: Occurrence) -> str:
    return "first response" if found.clock == "response" else "resolution"


def iso(value: datetime | None) -> str:
    """An instant for a notice's facts; empty for none."""
    return value.isoformat() if value else ""
