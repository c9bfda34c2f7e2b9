"""Everything of a mail that is not its body, as the files that a reader sees beside it."""

import hashlib
import re
from urllib.parse import unquote

from tickets.mail.clean import clean_line, clean_name
from tickets.mail.headers import read_header
from tickets.mail.shapes import Attachment
from tickets.mail.structure import Node

ENCLOSED = frozenset(["message/rfc822", "message/global", "message/news"])
_CID = re.compile(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)


def cids_of(html: str) -> frozenset[str]:
    """The content ids that an HTML body shows, in lower case."""
    return frozenset(unquote(found).lower() for found in _CID.findall(html))


def file_of(node: Node, raw: bytes, number: int, cids: frozenset[str]) -> tuple[Attachment, str] | None:
    """A leaf as a file, and the defect noticed; None for an empty part without a name."""
    content, defect = node.content(raw)
    if not content and not node.name:
        return None
    name = node.name
    if node.content_type in ENCLOSED:
        name = _enclosed_name(name, content)
    name = name or clean_line(node.header.given("content-location"))[:200].partition("?")[0]
    made = attachment(name, node.content_type, content, number)
    cid = clean_line(node.content_id)[:300]
    inline = bool(cid) and cid.lower() in cids
    return Attachment(made.name, made.declared_type, made.size, made.sha256, content, cid, inline), defect


def attachment(name: str, content_type: str, content: bytes, number: int) -> Attachment:
    """A file of this content; `number` names it where it has no name."""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(clean_name(name, content_type, number), content_type, len(content), digest, content)


def _enclosed_name(name: str, content: bytes) -> str:
    """An enclosed message is named by its subject, and always as what it is."""
    if not name:
        subject = read_header(content.lstrip(b"\r\n"), 0, len(content)).text("subject")
        name = re.sub(r"[/\\:]", "_", subject)[:100]
    return f"{name}.eml" if name and not name.lower().endswith((".eml", ".msg")) else name
