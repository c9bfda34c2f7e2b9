"""What people typed as HTML: Markdown, sanitised; quoted and very long text in parts that a page may fold.

The stored text stays what was typed; a mail gets it as it is. No HTML of people's own is taken, no image is loaded,
and a link leads to http, https or a mail program only, in a window of its own.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tickets.quotes import split_quotes

LONG_LINES, LONG_CHARACTERS = 40, 3000  # what is longer is folded
HEAD_LINES, HEAD_CHARACTERS = 24, 1800  # and of it this much stays unfolded
EXCERPT = 600  # of a text that cannot be cut between two paragraphs
SUMMARY = 60
_HEADINGS_BELOW = 2  # a page has its own first and second headings
_LONGEST_PARSED = 10_000  # characters: what is longer is a log, and marks made to be slow stay quick below it
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    allowed_classes={"span": {"mention"}},
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener nofollow",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)


class Passage(NamedTuple):
    """A part of a message as shown. `fold`: open, a quotation, the rest of a long text, or the whole of one.

    `lines` is how many lines of text it stands for and `first` its first words, for the fold's summary.
    """

    html: SafeString
    fold: Literal["", "quote", "rest", "whole"] = ""
    lines: int = 0
    first: str = ""


def passages(text: str, *, mentions: Sequence[str] = ()) -> tuple[Passage, ...]:
    """The message in its order, as sanitised HTML. `mentions` are the names that "@" stands for somebody before."""
    if len(text) > _LONGEST_PARSED:
        return (_excerpt(text), _passage(_plain(text), "whole", text))
    return _parsed(text.replace("\r\n", "\n"), tuple(mentions))


@lru_cache(maxsize=512)
def _parsed(text: str, names: tuple[str, ...]) -> tuple[Passage, ...]:
    found: list[Passage] = []
    for part in split_quotes(text):
        if part.is_quoted:
            said = " ".join(" ".join(line.lstrip("> ") for line in part.text.split("\n")).split())
            found.append(_passage(_html(_parse(part.text, names)), "quote", part.text, first=said))
        else:
            found += _own(part.text, names)
    return tuple(found)


def _own(text: str, names: tuple[str, ...]) -> list[Passage]:
    """The writer's own words; a very long text is cut after a paragraph, a list or the like."""
    tokens = _parse(text, names)
    lines = text.split("\n")
    if len(lines) <= LONG_LINES and len(text) <= LONG_CHARACTERS:
        return [Passage(_html(tokens))]
    cut = _cut(tokens, lines)
    if cut:
        line = (tokens[cut].map or [0])[0]
        return [Passage(_html(tokens[:cut])), _passage(_html(tokens[cut:]), "rest", "\n".join(lines[line:]))]
    return [_excerpt(text), _passage(_html(tokens), "whole", text)]


def _excerpt(text: str) -> Passage:
    return Passage(_plain(f"{text.strip()[:EXCERPT]} …"))


def _plain(text: str) -> SafeString:
    """The text without any marks, its lines kept."""
    return _clean("<p>" + "<br>".join(escapeHtml(line) for line in text.strip().splitlines()) + "</p>")


def _cut(tokens: Sequence[Token], lines: Sequence[str]) -> int:
    """Where the head ends: the first block that would make it too long; 0 if that is the very first."""
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            end = token.map[1]
            if end > HEAD_LINES or sum(map(len, lines[:end])) > HEAD_CHARACTERS:
                return index
    return 0


def _passage(html: SafeString, fold: Literal["quote", "rest", "whole"], text: str, *, first: str = "") -> Passage:
    short = first if len(first) <= SUMMARY else first[:SUMMARY].rsplit(" ", 1)[0] + " …"
    return Passage(html, fold, len(text.strip().splitlines()), short)


def _parse(text: str, names: tuple[str, ...]) -> list[Token]:
    return _MARKDOWN.parse(text, {"mentions": names})


def _html(tokens: Sequence[Token]) -> SafeString:
    return _clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _clean(html: str) -> SafeString:
    return mark_safe(_CLEANER.clean(html))  # noqa: S308 - cleaned in this very line


def _mention(state: StateInline, silent: bool) -> bool:
    """ "@" and one of the known names, where no word runs on before or after it: the longest name counts."""
    if state.src[state.pos] != "@" or (state.pos and state.src[state.pos - 1].isalnum()):
        return False
    name = name_at(state.src, state.pos + 1, state.env.get("mentions", ()))
    if not name:
        return False
    if not silent:
        state.push("mention", "", 0).content = "@" + state.src[state.pos + 1 : state.pos + 1 + len(name)]
    state.pos += 1 + len(name)
    return True


def name_at(text: str, start: int, names: Sequence[str]) -> str:
    """The longest of the names that stands at this place as whole words, whatever its capitals; else empty."""
    found = ""
    for name in names:
        end = start + len(name)
        if (
            len(name) > len(found)
            and text[start:end].casefold() == name.casefold()
            and not text[end : end + 1].isalnum()
        ):
            found = name
    return found


def _mention_html(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<span class="mention">{escapeHtml(tokens[index].content)}</span>'


def _image_html(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """A link in an image's place: who reads a message must not be told on to whoever keeps the picture."""
    source = str(tokens[index].attrGet("src") or "")
    return f'<a href="{escapeHtml(source)}">{escapeHtml(tokens[index].content or source)}</a>'


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _HEADINGS_BELOW)}"


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True})
    made.enable(["table", "strikethrough", "linkify"])
    made.disable(["lheading", "html_block", "html_inline"])  # a signature's "--" makes no heading of the line above
    assert made.linkify is not None
    made.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    for scheme in ("//", "ftp:", "mailto:"):
        made.linkify.add(scheme, None)
    made.inline.ruler.push("mention", _mention)
    made.core.ruler.push("lower_headings", _lower_headings)
    made.add_render_rule("mention", _mention_html)
    made.add_render_rule("image", _image_html)
    return made


_MARKDOWN = _markdown()
