"""Raw bytes into a `Mail`, whatever they are: the one entrance of the parser."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tickets.mail import caps
from tickets.mail.addresses import addresses, message_ids
from tickets.mail.bodies import Reading, source_of
from tickets.mail.charsets import codec_of, decode
from tickets.mail.clean import clean_line, clean_text, unique
from tickets.mail.encoded import decode_words
from tickets.mail.files import ENCLOSED, attachment, cids_of, file_of
from tickets.mail.headers import Header
from tickets.mail.invitations import invitation_text
from tickets.mail.plain import html_to_text
from tickets.mail.shapes import Address, Attachment, Mail, Part, TextSource
from tickets.mail.signed import signed_content
from tickets.mail.structure import Node, Structure, read_structure

NOBODY = Address("", "")
# Parts that speak to machines; their text is kept with the structure.
MACHINES = frozenset(
    [
        "message/delivery-status", "message/global-delivery-status", "message/feedback-report", "text/rfc822-headers",
        "message/disposition-notification", "message/global-headers", *ENCLOSED,
    ]
)  # fmt: skip
PKCS7 = frozenset(["application/pkcs7-mime", "application/x-pkcs7-mime"])
ENCRYPTED = frozenset(["multipart/encrypted", "application/pgp-encrypted", *PKCS7])
_TRANSPORT = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "x-delivered-to")
_HEADER_END = re.compile(r"\n[ \t]*\n")


def parse_mail(raw: bytes, *, mail_from: str = "", rcpt_to: Sequence[str] = ()) -> Mail:
    """The mail that these bytes are. Never raises; takes less than two seconds and a few times the mail's memory.

    `mail_from` and `rcpt_to` are the envelope's addresses, where the transport told them.
    """
    try:
        return _parse(raw, mail_from, rcpt_to, level=0)
    except Exception as fault:  # noqa: BLE001 - a fault of ours must not cost the mail: it goes before a person
        return _unparsable(raw, mail_from, rcpt_to, type(fault).__name__)


def _parse(raw: bytes, mail_from: str, rcpt_to: Sequence[str], *, level: int) -> Mail:
    data, defects, too_large = _prepared(raw)
    tree = read_structure(data)
    header = tree.root.header
    reading = Reading(data, hint=_charset_hint(tree))
    body = reading.render(tree.root)
    html = reading.html_of(body.for_html)
    source = source_of(body.for_text)
    text = reading.text_of(body.for_text)
    files = _files(tree, reading, cids_of(html))
    parts = tuple(_part(node, data, reading.hint) for node in tree.nodes)
    inner = _signed(files, level) if not text.strip() else None
    if inner is not None:
        text, source, html, files = inner.text, inner.text_source, inner.html, (*inner.attachments, *files)
    if not text.strip():
        text, source = _other_text(tree, reading, files, parts, level)
    sender, sender_from = _sender(header, reading.hint, mail_from)
    if not header.fields:
        defects.append("header_missing")
    return Mail(
        message_id=_message_id(header),
        in_reply_to=message_ids(" ".join(header.given_all("in-reply-to"))),
        references=message_ids(" ".join(header.given_all("references"))),
        sender=sender,
        sender_from=sender_from,
        from_addresses=_addresses(header, "from", reading.hint),
        reply_to=_addresses(header, "reply-to", reading.hint),
        to=_addresses(header, "to", reading.hint),
        cc=_addresses(header, "cc", reading.hint),
        delivered_to=_delivered_to(header, rcpt_to),
        subject=next((one for one in (_decoded(raw, reading.hint) for raw in header.given_all("subject")) if one), ""),
        date=_date(header.given("date")),
        text=text[: caps.TEXT],
        text_source=source,
        html=html,
        attachments=files,
        parts=parts,
        headers=tuple((name, _decoded(value, reading.hint)) for name, value in header.fields),
        defects=unique(defects + tree.defects + reading.defects),
        too_large=unique(too_large + tree.too_large),
    )


def _unparsable(raw: bytes, mail_from: str, rcpt_to: Sequence[str], fault: str) -> Mail:
    """What is told of a mail on which the parser itself failed: its envelope and the beginning of its bytes."""
    envelope = addresses(mail_from)
    return Mail(
        message_id="", in_reply_to=(), references=(), sender=envelope[0] if envelope else NOBODY,
        sender_from="envelope" if envelope else "", from_addresses=(), reply_to=(), to=(), cc=(),
        delivered_to=tuple(one for given in rcpt_to for one in addresses(given)), subject="", date=None,
        text=clean_text(raw[: caps.MACHINE_TEXT].decode("latin-1")), text_source=TextSource.PLAIN, html="",
        attachments=(), parts=(), headers=(), defects=("unparsable", fault), too_large=(),
    )  # fmt: skip


def _prepared(raw: bytes) -> tuple[bytes, list[str], list[str]]:
    """The bytes cut to the cap, with line ends that the parser knows, from the header's first line on."""
    too_large = ["raw"] if len(raw) > caps.RAW else []
    defects: list[str] = []
    data = raw[: caps.RAW] if too_large else raw
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = decode(data).text.encode("utf-8", "replace")
        defects.append("utf16")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    head = data[: caps.HEADER_BLOCK]
    if b"\r" in head and b"\n" not in head:
        data = data.replace(b"\r", b"\n")
        defects.append("line_ends")
    elif b"\r\r\n" in head:
        data = data.replace(b"\r\r\n", b"\r\n")
        defects.append("line_ends")
    return data, defects, too_large


