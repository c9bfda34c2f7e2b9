"""Forwarded mails: what the header block in the text says of the mail in it."""

from tickets.mail.addresses import addresses
from tickets.mail.clean import clean_line
from tickets.mail.phrases import ADDRESS, FIELD
from tickets.mail.quoting import attribution_end, field_kind, header_block, looked_at, unquoted
from tickets.mail.shapes import Address, Forwarded

_SEARCHED = 200  # lines in which the header block is looked for


def forwarded_in(lines: list[str], start: int) -> Forwarded | None:
    """The mail that is forwarded in the text from line `start` on; None where no sender can be told."""
    looked = looked_at(lines)
    for at in range(start, min(start + _SEARCHED, len(looked))):
        size = header_block(looked, at)
        if size:
            return _from_block(looked, at, size)
        end = attribution_end(looked, at)
        if end:
            return _from_attribution(looked, at, end)
    return None


def _from_block(lines: list[str], at: int, size: int) -> Forwarded | None:
    values: dict[str, str] = {}
    kind = ""
    for line in lines[at : at + size]:
        found = FIELD.match(line)
        if found:
            kind = field_kind(found)
            value = clean_line(found["value"]).strip("* ")
            kind = kind if kind not in values else ""
            if kind:
                values[kind] = value
        elif kind and unquoted(line).strip():
            values[kind] = clean_line(f"{values[kind]} {unquoted(line)}").strip("* ")
    sender = _address(values.get("from", ""))
    if sender is None:
        return None
    text = _unquoted_text(lines[at + size :])
    return Forwarded(sender, values.get("subject", ""), values.get("sent", ""), text)


def _from_attribution(lines: list[str], at: int, end: int) -> Forwarded | None:
    sender = _address(" ".join(unquoted(line) for line in lines[at:end]).rstrip(": "))
    return Forwarded(sender, "", "", _unquoted_text(lines[end:])) if sender else None


def _address(value: str) -> Address | None:
    """The first address of a quoted From, whose name and address clients write in many ways."""
    value = value.replace("[mailto:", "<").replace("]", ">") if "[mailto:" in value else value
    for found in addresses(value):
        if found.address:
            return found
    bare = ADDRESS.search(value)
    name = clean_line(value)[:200]
    return Address("", bare[0]) if bare else Address(name, "") if name else None


def _unquoted_text(lines: list[str]) -> str:
    marked = [line for line in lines if line.strip()]
    quoted = bool(marked) and all(line.startswith(">") for line in marked[:3])
    return (
        "\n".join(line.removeprefix(">").removeprefix(" ") if quoted else line for line in lines).strip("\n").rstrip()
    )
