"""Addresses of header fields, as people and broken programs write them; and message ids."""

import re
from collections.abc import Iterator

from tickets.mail import caps
from tickets.mail.clean import clean_line, unique
from tickets.mail.encoded import decode_words
from tickets.mail.shapes import Address

# Each begins where no letter of its own stands before it, so that a long run is tried once and not at each letter.
_ADDRESS = re.compile(r"(?<![^\s<>()\[\],;:\"@])[^\s<>()\[\],;:\"@]{1,128}@[^\s<>()\[\],;:\"@]{1,255}")
_LOCAL_QUOTED = re.compile(r'"(?:[^"\\]|\\.){1,100}"@[^\s<>(),;:"@]{1,255}')
_OPENINGS = 5  # brackets of one piece that are tried, from its end
_ID = re.compile(r"<([^<>]{1,998})>")
_BARE_ID = re.compile(r"(?<![^\s<>,;\"])[^\s<>,;\"]{1,400}@[^\s<>,;\"]{1,400}")


def addresses(value: str, hint: str = "") -> tuple[Address, ...]:
    """The addresses of a raw field value, in their order; never raises, and reads at most `caps.ADDRESSES`.

    Names without an address are kept (`MAILER-DAEMON`), empty ones and the names of groups are not.
    """
    found = [_one(piece, hint) for piece in _pieces(value)]
    kept = [one for one in found if one.address or one.name]
    if kept and not any(one.address for one in kept):
        # Some mailers encode the whole field, address and all.
        plain = decode_words(value, hint)
        if "@" in plain and plain != value:
            return tuple(one for one in (_one(piece, hint) for piece in _pieces(plain)) if one.address)
    return tuple(kept)


def _pieces(value: str) -> Iterator[str]:
    """The field cut at its commas and semicolons, where these do not stand in quotes, comments or brackets.

    `Smith, John <john@example.org>` is one: what has no address belongs to what follows it.
    """
    carried = ""
    count = 0
    for piece, group in _cut(value):
        if group:
            carried = ""
            continue
        whole = f"{carried}, {piece}" if carried.strip() else piece
        if "@" in piece or "<" in piece:
            yield whole
            carried = ""
            count += 1
            if count >= caps.ADDRESSES:
                return
        else:
            carried = whole
    if carried.strip():
        yield carried


def _cut(value: str) -> Iterator[tuple[str, bool]]:
    """Pieces between separators, and whether a piece is the name of a group (`Team:`)."""
    start = 0
    for at, char in _separators(value):
        if char != ":":
            yield value[start:at], False
        elif "@" in value[start:at] or "=?" in value[start:at]:
            continue
        else:
            yield value[start:at], True
        start = at + 1
    yield value[start:], False


def _separators(value: str) -> Iterator[tuple[int, str]]:
    """Where commas, semicolons and colons stand outside quotes, comments and brackets."""
    last_quote, last_bracket = value.rfind('"'), value.rfind(")")
    depth = 0
    quoted = angle = escaped = False
    for at, char in enumerate(value):
        if escaped or (char == "\\" and (quoted or depth)):
            escaped = not escaped
        elif char == '"' and not depth:
            quoted = not quoted and at < last_quote  # one that never ends is a letter like any other
        elif quoted:
            continue
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif char in "<>" and not depth:
            angle = char == "<"
        elif char in ",;:" and not angle and (not depth or at > last_bracket):
            depth = 0
            yield at, char


def _one(piece: str, hint: str) -> Address:
    """One address with its name; `address` is empty where the piece has none."""
    piece = piece.strip()
    opening = piece.rfind("<")
    for _ in range(_OPENINGS):
        if opening < 0:
            break
        inner = piece[opening + 1 : opening + 1_000].partition(">")[0]
        address = _bare(inner)
        if address:
            return Address(_name(piece[:opening] or piece[opening:].partition(">")[2], hint, address), address)
        opening = piece.rfind("<", 0, opening)
    outside, comment = _without_comments(piece)
    address = _bare(outside) or _bare(piece)
    if address:
        return Address(_name(comment or outside.replace(address, ""), hint, address), address)
    return Address(_name(outside.replace("<", "").replace(">", "") or comment, hint, ""), "")


def _bare(text: str) -> str:
    """The address in a text, without a route, trailing dots, `mailto:`; empty where none is."""
    text = text.strip().removeprefix("mailto:").removeprefix("MAILTO:")
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]
    found = _LOCAL_QUOTED.search(text) or _ADDRESS.search(text) or _ADDRESS.search("".join(text.split()))
    if not found:
        return ""
    return clean_line(decode_words(found[0].strip("'`"))).rstrip(".").replace(" ", "")


def _without_comments(text: str) -> tuple[str, str]:
    """The text outside brackets, and inside."""
    outside: list[str] = []
    inside: list[str] = []
    depth = 0
    for char in text:
        if char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        else:
            (inside if depth else outside).append(char)
    return "".join(outside).strip(), "".join(inside).strip()


def _name(text: str, hint: str, address: str) -> str:
    """A display name without its quotes; empty where it only repeats the address."""
    name = clean_line(decode_words(text.strip(), hint))
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1]
    name = clean_line(name.replace('\\"', '"').replace("\\\\", "\\")).strip('"<> ,;')
    if not name.strip(".,:;-_ "):
        return ""
    return "" if name.lower() == address.lower() else name[:300]


def message_ids(value: str) -> tuple[str, ...]:
    """The message ids of a raw field, without their brackets, in their order, each once; tolerant of what is inside."""
    found = [clean_line(one) for one in _ID.findall(value)[: caps.IDS * 2]]
    if not found:
        found = [clean_line(one) for one in _BARE_ID.findall(value)[: caps.IDS]]
    ids = unique(one.strip() for one in found)
    return ids if len(ids) <= caps.IDS else (ids[0], *ids[1 - caps.IDS :])
