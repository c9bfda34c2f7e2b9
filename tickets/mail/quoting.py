"""Where in a text the writer's own words end and what was there before begins, line by line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from tickets.mail.phrases import (
    ABOVE_LINE,
    ADDRESS,
    DATE,
    FIELD,
    FORWARD_LINE,
    HEADER_DATE,
    LINK_PIECE,
    ONE_LINE_BLOCK,
    OPENS_DATE,
    OPENS_WORD,
    ORIGINAL_LINE,
    QUOTING,
    RULE_LINE,
    SHARED,
    SIGNATURE_LINE,
    WHOLE_DATE,
    WROTE,
    WROTE_BEFORE,
)
from tickets.mail.signing import WIDTH, is_sent_from

LINES = 5_000  # of a text that are looked at
# Marks of direction and width, which stand between words and are not seen.
_UNSEEN = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
_ATTRIBUTION_LINES = 4
_HEADER_LINES = 12
_SHARED = 100  # lines that may hold an introduction behind other words


class Mark(Enum):
    """What begins the quoted part."""

    ABOVE_LINE = "our own line"
    SEPARATOR = "a separator or a header block: all that follows is old"
    ATTRIBUTION = "a line like 'On Monday Anna wrote:'"
    QUOTE = "quoted lines without an introduction"
    FORWARD = "a forwarded mail"


@dataclass(frozen=True, slots=True)
class Cut:
    """Line `at` is the first that is not the writer's; `content` the first behind the introduction."""

    at: int
    content: int
    mark: Mark


def looked_at(lines: list[str]) -> list[str]:
    """What is looked at of a text: so many lines, so much of each, without unseen marks."""
    return [line[:WIDTH] if line.isascii() else line[:WIDTH].translate(_UNSEEN) for line in lines[:LINES]]


def is_quoted(line: str) -> bool:
    return line.lstrip(" \t").startswith((">", "|>", "&gt;"))


def unquoted(line: str) -> str:
    """The line without its quotation marks."""
    return line.lstrip("> \t|\u00a0")


def find_cut(lines: list[str]) -> Cut | None:
    """The first mark in a text, from above; None where nothing is quoted."""
    looked = looked_at(lines)
    answered = -1  # a line of the writer's that is known to follow a quoted one
    for at, line in enumerate(looked):
        if not line.strip():
            continue
        if is_quoted(line) and unquoted(line) and not _introduces(looked, at):
            if at > answered:
                answered = next(own_lines(looked, at), -1)
                if answered < 0:
                    return Cut(_with_introduction(looked, at), at, Mark.QUOTE)
            continue
        cut = _cut_at(looked, at)
        if cut is not None:
            return cut
    return None


def _introduces(lines: list[str], at: int) -> bool:
    return bool(FORWARD_LINE.match(lines[at]) or ORIGINAL_LINE.match(lines[at]) or header_block(lines, at))


def _cut_at(lines: list[str], at: int) -> Cut | None:
    line = lines[at]
    if FORWARD_LINE.match(line):
        return Cut(_above_rules(lines, at), at + 1, Mark.FORWARD)
    if ORIGINAL_LINE.match(line):
        return Cut(_above_rules(lines, at), at + 1, Mark.SEPARATOR)
    block = header_block(lines, at)
    if block:
        return Cut(_above_block(lines, at, block), at, Mark.SEPARATOR)
    if len(line) < 200 and ABOVE_LINE.match(" ".join(unquoted(one) for one in lines[at : at + 2])[:300]):
        return Cut(_with_introduction(lines, at), at + 1, Mark.ABOVE_LINE)
    end = attribution_end(lines, at)
    return Cut(_above_rules(lines, at), end, Mark.ATTRIBUTION) if end else None


