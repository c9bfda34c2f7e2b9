"""What a client's pages say of the service in a banner: a roll-up for each organisation, kept in the cache.

Whoever changes an incident or a window writes the roll-ups anew, once it is committed; a page reads one, and asks
the database only where there is none. They live half a minute, which bounds how long a page is wrong when the cache was
away meanwhile, and how late it tells that a window has begun by the clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models.functions import Now

from helpdesk.lib.tenancy import has_scope, tenant_key
from status.maintenance.queries import not_over, shown_windows
from status.maintenance.windows import OVER, RUNNING, state_of
from status.models import ImpactLevel, Incident, MaintenanceWindow, Phase, WindowState
from status.models.levels import rank_of
from status.queries import open_incidents

SECONDS = 30
MOST = 20
AHEAD = timedelta(hours=48)
FIELDS = ("public_id", "title", "phase", "level", "started_at", "next_update_at")
WINDOW_FIELDS = ("public_id", "title", "revision", "impact", "begins_at", "ends_at", "overran_at")


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One incident as a banner tells of it."""

    public_id: str
    title: str
    phase: str
    level: str
    started_at: datetime
    next_update_at: datetime | None

    is_window = False

    @property
    def is_critical(self) -> bool:
        """A major outage cannot be put away."""
        return self.level == ImpactLevel.MAJOR

    @property
    def mark(self) -> str:
        """What putting it away remembers: the incident as it stands. When that changes, it is told again."""
        return f"{self.public_id.replace('-', '')}{self.phase[:2]}{self.level[:2]}"

    @property
    def phase_label(self) -> str:
        return str(Phase(self.phase).label)

    @property
    def level_label(self) -> str:
        return str(ImpactLevel(self.level).label)


@dataclass(frozen=True, kw_only=True)
class WindowHeadline:
    """One maintenance window as a banner tells of it: while it runs, and in the two days before."""

    public_id: str
    title: str
    state: str
    revision: int
    impact: str
    begins_at: datetime
    ends_at: datetime
    overran_at: datetime | None

    is_window = True
    is_critical = False

    @property
    def mark(self) -> str:
        """What putting it away remembers: the window as it stands. When it begins or is moved, it is told again."""
        state = "ov" if self.overran_at else self.state[:2]
        return f"{self.public_id.replace('-', '')}{state}{self.revision % 100:02d}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def state_label(self) -> str:
        return str(WindowState(self.state).label)


Told = Headline | WindowHeadline


def headlines_for(organisation_id: int) -> Sequence[Told]:
    """What this organisation's banner says: incidents, the worst first, then windows that run, then those ahead.

    From the cache, or by two statements in its own scope. Outside any scope, as on a page that tells of a failure, the
    cache alone is asked.
    """
    kept = cache.get(_key(organisation_id))
    if kept is None and has_scope():
        kept = [values_of(one) for one in told_incidents()] + [values_of_window(one) for one in told_windows()]
        cache.add(_key(organisation_id), kept, SECONDS)  # never over what a change has written meanwhile
    return [_headline(values) for values in kept or ()]


def keep_headlines(values: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
    """Keep the roll-ups of these organisations, each as `values_of` its incidents in order, and its windows."""
    cache.set_many({_key(pk): list(told) for pk, told in values.items()}, SECONDS)


def told_incidents() -> list[Incident]:
    """The incidents of the scope at hand that banners tell of, the worst first, then the newest."""
    found = open_incidents().filter(in_app=True)[:MOST]
    return sorted(found, key=lambda one: -rank_of(one.level))


def told_windows() -> list[MaintenanceWindow]:
    """The windows of the scope at hand that banners tell of, by the database's clock; those that run first."""
    lasting = not_over(shown_windows(), at=Now()).filter(begins_at__lte=Now() + AHEAD)
    found = [one for one in lasting.annotate(asked_at=Now())[:MOST] if _state(one) not in OVER]
    return sorted(found, key=lambda one: _state(one) not in RUNNING)


def values_of(incident: Incident) -> dict[str, Any]:
    """An incident as the cache keeps it."""
    return {**{name: getattr(incident, name) for name in FIELDS}, "public_id": str(incident.public_id)}


def values_of_window(window: MaintenanceWindow) -> dict[str, Any]:
    """A window as the cache keeps it: one of `told_windows`."""
    values = {name: getattr(window, name) for name in WINDOW_FIELDS}
    return {**values, "public_id": str(window.public_id), "state": _state(window).value}


def _state(window: MaintenanceWindow) -> WindowState:
    """How it stood when it was asked for: `told_windows` notes the instant on it."""
    return state_of(window, at=window.asked_at)  # type: ignore[attr-defined]


def without(headlines: Iterable[Told], put_away: Iterable[str]) -> list[Told]:
    """Those that have not been put away, and whatever is critical."""
    marks = set(put_away)
    return [one for one in headlines if one.is_critical or one.mark not in marks]


def _headline(values: Mapping[str, Any]) -> Told:
    return WindowHeadline(**values) if "state" in values else Headline(**values)


def _key(organisation_id: int) -> str:
    return tenant_key(organisation_id, "status", "headlines")