def _charset_hint(tree: Structure) -> str:
    """A charset that the mail names for a text, for those of its texts that name none."""
    named = (node.params.get("charset", "") for node in tree.nodes)
    return next((one for one in named if codec_of(one) not in ("", "ascii", "utf-8")), "")


def _decoded(raw: str, hint: str) -> str:
    return clean_line(raw if raw.isascii() and "=?" not in raw else decode_words(raw, hint))


def _addresses(header: Header, name: str, hint: str) -> tuple[Address, ...]:
    found = [one for value in header.given_all(name)[:20] for one in addresses(value, hint)]
    return tuple(found[: caps.ADDRESSES])


def _sender(header: Header, hint: str, mail_from: str) -> tuple[Address, str]:
    """The sender and where it was found (class 1): From, else Sender, Reply-To or the envelope, with From's name."""
    name = next((one.name for one in _addresses(header, "from", hint)), "")
    for place in ("from", "sender", "reply-to", "envelope", "return-path"):
        found = addresses(mail_from) if place == "envelope" else _addresses(header, place, hint)
        for one in found:
            if one.address:
                return Address(one.name or name, one.address), "envelope" if place == "return-path" else place
    return Address(name, ""), "from" if name else ""


def _delivered_to(header: Header, rcpt_to: Sequence[str]) -> tuple[Address, ...]:
    given = [*rcpt_to[: caps.ADDRESSES], *(value for name in _TRANSPORT for value in header.given_all(name)[:20])]
    found = {one.key: one for value in given for one in addresses(value) if one.address}
    return tuple(found.values())


def _message_id(header: Header) -> str:
    found = message_ids(header.given("message-id"))
    return found[0] if found else clean_line(header.given("message-id")).strip("<>")[:998]


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value[:200])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _files(tree: Structure, reading: Reading, cids: frozenset[str]) -> tuple[Attachment, ...]:
    shown = {id(node) for node in reading.shown}
    found: list[Attachment] = []
    for node in tree.nodes:
        if id(node) in shown or (node.is_multipart and node.children):
            continue
        made = file_of(node, reading.raw, len(found) + 1, cids)
        if made is not None:
            found.append(made[0])
            reading.defects += [made[1]] if made[1] else []
    for name, content in reading.uuencoded:
        found.append(attachment(name, "application/octet-stream", content, len(found) + 1))
    return tuple(found)


def _signed(files: tuple[Attachment, ...], level: int) -> Mail | None:
    """The mail inside an opaque signature, where the mail is one."""
    for file in files if level < caps.ENCLOSED else ():
        if file.declared_type in PKCS7:
            content = signed_content(file.content)
            if content:
                return _parse(content, "", (), level=level + 1)
    return None


def _part(node: Node, data: bytes, hint: str) -> Part:
    text = ""
    if node.content_type in MACHINES:
        content = node.content(data)[0][: caps.MACHINE_TEXT].lstrip(b"\r\n")
        text = clean_text(decode(content, node.params.get("charset", ""), hint=hint).text)
        if node.content_type in ENCLOSED:
            text = _HEADER_END.split(text, maxsplit=1)[0]
    return Part(node.depth, node.content_type, node.disposition, clean_line(node.name)[: caps.FILE_NAME], text)


def _other_text(
    tree: Structure, reading: Reading, files: tuple[Attachment, ...], parts: tuple[Part, ...], level: int
) -> tuple[str, TextSource]:
    """What a reader sees of a mail without a text of its own."""
    report = next((part.text for part in parts if part.text and part.content_type not in ENCLOSED), "").strip()
    if report:
        return report, TextSource.PLAIN
    invitations = (decode(file.content, "utf-8").text for file in files if file.declared_type == "text/calendar")
    for text in map(invitation_text, invitations):
        if text:
            return text, TextSource.CALENDAR
    enclosed = [file for file in files if file.declared_type in ENCLOSED] if level < caps.ENCLOSED else []
    for text in (_parse(file.content, "", (), level=level + 1).text for file in enclosed[:5]):
        if text.strip():
            return text, TextSource.ENCLOSED
    if any(node.content_type in ENCRYPTED for node in tree.nodes):
        return "[Encrypted message]", TextSource.NOTICE
    if len(tree.nodes) == len(files) == 1 and files[0].declared_type in ("text/plain", "text/html"):
        # The whole mail is one text file, which mail programs show.
        text = decode(files[0].content[: caps.TEXT], tree.root.params.get("charset", ""), hint=reading.hint).text
        markup = files[0].declared_type == "text/html"
        text = html_to_text(text) if markup else clean_text(text).strip("\n").rstrip()
        return text, TextSource.HTML if markup else TextSource.PLAIN
    return "", TextSource.NONE
