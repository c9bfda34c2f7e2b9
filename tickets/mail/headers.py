"""The header block of a mail or part: found where it is bent, cut to the caps, read field by field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tickets.mail import caps
from tickets.mail.clean import clean_line
from tickets.mail.encoded import decode_words, parameters

# Names are short, but some servers write them long.
_FIELD = re.compile(rb"^([!-9;-~]{1,2000})[ \t]{0,8}:")
# A heading that a program put above the whole mail, which is no boundary.
_HEADING = re.compile(rb"-{2,20}[ \t][^\n]{1,80}[ \t]-{2,20}[ \t]{0,8}$")
# A line in the header that is no field is passed over only where one of these follows: otherwise the body has begun.
_FAMILIAR = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]{2,30}|received|reply-to|sender|references|"
    rb"in-reply-to|return-path|delivered-to|user-agent|x-[a-z0-9-]{2,60}|list-[a-z-]{2,30}|importance|dkim-signature|"
    rb"thread-(?:topic|index)|authentication-results|auto-submitted|precedence|status|lines|bcc|organization)[ \t]?:",
    re.IGNORECASE,
)
_LOOK_AHEAD = 6  # lines


@dataclass(slots=True)
class Header:
    """The fields of one header block: names in lower case, raw values (bytes as surrogates, unfolded)."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    end: int = 0  # where the body begins
    defects: list[str] = field(default_factory=list)
    too_large: list[str] = field(default_factory=list)

    def given(self, name: str) -> str:
        """The first value of a field as it stands in the mail; empty without one."""
        return next((value for key, value in self.fields if key == name), "")

    def given_all(self, name: str) -> list[str]:
        """All values of a field as they stand in the mail."""
        return [value for key, value in self.fields if key == name]

    def text(self, name: str, hint: str = "") -> str:
        """The first value of a field, decoded, on one line."""
        return clean_line(decode_words(self.given(name), hint))

    def structured(self, name: str) -> tuple[str, dict[str, str]]:
        """The first token of a field and its parameters, as Content-Type has them."""
        return parameters(self.given(name))


def read_header(raw: bytes, start: int, stop: int) -> Header:
    """The header block that begins at `start`; `stop` is where the part ends. Never raises.

    A block without any field is none: the body begins at `start`.
    """
    header = Header(end=start)
    limit = min(stop, start + caps.HEADER_BLOCK)
    lines = _Lines(raw, start, limit)
    current: list[bytes] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and current:
            current.append(line)
        elif _FIELD.match(line):
            _keep(header, current)
            current = [line]
        elif not _passed_over(raw, lines, header, begun=bool(current)):
            lines.at, lines.ended = lines.begins, True  # the body begins with this line
            break
        if len(header.fields) >= caps.HEADERS:
            header.too_large.append("header_fields")
            break
    _keep(header, current)
    if not lines.ended and lines.at < stop:
        if "header_fields" not in header.too_large:
            header.too_large.append("header_block")
        lines.at = _body_after(raw, lines.at, stop)
    header.end = lines.at if header.fields else start
    return header


class _Lines:
    """The lines of a header, up to the blank one that ends it or the boundary of the next part."""

    def __init__(self, raw: bytes, start: int, limit: int) -> None:
        self.raw, self.limit = raw, limit
        self.begins = self.at = start
        self.ended = False

    def __iter__(self) -> Iterator[bytes]:
        while self.at < self.limit:
            newline = self.raw.find(b"\n", self.at, self.limit)
            self.begins, self.at = self.at, self.limit if newline < 0 else newline + 1
            line = self.raw[self.begins : self.at].rstrip(b"\r\n")
            if line.startswith(b"--") and not (self.begins == 0 and _HEADING.match(line)):
                self.at, self.ended = self.begins, True
                return
            if line.strip(b" \t\x00"):
                yield line
            elif not line or not _FAMILIAR.match(self.raw, self.at, self.limit):
                # A line of blanks ends the header too, unless it is a bent fold with a familiar field behind it.
                self.ended = True
                return


def _body_after(raw: bytes, at: int, stop: int) -> int:
    """The body behind a header that was left unread: after the next blank line."""
    ends = [end + size for mark, size in ((b"\n\n", 2), (b"\r\n\r\n", 4)) if (end := raw.find(mark, at - 3, stop)) >= 0]
    return min(ends, default=stop)


def _passed_over(raw: bytes, lines: _Lines, header: Header, *, begun: bool) -> bool:
    """Whether a line that is no field is a bent one amid the header; the defect is noted."""
    if not begun and raw.startswith((b"From ", b">From "), lines.begins):
        return True
    look, limit = lines.at, lines.limit
    for _ in range(_LOOK_AHEAD):
        if _FAMILIAR.match(raw, look, limit):
            header.defects.append("header_garbage")
            return True
        newline = raw.find(b"\n", look, limit)
        if newline < 0 or not raw[look:newline].strip():
            return False
        look = newline + 1
    return False


def _keep(header: Header, lines: list[bytes]) -> None:
    """Add the field that these lines make to the header."""
    if not lines:
        return
    joined = b"".join(lines) if len(lines) < 2 else b" ".join(line.strip(b"\r\n") for line in lines)
    if len(joined) > caps.HEADER:
        header.too_large.append("header")
        joined = joined[: caps.HEADER]
    name, _, value = joined.partition(b":")
    header.fields.append((name.strip().decode("ascii").lower(), value.strip().decode("ascii", "surrogateescape")))
