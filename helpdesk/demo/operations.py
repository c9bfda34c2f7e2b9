"""Seeding the demo in one transaction: either the whole world is there, or nothing."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from helpdesk.accounts.models import Organisation
from helpdesk.demo.people import VENDOR, make_cast
from helpdesk.demo.scenario import HISTORY, Year
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from helpdesk.notifications.operations import archive_history
from sla.operations.seeding import seed_policy


def seed_demo(*, seed: int, tickets: int, progress: Callable[[str], None]) -> bool:
    """Fill an empty helpdesk with six organisations and a year of tickets; False when it is not empty.

    The history's notices are archived, so that a year of mail is not sent now.
    """
    with transaction.atomic(), system_scope("the demo's seed lives in every organisation"), muted():
        seed_policy(domain=VENDOR)
        if Organisation.objects.exists():
            return False
        now = database_now()
        cast = make_cast(at=now - HISTORY - timedelta(days=30))
        Year(cast, seed=seed, end=now, progress=progress).live(tickets=tickets)
        archive_history(before=now)
    return True
