"""What a worker does for uptime every few minutes, in one call."""

from datetime import datetime

from helpdesk.lib.clock import database_now
from status.operations.budgets import tell_budgets
from status.operations.months import freeze_due


def keep_uptime(*, at: datetime | None = None) -> int:
    """Freeze months whose time has come, then tell of budgets; returns how many months and alerts that made."""
    at = at or database_now()
    return freeze_due(at=at) + tell_budgets(at=at)
