"""The only writers of the API's own rows: requests that must not be carried out twice."""

from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.api.models import IdempotentRequest
from helpdesk.lib.clock import database_now
from helpdesk.lib.rows import insert_rows

KEPT = timedelta(hours=48)
BATCH = 5000


def claim_request(*, person_id: int, key: str, fingerprint: str) -> tuple[IdempotentRequest, bool]:
    """Take the key for this request, in the transaction that carries it out; returns the row and whether it is new.

    A second request with the same key waits here until the first one's transaction ends: it then finds the first
    one's row or, when that was rolled back, takes the key itself.
    """
    before = IdempotentRequest.objects.filter(person_id=person_id, key=key).first()
    if before is not None:
        return before, False
    row = {"person_id": person_id, "key": key, "fingerprint": fingerprint}
    insert_rows(IdempotentRequest, [row], ignore_conflicts=True)
    found = IdempotentRequest.objects.get(person_id=person_id, key=key)
    return found, found.status is None


def settle_request(*, claimed: IdempotentRequest, status: int, location: str) -> None:
    """Note how the request ended, in its own transaction."""
    IdempotentRequest.objects.filter(pk=claimed.pk).update(status=status, location=location)


def forget_requests(*, at: datetime | None = None) -> int:
    """Remove keys older than 48 hours, 5,000 in each transaction until none is left; returns how many went."""
    before = (at or database_now()) - KEPT
    gone = batch = _forget_batch(before)
    while batch == BATCH:
        batch = _forget_batch(before)
        gone += batch
    return gone


@transaction.atomic
def _forget_batch(before: datetime) -> int:
    old = IdempotentRequest.objects.filter(created_at__lt=before).order_by("created_at")
    keys = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    IdempotentRequest.objects.filter(pk__in=keys).delete()
    return len(keys)
