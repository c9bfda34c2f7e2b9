"""The live budget of downtime: what a month allows, what of it is used up, what is left."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from helpdesk.accounts.models import Organisation
from status.reckoning.months import month_at, reckon
from status.uptime.figures import Totals

STEPS = (50, 80, 100)  # per cent of the budget at which people are told


@dataclass(frozen=True)
class Budget:
    """Minutes of the month's downtime at the target, exactly; `left` is below zero when the promise is broken."""

    month: str
    total: Fraction
    used: Fraction

    @property
    def left(self) -> Fraction:
        return self.total - self.used

    @property
    def percent(self) -> int:
        """How much of it is used up, in whole per cent, cut off."""
        if not self.total:
            return 100 if self.used else 0
        return int(100 * self.used / self.total)


def budget_of(month: str, totals: Totals) -> Budget:
    """The budget that a month's totals tell."""
    return Budget(month, totals.budget, totals.counted)


def budget_left(*, at: datetime, organisation: Organisation | None = None) -> Budget | None:
    """The running month's budget at the instant, of everybody's figure or of one organisation's.

    None while no core component has begun. For whoever plans maintenance, or looks at an outage.
    """
    month = month_at(at)
    found = reckon(month, organisation=organisation, at=at)
    return None if found is None else budget_of(month.name, found.whole.totals)
