"""Delivery reports: whom a mail did not reach, why, and which mail it was."""

# ruff: noqa: E501 - lists of words

import re
from collections.abc import Iterator

from tickets.mail.addresses import addresses, message_ids
from tickets.mail.clean import clean_line
from tickets.mail.shapes import Failure, Mail

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]{0,5}:[ \t]{0,5}([^\n]{0,2000})$")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_ADDRESS = re.compile(r"(?<![^\s<>(\"':;,=\[])[A-Za-z0-9._%+'/=-]{1,64}@[A-Za-z0-9.-]{3,255}")
_ID_LINE = re.compile(r"^[ \t>]{0,10}Message-I[dD][ \t]{0,5}:[ \t]{0,5}(<[^<>\n]{3,400}>)", re.MULTILINE)
_ENCLOSED = frozenset(
    ["message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/news"]
)
_REPORTS = frozenset(["message/delivery-status", "message/global-delivery-status"])
_COPY = re.compile(
    r"^[ \t>*-]{0,20}(?:below this line|original message|this is a copy of|---? ?header|message headers|the (?:header|body) of the original|"
    r"return-path:|received:|----- ?the following|unsent message below|ursprüngliche nachricht)",
    re.IGNORECASE | re.MULTILINE,
)
# A full mailbox, a mail too large and a policy are no reasons to give an address up.
_PASSING = ("5.2.2", "5.2.3", "5.3.4", "5.7.", "5.4.", "5.6.", "5.5.", "5.3.")
_PASSING_WORDS = re.compile(
    r"full|quota|too large|spam|policy|blocked|blacklist|greylist|temporar|try again|size limit", re.IGNORECASE
)
_MOST = 50  # recipients of one report
_LOOKED = 64 * 1024  # characters


def failures(mail: Mail) -> tuple[Failure, ...]:
    """The recipients that a report speaks of: by its machine-readable part, else a header, else its text; never raises."""
    original = original_id(mail)
    found = [
        *(one for part in mail.parts if part.content_type in _REPORTS for one in _reported(part.text, original)),
        *(one for part in mail.parts if part.content_type == "message/feedback-report" for one in _complained(part.text, original)),
    ]  # fmt: skip
    if not found:
        found = [
            failure_of(one.address, "", mail.text, original)
            for value in mail.header_all("x-failed-recipients")
            for one in addresses(value)
        ]
    if not found:
        found = [failure_of(address, "", line, original) for address, line in _in_text(mail)]
    each = {one.recipient.lower(): one for one in reversed(found[:_MOST])}
    return tuple(reversed(each.values()))


def original_id(mail: Mail) -> str:
    """The Message-ID of the mail that a report is about; empty where it does not tell."""
    for part in mail.parts:
        if part.content_type in _ENCLOSED:
            named = _ID_LINE.search(part.text)
            if named:
                return message_ids(named[1])[0]
    told = _ID_LINE.search(mail.text[:_LOOKED])
    if told:
        return message_ids(told[1])[0]
    return next(iter((*mail.in_reply_to, *reversed(mail.references))), "")


def _reported(text: str, original: str) -> Iterator[Failure]:
    """The recipients of a message/delivery-status: a group of fields each, behind that of the mail as a whole."""
    for group in re.split(r"\n[ \t]*\n", text)[: _MOST * 2]:
        fields = _fields(group)
        given = (
            fields.get("final-recipient") or fields.get("original-recipient") or fields.get("x-actual-recipient") or ""
        )
        recipient = _recipient(given) or _recipient(fields.get("original-recipient", ""))
        if not recipient:
            continue
        diagnostic = clean_line(
            fields.get("diagnostic-code", "").partition(";")[2] or fields.get("diagnostic-code", "")
        )
        action = clean_line(fields.get("action", "failed")).lower().partition(" ")[0] or "failed"
        status = next(iter(_STATUS.findall(fields.get("status", ""))), "")
        yield failure_of(recipient, status, diagnostic, original, action=action)


def _fields(group: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in group.split("\n"):
        read = _FIELD.match(line)
        if read:
            name = read[1].lower()
            found.setdefault(name, read[2])
        elif name and line[:1] in (" ", "\t"):
            found[name] = f"{found[name]} {line.strip()}"[:2_000]
    return found


def _recipient(value: str) -> str:
    """The address behind `rfc822;`."""
    found = addresses(value.partition(";")[2] or value)
    return found[0].address if found else ""


def _complained(text: str, original: str) -> Iterator[Failure]:
    fields = _fields(text)
    recipient = _recipient(fields.get("original-rcpt-to", ""))
    if recipient:
        yield Failure(
            recipient,
            "complained",
            "",
            permanent=True,
            diagnostic=clean_line(fields.get("feedback-type", "")),
            original_id=original,
        )


def failure_of(recipient: str, status: str, diagnostic: str, original: str, *, action: str = "failed") -> Failure:
    """One recipient; status and permanence come from what the diagnostic says where no status is given."""
    looked = diagnostic[:4_000]
    told = status if status and not status.endswith(".0.0") else next(iter(_STATUS.findall(looked)), status)
    code = _CODE.search(looked)
    temporary = told.startswith("4") or (not told and code is not None and code[1].startswith("4"))
    passing = told.startswith(_PASSING) or bool(_PASSING_WORDS.search(looked))
    permanent = action == "failed" and not temporary and not passing
    return Failure(recipient, action, told, permanent, clean_line(looked)[:500], original)


def _in_text(mail: Mail) -> Iterator[tuple[str, str]]:
    """Addresses that the text of a report names, with what it says of them, up to the copy of the original mail."""
    text = mail.text[:_LOOKED]
    copy = _COPY.search(text, 20)
    text = text[: copy.start()] if copy else text
    ours = {one.key for one in (*mail.to, *mail.delivered_to, *mail.from_addresses)}
    lines = text.split("\n")
    seen: set[str] = set()
    for place, line in enumerate(lines[:400]):
        for address in _ADDRESS.findall(line[:1_000]):
            key = address.strip(".'").lower()
            if key in seen or key in ours or key.startswith(("postmaster@", "mailer-daemon@", "abuse@")):
                continue
            seen.add(key)
            yield address.strip(".'"), " ".join(lines[place : place + 4])
            if len(seen) >= 10:
                return
