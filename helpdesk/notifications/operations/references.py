"""Which ticket a mail belongs to, kept by its Message-ID."""

from datetime import datetime

from helpdesk.lib.rows import insert_rows
from helpdesk.notifications.models import Direction, MessageReference
from helpdesk.notifications.queries import plain_id


def record_message(
    *,
    organisation_id: int,
    reference: str,
    message_id: str,
    direction: Direction,
    address: str,
    at: datetime,
    notice_pk: int | None = None,
) -> None:
    """Keep a mail's Message-ID, with or without brackets, as its ticket's; the first to have it keeps it.

    `notice_pk` is the notice that it carried. An empty id is left out, and one of more than 500 characters is cut, as
    it is where it is looked up.
    """
    known = plain_id(message_id)
    if not known:
        return
    row = {
        "organisation_id": organisation_id,
        "reference": reference,
        "message_id": known,
        "direction": direction.value,
        "address": address,
        "at": at,
        "notice_pk": notice_pk,
    }
    insert_rows(MessageReference, [row], ignore_conflicts=True)
