"""What many pages show of uptime, kept for a minute: a figure moves slowly, and counting it reads a month."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.cache import cache

from helpdesk.accounts.models import Organisation
from helpdesk.lib.tenancy import tenant_key
from status.reckoning.budget import Budget, budget_of
from status.reckoning.listing import MOST, Line, Lines, lines
from status.uptime.figures import Totals

SECONDS = 60
NEWEST = 2  # months: the one that runs, and the one before
MonthOfPart = tuple[date, Totals, bool]  # its first day, the figure, whether a probe looks at it
NOBODY = 0  # no organisation has this key


def kept_lines(*, organisation: Organisation | None, at: datetime, most: int = MOST) -> Lines:
    """The newest periods of everybody's figure or of an organisation's, at most a minute old."""
    key = tenant_key(NOBODY if organisation is None else organisation.pk, "status", "uptime", most)
    found: Lines | None = cache.get(key)
    if found is None:
        found = lines(organisation=organisation, at=at, most=most)
        cache.set(key, found, SECONDS)
    return found


def kept_uptime(*, at: datetime) -> Mapping[str, Sequence[MonthOfPart]]:
    """The running month and the one before of each component's everybody's figure, by ref, for beside its bar."""
    found: dict[str, list[MonthOfPart]] = {}
    for line in kept_lines(organisation=None, at=at, most=NEWEST).months:
        for part in line.parts:
            found.setdefault(part.ref, []).append((line.first, part.totals, part.is_probed))
    return found


def running_line(found: Lines) -> Line | None:
    """The month that runs, if any component had begun in it."""
    return next((line for line in found.months if line.is_running), None)


def kept_budget(*, organisation: Organisation | None = None, at: datetime) -> Budget | None:
    """The running month's budget, at most a minute old."""
    line = running_line(kept_lines(organisation=organisation, at=at, most=NEWEST))
    return None if line is None else budget_of(line.name, line.whole)
