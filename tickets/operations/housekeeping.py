"""Uploads that led nowhere: staged files that nobody sent, and content whose row was never committed."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import Storage

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.receiving import remove_leftovers
from helpdesk.lib.storage import attachment_storage, storage_path
from helpdesk.lib.tenancy import system_scope
from tickets.models import Attachment
from tickets.operations.attachments import forget, lock_use
from tickets.operations.contents import remove_content

logger = logging.getLogger(__name__)
KEPT = timedelta(hours=24)
BATCH = 500
REASON = "uploads that led nowhere, of whichever organisation"


def remove_stale_uploads(*, at: datetime | None = None, batch: int = BATCH) -> int:
    """Remove what was uploaded over 24 hours ago and never sent; returns how many files are gone.

    First staged rows with their content, then content without a row, of known organisations only: a folder shared
    with another database's organisations is left alone. Each batch is a transaction of its own. What killed processes
    left of files that were coming in goes too, and is not counted.
    """
    with system_scope(REASON):
        before = (at or database_now()) - KEPT
        stale = Attachment.objects.filter(ticket__isnull=True, uploaded_at__lt=before)
        owners = sorted(set(stale.values_list("organisation_id", flat=True)))
        everyone = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    remove_leftovers(before=before)
    staged = sum(_tried(_remove_staged, owner, before=before, batch=batch) for owner in owners)
    return staged + sum(_tried(_remove_orphans, owner, before=before, batch=batch) for owner in everyone)


def _tried(remove: Callable[..., int], organisation_id: int, *, before: datetime, batch: int) -> int:
    """Run it for one organisation; what fails there is logged, and the others are tidied all the same."""
    try:
        return remove(organisation_id, before=before, batch=batch)
    except Exception:
        logger.exception("uploads of organisation %s could not be tidied now", organisation_id)
        return 0


def _remove_staged(organisation_id: int, *, before: datetime, batch: int) -> int:
    """Batches until one is not full. What a message is binding at this moment is skipped."""
    removed = 0
    while found := _remove_some_staged(organisation_id, before=before, batch=batch):
        removed += found
    return removed


def _remove_some_staged(organisation_id: int, *, before: datetime, batch: int) -> int:
    with system_scope(REASON):
        use = lock_use(organisation_id)
        stale = Attachment.objects.filter(organisation_id=organisation_id, ticket__isnull=True, uploaded_at__lt=before)
        rows = list(stale.select_for_update(skip_locked=True).order_by("pk")[:batch])
        if rows:
            forget(use, rows)
            record(
                organisation_id=organisation_id,
                action="attachment.expire",
                subject="staged files",
                actor=SYSTEM,
                at=database_now(),
                data={"files": [str(row.public_id) for row in rows]},
            )
    return len(rows)


def _remove_orphans(organisation_id: int, *, before: datetime, batch: int) -> int:
    storage, removed = attachment_storage(), 0
    names = _stored(storage, storage_path(organisation_id, "files"))
    while some := list(islice(names, batch)):
        for name in _without_row(organisation_id, some):
            with suppress(FileNotFoundError):  # a refused upload took it back meanwhile
                if storage.get_modified_time(name) < before:
                    logger.warning("removing content without a row: %s", name)
                    remove_content(name)
                    removed += 1
    return removed


def _stored(storage: Storage, folder: str) -> Iterator[str]:
    """The names of everything below a folder, one folder's listing at a time."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever uploaded
        return
    yield from (f"{folder}/{file}" for file in files)
    for inner in folders:
        yield from _stored(storage, f"{folder}/{inner}")


def _without_row(organisation_id: int, names: Sequence[str]) -> list[str]:
    with system_scope(REASON):
        known = Attachment.objects.filter(organisation_id=organisation_id, storage_name__in=names)
        rows = set(known.values_list("storage_name", flat=True))
    return [name for name in names if name not in rows]
