"""What people send, byte by byte: the corpora of the file tests."""

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj"
SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'
MHTML = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(24)
UNKNOWN = "application/octet-stream"

# What a file is called, its first bytes, what it is, under which type it leaves.
TYPES = [
    ("a.png", PNG, "image/png", "image/png"),
    ("a.txt", PNG, "image/png", "image/png"),
    ("a.jpg", JPEG, "image/jpeg", "image/jpeg"),
    ("a.gif", GIF, "image/gif", "image/gif"),
    ("a.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp", "image/webp"),
    ("a.pdf", PDF, "application/pdf", "application/pdf"),
    ("a.png", PDF, "application/pdf", "application/pdf"),
    ("a.docx", b"PK\x03\x04\x14\x00\x06\x00", WORD, WORD),
    ("a.zip", b"PK\x03\x04\x14\x00\x06\x00", "application/zip", "application/zip"),
    ("a.jar", b"PK\x03\x04\x14\x00\x08\x00", "application/zip", "application/zip"),
    ("a.doc", OLE, "application/msword", "application/msword"),
    ("a.bin", OLE, "application/x-ole-storage", UNKNOWN),
    ("a.log", b"2026-11-16 10:00 ERROR <script> in a line\n", "text/plain", "text/plain; charset=utf-8"),
    ("a.csv", b"a,b\n1,2\n", "text/plain", "text/plain; charset=utf-8"),
    ("a.txt", "ප්‍රශ්නය".encode(), "text/plain", "text/plain; charset=utf-8"),
    ("a.txt", b"BMW is a car\n", "text/plain", "text/plain; charset=utf-8"),
    ("a.js", b"alert(document.domain)", "text/plain", "text/plain; charset=utf-8"),
    ("a.svg", SVG, "image/svg+xml", UNKNOWN),
    ("a.png", SVG, "image/svg+xml", UNKNOWN),
    ("a.svg", b'<?xml version="1.0"?>\n<!-- c -->\n' + SVG, "image/svg+xml", UNKNOWN),
    ("a.svg", b"<!DOCTYPE svg>" + SVG, "image/svg+xml", UNKNOWN),
    ("a.html", b"<!DOCTYPE html><html>", "text/html", UNKNOWN),
    ("a.txt", b"\xef\xbb\xbf  \n<HTML>", "text/html", UNKNOWN),
    ("a.txt", "\ufeff<script>alert(1)</script>".encode("utf-16-le"), "text/html", UNKNOWN),
    ("a.txt", b"<!-- harmless --><body onload=alert(1)>", "text/html", UNKNOWN),
    ("a.txt", b"<a href=x>", "text/html", UNKNOWN),
    ("a.xhtml", XHTML, "text/html", UNKNOWN),
    ("a.xml", b'<?xml version="1.0"?><note/>', "application/xml", UNKNOWN),
    ("a.mhtml", MHTML, "message/rfc822", UNKNOWN),
    ("a.gif", b"GIF89a" + bytes(4) + SCRIPT, UNKNOWN, UNKNOWN),
    ("a.png", PNG + SVG, UNKNOWN, UNKNOWN),
    ("a.exe", b"MZ\x90\x00\x03\x00\x00\x00", "application/vnd.microsoft.portable-executable", UNKNOWN),
    ("a", b"\x00\x01\x02\x03\x04", UNKNOWN, UNKNOWN),
]

# What is sent as a name, and what becomes of it.
NAMES = [
    ("report.pdf", "report.pdf"),
    (".htaccess", "htaccess"),
    ("\u200b.htaccess", "htaccess"),
    ("\u2060\ufeff..\u200e.htaccess", "htaccess"),
    (".\u200b./.\u200b./x", "x"),
    ("../../x", "x"),
    ("..\\..\\x", "x"),
    ("／etc／passwd", "passwd"),
    ("C:\\Users\\me\\shot.png", "shot.png"),
    ("a.html\0.png", "a.html.png"),
    ("a\r\nSet-Cookie: x=y.txt", "a Set-Cookie_ x=y.txt"),
    ("gnp.\u202etxt.exe", "gnp.txt.exe"),
    ("ﬁle①．txt", "file1.txt"),
    ("nul\ud800.txt", "nul.txt"),
    ('a"b<c>.txt', "a_b_c_.txt"),
    ("  spaced   out .txt ", "spaced out .txt"),
    ("x" * 300, "x" * 200),
    ("x" * 300 + ".tar.gz", "x" * 197 + ".gz"),
    ("x." + "y" * 300, "x." + "y" * 198),
    ("ප්‍රශ්නය.txt", "ප්රශ්නය.txt"),
]
NO_NAMES = ["", " ", ".", "..", "../", "\u200b", "...\u200b.", "\0", "/", "a/"]
