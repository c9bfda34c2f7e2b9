"""Encoded words of header fields (RFC 2047) and parameters (RFC 2231), as real mail has them: bent and broken."""

import binascii
import re
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from tickets.mail.charsets import codec_of, decode
from tickets.mail.clean import clean_line

# Tolerant: spaces inside, missing padding, a language behind the charset.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?\n]|\?(?!=)){0,8000})\?=")
_PARAMETER = re.compile(r"(?<![^=;\s\"])([^=;\s\"]{1,80})[ \t]{0,20}=[ \t]{0,20}")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_CONTINUED = re.compile(r"^([^*]{1,60})\*(\d{1,4})?(\*)?")


def decode_words(value: str, hint: str = "") -> str:
    """A field's value with its encoded words decoded; never raises.

    `value` holds the raw bytes as surrogates (`ascii` with `surrogateescape`); eight-bit bytes that stand there
    undeclared are decoded too, in the charset `hint` where they are not UTF-8. Adjacent words of one charset are joined
    as bytes, as many mailers cut a character in two.
    """
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    at = 0
    for found in _WORD.finditer(value):
        between = value[at : found.start()]
        charset, data = found[1].partition("*")[0], _word_bytes(found[2], found[3])
        if pending and not between.strip() and codec_of(pending[0]) == codec_of(charset):
            pending = (charset, pending[1] + data)
        else:
            if pending:
                pieces.append(_word_text(pending, hint))
            if between.strip() or not pending:
                pieces.append(_raw_text(between, hint))
            pending = (charset, data)
        at = found.end()
    if pending:
        pieces.append(_word_text(pending, hint))
    pieces.append(_raw_text(value[at:], hint))
    return "".join(pieces)


def _word_bytes(kind: str, text: str) -> bytes:
    data = text.encode("ascii", "surrogateescape") if _is_raw(text) else text.encode("utf-8", "replace")
    if kind in "bB":
        return loose_base64(data)
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), data.replace(b"_", b" "))


def _is_raw(text: str) -> bool:
    return all(char < "\x80" or "\udc80" <= char <= "\udcff" for char in text)


def _word_text(word: tuple[str, bytes], hint: str) -> str:
    charset, data = word
    return clean_line_keeping_ends(decode(data, charset, hint=hint).text)


def clean_line_keeping_ends(text: str) -> str:
    """One line, whose blanks at both ends stay: an encoded word may carry the space before the next one."""
    core = clean_line(text)
    if not core:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{core}{' ' * text[-1].isspace()}"


def _raw_text(text: str, hint: str) -> str:
    if text.isascii() or not _is_raw(text):
        return text
    return decode(text.encode("ascii", "surrogateescape"), hint=hint).text


def loose_base64(data: bytes) -> bytes:
    """What base64 says, whatever stands between its characters and however it ends; never raises."""
    whole = data.rstrip(b"= \t\r\n")
    if b"=" not in whole:
        with suppress(binascii.Error):  # it passes over what is not base64, but needs its end
            return binascii.a2b_base64(whole + b"==")
    kept = data.translate(None, _NOT_BASE64)
    if b"=" in kept:
        kept = kept.rstrip(b"=")
        if b"=" in kept:
            # Several pieces, each with its own padding, one after the other.
            return b"".join(loose_base64(piece) for piece in re.split(b"=+", kept, maxsplit=200)[:200] if piece)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    try:
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4) if len(kept) % 4 else kept)
    except binascii.Error:
        return b""


_NOT_BASE64 = bytes(sorted(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")))


def parameters(value: str, hint: str = "") -> tuple[str, dict[str, str]]:
    """A structured field's first token in lower case, and its parameters by lower-case name, decoded.

    `text/plain; charset="utf-8"; name*0*=utf-8''a%20; name*1=b` gives `text/plain` and charset and name.
    """
    first, _, rest = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, given in _split_parameters(rest):
        continued = _CONTINUED.fullmatch(name)
        if continued is None:
            plain.setdefault(name, given if name == "boundary" else clean_line(decode_words(given, hint)))
        else:
            number = int(continued[2] or 0)
            encoded = bool(continued[3]) or continued[2] is None
            pieces.setdefault(continued[1], {}).setdefault(number, (given, encoded))
    for name, found in pieces.items():
        joined = _join_pieces(found, hint)
        if joined or name not in plain:
            plain[name] = joined
    return clean_line(first).lower(), plain


def _split_parameters(rest: str) -> list[tuple[str, str]]:
    """Pairs of name and value; a value may be quoted, and may hold blanks where the mailer forgot the quotes."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(rest) and len(found) < 200:
        at += len(rest[at:]) - len(rest[at:].lstrip(" \t"))
        named = _PARAMETER.match(rest, at)
        if named is None:
            end = rest.find(";", at)
            at = len(rest) if end < 0 else end + 1
            continue
        at = named.end()
        if rest.startswith('"', at):
            value, at = _quoted(rest, at + 1)
            end = rest.find(";", at)
        else:
            end = rest.find(";", at)
            value = rest[at : len(rest) if end < 0 else end].strip().strip("'\"")
        at = len(rest) if end < 0 else end + 1
        found.append((named[1].lower(), value))
    return found


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The quoted string that begins at `at`, and where it ended; one without end goes on to the next semicolon."""
    out: list[str] = []
    start = at
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text) and text[at + 1] in '"\\':
            out.append(text[at + 1])
            at += 2
            continue
        if char == '"':
            return "".join(out), at + 1
        out.append(char)
        at += 1
    end = text.find(";", start)
    return text[start : len(text) if end < 0 else end], len(text) if end < 0 else end


def _join_pieces(pieces: dict[int, tuple[str, bool]], hint: str) -> str:
    """The value that RFC 2231 spread over numbered pieces; the first encoded one names the charset."""
    charset = ""
    data = b""
    for place, number in enumerate(sorted(pieces)):
        value, encoded = pieces[number]
        if place == 0 and encoded and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        raw = value.encode("utf-8", "surrogateescape") if _is_raw(value) else value.encode("utf-8", "replace")
        data += unquote_to_bytes(raw) if encoded else raw
    text = decode(data, charset, hint=hint).text
    return clean_line(decode_words(text, hint) if "=?" in text else text)
