"""Who else looks at a ticket at this moment. Kept in the cache alone: where that is away, nobody is told, no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache

from helpdesk.lib.tenancy import tenant_key
from tickets.models import DraftKind, Ticket

BEAT_SECONDS = 15
GONE_SECONDS = 3 * BEAT_SECONDS  # a page that is silent for so long was closed


@dataclass(frozen=True)
class Onlooker:
    """A colleague who has the ticket open. `writing`: a kind of draft, or empty while they only look."""

    name: str
    writing: str


def note_presence(ticket: Ticket, *, user_id: int, name: str, writing: str, at: datetime) -> Sequence[Onlooker]:
    """Say that this person looks, or writes, and get the others who do, by name.

    Two who say so in the same moment may overwrite one another; the next beat, 15 seconds later, mends it.
    """
    key, now = tenant_key(ticket.organisation_id, "presence", ticket.pk), at.timestamp()
    kept: dict[int, tuple[str, str, float]] = cache.get(key) or {}
    others = {who: row for who, row in kept.items() if who != user_id and now - row[2] < GONE_SECONDS}
    cache.set(key, {**others, user_id: (name, _kind(writing), now)}, GONE_SECONDS)
    return sorted((Onlooker(name, kind) for name, kind, _ in others.values()), key=lambda one: one.name)


def _kind(writing: Any) -> str:
    return writing if writing in DraftKind.values else ""
