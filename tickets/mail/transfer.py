"""A part's content out of its transfer encoding; never raises, whatever the encoding claims to be."""

import binascii
import re

from tickets.mail.encoded import loose_base64

_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n")


def decoded_content(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The content, and the defect noticed ("" for none). `encoding` is Content-Transfer-Encoding as written."""
    kind = encoding.partition(";")[0].strip().strip("\"'").lower()
    if kind == "base64":
        return _base64(data)
    if kind in ("quoted-printable", "quotedprintable", "quoted_printable"):
        return binascii.a2b_qp(data), ""
    if kind in ("x-uuencode", "uuencode", "x-uue", "uue"):
        begun = _BEGIN.search(data)
        return (uudecoded(data[begun.end() :]), "") if begun else (data, "transfer_wrong")
    known = kind in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none")
    return data, "" if known else "transfer_unknown"


def _base64(data: bytes) -> tuple[bytes, str]:
    """Base64, without the plain lines that lists and scanners append to it; plain text that only claims to be it."""
    stripped = data.strip()
    if not stripped:
        return b"", ""
    first = stripped[: stripped.find(b"\n") + 1 or None].strip()
    if b" " in first and not loose_base64(first.replace(b" ", b"")).isascii():
        return data, "transfer_wrong"
    if b" " in stripped:
        kept = b"".join(line for line in stripped.splitlines() if len(line.split()) <= 1)
        if kept:
            return loose_base64(kept), "transfer_wrong"
    found = loose_base64(stripped)
    return (found, "") if found else (data, "transfer_wrong")


def uudecoded(data: bytes) -> bytes:
    """The content of a uuencoded file, from the line behind `begin` to the one that says `end`."""
    out: list[bytes] = []
    for line in data.splitlines():
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # The length that the first character tells, whatever follows it.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                continue
    return b"".join(out)
