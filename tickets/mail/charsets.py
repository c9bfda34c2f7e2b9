"""Bytes into text: the charset that the mail names, corrected, and a guess where it names none or a wrong one."""

import codecs
import functools
import re
from dataclasses import dataclass

from tickets.mail.guessing import guess_charset

# Names that are met in mail and that the standard library does not know, or knows as something too narrow.
ALIASES = {
    "8bit": "",
    "ansi": "cp1252",
    "ansi_x3.110-1983": "cp1252",
    "big5-hkscs": "big5hkscs",
    "cp-850": "cp850",
    "cp1006": "cp1252",
    "cp932": "cp932",
    "cp936": "gb18030",
    "default": "",
    "default_charset": "",
    "euc-kr": "cp949",
    "gb-2312": "gb18030",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso-8859-11": "cp874",
    "iso-8859-6-i": "iso8859_6",
    "iso-8859-6-e": "iso8859_6",
    "iso-8859-8-e": "cp1255",
    "iso-8859-8-i": "cp1255",
    "iso-8859-8": "cp1255",
    "iso-8859-9": "cp1254",
    "iso-10646": "utf-8",
    "iso-2022-cn": "gb18030",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-gb2312": "gb18030",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "macintosh": "mac_roman",
    "macroman": "mac_roman",
    "ms932": "cp932",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "tis-620": "cp874",
    "tis620": "cp874",
    "unicode": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unknown": "",
    "unknown-8bit": "",
    "user-defined": "",
    "us-ascii": "ascii",
    "utf": "utf-8",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "x-cp932": "cp932",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "x-sjis": "cp932",
    "x-unknown": "",
    "x-user-defined": "",
}
# They write other scripts in ASCII alone, hence no test for eight-bit characters says that they are absent.
SEVEN_BIT = {"utf-7", "hz", "iso2022_jp_ext", "iso2022_kr", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([JI])")
_META = re.compile(rb"<meta[^<>]{0,200}?charset\s{0,8}=\s{0,8}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_KNOWN = re.compile(r"[a-z0-9][a-z0-9 _.:+()-]{0,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the charset that gave it, and what was wrong with the one that the mail names ("" for nothing)."""

    text: str
    charset: str
    defect: str = ""


@functools.lru_cache(maxsize=512)
def codec_of(name: str) -> str:
    """Python's name for a charset as mail names it; empty for one that is unknown or that is no text's."""
    wanted = name.strip().strip("\"'<>").lower().partition("*")[0].strip()
    wanted = wanted.removeprefix("charset=").removeprefix("cp-").strip("\"' ")
    if wanted in ALIASES:
        return ALIASES[wanted]
    if not _KNOWN.fullmatch(wanted):
        return ""
    for attempt in (wanted, wanted.removeprefix("x-"), wanted.replace("windows", "cp").replace("-", "")):
        try:
            found = codecs.lookup(attempt)
            # idna, punycode and the escapes are no charsets of a mail, and fail in ways of their own
            if not getattr(found, "_is_text_encoding", True) or found.name in NO_CHARSETS:
                return ""
        except (LookupError, UnicodeError, ValueError):
            continue
        return ALIASES.get(found.name.replace("_", "-"), found.name)
    return ""


NO_CHARSETS = {"idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}


def decode(data: bytes, declared: str = "", *, markup: bool = False, hint: str = "") -> Decoded:
    """The text of `data`, whatever it is; never raises.

    `declared` is the charset that the mail names, `hint` one that the same mail names elsewhere. `markup` says that
    the data is HTML, which may name its charset itself.
    """
    marked = _by_mark(data)
    if marked is not None:
        return marked
    codec = codec_of(declared) if declared else ""
    defect = "charset_unknown" if declared and not codec else ""
    if codec.startswith(("utf-16", "utf-32")) and b"\0" not in data and _strictly(data, "utf-8") is not None:
        return Decoded(data.decode("utf-8"), "utf-8", "charset_wrong")
    if codec in SEVEN_BIT or (codec in ("", "ascii", "utf-8", "cp1252") and _JAPANESE.search(data)):
        found = _strictly(data, codec if codec in SEVEN_BIT else "iso2022_jp_ext")
        if found is not None:
            return Decoded(found, codec or "iso2022_jp_ext", defect)
    if data.isascii():
        return Decoded(data.decode("ascii"), "ascii", defect)
    if codec and codec != "ascii":
        found = _as_declared(data, codec)
        if found is not None:
            return Decoded(found, codec, defect)
    return _guess(data, markup=markup, hint=hint, declared=codec, defect=defect)


def _by_mark(data: bytes) -> Decoded | None:
    """What a byte order mark, or every second byte being NUL, tells."""
    for mark, codec in MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(codec, "replace"), codec)
    head = data[:400]
    if len(head) >= 8 and head.count(0) * 5 > len(head) * 2:
        codec = "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
        return Decoded(data.decode(codec, "replace"), codec, "charset_wrong")
    return None


def _as_declared(data: bytes, codec: str) -> str | None:
    """The text in the charset that the mail names, unless the bytes say that it is another."""
    if codec == "cp1252":
        # Eight-bit text that happens to be valid UTF-8 is UTF-8, whatever an old client claims.
        return _strictly(data, "utf-8") if len(_MULTIBYTE.findall(data[:65536])) else _western(data)
    found = _strictly(data, codec)
    if found is not None:
        return found
    loose = data.decode(codec, "replace")
    # A cut or a few stray bytes in what is otherwise right.
    foreign = sum(1 for char in loose if char > "\x7f")
    return loose if loose.count("\ufffd") * 10 <= foreign else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _western(data: bytes) -> str:
    """Windows-1252 as browsers read it: its five holes are control characters, so nothing fails."""
    text = data.decode("cp1252", "surrogateescape")
    return re.sub("[\udc80-\udcff]", lambda hole: chr(ord(hole[0]) - 0xDC00), text)


def _guess(data: bytes, *, markup: bool, hint: str, declared: str, defect: str) -> Decoded:
    """UTF-8, what the HTML or the rest of the mail names, the detector, and at last Windows-1252."""
    defect = defect or ("charset_wrong" if declared else "charset_missing")
    named = _META.search(data[:4096]) if markup else None
    candidates = ["utf-8", codec_of(named[1].decode("ascii")) if named else "", codec_of(hint) if hint else ""]
    for codec in candidates:
        if codec and codec not in ("ascii", "cp1252", declared) and codec not in SEVEN_BIT:
            found = _strictly(data, codec)
            if found is not None:
                return Decoded(found, codec, defect)
    loose = data.decode("utf-8", "replace")
    if len(_MULTIBYTE.findall(data[:65536])) > 4 * loose[:65536].count("\ufffd"):
        return Decoded(loose, "utf-8", defect)
    codec = guess_charset(data)
    found = _strictly(data, codec) if codec != "cp1252" else None
    return Decoded(found, codec, defect) if found is not None else Decoded(_western(data), "cp1252", defect)
