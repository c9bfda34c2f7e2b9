"""HTML written anew so that it nests as it says and not too deep, before any parser builds a tree of it.

This makes nothing safe. It bounds the time of what does: the parser behind a sanitiser needs the square of the depth,
and what depth a stranger's tags come to only a parser knows. So every tag is written anew, closed in its turn.
"""

from html import escape, unescape

from tickets.mail import caps
from tickets.mail.markup import VOID, Tag, events

KEPT = frozenset(
    [
        "a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center", "cite", "code",
        "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p",
        "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td",
        "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
    ]
)  # fmt: skip
ATTRIBUTES = frozenset(
    [
        "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "color", "colspan", "dir", "face", "height",
        "href", "lang", "rowspan", "size", "src", "start", "style", "title", "valign", "width",
    ]
)  # fmt: skip
_ROWS, _CELLS = ("tbody", "thead", "tfoot"), ("td", "th")
_BLOCKS = ("address", "blockquote", "center", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre",
           "table", "ul")  # fmt: skip
# What the opening of one element ends where it is open at the top: their closing tags may be left out.
_ENDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_BLOCKS, ("p",)),
    "li": ("li", "p"),
    **dict.fromkeys(("dt", "dd"), ("dt", "dd", "p")),
    **dict.fromkeys(_CELLS, (*_CELLS, "p")),
    "tr": ("tr", *_CELLS, "p"),
    **dict.fromkeys(_ROWS, (*_ROWS, "tr", *_CELLS, "p")),
}
_TABLE = frozenset(["table", "tr", "caption", *_ROWS, *_CELLS])


def balanced(html: str) -> str | None:
    """The same document with every element closed in its turn; None where it is too long, too full or too deep.

    Its tags are those of `KEPT` and its attributes those of `ATTRIBUTES`; texts and values are escaped.
    """
    if len(html) > caps.HTML:
        return None
    writer = _Writer()
    for number, event in enumerate(events(html, longest=caps.HTML, tags=2 * caps.SHOWN_TAGS)):
        if number > 2 * caps.SHOWN_TAGS or len(writer.open) > caps.SHOWN_DEPTH:
            return None
        writer.take(event)
    writer.close(len(writer.open))
    return "".join(writer.parts)


class _Writer:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.open: list[str] = []

    def take(self, event: Tag | str) -> None:
        if isinstance(event, str):
            self.parts.append(escape(unescape(event), quote=False))
        elif event.name in KEPT:
            if event.closing:
                self.close(self._depth_of(event.name))
            else:
                self._open(event)

    def close(self, many: int) -> None:
        """Close the innermost so many."""
        for _ in range(many):
            self.parts.append(f"</{self.open.pop()}>")

    def _open(self, tag: Tag) -> None:
        ends = _ENDS.get(tag.name, ())
        while self.open and self.open[-1] in ends:
            self.close(1)
        values = tag.attributes() if len(tag.source) > len(tag.name) + 2 else {}
        said = "".join(f' {name}="{escape(value)}"' for name, value in values.items() if name in ATTRIBUTES)
        self.parts.append(f"<{tag.name}{said}>")
        if tag.name not in VOID:
            self.open.append(tag.name)

    def _depth_of(self, name: str) -> int:
        """How many are to be closed for this closing tag: none for one that nothing answers to in its table's cell."""
        for depth, opened in enumerate(reversed(self.open), 1):
            if opened == name:
                return depth
            if opened in _TABLE and name not in _TABLE:
                break
        return 0
