"""What happened and what was agreed: the input of the engine. Instants are aware datetimes, intervals half open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from status.uptime.reasons import DEFAULT_ON, Reason

Names = frozenset[str] | None


class Level(StrEnum):
    """How badly a component is affected."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded_performance"
    PARTIAL = "partial_outage"
    MAJOR = "major_outage"


@dataclass(frozen=True)
class Impact:
    """A component affected from `begins` to `ends` (None: still)."""

    component: str
    level: Level
    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True)
class Incident:
    """Impacts alone decide what counts; whether it was published does not matter, so it is not asked.

    A retracted one does not count. `organisations` None: everybody's.
    """

    ref: str
    impacts: tuple[Impact, ...]
    retracted: bool = False
    organisations: Names = None


@dataclass(frozen=True)
class Announcement:
    """A maintenance window as told to people: on the page at `published_at`, its mails queued at `queued_at`."""

    begins: datetime
    ends: datetime
    published_at: datetime | None
    queued_at: datetime | None

    @property
    def announced_at(self) -> datetime | None:
        """The start of the notice: the later of the two; None while one of them is missing."""
        if self.published_at is None or self.queued_at is None:
            return None
        return max(self.published_at, self.queued_at)


@dataclass(frozen=True)
class Maintenance:
    """A window with all its announcements, in order; `components` None: all of them."""

    ref: str
    announcements: tuple[Announcement, ...]
    components: Names = None
    cancelled: bool = False
    organisations: Names = None


@dataclass(frozen=True)
class Exclusion:
    """A reason that somebody typed for an interval, with its evidence, and a second person's approval."""

    ref: str
    reason: str
    begins: datetime
    ends: datetime
    evidence: str = ""
    proposed_by: str = ""
    approved_by: str = ""
    components: Names = None
    organisations: Names = None

    @property
    def approved(self) -> bool:
        """Whether a second person said yes."""
        return bool(self.proposed_by and self.approved_by) and self.proposed_by != self.approved_by


@dataclass(frozen=True)
class ProbeSeries:
    """Checks of a component at a fixed interval: U up, F failed, ? no result.

    `dropped`: the first failed checks of the confirmed runs whose incident was retracted.
    """

    ref: str
    component: str
    first_check_at: datetime
    results: str
    interval: timedelta = timedelta(seconds=60)
    fail_threshold: int = 3
    success_threshold: int = 2
    dropped: frozenset[datetime] = frozenset()

    def __post_init__(self) -> None:
        if set(self.results) - set("UF?"):
            raise ValueError("the results of a probe are U, F or ?")
        if self.interval <= timedelta(0) or min(self.fail_threshold, self.success_threshold) < 1:
            raise ValueError("the interval and the thresholds of a probe are above zero")


@dataclass(frozen=True)
class Facts:
    """Everything that happened. `unmeasured`: minutes without monitoring, where the probes do not tell."""

    incidents: tuple[Incident, ...] = ()
    maintenances: tuple[Maintenance, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    probes: tuple[ProbeSeries, ...] = ()
    unmeasured: Fraction | None = None


@dataclass(frozen=True)
class UsualWindow:
    """Wall times of a weekday (0 Monday) in seconds of the local day; one that ends at or before its start wraps."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if self.weekday not in range(7) or self.opens == self.closes:
            raise ValueError("a usual window has a weekday from 0 to 6 and two different times")


@dataclass(frozen=True)
class Terms:
    """What was agreed, and whose figure is asked for.

    `components` are measured: down when any is. `core` ones can never be beta features; `beta_since` tells
    since when the others are. Caps and the shortest outage are minutes; `usual_windows` None: any time will
    do. `organisation` None: the platform's figure.
    """

    components: tuple[str, ...]
    core: frozenset[str] = frozenset()
    target: Fraction = Fraction(199, 2)
    reasons: frozenset[Reason] = DEFAULT_ON
    partial_weight: Fraction = Fraction(1)
    notice: timedelta = timedelta(hours=48)
    usual_windows: tuple[UsualWindow, ...] | None = None
    maintenance_cap: Fraction | None = None
    emergency_cap: Fraction = Fraction(60)
    min_outage: Fraction = Fraction(0)
    organisation: str | None = None
    beta_since: Mapping[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.components:
            raise ValueError("there are no components to measure")
        if not 0 <= self.partial_weight <= 1 or not 0 <= self.target <= 100:
            raise ValueError("a weight lies between 0 and 1, a target between 0 and 100")
        if min(self.min_outage, self.emergency_cap, self.maintenance_cap or 0) < 0:
            raise ValueError("caps and the shortest outage are not negative")

    def weight(self, level: Level) -> Fraction:
        """How much of a minute at this level is downtime."""
        return self.partial_weight if level is Level.PARTIAL else Fraction(level is Level.MAJOR)

    def concerns(self, organisations: Names) -> bool:
        """Whether what is told to `organisations` belongs in the figure that is asked for."""
        return organisations is None or self.organisation in organisations
