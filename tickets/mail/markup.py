"""HTML cut into tags and text, without a tree: linear in its length, whatever it holds."""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tickets.mail import caps

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:_-]{0,60})")
_ATTRIBUTE = re.compile(
    r"([a-zA-Z_:][\w:.-]{0,60})(?:[ \t\r\n]{0,20}=[ \t\r\n]{0,20}(\"[^\"]*\"|'[^']*'|[^\s\"'>]{1,2000}))?"
)
# Their content is no text. Each closes with its own tag, whatever stands before that.
_RAW = {name: re.compile(rf"</{name}", re.IGNORECASE) for name in ("script", "style", "title", "noscript", "xml")}
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_ATTRIBUTES = 8_000  # characters of one tag that are looked at


@dataclass(slots=True)
class Tag:
    """An opening or closing tag, and where it stands: from `start` to before `stop`."""

    name: str
    closing: bool
    start: int
    stop: int
    source: str

    def attributes(self) -> dict[str, str]:
        """Its attributes by lower-case name, entities decoded; the first of a name counts."""
        found: dict[str, str] = {}
        inside = self.source[len(self.name) + 1 : _ATTRIBUTES]
        for name, value in _ATTRIBUTE.findall(inside):
            found.setdefault(name.lower(), entities.unescape(value.strip("\"'")))
        return found


def events(html: str, *, longest: int = caps.HTML_TEXT, tags: int = caps.TAGS) -> Iterator[Tag | str]:
    """Tags and the texts between them (entities not yet decoded), of about so many tags in so many characters.

    Comments, declarations and the content of scripts and styles are left out.
    """
    reader = _Reader(html[:longest])
    for _ in range(2 * tags):
        event = reader.next()
        if event is None:
            return
        if event != "":
            yield event


class _Reader:
    def __init__(self, html: str) -> None:
        self.html = html
        self.at = 0
        self.last_end = html.rfind(">")
        self.last_comment = html.rfind("-->")
        self.unclosed: set[str] = set()

    def next(self) -> Tag | str | None:
        """The next tag or text; an empty text for what is left out; None at the end."""
        html, at = self.html, self.at
        if at >= len(html):
            return None
        if html[at] != "<":
            end = html.find("<", at)
            self.at = len(html) if end < 0 else end
            return html[at : self.at]
        if html.startswith("<!--", at):
            return self.skip_comment()
        if html.startswith(("<!", "<?", "</"), at) and not _TAG.match(html, at):
            self.at = self.end_of(at)
            return ""
        found = _TAG.match(html, at)
        if found is None or at > self.last_end:
            end = html.find("<", at + 1) if at <= self.last_end else -1
            self.at = len(html) if end < 0 else end
            return html[at : self.at]
        return self.tag(found)

    def skip_comment(self) -> str:
        end = self.html.find("-->", self.at + 2) if self.at < self.last_comment else -1
        if end < 0:
            # Browsers show nothing of what follows; a reader of a broken mail would rather see it.
            self.at += 4
        else:
            self.at = end + 3
        return ""

    def end_of(self, at: int) -> int:
        end = self.html.find(">", at) if at <= self.last_end else -1
        return len(self.html) if end < 0 else end + 1

    def tag(self, found: re.Match[str]) -> Tag | str:
        start = found.start()
        stop = self.tag_end(found.end())
        tag = Tag(found[2].lower(), bool(found[1]), start, stop, self.html[start:stop])
        self.at = stop
        raw = _RAW.get(tag.name)
        if raw is not None and not tag.closing and tag.name not in self.unclosed:
            end = raw.search(self.html, stop)
            if end is None:
                self.unclosed.add(tag.name)
            else:
                self.at = self.end_of(end.start())
                return ""
        return tag

    def tag_end(self, at: int) -> int:
        """Behind the `>` that ends the tag: not one inside a quoted value, unless the quote never ends."""
        first = end = self.html.find(">", at)
        for _ in range(20):
            inside = self.html[at:end]
            quote = next((sign for sign in "\"'" if inside.count(sign) % 2), "")
            if not quote or (quote == "'" and '"' in inside):
                return end + 1
            closing = self.html.find(quote, end, end + 20_000)
            end = self.html.find(">", closing) if closing >= 0 else -1
            if end < 0:
                return first + 1
        return first + 1
