"""What an edit of a calendar moves: the new due instant of a running clock, and the sums that a preview shows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.engine.calendar import BusinessCalendar
from sla.engine.instants import MINUTE_US, to_us

HORIZON_DAYS = 14  # how far ahead a preview tells of breaches
TELLS_OF_BREACH = ("response", "limit")  # a missed target is no breach


class Moved:
    """The due instant of a running clock under a calendar known from `at` on (POLICY 6), as the fold would move it.

    The clock's rest of support time is counted anew from the start of the local date of `at`, and its due instant
    never comes earlier. A pause or a change of severity on that very date is not known here: then the fold may move
    it less.
    """

    def __init__(self, old: BusinessCalendar, new: BusinessCalendar, *, at: datetime) -> None:
        self.at = to_us(at)
        self._old, self._new = old, new
        self._midnight = to_us(new.local_midnight(at))
        self._today = old.open_us(self._midnight, self.at) != new.open_us(self._midnight, self.at)
        self._cached = lru_cache(maxsize=100_000)(self._due)

    def minutes(self, started_at: datetime, due: datetime) -> int:
        """How many minutes of wall time later it falls due; 0 for a promise that stays. Instants are UTC."""
        return self._cached(to_us(started_at) if self._today else 0, to_us(due)) // MINUTE_US

    def _due(self, started: int, due: int) -> int:
        rest = self._old.open_us(self.at, due)
        if self._today:
            since = max(self._midnight, started)
            rest += self._old.open_us(since, self.at) - self._new.open_us(since, self.at)
        found = self._new.due_us(self.at, rest)
        return 0 if found is None else max(found - due, 0)


@dataclass
class Tally:
    """Counts over parts: tickets of one part are in no other."""

    delays: Counter[str] = field(default_factory=Counter)
    organisations: dict[str, list[int]] = field(default_factory=dict)  # clocks, tickets, most minutes
    tickets: int = 0
    kept: int = 0
    postponed: int = 0
    lost: int = 0
    _seen: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Tally":
        """The counts of the parts before."""
        return cls(
            delays=Counter(stored.get("delays", {})),
            organisations={key: list(value) for key, value in stored.get("organisations", {}).items()},
            **{name: stored.get(name, 0) for name in ("tickets", "kept", "postponed", "lost")},
        )

    def add(
        self, moved: Moved, organisation_id: int, ticket_id: int, kind: str, started_at: datetime, due: datetime
    ) -> None:
        """Count one running clock."""
        self.count(organisation_id, ticket_id, kind, due, minutes=moved.minutes(started_at, due), at=moved.at)

    def count(self, organisation_id: int, ticket_id: int, kind: str, due: datetime, *, minutes: int, at: int) -> None:
        """Count a running clock that falls due so many minutes later. `at`: the edit's instant, in microseconds."""
        if not minutes:
            self.kept += 1
            return
        self.delays[str(minutes)] += 1
        mine = self.organisations.setdefault(str(organisation_id), [0, 0, 0])
        mine[0] += 1
        mine[2] = max(mine[2], minutes)
        if ticket_id not in self._seen:
            self._seen.add(ticket_id)
            self.tickets += 1
            mine[1] += 1
        horizon, promised = at + HORIZON_DAYS * 1440 * MINUTE_US, to_us(due)
        self.postponed += kind in TELLS_OF_BREACH and promised <= horizon < promised + minutes * MINUTE_US

    def as_json(self) -> dict[str, Any]:
        """To be stored between two parts."""
        facts = {"tickets": self.tickets, "kept": self.kept, "postponed": self.postponed}
        facts["lost"] = self.lost
        return {**facts, "delays": dict(self.delays), "organisations": self.organisations}


def summed(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The preview: how many clocks move, by how many minutes, whose, and which breaches are put off."""
    tally = Tally.of(stored)
    delays = sorted((int(minutes), many) for minutes, many in tally.delays.items())
    clocks = sum(many for _, many in delays)
    return {
        **{name: stored[name] for name in ("open", "paused", "breached", "due_soon", "at")},
        "clocks": clocks,
        "tickets": tally.tickets,
        "kept": tally.kept,
        "lost": tally.lost,
        "postponed": tally.postponed,
        "appearing": 0,  # no running clock ever falls due earlier than it was promised (POLICY 6)
        "least": delays[0][0] if delays else 0,
        "middle": _middle(delays, clocks),
        "most": delays[-1][0] if delays else 0,
        "organisations": tally.organisations,
    }


def _middle(delays: list[tuple[int, int]], clocks: int) -> int:
    """The lower median."""
    seen = 0
    for minutes, many in delays:
        seen += many
        if 2 * seen >= clocks:
            return minutes
    return 0


def later_words(minutes: int) -> str:
    """`2 days 1 h`: wall time, to the greatest two units."""
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = [
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
        _("%(n)d h") % {"n": hours} if hours else "",
        _("%(n)d min") % {"n": left} if left or not minutes else "",
    ]
    return " ".join([part for part in parts if part][:2])
