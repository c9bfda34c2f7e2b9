"""Raw mails in a few words: what a test says is what stands in the bytes, broken or not."""

# ruff: noqa: E501 - a mail of a table is read along its row

import base64
import quopri

HEAD = "From: Anna Arnold <anna@acme.example>\r\nTo: support@vendor.example\r\nSubject: Printer\r\nMessage-ID: <m1@acme.example>\r\n"
DATE = "Date: Thu, 26 Nov 2026 10:00:00 +0530\r\n"


def raw_mail(body: bytes | str = "Hello", *headers: str, head: str = HEAD + DATE, charset: str = "utf-8") -> bytes:
    """One mail: the usual head, further header lines as they are, and the body as it is."""
    lines = head.encode() + b"".join(_bytes(line, charset) + b"\r\n" for line in headers)
    return lines + b"\r\n" + _bytes(body, charset)


def part(
    body: bytes | str, content_type: str = "text/plain; charset=utf-8", *headers: str, encoding: str = ""
) -> bytes:
    """One part: `encoding` base64 or quoted-printable encodes the body, anything else leaves it as it is."""
    data = _bytes(body, "utf-8")
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data)
    lines = [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
    return b"".join(_bytes(line, "utf-8") + b"\r\n" for line in [*lines, *headers]) + b"\r\n" + data


def multipart(kind: str, *parts: bytes, boundary: str = "", params: str = "") -> bytes:
    """A multipart as a part of its own, header and all; nested ones find boundaries of their own."""
    boundary = boundary or f"b{sum(len(one) for one in parts)}-{len(parts)}"
    mark = f"--{boundary}".encode()
    inside = b"".join(mark + b"\r\n" + one + b"\r\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{params}\r\n\r\n'.encode() + inside + mark + b"--\r\n"


def mail_of(whole: bytes, *headers: str, head: str = HEAD + DATE) -> bytes:
    """A mail whose content is a part, as `part` and `multipart` make them."""
    return (
        head.encode() + b"".join(_bytes(line, "utf-8") + b"\r\n" for line in headers) + b"MIME-Version: 1.0\r\n" + whole
    )


def _bytes(text: bytes | str, charset: str) -> bytes:
    return text if isinstance(text, bytes) else text.encode(charset, "surrogateescape")
