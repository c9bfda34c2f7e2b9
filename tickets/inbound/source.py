"""What stands in a raw mail, as plain text for a page: its text, its files by name, its header fields and its source.

Everything here was written by a stranger. It is cut, freed of what would disturb a screen, and never rendered.
"""

import re
from dataclasses import dataclass

from tickets.mail.clean import clean_text
from tickets.mail.parse import parse_mail
from tickets.mail.reply import extract_reply
from tickets.mail.shapes import Address, Attachment
from tickets.models import RawMail

SHOWN = 64 * 1024  # bytes of the header, and of what follows it
LONGEST_TEXT = 20_000  # characters
MOST_FILES = 50
# Marks that write text in another order, or that nobody sees: a source must look like what it is.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A mail for a page. The `…_cut` say that more is in the raw mail than is shown.

    `forwards`: who is said to have written the mail that this one forwards; a proposal, nothing is decided by it.
    """

    text: str
    text_cut: bool
    files: list[tuple[str, int]]
    more_files: int
    header: str
    header_cut: bool
    body: str
    body_cut: bool
    forwards: Address | None = None


def read_source(row: RawMail, raw: bytes) -> Source:
    """The mail for its page, from its bytes or the beginning of them."""
    mail = parse_mail(raw, mail_from=row.mail_from or "", rcpt_to=row.recipients)
    header, body = _halves(raw)
    forwarded = extract_reply(mail).forwarded
    return Source(
        text=mail.text[:LONGEST_TEXT],
        text_cut=len(mail.text) > LONGEST_TEXT or row.size > len(raw),
        files=[_file(one) for one in mail.attachments[:MOST_FILES]],
        more_files=max(0, len(mail.attachments) - MOST_FILES),
        header=_shown(header),
        header_cut=len(header) > SHOWN,
        body=_shown(body),
        body_cut=len(body) > SHOWN or row.size > len(raw),
        forwards=forwarded.sender if forwarded else None,
    )


def _file(one: Attachment) -> tuple[str, int]:
    return one.name, one.size


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    """The header and what follows it, parted at the first empty line."""
    found = re.search(rb"\r?\n\r?\n", raw)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")


def _shown(part: bytes) -> str:
    """The beginning of it as text: UTF-8 as far as it is, with a sign for every other byte and every unseen mark."""
    return _UNSEEN.sub("\ufffd", clean_text(part[:SHOWN].decode("utf-8", "replace")))
