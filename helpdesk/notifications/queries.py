"""Reads about notices, our own addresses, and addresses that must not be mailed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from helpdesk.lib.prepared import prepared
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import (
    LONGEST_ID,
    AccountNotice,
    DeliveryState,
    MessageReference,
    Notice,
    Suppression,
)
from helpdesk.notifications.threads import number_of, read_thread_id

# An address of our own with a tag behind its + is our own: replies come to such.
BLOCKED = """
    SELECT wanted, 'our own inbound address' FROM unnest(%s) wanted
    JOIN (SELECT lower(address) FROM notifications_ownaddress UNION SELECT lower(%s)) own (address)
        ON own.address IN (wanted, regexp_replace(wanted, '\\+[^@]*@', '@'))
    UNION ALL
    SELECT lower(address), reason FROM notifications_suppression WHERE lower(address) = ANY(%s)
"""
SHOWN = 200
INBOX_PAGE = 50
MOST_SENT = 500  # mails to one ticket's clients whose delivery is shown
MOST_UNREAD = 100
THREAD_IDS = 19  # and the ticket's own: what a `References` field holds


def blocked_addresses(addresses: Iterable[str]) -> dict[str, str]:
    """Which of these addresses must not be mailed, each with the reason; lower-cased."""
    wanted = sorted({address.lower() for address in addresses})
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED, [wanted, settings.REPLY_ADDRESS, wanted])
        return dict(cursor.fetchall())


def outbox(*, state: str = "", reference: str = "") -> QuerySet[Notice]:
    """The newest notices in scope, capped; optionally of one delivery state or one ticket."""
    found = Notice.objects.select_related("organisation").order_by("-id")
    if state:
        found = found.filter(state=state)
    if reference:
        found = found.filter(reference=reference)
    return found[:SHOWN]


def account_outbox(*, seen: Q, state: str = "", pk: int | None = None) -> list[AccountNotice]:
    """The newest mails about people's own accounts, capped; of one delivery state, or the one of this id.

    `seen` is the condition on those that the asking person may see. Their secrets are shown by the demo's pages only.
    """
    with system_scope("the admins' outbox page lists account mails"):
        found = AccountNotice.objects.filter(seen).order_by("-id")
        if state:
            found = found.filter(state=state)
        if pk is not None:
            found = found.filter(pk=pk)
        return list(found[:SHOWN])


def dead_count() -> int:
    """How many notices in scope were given up, capped at 100: admins see it on every page."""
    return Notice.objects.filter(state=DeliveryState.DEAD).order_by("-id")[:100].count()


def dead_account_count(*, seen: Q) -> int:
    """How many mails about accounts were given up, capped at 100; of those that `account_outbox` would list."""
    with system_scope("the admins' pages count the account mails that failed"):
        return AccountNotice.objects.filter(seen, state=DeliveryState.DEAD).order_by("-id")[:100].count()


def inbox_of(address: str, *, before: int | None = None) -> tuple[list[Notice], int | None]:
    """A page of what somebody was told of the organisations in scope, newest first, and where the next one begins.

    `before` is the id that the page begins below. Simulated history was told to nobody and is left out.
    """
    found = _inbox(address).order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: INBOX_PAGE + 1])
    return rows[:INBOX_PAGE], rows[INBOX_PAGE - 1].pk if len(rows) > INBOX_PAGE else None


def unread_count(address: str) -> int:
    """How many of somebody's newest 100 notices are unread: it stands on every page, so it looks no further back."""
    return _read_at(address=address).count(None)


@prepared
def _read_at(*, address: str) -> QuerySet[Notice, datetime | None]:
    return _inbox(address).order_by("-id").values_list("read_at", flat=True)[:MOST_UNREAD]


def _inbox(address: str) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=address).exclude(state=DeliveryState.ARCHIVED)


def suppressions(*, seen: Q, text: str = "") -> QuerySet[Suppression]:
    """The addresses that get no mail, of those that the asking person may see, newest first; capped."""
    found = Suppression.objects.filter(seen).order_by("-created_at", "-id")
    if text:
        found = found.filter(address__contains=text.lower())
    return found[:SHOWN]


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Which of these addresses get no mail, as they are written here; one statement."""
    written = {address.lower(): address for address in addresses}
    if not written:
        return set()
    found = Suppression.objects.filter(address__in=list(written)).values_list("address", flat=True)
    return {written[address] for address in found}


def delivery_of(*, organisation_id: int, reference: str) -> list[Notice]:
    """What a ticket's clients were sent, oldest first, with how it went; one statement, at most 500."""
    return _delivery(organisation=organisation_id, reference=reference)


@prepared
def _delivery(*, organisation: int, reference: str) -> QuerySet[Notice]:
    found = Notice.objects.filter(organisation_id=organisation, reference=reference, audience="client")
    return found.order_by("id").defer("facts", "reason")[:MOST_SENT]


def plain_id(message_id: str) -> str:
    """A Message-ID as it is kept: without brackets and blanks around it, at most 500 characters."""
    return message_id.strip().removeprefix("<").removesuffix(">").strip()[:LONGEST_ID]


def tickets_of_message_ids(message_ids: Sequence[str]) -> list[tuple[int, int]]:
    """The tickets that these ids belong to, as (organisation, number), in the order of the ids; one statement.

    Only of the organisations in scope, which the database sees to; an id that is unknown there is left out. The ids
    that we write into `References` for a ticket as a whole are read, not looked up.
    """
    wanted = [plain_id(one) for one in message_ids]
    if not wanted:
        return []
    found = MessageReference.objects.filter(message_id__in=wanted).order_by("organisation_id")
    known: dict[str, tuple[int, int]] = {}
    for message_id, organisation_id, reference in found.values_list("message_id", "organisation_id", "reference"):
        if (number := number_of(reference)) is not None:
            known.setdefault(message_id, (organisation_id, number))
    for message_id in wanted:
        if token := read_thread_id(message_id):
            known.setdefault(message_id, (token.organisation_id, token.number))
    return list(dict.fromkeys(known[one] for one in wanted if one in known))


def thread_of(notice: Notice) -> list[str]:
    """The ids of the newest mails to and from this recipient about this ticket, the newest last, at most 19.

    Not its own, which a repeat would find. Nobody learns the ids of mails that they have not had.
    """
    found = MessageReference.objects.filter(
        organisation_id=notice.organisation_id, reference=notice.reference, address__iexact=notice.recipient
    ).exclude(message_id=plain_id(notice.message_id))
    return list(found.order_by("-id").values_list("message_id", flat=True)[:THREAD_IDS])[::-1]
