"""Any bytes are parsed, in bounded time."""

# ruff: noqa: E501 - a mail of a table is read along its row

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.building import mail_of, multipart, part, raw_mail
from tests.mail.languages import LANGUAGES
from tests.mail.programs import PROGRAMS
from tests.timing import least_seconds
from tickets.mail import caps
from tickets.mail.delivery import failures
from tickets.mail.parse import parse_mail
from tickets.mail.reply import extract_reply
from tickets.mail.shapes import Own
from tickets.mail.thread import candidates
from tickets.mail.verdict import classify

LONGEST = 2.0  # seconds of this process's own time


def nested(levels):
    whole = part("Deep")
    for level in range(levels):
        whole = multipart("mixed", whole, boundary=f"b{level}")
    return mail_of(whole)


HOSTILE = {
    "nesting within the cap": (lambda: nested(99), ()),
    "nesting": (lambda: nested(1500), ("levels",)),
    "the same boundary nested": (lambda: raw_mail("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 5_000, "Content-Type: multipart/mixed; boundary=b"), ("levels", "parts")),
    "parts": (lambda: mail_of(multipart("mixed", *[part("x")] * 10_000, boundary="b")), ("parts",)),
    "huge parts of HTML": (lambda: mail_of(multipart("mixed", *[part("<p>x<td>" * 20_000, "text/html")] * 10, boundary="b")), ()),
    "nested HTML": (lambda: mail_of(part("<div>" * 100_000, "text/html")), ()),
    "unclosed comments": (lambda: mail_of(part("x<!--" * 300_000, "text/html")), ()),
    "one huge header": (lambda: raw_mail("x", "Subject: " + "a" * 5_000_000), ("header", "header_block")),
    "many headers": (lambda: raw_mail("x", *["X-A: b"] * 100_000), ("header_fields",)),
    "a header without end": (lambda: b"Subject: x\r\n" + b" y\r\n" * 2_000_000, ("header", "header_block")),
    "garbage in the header": (lambda: b"Subject: x\r\n" + b"y\r\n" * 500_000, ()),
    "recipients": (lambda: raw_mail("x", "To: " + ",\r\n ".join(f"a{n}@x.example" for n in range(8_000))), ("header",)),
    "brackets": (lambda: raw_mail("x", "To: " + "<" * 19_000, "Cc: " + "(" * 19_000, "Reply-To: " + "a@<" * 6_000), ()),
    "encoded words": (lambda: raw_mail("x", "Subject: " + "=?utf-8?q?a?= " * 1_400, "From: " + "=?utf-8?b?" * 1_900), ()),
    "parameters": (lambda: raw_mail("x", "Content-Type: text/plain; " + "a*0*=b;" * 2_800), ()),
    "base64 of noise": (lambda: mail_of(part(b"=A b\n" * 1_000_000, "text/plain", "Content-Transfer-Encoding: base64")), ()),
    "uuencoded": (lambda: raw_mail(b"begin 644 a\nM0\n" * 200_000), ()),
    "delimiters of nobody": (lambda: raw_mail(b"--a\n" * 2_000_000, "Content-Type: multipart/mixed; boundary=b"), ("boundary_lines",)),
    "wrong boundaries": (lambda: raw_mail(b"--a\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" * 3_000, "Content-Type: multipart/mixed; boundary=b"), ("parts",)),
    "noise": (lambda: raw_mail(bytes(range(256)) * 40_000), ()),
    "flowed": (lambda: mail_of(part("a \n" * 300_000, "text/plain; format=flowed")), ()),
    "a file of base64 as large as a mail may be": (lambda: mail_of(multipart("mixed", part("x"), part(bytes(range(256)) * 100_000, "application/zip; name=a.zip", encoding="base64"))), ()),
    "base64 with spaces and signs in it": (lambda: mail_of(multipart("mixed", part("x"), part(b"QUJD RUZH!*\r\n" * 1_000_000, "application/zip; name=a.zip", "Content-Transfer-Encoding: base64"))), ()),
    "a large file written into the text": (lambda: raw_mail(b"begin 644 a.bin\n" + (b"M" + b"1" * 60 + b"\n") * 300_000 + b"end\n"), ()),
    "a long text": (lambda: raw_mail("Some words of a text and more of it.\n" * 140_000), ()),
    "beyond the cap": (lambda: raw_mail(b"x" * (caps.RAW + 10)), ("raw",)),
    "messages in messages": (lambda: mail_of(part(b"Content-Type: message/rfc822\r\n\r\n" * 50_000 + b"x", "message/rfc822")), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_parsed_and_judged_in_bounded_time(name):
    make, too_large = HOSTILE[name]
    raw = make()
    mail = parse_mail(raw)
    assert "unparsable" not in mail.defects, mail.defects
    assert mail.too_large == too_large
    assert least_seconds(lambda: told(parse_mail(raw)), below=LONGEST) < LONGEST


def test_a_large_file_written_into_the_text_is_one_file_and_whole():
    mail = parse_mail(HOSTILE["a large file written into the text"][0]())
    assert [(one.name, one.size) for one in mail.attachments] == [("a.bin", 45 * 300_000)]
    assert (mail.text, mail.defects) == ("", ())


def test_memory_stays_a_few_times_the_mail():
    raw = mail_of(
        multipart("mixed", part("Hello"), part(b"x" * 4_000_000, "application/zip; name=a.zip", encoding="base64"))
    )
    tracemalloc.start()
    parse_mail(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * len(raw)


PIECES = st.sampled_from([
    b"From: a@b", b"To: ", b"Subject: =?utf-8?B?", b"?=", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"Content-Type: ", b"multipart/mixed; boundary=",
    b"b", b"--b", b"--b--", b"text/html", b"text/plain; charset=", b"utf-16", b"idna", b"message/rfc822", b"<", b">", b"\x00", b"\xff\xfe", b"=", b"\x1b$B",
    b"Content-Transfer-Encoding: base64", b"quoted-printable", b"name*0*=", b"utf-8''%", b'"', b"(", b";", b"<p>", b"<!--", b"begin 644 a\nM", b"\xed\xa0\x80",
    b"Content-Disposition: attachment; filename=", b"BEGIN:VEVENT\nSUMMARY:", b"> ", b"On x wrote:",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=60))
def test_any_bytes_are_parsed(pieces):
    mail = parse_mail(b"".join(pieces))
    assert "unparsable" not in mail.defects, mail.defects
    assert "\x00" not in mail.text + mail.html + mail.subject
    (mail.text + mail.html + repr(mail.headers)).encode("utf-8")
    told(mail)


def told(mail):
    """Everything else that the core tells of a mail; a reply is never empty where the text is not."""
    reply = extract_reply(mail)
    assert bool(reply.visible.strip()) == bool(mail.text.strip())
    classify(mail, Own(), mail_from=None)
    candidates(mail, Own())
    failures(mail)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_mails_of_our_set_with_bytes_changed_are_parsed(random):
    words, make = random.choice(list(LANGUAGES.values())), random.choice(list(PROGRAMS.values()))
    raw = bytearray(make(words))
    for _ in range(random.randint(1, 12)):
        at = random.randrange(len(raw))
        raw[at : at + random.choice([0, 1, 40])] = random.choice(
            [b"", b"\x00", b"\n", b"--", b"=", b"\xff", b">", b'"', b"boundary"]
        )
    mail = parse_mail(bytes(raw[: random.randrange(len(raw))]) if random.random() < 0.3 else bytes(raw))
    assert "unparsable" not in mail.defects, mail.defects
    told(mail)


REPLIES = {
    "attributions": "On Monday 10:00 a b\n", "quoted and not": "> quoted\nanswer\n", "header blocks": "From: a@b\nSent: x\n", "colons": "a:\n",
    "long lines": "a@" * 300 + "\n", "signatures": "--\nSent from x\n", "quotations": "<blockquote type=cite>", "signatures of HTML": "<div class=gmail_signature>x",
    "quotations closed": "<div class=gmail_quote>x</div>y",
}  # fmt: skip


@pytest.mark.parametrize("name", REPLIES)
def test_a_hostile_text_is_cut_in_bounded_time(name):
    unit = REPLIES[name]
    kind = "html" if "<" in unit else "plain"
    mail = parse_mail(raw_mail(unit * (150_000 // len(unit)), f"Content-Type: text/{kind}"))
    assert least_seconds(lambda: told(mail), below=LONGEST) < LONGEST