def attribution_end(lines: list[str], at: int) -> int:
    """The line behind an attribution that begins at `at`, which may be wrapped over four lines; 0 for none."""
    first = lines[at]
    joined = ""
    for end in range(at, min(at + _ATTRIBUTION_LINES, len(lines))):
        line = unquoted(lines[end]).strip(" \t*_-—")
        if not line:
            # Some programs leave a blank line before the last word.
            if end == at or end + 1 >= len(lines) or not WROTE.fullmatch(unquoted(lines[end + 1]).strip()[-40:]):
                return 0
            continue
        joined = f"{joined} {line}".strip()
        if len(joined) > 400:
            return 0
        if not _ends_as_introduction(line[-60:]):
            continue
        found = _is_attribution(first, joined) and _begins_at(lines, at, end)
        return end + 1 if found and _is_followed(lines, end + 1, joined) else 0
    return 0


@lru_cache(maxsize=16)  # a line is asked about by each of the four that may begin an introduction
def _ends_as_introduction(line: str) -> bool:
    return line.endswith((":", "：")) or bool(WROTE.search(line))


def _is_followed(lines: list[str], at: int, joined: str) -> bool:
    """Whether what follows an introduction is quoted; where nothing says so, it must name an address or a day."""
    below = next((line for line in lines[at : at + 3] if line.strip()), "")
    return is_quoted(below) or bool(ADDRESS.search(joined) or WHOLE_DATE.search(joined)) or not below


def _opens(line: str) -> bool:
    return bool(OPENS_WORD.match(line) or OPENS_DATE.match(line))


def _begins_at(lines: list[str], at: int, end: int) -> bool:
    """Whether an attribution that ends on line `end` begins on line `at`: not where a later line is one by itself."""
    if at == end:
        return True
    for later in range(end, at, -1):
        alone = " ".join(unquoted(line).strip(" \t*_-—") for line in lines[later : end + 1])
        opens = OPENS_WORD.match(lines[later]) or (OPENS_DATE.match(lines[later]) and not _opens(lines[at]))
        if opens and _is_attribution(lines[later], alone):
            return False
    return _opens(lines[at]) or bool(DATE.search(lines[at]) or ADDRESS.search(lines[at]))


def _is_attribution(first: str, joined: str) -> bool:
    """Whether a text that ends like one introduces a quotation: it says who and when, or one of both and opens so."""
    if QUOTING.match(joined):
        return True
    named, dated = bool(ADDRESS.search(joined)), bool(DATE.search(joined))
    wrote = bool(WROTE.search(joined[-60:]))
    if dated and joined.endswith((":", "：")) and WROTE_BEFORE.search(joined):
        return _opens(first) or named or len(joined) < 120
    if named and dated:
        return wrote or joined.endswith((">:", "):", ">：", "]:"))
    return wrote and (named or dated) and (_opens(first) or len(joined) < 120)


def header_block(lines: list[str], at: int) -> int:
    """How many lines a quoted header block takes that begins at `at`; 0 where none does.

    It names at least three of sender, date, recipient and subject; a value may be wrapped onto the next line.
    """
    if not FIELD.match(lines[at]):
        return 0
    if "@" in lines[at] and ONE_LINE_BLOCK.match(lines[at]):
        return 1
    kinds: set[str] = set()
    addressed = dated = False
    last = at
    misses = 0
    for place in range(at, min(at + _HEADER_LINES, len(lines))):
        line = lines[place]
        found = FIELD.match(line)
        if found:
            kinds.add(field_kind(found))
            addressed = addressed or "@" in found["value"]
            dated = dated or bool(found["sent"] and HEADER_DATE.search(found["value"]))
            last, misses = place, 0
        elif unquoted(line).strip("* \t"):
            misses += 1
            if misses > 1 or len(kinds) >= 4:
                break
    enough = len(kinds) >= 3 and ("subject" in kinds or addressed or dated)
    ruled = at > 0 and any(RULE_LINE.match(line) for line in lines[max(0, at - 2) : at])
    # Two are enough below a rule, or where they are a sender's address and a date or subject.
    few = len(kinds) == 2 and "from" in kinds and (ruled or (addressed and bool(kinds & {"sent", "subject"})))
    few = few or (kinds == {"sent", "to"} and addressed and dated)
    return last - at + 1 if enough or few else 0


