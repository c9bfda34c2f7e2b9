"""The daily look at what verified domains still publish."""

from datetime import datetime, timedelta

from helpdesk.accounts.models.domains import OrganisationDomain
from helpdesk.accounts.operations.domains import settle_domain
from helpdesk.lib.clock import database_now
from helpdesk.lib.dns_records import DnsAway, txt_records
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope

REASON = "domains of every organisation are looked up"
AGAIN_AFTER = timedelta(hours=20)
AT_ONCE = 500
MOST_SILENT = 10  # in a row: then it is our own name server that is away


def recheck_domains(*, at: datetime | None = None) -> int:
    """Look up again what was last answered 20 hours ago, the oldest first; returns how many answered.

    The look-ups are made outside any transaction. What does not answer is left as it is: silence proves nothing.
    """
    with system_scope(REASON):
        before = (at or database_now()) - AGAIN_AFTER
        verified = OrganisationDomain.objects.filter(verified_at__isnull=False, checked_at__lt=before)
        rows = list(verified.order_by("checked_at")[:AT_ONCE])
    answered, silent = 0, 0
    for row in rows:
        if silent == MOST_SILENT:
            break
        answered, silent = (answered + 1, 0) if _looked_up(row, at=at) else (answered, silent + 1)
    return answered


def _looked_up(row: OrganisationDomain, *, at: datetime | None) -> bool:
    try:
        found = row.record_value in txt_records(row.record_name)
        with system_scope(REASON):
            settle_domain(domain=row, found=found, at=at)
    except (DnsAway, Conflict):
        return False
    return True
