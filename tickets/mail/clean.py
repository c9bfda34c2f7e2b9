"""Texts without what breaks databases, header fields and screens."""

import re
import unicodedata
from collections.abc import Iterable

from tickets.mail import caps

# Control characters other than tab and line feed, and lone surrogates.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|\r|\x85|\u2028|\u2029")
_SPACES = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
# Marks that write text in another order, or that nobody sees: a name must be what it looks like.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\ufff9-\ufffb]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f]')

EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/ms-tnef": ".dat",
    "application/vnd.ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pgp-keys": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/global": ".eml",
    "message/news": ".eml",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/css": ".css",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/xml": ".xml",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
STEMS = {
    "message/delivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/feedback-report": "feedback-report",
    "text/rfc822-headers": "headers",
    "text/calendar": "invite",
    "application/pgp-signature": "signature",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/ms-tnef": "winmail",
    "application/vnd.ms-tnef": "winmail",
}


def clean_text(text: str) -> str:
    """A text of several lines: LF line ends, no NUL, no other control characters, no lone surrogates."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """A text of one line: every run of white space is one space, nothing that `clean_text` takes out."""
    return _UNWANTED.sub("", _SPACES.sub(" ", text)).strip()


def clean_name(name: str, content_type: str, number: int) -> str:
    """A file name that is safe to show and to save, of at most 150 characters; made up where the mail gives none.

    Only what follows the last slash or backslash is kept, so that no name climbs out of a folder.
    """
    name = unicodedata.normalize("NFC", clean_line(name[: caps.HEADER]))
    name = _INVISIBLE.sub("", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _NOT_IN_NAMES.sub("_", name).strip(" .\u00a0") if name.strip("._ ") else ""
    if not name:
        stem = STEMS.get(content_type, content_type.partition("/")[0] if "/" in content_type else "attachment")
        return f"{stem}-{number}{EXTENSIONS.get(content_type, '.bin')}"
    if len(name) <= caps.FILE_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 12:
        return name[: caps.FILE_NAME]
    return f"{stem[: caps.FILE_NAME - len(extension) - 1]}.{extension}"


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """The items in their order, each once, without empty ones."""
    return tuple(dict.fromkeys(item for item in items if item))
