"""What of a mail is its body: the parts that a reader shows as text, in their order, as text and as HTML."""

import html as entities
import re
from dataclasses import dataclass, field

from tickets.mail import caps
from tickets.mail.charsets import decode
from tickets.mail.clean import clean_text
from tickets.mail.plain import html_to_text
from tickets.mail.shapes import TextSource
from tickets.mail.structure import Node
from tickets.mail.transfer import uudecoded

PLAIN = frozenset(["text/plain", "text/markdown", "text/x-markdown", "text/x-plain", "text/ascii"])
MARKUP = frozenset(["text/html", "application/xhtml+xml", "text/enriched", "text/richtext"])
# Other renderings of the same text, for programs that are not a helpdesk.
UNSHOWN = frozenset(["text/x-amp-html", "text/watch-html"])
RESOURCES = ("application/applefile", "multipart/appledouble")  # of a file whose data is the next part
_UUENCODED = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n(?=M|[!-L][ -`]{2,60}\r?\n[ `]?\r?\n?end\b)")
_LETTER = re.compile(r"\w")
_STUB = 300  # characters: a shorter text that speaks of HTML only says that there is nothing to read in it


@dataclass(slots=True)
class Piece:
    """One text of the body; `markup` says that it is HTML."""

    text: str
    markup: bool
    plain: str | None = None  # the HTML as a reader sees it, once it is asked for


