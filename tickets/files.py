"""Names and types of files that people send. Pure: bytes and text in, text out; nothing is stored or served here."""

import re
import unicodedata

import puremagic

SNIFFED = 4096
LONGEST_NAME = 200
_LONGEST_SUFFIX = 20
_LONGEST_GIVEN = 1000  # what is longer is looked at from its end, where the suffix is
UNKNOWN = "application/octet-stream"
HTML, SVG, XML, MAIL, TEXT = "text/html", "image/svg+xml", "application/xml", "message/rfc822", "text/plain"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
# Both are containers: their content says so, and the suffix only which of their kinds.
_ZIPS = {"docx": _WORD, "xlsx": _EXCEL, "pptx": _SLIDES, "odt": "application/vnd.oasis.opendocument.text"}
_OLES = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# Under which type a file may leave. Nothing here is a document that a browser would run scripts of.
SERVED = {
    "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", TEXT, "application/zip",
    "application/x-gzip", "application/rtf", "audio/mpeg", "video/mp4", *_ZIPS.values(), *_OLES.values(),
}  # fmt: skip
_CERTAIN = 0.3
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|img|\?xml|!\[cdata\[)", re.IGNORECASE)
_OPENING = re.compile(r"\s*(?:<!--.*?-->\s*|<\?.*?\?>\s*)*", re.DOTALL)
_MAIL = re.compile(r"^mime-version:", re.IGNORECASE | re.MULTILINE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_KINDS = {
    "image/png": "PNG image", "image/jpeg": "JPEG image", "image/gif": "GIF image", "image/webp": "WebP image",
    "application/pdf": "PDF", TEXT: "text", "application/zip": "ZIP archive", HTML: "HTML", SVG: "SVG", XML: "XML",
    MAIL: "mail", _WORD: "Word document", _EXCEL: "Excel sheet", _SLIDES: "PowerPoint slides", UNKNOWN: "file",
}  # fmt: skip


class NameRefused(ValueError):
    """Nothing is left of a file's name once it is clean."""


def clean_name(given: str) -> str:
    """A name to show and to offer for the download: at most 200 characters, its suffix kept.

    Normal form first (NFKC makes a `/` of its full-width sister), then what cannot be seen goes, then the folders,
    then leading dots. Whatever is asked of a name is asked of the result. Raises `NameRefused` when it is empty.
    """
    seen = _visible(given[-_LONGEST_GIVEN:])
    last = re.split(r"[/\\]", seen)[-1]
    name = _FORBIDDEN.sub("_", " ".join(last.split())).lstrip(". ").rstrip(". ")
    if not name:
        raise NameRefused(given)
    return _shortened(name)


def _visible(text: str) -> str:
    """Without control, format, private and unassigned characters. Repeated, as taking one may join its neighbours."""
    for _ in range(len(text) + 1):
        before = text
        normal = unicodedata.normalize("NFKC", text)
        text = "".join(char if unicodedata.category(char)[0] != "C" else " " * (char in "\t\n\r") for char in normal)
        if text == before:
            break
    return text.replace("\u2028", " ").replace("\u2029", " ")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX:
        return name[:LONGEST_NAME].rstrip(". ")
    return f"{stem[: LONGEST_NAME - len(suffix) - 1].rstrip('. ')}.{suffix}"


def content_type_of(head: bytes, *, name: str) -> str:
    """The type of a file by its first `SNIFFED` bytes; `name` only tells apart what the bytes cannot.

    Text that begins as markup is named as such; what claims to be something else and holds markup is unknown.
    """
    text = _as_text(head)
    if text is not None:
        return _text_type(text)
    found = _binary_type(head, _suffix(name))
    return UNKNOWN if found.startswith("image/") and _MARKUP.search(head) else found


def served_type(content_type: str) -> str:
    """The type under which a file of this type may leave: its own where a browser runs nothing of it, else unknown."""
    if content_type == TEXT:
        return f"{TEXT}; charset=utf-8"
    return content_type if content_type in SERVED else UNKNOWN


def kind_of(content_type: str) -> str:
    """A type in a word that people know."""
    return _KINDS.get(content_type, content_type.rpartition("/")[2])


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _as_text(head: bytes) -> str | None:
    """The bytes as text, if they are one; a character may be cut at their end."""
    if head.startswith((b"%PDF-", b"{\\rtf")):
        return None
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "utf-8")
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or len(head) < SNIFFED:
            return None
        text = head[: error.start].decode(encoding)
    text = text.lstrip("\ufeff")
    return None if any(char < " " and char not in "\t\n\r\f\x1b" for char in text) else text


def _text_type(text: str) -> str:
    begins = text[_OPENING.match(text).end() :][:200].lower()  # type: ignore[union-attr]  # it matches nothing too
    if begins.startswith(("<svg", "<!doctype svg")):
        return SVG
    if _MAIL.search(text[:2048]):
        return MAIL
    if _MARKUP.match(begins.encode()) or re.match(r"<[a-z]+[\s>/]", begins):
        return XML if text.lstrip().startswith("<?xml") and "html" not in begins else HTML
    return XML if text.lstrip().startswith("<?xml") else TEXT


def _binary_type(head: bytes, suffix: str) -> str:
    if head.startswith(_ZIP):
        return _ZIPS.get(suffix, "application/zip")
    if head.startswith(_OLE):
        return _OLES.get(suffix, "application/x-ole-storage")
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return next((one.mime_type for one in found if one.mime_type and one.confidence >= _CERTAIN), UNKNOWN)
