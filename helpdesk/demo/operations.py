"""Seeding the demo: a story told through the operations, in one transaction; the bulk of a large one is copied."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from helpdesk.accounts.models import Organisation
from helpdesk.demo.bulk import Size, load_desk
from helpdesk.demo.people import VENDOR, make_cast
from helpdesk.demo.scenario import HISTORY, Year
from helpdesk.demo.service import tell_of_service
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from helpdesk.notifications.operations import archive_history
from sla.operations.seeding import seed_policy

FAST_FROM = 2000  # tickets; from these on all but a story are loaded in bulk
STORY, STORYS_ORGANISATIONS = 60, 6


def seed_demo(
    *, seed: int, tickets: int, progress: Callable[[str], None], still_open: int | None = None, organisations: int = 500
) -> bool:
    """Fill an empty helpdesk with six organisations and a year of tickets; False when it is not empty.

    The history's notices are archived, so that a year of mail is not sent now. From `FAST_FROM` tickets on all but 60
    are loaded in bulk, chunk by chunk, as the operations would have written them: `still_open` of those are open (a
    tenth, unless it is told), of as many further organisations as make `organisations` in all.
    """
    story = tickets if tickets < FAST_FROM else STORY
    if not _tell_story(seed=seed, tickets=story, progress=progress):
        return False
    if rest := tickets - story:
        unfinished = min(rest, rest // 10 if still_open is None else still_open)
        further = organisations - STORYS_ORGANISATIONS
        size = Size(organisations=further, open=unfinished, closed=rest - unfinished)
        load_desk(size, at=database_now(), seed=seed, progress=progress)
    return True


def _tell_story(*, seed: int, tickets: int, progress: Callable[[str], None]) -> bool:
    """The whole of the story, or nothing where there is something already."""
    with transaction.atomic(), system_scope("the demo's seed lives in every organisation"), muted():
        seed_policy(domain=VENDOR)
        if Organisation.objects.exists():
            return False
        now = database_now()
        began = now - HISTORY - timedelta(days=30)
        cast = make_cast(at=began)
        tell_of_service(cast, began=began, now=now)
        Year(cast, seed=seed, end=now, progress=progress).live(tickets=tickets)
        archive_history(before=now)
    return True
