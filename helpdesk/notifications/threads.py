"""The signed addresses and ids of this installation: `reply_address` with our keys, domain and inbound address."""

import re
from collections.abc import Sequence

from django.conf import settings

from helpdesk.notifications.reply_address import (
    Purpose,
    ReplyToken,
    address_with,
    make_token,
    read_token,
    token_of,
)

MADE_OF = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # what stands before the @ of our Message-IDs
ADDRESSED = (Purpose.REPLY, Purpose.NOTE, Purpose.ANSWER)


def reply_address(*, purpose: Purpose, organisation_id: int, number: int, recipient: str) -> str:
    """Where this recipient's mail about this ticket is to be answered."""
    token = _token(purpose, organisation_id, number, recipient)
    return address_with(token, base=settings.REPLY_ADDRESS)


def thread_id(*, organisation_id: int, number: int) -> str:
    """The ticket's own Message-ID, without brackets: in `References` of every mail about it, and never a mail's own.

    Some providers write a Message-ID of theirs over ours and leave `References` alone.
    """
    return f"{_token(Purpose.THREAD, organisation_id, number, '')}@{settings.MESSAGE_ID_DOMAIN}"


def read_reply_address(address: str) -> ReplyToken | None:
    """What the address says of the mail sent to it; None unless it is ours, untouched, and one that is written to."""
    return read_reply_token(token_of(address, base=settings.REPLY_ADDRESS))


def return_path(message_id: str) -> str:
    """Where the other side reports what becomes of this mail: our address with the mail's own id, which is random."""
    mailbox, _, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{mailbox}+{message_id.strip('<>').partition('@')[0]}@{domain}"


def reported_id(address: str) -> str:
    """The Message-ID of the mail to whose `return_path` something was sent; empty for any other address."""
    tag = token_of(address, base=settings.REPLY_ADDRESS)
    return f"{tag}@{settings.MESSAGE_ID_DOMAIN}" if MADE_OF.fullmatch(tag) else ""


def read_reply_token(token: str) -> ReplyToken | None:
    """`read_reply_address` for a token that was cut out of its address already (`Candidates.tokens`)."""
    return read_token(token, purposes=ADDRESSED, keys=_keys())


def read_thread_id(message_id: str) -> ReplyToken | None:
    """The ticket that such an id names; None for any other id."""
    local, _, domain = message_id.rpartition("@")
    if domain.lower() != settings.MESSAGE_ID_DOMAIN.lower():
        return None
    return read_token(local, purposes=(Purpose.THREAD,), keys=_keys())


def was_sent_to(token: ReplyToken, address: str) -> bool:
    """Whether the mail with this token went to this address. In any other hand it speaks for nobody but its sender."""
    return token.is_for(address, keys=_keys())


def number_of(reference: str) -> int | None:
    """142, of `ACME-142`; None for what is no ticket's reference."""
    digits = reference.rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _token(purpose: Purpose, organisation_id: int, number: int, recipient: str) -> str:
    return make_token(
        purpose=purpose,
        organisation_id=organisation_id,
        number=number,
        recipient=recipient,
        key=settings.SECRET_KEY,
    )


def _keys() -> Sequence[str]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