def field_kind(found: re.Match[str]) -> str:
    """Which of from, sent, to and subject a field of a quoted header is."""
    return next(name for name in ("from", "sent", "to", "subject") if found[name] is not None)


def _above_rules(lines: list[str], at: int) -> int:
    """The cut moved up over blank lines and rules above it."""
    while at > 0 and (not lines[at - 1].strip(" >*\u00a0") or RULE_LINE.match(lines[at - 1])):
        at -= 1
    return at


def _above_block(lines: list[str], at: int, block: int) -> int:
    """The cut above a header block moved up over what programs write there: rules, and the sender's address alone."""
    at, begin = _above_rules(lines, at), at
    above = lines[at - 1].strip() if at else ""
    if ADDRESS.fullmatch(above) and any(above.lower() in line.lower() for line in lines[begin : begin + block]):
        return _above_rules(lines, at - 1)
    return _above_rules(lines, at - 1) if at and ORIGINAL_LINE.match(lines[at - 1]) else at


def split_shared(lines: list[str]) -> list[str]:
    """The lines, with an introduction of its own line where it stands behind the writer's words on one."""
    tried = 0
    for at, line in enumerate(lines[:LINES]):
        if len(line) > WIDTH or not line.rstrip().endswith((":", "：")) or "@" not in line or is_quoted(line):
            continue
        tried += 1
        found = SHARED.match(line) if tried <= _SHARED else None
        below = next((one for one in lines[at + 1 : at + 4] if one.strip()), ">")
        if found and is_quoted(below) and ADDRESS.search(found[2]) and _is_attribution(found[2], found[2]):
            return [*lines[:at], found[1], line[found.end(1) :].strip(), *lines[at + 1 :]]
    return lines


def _with_introduction(lines: list[str], at: int) -> int:
    """The cut moved up over an introduction in whatever language: short, close above, and ending with a colon."""
    place = _above_rules(lines, at)
    for begin in range(max(0, place - _ATTRIBUTION_LINES), place):
        if lines[begin].strip() and attribution_end(lines, begin) == place:
            return _above_rules(lines, begin)
    if place and lines[place - 1].rstrip().endswith((":", "：")):
        line = lines[place - 1]
        if len(line) < 200 and (ADDRESS.search(line) or DATE.search(line) or (len(line) < 80 and WROTE.search(line))):
            return _above_rules(lines, place - 1)
    elif (
        place
        and len(lines[place - 1]) < 200
        and OPENS_DATE.match(lines[place - 1])
        and lines[place - 1].rstrip().endswith(">")
    ):
        return _above_rules(lines, place - 1) if ADDRESS.search(lines[place - 1]) else place
    return place


def own_lines(lines: list[str], at: int) -> Iterator[int]:
    """The lines from `at` on that are neither quoted nor what surrounds quotations: the writer's, then.

    Only lines behind a quoted one count: an unquoted beginning is old text that a program did not mark.
    """
    quoted = False
    place = at
    while place < len(lines):
        line = lines[place]
        if is_quoted(line):
            quoted = True
        elif line.strip() and quoted:
            end = attribution_end(lines, place)
            if end:
                place = end
                continue
            if _ends_all(lines, place):
                break
            if not _is_wrapped(lines, place):
                yield place
        place += 1


def _ends_all(lines: list[str], at: int) -> bool:
    """Whether a line begins a signature, a footer or an older mail, so that what follows is nobody's answer."""
    line = lines[at]
    if SIGNATURE_LINE.match(line) or RULE_LINE.match(line) or is_sent_from(line):
        return True
    return bool(ORIGINAL_LINE.match(line) or FORWARD_LINE.match(line) or header_block(lines, at))


def _is_wrapped(lines: list[str], at: int) -> bool:
    """The end of a quoted line that a program wrapped without marking it: short, with quoted lines on both sides."""
    above = lines[at - 1] if at else ""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if is_quoted(above) and is_quoted(below) and LINK_PIECE.match(lines[at]):
        return True
    return (
        is_quoted(above) and len(above) > 55 and len(lines[at].split()) <= 4 and (is_quoted(below) or not below.strip())
    )
