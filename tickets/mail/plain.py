"""HTML as the text that a reader sees: blocks on lines of their own, cells side by side, quotations marked with `>`."""

import html as entities
import re
from collections import Counter

from tickets.mail.clean import clean_text
from tickets.mail.markup import VOID, Tag, events

_BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table",
        "tbody", "tfoot", "thead", "tr", "ul",
    ]
)  # fmt: skip
_PARAGRAPHS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote", "dl"])
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden", re.IGNORECASE)
_TIGHT = re.compile(r"MsoNormal|MsoPlainText|margin(?:-bottom)?\s{0,4}:\s{0,4}0", re.IGNORECASE)
RULE = "_" * 32


def html_to_text(html: str) -> str:
    """The text of HTML as a reader sees it, cleaned; never raises, in time linear in its length.

    Where everything is hidden, what is hidden is told; where there are only pictures, their descriptions are.
    """
    page = _Page()
    page.read(html)
    text = page.text()
    if not text and (page.saw_hidden or page.pictures):
        unhidden = _Page(show_hidden=True)
        unhidden.read(html)
        text = unhidden.text() or clean_text("\n".join(unhidden.pictures)).strip()
    return text


class _Page:
    def __init__(self, *, show_hidden: bool = False) -> None:
        self.show_hidden = show_hidden
        self.lines: list[str] = []
        self.line: list[str] = []
        self.open: list[tuple[str, bool, bool]] = []  # name, hidden, quotation
        self.count: Counter[str] = Counter()
        self.hidden = 0
        self.quotes = 0
        self.pictures: list[str] = []
        self.saw_hidden = False

    def read(self, html: str) -> None:
        for event in events(html):
            if isinstance(event, str):
                if self.hidden:
                    self.saw_hidden = True
                else:
                    self.write(event)
            elif event.closing:
                self.close(event.name)
            else:
                self.start(event)
        self.flush()

    def write(self, raw: str) -> None:
        text = entities.unescape(raw) if "&" in raw else raw
        if self.count["pre"]:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for line in more:
                self.flush(always=True)
                self.line.append(line)
            return
        text = _BLANKS.sub(" ", text)
        if not self.line or self.line[-1].endswith((" ", "\t")):
            text = text.removeprefix(" ")
        if text:
            self.line.append(text.replace("\u00a0", " ") if text != "\u00a0" else " ")

    def start(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self.flush(always=True)
            return
        if name in _BLOCKS:
            self.flush()
        if name in VOID:
            self.void(tag)
            return
        if tag.source.endswith("/>") and name not in _BLOCKS:
            return
        if name in ("td", "th") and self.line:
            self.line.append("\t")
        elif name == "li":
            self.line.append("- ")
        attributes = tag.attributes() if len(tag.source) > len(name) + 2 else {}
        hidden = not self.show_hidden and bool(_HIDDEN.search(attributes.get("style", "")[:2000]))
        quotation = name == "blockquote" and is_quotation(attributes)
        look = f"{attributes.get('class', '')[:200]} {attributes.get('style', '')[:2000]}"
        if name in _PARAGRAPHS and not (name == "p" and _TIGHT.search(look)):
            self.gap()
        self.open.append((name, hidden, quotation))
        self.count[name] += 1
        self.hidden += hidden
        self.quotes += quotation

    def void(self, tag: Tag) -> None:
        if tag.name == "hr" and not self.hidden:
            self.line.append(RULE)
            self.flush()
        elif tag.name == "img" and len(self.pictures) < 100:
            self.pictures.append(tag.attributes().get("alt", "")[:200])

    def close(self, name: str) -> None:
        if name == "br":
            self.flush(always=True)
        if not self.count[name]:
            return
        if name in _BLOCKS:
            self.flush()
        while self.open:
            opened, hidden, quotation = self.open.pop()
            self.count[opened] -= 1
            self.hidden -= hidden
            self.quotes -= quotation
            if opened == name:
                break
        if name in _PARAGRAPHS and name != "p":
            self.gap()

    def gap(self) -> None:
        """A blank line, where none is and text went before."""
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.prefix().rstrip())

    def prefix(self) -> str:
        return "> " * min(self.quotes, 20)

    def flush(self, *, always: bool = False) -> None:
        """End the line; an empty one only `always`, and never more than two in a row."""
        text = "".join(self.line).rstrip() if self.line else ""
        if self.count["pre"] == 0:
            text = text.strip()
        self.line = []
        room = len(self.lines) < 2 or any(line.strip("> ") for line in self.lines[-2:])
        if text or (always and room):
            self.lines.append((self.prefix() + text).rstrip())

    def text(self) -> str:
        return clean_text("\n".join(self.lines)).strip("\n").rstrip()


def is_quotation(attributes: dict[str, str]) -> bool:
    """Whether a blockquote quotes an earlier mail, rather than indents."""
    marked = f"{attributes.get('type', '')} {attributes.get('class', '')} {attributes.get('id', '')}".lower()
    if "border-left" in attributes.get("style", "").lower()[:2000]:
        return True
    return "cite" in attributes or any(word in marked for word in ("cite", "quote", "iosymail", "outlookmessagequote"))
