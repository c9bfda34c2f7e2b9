"""Marking what was found: places are taken from PostgreSQL's marked copy, texts are escaped first and then marked."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

BEGIN, END = "\x01", "\x02"
AROUND, LONGEST = 90, 260  # letters before the first mark, and of a piece in all
Span = tuple[int, int]


def spans(marked: str) -> list[Span]:
    """Where the marks of a marked copy lie in the text without them: (from, to)."""
    found: list[Span] = []
    at = begin = 0
    for letter in marked:
        if letter == BEGIN:
            begin = at
        elif letter == END:
            found.append((begin, at))
        else:
            at += 1
    return found


def with_marks(text: str, marked: Sequence[Span]) -> SafeString:
    """The text as markup, `<mark>` around the spans."""
    ends = [0, *(end for _, end in marked)]
    pairs = [(text[last:begin], text[begin:end]) for last, (begin, end) in zip(ends, marked, strict=False)]
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pairs), text[ends[-1] :])


def piece(text: str, marked: Sequence[Span]) -> SafeString:
    """The part of a long text around most of its marks, as markup; its beginning when it has none."""
    begin = _beginning(text, marked)
    end = min(len(text), begin + LONGEST)
    if end < len(text):
        end = max(text.rfind(" ", begin + LONGEST // 2, end), begin + LONGEST // 2)
    inside = [(a - begin, min(b, end) - begin) for a, b in marked if a >= begin and a < end]
    before, after = ("… " if begin else ""), (" …" if end < len(text) else "")
    return format_html("{}{}{}", before, with_marks(text[begin:end], inside), after)


def _beginning(text: str, marked: Sequence[Span]) -> int:
    """Where the piece with the most marks begins, at a word."""
    starts = [a for a, _ in marked]
    best = max(starts, key=lambda a: sum(a <= other < a + LONGEST - AROUND for other in starts), default=0)
    if best <= AROUND:
        return 0
    return text.find(" ", best - AROUND, best) + 1 or best
