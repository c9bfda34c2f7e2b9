"""Addresses that say which ticket a mail answers: `support+<token>@ravingcrm.example`. Pure: knows no framework.

A token names its purpose, the ticket (organisation and number) and whom it was sent to, under a MAC of our own key. It
is no proof of who writes: mails are forwarded, and whoever has one has its token. So a mail that comes from another
address than the token was sent to speaks for nobody but its sender (`ReplyToken.is_for`).

    1 byte purpose | 5 organisation | 5 number | 8 mark of the recipient | 11 MAC    30 bytes: 48 characters of base32

Base32 in lower case, since some systems change the case of an address; 48 characters leave room for `support+` in the
64 that a local part may have.
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

_MAC_SALT = b"helpdesk.reply_address.mac"
_MARK_SALT = b"helpdesk.reply_address.recipient"
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz234567")
_ID_BYTES = 5
_MARK_BYTES = 8
_BODY_BYTES = 1 + 2 * _ID_BYTES + _MARK_BYTES
_MAC_BYTES = 11  # 88 bits
TOKEN_LENGTH = (_BODY_BYTES + _MAC_BYTES) * 8 // 5  # characters
LONGEST_LOCAL_PART = 64  # RFC 5321
LONGEST_MAILBOX = LONGEST_LOCAL_PART - 1 - TOKEN_LENGTH  # characters of `support`


class Purpose(Enum):
    """What a mail to the address is. A token of one purpose is none of another."""

    REPLY = b"r"  # a client's reply
    NOTE = b"n"  # staff: an internal note
    ANSWER = b"a"  # staff: an answer that the client gets
    THREAD = b"t"  # no address: the ticket's own id in `References`


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """What a token says. `organisation_id` and `number` name a ticket; whether there is one, the database knows."""

    purpose: Purpose
    organisation_id: int
    number: int
    mark: bytes

    def is_for(self, address: str, *, keys: Sequence[str]) -> bool:
        """Whether it was sent to this address, whatever the address's case."""
        return any(hmac.compare_digest(self.mark, _mark(address, key)) for key in keys)


def make_token(*, purpose: Purpose, organisation_id: int, number: int, recipient: str, key: str) -> str:
    """The token for one recipient's mail about one ticket. Raises `OverflowError` for ids beyond 40 bits."""
    body = (
        purpose.value
        + organisation_id.to_bytes(_ID_BYTES, "big")
        + number.to_bytes(_ID_BYTES, "big")
        + _mark(recipient, key)
    )
    return base64.b32encode(body + _mac(body, key)).decode().lower()


def read_token(text: str, *, purposes: Sequence[Purpose], keys: Sequence[str]) -> ReplyToken | None:
    """What a token says; None for one that we did not make, that was changed, or that is of another purpose.

    `keys` are the current one and its predecessors that still hold.
    """
    token = text.lower()
    if len(token) != TOKEN_LENGTH or not _ALPHABET.issuperset(token):
        return None
    raw = base64.b32decode(token.upper())
    body, mac = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
    if not any(hmac.compare_digest(mac, _mac(body, key)) for key in keys):
        return None
    purpose = next((one for one in purposes if one.value == body[:1]), None)
    if purpose is None:
        return None
    ends = 1 + _ID_BYTES
    return ReplyToken(
        purpose=purpose,
        organisation_id=int.from_bytes(body[1:ends], "big"),
        number=int.from_bytes(body[ends : ends + _ID_BYTES], "big"),
        mark=body[ends + _ID_BYTES :],
    )


def address_with(token: str, *, base: str) -> str:
    """The address that mails carry as Reply-To: `support@…` with the token in it. Raises `ValueError` if too long."""
    mailbox, _, domain = base.rpartition("@")
    if not mailbox or not domain or len(mailbox) > LONGEST_MAILBOX:
        raise ValueError(f"{base!r} has no room for a token: at most {LONGEST_MAILBOX} characters before the @")
    return f"{mailbox}+{token}@{domain}"


def token_of(address: str, *, base: str) -> str:
    """What stands in place of a token in an address of ours; empty in every other. Not yet verified."""
    mailbox, _, domain = base.lower().rpartition("@")
    local, _, at = address.strip().lower().rpartition("@")
    name, plus, token = local.partition("+")
    return token if plus and name == mailbox and at == domain else ""


def _mac(body: bytes, key: str) -> bytes:
    return hmac.new(_derived(key, _MAC_SALT), body, sha256).digest()[:_MAC_BYTES]


def _mark(address: str, key: str) -> bytes:
    return hmac.new(_derived(key, _MARK_SALT), address.strip().lower().encode(), sha256).digest()[:_MARK_BYTES]


def _derived(key: str, salt: bytes) -> bytes:
    return sha256(salt + key.encode()).digest()
