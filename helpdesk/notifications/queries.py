"""Reads about notices, our own addresses, and addresses that must not be mailed."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, DeliveryState, Notice

BLOCKED = """
    SELECT lower(address), 'our own inbound address' FROM notifications_ownaddress WHERE lower(address) = ANY(%s)
    UNION ALL
    SELECT lower(address), reason FROM notifications_suppression WHERE lower(address) = ANY(%s)
"""
SHOWN = 200


def blocked_addresses(addresses: Iterable[str]) -> dict[str, str]:
    """Which of these addresses must not be mailed, each with the reason; lower-cased."""
    wanted = sorted({address.lower() for address in addresses})
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED, [wanted, wanted])
        return dict(cursor.fetchall())


def outbox(*, state: str = "", reference: str = "") -> QuerySet[Notice]:
    """The newest notices in scope, capped; optionally of one delivery state or one ticket."""
    found = Notice.objects.select_related("organisation").order_by("-id")
    if state:
        found = found.filter(state=state)
    if reference:
        found = found.filter(reference=reference)
    return found[:SHOWN]


def account_outbox(
    *, state: str = "", addresses: Collection[QuerySet[Any]] | None = None, pk: int | None = None
) -> list[AccountNotice]:
    """The newest mails about people's own accounts, capped; of one delivery state, or the one of this id.

    `addresses` are query sets of the lower-case addresses that the asking person may see; None for all of them.
    The rows' secrets are shown by the demo's pages only.
    """
    with system_scope("the admins' outbox page lists account mails"):
        found = AccountNotice.objects.order_by("-id")
        if state:
            found = found.filter(state=state)
        if pk is not None:
            found = found.filter(pk=pk)
        if addresses is not None:
            among = Q(pk__in=())
            for some in addresses:
                among |= Q(recipient__in=some)
            found = found.filter(among)
        return list(found[:SHOWN])


def dead_count() -> int:
    """How many notices in scope were given up, capped at 100: admins see it on every page."""
    return Notice.objects.filter(state=DeliveryState.DEAD).order_by("-id")[:100].count()