@dataclass(slots=True)
class Body:
    """The pieces that make the text, and those that make the HTML."""

    for_text: list[Piece] = field(default_factory=list)
    for_html: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """A mail's body as it is put together, and what is left over as files."""

    raw: bytes
    hint: str = ""
    defects: list[str] = field(default_factory=list)
    shown: list[Node] = field(default_factory=list)  # the leaves that became body
    uuencoded: list[tuple[str, bytes]] = field(default_factory=list)
    text_left: int = caps.TEXT
    html_left: int = caps.HTML
    reading_left: int = caps.HTML_TEXT  # characters of HTML that may still be turned into text

    def render(self, node: Node, *, among: str = "") -> Body:
        """The body of one part and all in it; `among` is the type of the multipart around it."""
        if node.is_multipart and node.children:
            bodies = [self.render(child, among=node.content_type) for child in node.children]
            if node.content_type == "multipart/alternative":
                return self.best(bodies)
            return Body([p for body in bodies for p in body.for_text], [p for body in bodies for p in body.for_html])
        piece = self.piece(node, among)
        return Body([piece], [piece]) if piece else Body()

    def piece(self, node: Node, among: str) -> Piece | None:
        """A leaf's text, if it is one that a reader shows."""
        if node.content_type in UNSHOWN or (node.content_type, among) == RESOURCES:
            self.shown.append(node)
            return None
        if not self.is_shown(node, among):
            return None
        self.shown.append(node)
        markup = node.content_type in MARKUP
        data, defect = node.content(self.raw)
        if defect:
            self.defects.append(defect)
        if not markup:
            data = self.without_files(data)
        left = self.html_left if markup else self.text_left
        if len(data) > 4 * left:
            self.defects.append("body_cut")
            data = data[: 4 * left].rpartition(b"\n")[0] or data[: 4 * left]
        decoded = decode(data, node.params.get("charset", ""), markup=markup, hint=self.hint)
        if decoded.defect:
            self.defects.append(decoded.defect)
        text = decoded.text[:left]
        if markup:
            self.html_left -= len(text)
            return Piece(_enriched(text) if "rich" in node.content_type else text.replace("\x00", ""), markup=True)
        self.text_left -= len(text)
        text = clean_text(text)
        if node.params.get("format", "").lower() == "flowed":
            text = unflowed(text, delete_space=node.params.get("delsp", "").lower() == "yes")
        return Piece(text.strip("\n").rstrip(), markup=False)

    def is_shown(self, node: Node, among: str) -> bool:
        if node.is_multipart:
            return node.disposition != "attachment"
        if node.content_type not in PLAIN and node.content_type not in MARKUP:
            return False
        if node.disposition == "attachment":
            return node.depth == 0 and not node.name
        # A named text that is not the first one is a file, shown or not.
        return not node.name or not self.shown or among == "multipart/alternative"

    def without_files(self, data: bytes) -> bytes:
        """The text without the uuencoded files in it, which become attachments."""
        for _ in range(20):
            begun = _UUENCODED.search(data)
            end = data.find(b"\nend", begun.end()) if begun else -1
            if begun is None or end < 0:
                break
            self.uuencoded.append((begun[1].decode("utf-8", "replace"), uudecoded(data[begun.end() : end])))
            data = data[: begun.start()] + data[end + 4 :].lstrip(b"\r\n")
        return data

    def best(self, bodies: list[Body]) -> Body:
        """Of several renderings of the same: the plain one for the text, the last HTML for the HTML."""
        marked = [body for body in bodies if any(piece.markup for piece in body.for_html)]
        unmarked = [body for body in bodies if not any(piece.markup for piece in body.for_html)]
        plain = next((body for body in unmarked if self.text_of(body.for_text).strip()), None)
        if not marked:
            return plain or (bodies[-1] if bodies else Body())
        rich = marked[-1]
        if plain is None:
            return rich
        text = self.text_of(plain.for_text)
        if not _LETTER.search(text) or (len(text) < _STUB and "html" in text.lower()):
            richer = self.text_of(rich.for_text)
            if _LETTER.search(richer):
                return rich
        return Body(plain.for_text, rich.for_html)

    def text_of(self, pieces: list[Piece]) -> str:
        """The pieces' text, one after the other; HTML as a reader sees it."""
        found: list[str] = []
        for piece in pieces:
            if piece.markup and piece.plain is None:
                source = piece.text[: max(0, self.reading_left)]
                self.reading_left -= max(len(source), source.count("<") * (caps.HTML_TEXT // caps.TAGS))
                piece.plain = html_to_text(source)
            found.append(piece.text if piece.plain is None else piece.plain)
        return "\n".join(text for text in found if text.strip())

    def html_of(self, pieces: list[Piece]) -> str:
        """The pieces' HTML, one after the other; empty where none of them is HTML."""
        if not any(piece.markup for piece in pieces):
            return ""
        return "\n".join(
            piece.text if piece.markup else f'<pre class="plain">{entities.escape(piece.text)}</pre>'
            for piece in pieces
            if piece.text.strip()
        )


def source_of(pieces: list[Piece]) -> TextSource:
    """Where the text of these pieces comes from."""
    kinds = {piece.markup for piece in pieces if piece.text.strip()}
    if len(kinds) == 2:
        return TextSource.MIXED
    return TextSource.HTML if True in kinds else TextSource.PLAIN


def _enriched(text: str) -> str:
    """text/enriched and text/richtext as HTML: a line end is a space, two are one."""
    paragraphs = re.sub(r"(?is)<param>.{0,300}?</param>", "", text).replace("<<", "&lt;").replace("<nl>", "<br>")
    return re.sub(r"\n{2,}", lambda ends: "<br>" * (len(ends[0]) - 1), paragraphs.replace("\r\n", "\n"))


def unflowed(text: str, *, delete_space: bool) -> str:
    """Paragraphs of format=flowed (RFC 3676) on one line each; quotations of different depth are not joined."""
    out: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        signature = content == "-- "
        flows = content.endswith(" ") and not signature
        kept = content[:-1] if flows and delete_space else content
        if open_depth == depth and not signature:
            out[-1].append(kept)
        else:
            out.append([">" * depth + " " * bool(depth), kept])
        open_depth = depth if flows else -1
    lines = ("".join(pieces) for pieces in out)
    return "\n".join(line if line.endswith("-- ") else line.rstrip() for line in lines)
