"""The surges that staff are shown: of each the tickets of organisations that they serve, if those are of several."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from helpdesk.lib.instants import span_text
from status.models import Surge, SurgeState, SurgeTicket
from tickets.models import Ticket

SHOWN_FOR = timedelta(hours=24)
MOST, MOST_TICKETS = 5, 200


class SurgeNotFound(LookupError):
    """No such surge, or not for whoever asks."""


@dataclass(frozen=True)
class SurgeCard:
    """A proposal as one person may see it."""

    surge: Surge
    tickets: Sequence[Ticket]

    @property
    def organisations(self) -> int:
        return len({one.organisation_id for one in self.tickets})

    @property
    def span(self) -> str:
        """From the first to the newest of the tickets."""
        opened = [one.opened_at for one in self.tickets]
        return span_text(max(opened) - min(opened))


def proposed_surges(*, at: datetime) -> list[SurgeCard]:
    """What is proposed and not decided, the newest first; two statements."""
    rows = Surge.objects.filter(state=SurgeState.PROPOSED, newest_at__gt=at - SHOWN_FOR).order_by("-newest_at")
    return _cards(list(rows[:MOST]))


def proposed_surge(public_id: uuid.UUID) -> SurgeCard:
    """One that is not decided; raises `SurgeNotFound`, also where the scope shows too little of it."""
    found = Surge.objects.filter(public_id=public_id, state=SurgeState.PROPOSED).first()
    cards = _cards([found]) if found is not None else []
    if not cards:
        raise SurgeNotFound
    return cards[0]


def _cards(surges: Sequence[Surge]) -> list[SurgeCard]:
    tickets: dict[int, list[Ticket]] = {}
    rows = SurgeTicket.objects.filter(surge__in=[one.pk for one in surges]).select_related("ticket__organisation")
    for row in rows.order_by("ticket__opened_at", "pk")[:MOST_TICKETS]:
        tickets.setdefault(row.surge_id, []).append(row.ticket)
    cards = [SurgeCard(one, tickets.get(one.pk, ())) for one in surges]
    return [one for one in cards if one.organisations >= settings.SURGE_ORGANISATIONS]
