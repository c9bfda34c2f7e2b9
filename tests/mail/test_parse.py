"""What real mail does to a parser, class by class: each was seen to break a naive one."""

# ruff: noqa: E501 - a mail of a table is read along its row

import hashlib
from datetime import UTC, datetime

import pytest

from tests.mail.building import DATE, HEAD, mail_of, multipart, part, raw_mail
from tickets.mail.parse import parse_mail
from tickets.mail.shapes import Address, TextSource

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def shown(raw, **envelope):
    mail = parse_mail(raw, **envelope)
    assert "unparsable" not in mail.defects
    return mail


def test_a_plain_mail_is_told_whole():
    mail = shown(raw_mail("Hello\r\nWorld\r\n", "In-Reply-To: <a@b>", "References: <x@y>\r\n <a@b>"))
    assert (mail.sender, mail.sender_from) == (Address("Anna Arnold", "anna@acme.example"), "from")
    assert (mail.to, mail.subject, mail.message_id) == (
        (Address("", "support@vendor.example"),),
        "Printer",
        "m1@acme.example",
    )
    assert (mail.in_reply_to, mail.references) == (("a@b",), ("x@y", "a@b"))
    assert (mail.text, mail.text_source, mail.html) == ("Hello\nWorld", TextSource.PLAIN, "")
    assert mail.date == datetime(2026, 11, 26, 4, 30, tzinfo=UTC)
    assert (mail.attachments, mail.defects, mail.too_large) == ((), (), ())


@pytest.mark.parametrize(
    ("header", "envelope", "address", "name", "place"),
    [
        ("From: MAILER-DAEMON", "<>", "", "MAILER-DAEMON", "from"),
        ("From: MAILER-DAEMON <>\r\nSender: postmaster@x.example", "", "postmaster@x.example", "MAILER-DAEMON", "sender"),
        ("From: <>\r\nReply-To: r@x.example", "", "r@x.example", "", "reply-to"),
        ("From:", "Env@X.example", "Env@X.example", "", "envelope"),
        ("X-Nothing: 1", "e@x.example", "e@x.example", "", "envelope"),
        ("From: <>, 都琹 <ghg@x.example>", "", "ghg@x.example", "都琹", "from"),
        ("From: a@b.example.", "", "a@b.example", "", "from"),
        ("From: Müller, Jörg <j@x.example>", "", "j@x.example", "Müller, Jörg", "from"),
        ('From: "j@x.example" <j@x.example>', "", "j@x.example", "", "from"),
        ("From: j@x.example (Jörg)", "", "j@x.example", "Jörg", "from"),
        ("From: Jörg <<j@x.example>>", "", "j@x.example", "Jörg", "from"),
        ("From: Jörg j@x.example", "", "j@x.example", "Jörg", "from"),
        ("From: <@a.example,@b.example:j@x.example>", "", "j@x.example", "", "from"),
        ("From: =?utf-8?B?SsO2cmcgPGpAeC5leGFtcGxlPg==?=", "", "j@x.example", "Jörg", "from"),
        ('From: =?utf-8?q?admin=40bank.example?= <j@x.example>', "", "j@x.example", "admin@bank.example", "from"),
    ],
)  # fmt: skip
def test_the_sender_is_found_in_any_writing_of_from_or_elsewhere(header, envelope, address, name, place):
    mail = shown(raw_mail("x", header, head="Subject: x\r\n"), mail_from=envelope)
    assert (mail.sender, mail.sender_from) == (Address(name, address), place)


def test_recipients_are_read_through_groups_names_with_commas_and_encoded_newlines():
    given = 'To: Smith, John <j@x.example>, "a, b" <c@x.example>; undisclosed-recipients:;, T: d@x.example;, (c):, =?utf-8?q?a=0Ab?= <e@x.example>'
    mail = shown(raw_mail("x", given, head="From: a@x.example\r\n"), rcpt_to=["S+token@Vendor.example"])
    assert [(one.name, one.address) for one in mail.to if one.address] == [
        ("Smith, John", "j@x.example"),
        ("a, b", "c@x.example"),
        ("", "d@x.example"),
        ("a b", "e@x.example"),
    ]
    assert [one.address for one in mail.delivered_to] == ["S+token@Vendor.example"]


@pytest.mark.parametrize("line", [
    "Content-Type: text/plain; name*", "Content-Type: text/plain; charset*=", "Content-Type: ;;;", "Content-Type: \x00",
    "Content-Disposition: attachment; filename*", "Content-Disposition: inline; filename*0*=utf-8'", "Date: Thu, 99 Foo",
    "Date: Mon, 01 Jan 99999 00:00:00 +9999", "Subject: =?utf-8?B?=?=", "Message-ID: <[abc]>", "References: <<<>>>",
    "Content-Transfer-Encoding: base65", "From: " + "(" * 10_000, "To: " + '"' * 5_000, "Content-Type: multipart/mixed",
])  # fmt: skip
def test_headers_that_make_parsers_raise_cost_neither_the_mail_nor_its_text(line):
    assert shown(raw_mail("Hello", line)).text == "Hello"


@pytest.mark.parametrize(("declared", "charset", "text"), [
    ("iso-gb2312", "gb18030", "您好，我们的打印机坏了"), ("unknown-8bit", "utf-8", "Grüße"), ("idna", "utf-8", "Grüße"),
    ("hex", "cp1252", "Grüße aus Köln"), ('""', "cp1252", "Grüße aus Köln"), ("gb2312", "gb18030", "镕基 — 您好"),
    ("iso-8859-1", "cp1252", "“Quote” – 5 €"), ("shift_jis", "cp932", "①プリンター"), ("euc-kr", "cp949", "똠방각하 안녕"),
    ("us-ascii", "utf-8", "Grüße"), ("us-ascii", "koi8-r", "Здравствуйте, не работает принтер"), ("utf-8", "cp1252", "Grüße aus Köln"),
    ("utf-8", "cp1251", "Добрый день"), ("iso-8859-1", "utf-8", "Добрый день"), ("windows-1251", "cp1251", "Добрый день"),
    ("ISO-8859-8-I", "cp1255", "שלום"), ("windows-874", "cp874", "สวัสดี"), ("x-mac-roman", "mac_roman", "Grüße"),
    ("utf-7", "utf-7", "Grüße"), ("iso-2022-jp", "iso2022_jp", "日本語"), ("utf-8", "iso2022_jp", "日本語"), ("utf-16", "utf-16", "Grüße"), ("utf-16", "utf-8", "Grüße"),
    ("cp-850", "cp850", "Grüße"), ("utf8mb4", "utf-8", "Grüße"), ("big5", "big5", "您好，我們的印表機壞了"), ("", "cp1250", "Příliš žluťoučký"),
])  # fmt: skip
def test_a_text_is_read_in_its_charset_whatever_the_mail_claims(declared, charset, text):
    mail = shown(raw_mail(text.encode(charset), f"Content-Type: text/plain; charset={declared}"))
    assert mail.text == text


def test_html_may_name_its_charset_itself():
    html = '<meta charset="iso-8859-2"><p>Zażółć gęślą jaźń</p>'
    assert shown(raw_mail(html.encode("iso-8859-2"), "Content-Type: text/html")).text == "Zażółć gęślą jaźń"


@pytest.mark.parametrize(("raw", "subject"), [
    ("Grüße".encode(), "Grüße"), ("Grüße".encode("cp1252"), "Grüße"), ("Счёт за ноябрь".encode("koi8-r"), "Счёт за ноябрь"),
    (b"=?utf-8?B?0J/RgNC4?= =?utf-8?B?0LLQtdGC?=", "Привет"),
    (b"=?utf-8?B?0J/R?= =?utf-8?B?gNC4?=", "При"),  # a character cut in two
    (b"=?gb2312?B?xPq6ww==?=", "您好"), (b"=?utf-8?Q?a_b=C3=A9?= c", "a bé c"), (b"=?foo?Q?a=E9?=", "aé"),
    (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"), (b"=?utf-8*en?Q?x?=", "x"), (b"=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
    (b"a\x00b", "ab"), (b"one\r\n two", "one two"), (b"=?utf-8?B?YQ?=", "a"), (b"=?utf-8?Q?broken", "=?utf-8?Q?broken"),
])  # fmt: skip
def test_subjects_are_decoded_joined_and_kept_on_one_line(raw, subject):
    assert shown(b"From: a@x.example\r\nSubject: " + raw + b"\r\n\r\nx").subject == subject


def test_nul_and_surrogates_stand_nowhere():
    raw = raw_mail(b"a\x00b\xed\xa0\x80", "X-A: a\x00b", 'Content-Type: text/plain; charset=utf-8; name="a\x00.txt"')
    mail = shown(raw)
    told = (
        repr(mail) + mail.text + "".join(value for _, value in mail.headers) + "".join(a.name for a in mail.attachments)
    )
    assert "\x00" not in told
    assert told.encode("utf-8")


def test_where_the_plain_part_is_empty_or_a_stub_the_html_is_read():
    html = part("<p>Hello <b>there</b></p>", "text/html; charset=utf-8")
    for plain in ("", " \r\n\r\n", "\xa0", "This message is in HTML. Please use an HTML viewer."):
        mail = shown(mail_of(multipart("alternative", part(plain), html)))
        assert (mail.text, mail.html) == ("Hello there", "<p>Hello <b>there</b></p>")
    assert shown(mail_of(multipart("alternative", part("Plain"), html))).text == "Plain"


@pytest.mark.parametrize("raw", [
    raw_mail("Hello", 'Content-Type: multipart/mixed; boundary="missing"'),
    raw_mail("--other\r\nContent-Type: text/plain\r\n\r\nHello\r\n--other--", 'Content-Type: multipart/mixed; boundary="x"'),
    raw_mail("--other\r\nContent-Type: text/plain\r\n\r\nHello\r\n--other--", "Content-Type: multipart/mixed"),
    raw_mail("--other\r\nContent-Type: text/plain\r\n\r\nHello\r\n--other--"),
    raw_mail("--b\r\n\r\nHello", "Content-Type: multipart/mixed; boundary=b"),
    raw_mail("--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n--b--", "Content-Type: text/html; boundary=b"),
    raw_mail("--b\r\nContent-Type: text/plain\r\n--b\r\n\r\nHello\r\n--b--", "Content-Type: multipart/mixed; boundary=b"),
    raw_mail("SGVsbG8", "Content-Transfer-Encoding: base64"),
    raw_mail("SGVs bG8=\r\n", "Content-Transfer-Encoding: BASE64"),
    raw_mail("Hello, it is broken.", "Content-Transfer-Encoding: base64"),
    raw_mail("Hel=6Co=\r\n", "Content-Transfer-Encoding: quoted-printable"),
    raw_mail("Hello").replace(b"\r\n", b"\n"), raw_mail("Hello").replace(b"\r\n", b"\r"), b"\r\n\r\n" + raw_mail("Hello"),
    raw_mail("Hello").replace(b"\r\n", b"\r\r\n"), b"\xef\xbb\xbf" + raw_mail("Hello"), raw_mail("Hello").decode().encode("utf-16"),
    b"From anna Thu Nov 26 10:00:00 2026\n" + raw_mail("Hello"), b"Hello", b"\xff\xfe" + "Hello".encode("utf-16-le"),
    mail_of(part("<html><body>Hello</body></html>", "text/html; charset=utf-8")), mail_of(part("Hello", "html")),
    mail_of(part("Hello", "text/enriched")), mail_of(part("Hello", "TEXT/PLAIN ; CHARSET = 'utf-8'")),
    mail_of(multipart("report", part("Hello", "text/plain"))), mail_of(part("Hello", "text/plain", "Content-Disposition: attachment")),
    mail_of(part(raw_mail("Hello"), "message/rfc822")), mail_of(multipart("digest", raw_mail("Hello"))),
    mail_of(part("<div style='display:none'>Hello</div>", "text/html")), mail_of(part("<img alt='Hello' src='cid:x'>", "text/html")),
])  # fmt: skip
def test_no_body_is_empty_where_a_reader_sees_a_text(raw):
    assert shown(raw).text.strip("=-\n").startswith("Hello")


def test_all_texts_of_a_mail_are_told_in_their_order():
    picture = part(PNG, "image/png; name=p.png", encoding="base64")
    mail = shown(mail_of(multipart("mixed", part("One"), picture, part("Two"), part("<p>Three</p>", "text/html"))))
    assert (mail.text, mail.text_source) == ("One\nTwo\nThree", TextSource.MIXED)
    assert mail.html == '<pre class="plain">One</pre>\n<pre class="plain">Two</pre>\n<p>Three</p>'
    assert [(one.name, one.size, one.sha256) for one in mail.attachments] == [
        ("p.png", len(PNG), hashlib.sha256(PNG).hexdigest())
    ]


def test_every_leaf_that_is_not_body_is_a_file_whatever_its_disposition():
    related = multipart(
        "related",
        part("<img src='cid:Logo@x'>", "text/html"),
        part(PNG, "image/png", "Content-ID: <logo@x>", encoding="base64"),
        part(PNG, "image/gif", "Content-ID: <unused@x>", "Content-Disposition: inline", encoding="base64"),
    )
    whole = multipart(
        "mixed",
        multipart("alternative", part("Hi"), related),
        part("a,b", "text/csv"),
        part("log", "text/plain; name=app.log"),
        part(raw_mail("inner"), "message/rfc822"),
        part(b"TNEF", "application/ms-tnef", encoding="base64"),
        part("BEGIN:VCALENDAR", "text/calendar; method=REQUEST"),
        part(PNG, "application/octet-stream", "Content-Disposition: attachment; filename*=utf-8''%E2%82%AC.bin"),
        part("sig", "application/pgp-signature"),
    )
    mail = shown(mail_of(whole))
    assert mail.text == "Hi"
    assert [(one.name, one.inline) for one in mail.attachments] == [
        ("image-1.png", True), ("image-2.gif", False), ("text-3.csv", False), ("app.log", False), ("Printer.eml", False),
        ("winmail-6.dat", False), ("invite-7.ics", False), ("€.bin", False), ("signature-9.asc", False),
    ]  # fmt: skip


def test_a_mail_that_is_one_file_has_that_file():
    mail = shown(mail_of(part(PNG, "image/png", "Content-Disposition: inline; filename=scan.png", encoding="base64")))
    assert (mail.text, [one.name for one in mail.attachments], mail.attachments[0].content) == ("", ["scan.png"], PNG)


@pytest.mark.parametrize(("given", "name"), [
    ('"../../example/MyFile.txt"', "MyFile.txt"), ('"/evil/x.sh"', "x.sh"), ('"C:\\\\temp\\\\a.doc"', "a.doc"), ('".."', "application-1.bin"),
    ('"a\u202egpj.exe"', "agpj.exe"), ('""', "application-1.bin"), ('"=?utf-8?B?w6QucGRm?="', "ä.pdf"), ('"' + "x" * 300 + '.pdf"', "x" * 146 + ".pdf"),
    ("my file.pdf", "my file.pdf"), ('"a\nb.pdf"'.replace("\n", "\r\n "), "a b.pdf"), ('"e\u0301.pdf"', "é.pdf"), ('"a<b>:c|.pdf"', "a_b__c_.pdf"),
])  # fmt: skip
def test_names_of_files_are_safe_to_show_and_to_save(given, name):
    raw = mail_of(part(b"x", "application/octet-stream", f"Content-Disposition: attachment; filename={given}"))
    assert [one.name for one in shown(raw).attachments] == [name]


def test_names_in_numbered_pieces_are_joined():
    line = "Content-Disposition: attachment;\r\n filename*1*=%84.pdf;\r\n filename*0*=utf-8''a%C3"
    assert [one.name for one in shown(mail_of(part(b"x", "application/pdf", line))).attachments] == ["aÄ.pdf"]


def test_a_garbage_line_does_not_end_the_header():
    mail = shown(b"From: a@x.example\r\nthis is no header\r\nSubject: Hi\r\nTo: b@x.example\r\n\r\nBody")
    assert (mail.subject, mail.text, mail.defects) == ("Hi", "Body", ("header_garbage",))
    mail = shown(b"---- It reads as follows ----\r\nFrom: a@x.example\r\nby mail.x.example\r\nSubject: Hi\r\n\r\nBody")
    assert (mail.sender.address, mail.subject, mail.text) == ("a@x.example", "Hi", "Body")
    assert shown(b"--b\r\nContent-Type: text/plain\r\n\r\nBody").text.endswith("Body")


def test_a_long_name_of_a_field_does_not_end_the_header_of_a_file():
    long = f"X-{'Long-' * 200}Name: 1"
    mail = shown(mail_of(part(b"aGVsbG8=", "application/pdf", "Content-Transfer-Encoding: base64", long)))
    assert [one.content for one in mail.attachments] == [b"hello"]


def test_what_a_program_wrote_above_the_header_does_not_hide_it():
    mail = shown(
        b"---- The mail as it came ----\nReturn-Path: <a@x.example>\nReceived: from x\nby y\nfor z;\nSubject: Hi\n\nBody"
    )
    assert (mail.subject, mail.text, mail.defects) == ("Hi", "Body", ("header_garbage",))


def test_a_small_uuencoded_file_is_a_file():
    mail = shown(raw_mail("Hello\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nBye"))
    assert (mail.text, [(one.name, one.content) for one in mail.attachments]) == ("Hello\nBye", [("a.txt", b"Cat")])


def test_a_uuencoded_file_in_a_text_is_a_file():
    mail = shown(raw_mail("Hello\r\nbegin 644 a.txt\r\nM" + "0" * 60 + "\r\n`\r\nend\r\nBye"))
    assert (mail.text, [(one.name, one.size) for one in mail.attachments]) == ("Hello\nBye", [("a.txt", 45)])


def test_paragraphs_that_flow_are_joined_and_quotations_kept_apart():
    raw = mail_of(part("One \r\ntwo\r\n> quoted \r\n> on\r\nthree\r\n-- \r\nAnna", "text/plain; format=flowed"))
    assert shown(raw).text == "One two\n> quoted on\nthree\n-- \nAnna"


def test_html_is_told_as_a_reader_sees_it():
    html = (
        "<html><head><title>no</title><style>p{}</style></head><body><!-- no --><p>Dear&nbsp;team,</p><p>one<br>two</p>"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1<td>2</table><ul><li>x<li>y</ul><script>no()</script>"
        "<p style='display:none'>no</p>3 &lt; 4<blockquote type=cite><div>old</div>older</blockquote></body>"
    )
    mail = shown(mail_of(part(html, "text/html; charset=utf-8")))
    assert mail.text == "Dear team,\n\none\ntwo\nA\tB\n1\t2\n\n- x\n- y\n\n3 < 4\n\n> old\n> older"


def test_an_invitation_alone_says_what_when_and_where():
    ics = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\\, part 2\r\nDTSTART;TZID=Asia/Colombo:20261126T100000\r\n"
        "DTEND;TZID=Asia/Colombo:20261126T110000\r\nLOCATION:Room\r\n  1\r\nORGANIZER:mailto:anna@acme.example\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    mail = shown(mail_of(part(ics, "text/calendar; method=REQUEST")))
    assert mail.text_source is TextSource.CALENDAR
    assert mail.text == (
        "Invitation: Review, part 2\nWhen: 2026-11-26 10:00 Asia/Colombo to 2026-11-26 11:00 Asia/Colombo\n"
        "Where: Room 1\nOrganiser: anna@acme.example"
    )


def test_an_encrypted_mail_says_so():
    whole = multipart(
        "encrypted", part("Version: 1", "application/pgp-encrypted"), part(b"x", "application/octet-stream; name=a.asc")
    )
    mail = shown(mail_of(whole))
    assert (mail.text, mail.text_source, len(mail.attachments)) == ("[Encrypted message]", TextSource.NOTICE, 2)


def der(tag, *content):
    data = b"".join(content)
    size = bytes([len(data)]) if len(data) < 128 else b"\x82" + len(data).to_bytes(2, "big")
    return bytes([tag]) + size + data


@pytest.mark.parametrize("pieces", [1, 3])
def test_the_mail_inside_an_opaque_signature_is_read(pieces):
    inside = multipart("mixed", part("Hello"), part(PNG, "image/png; name=a.png", encoding="base64"))
    step = len(inside) // pieces + 1
    octets = [der(0x04, inside[at : at + step]) for at in range(0, len(inside), step)]
    content = octets[0] if pieces == 1 else b"\x24\x80" + b"".join(octets) + b"\x00\x00"
    data = der(0x30, bytes.fromhex("06092a864886f70d010701"), der(0xA0, content))
    whole = der(0x30, bytes.fromhex("06092a864886f70d010702"), der(0xA0, der(0x30, b"\x02\x01\x01", b"\x31\x00", data)))
    mail = shown(
        mail_of(part(whole, "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", encoding="base64"))
    )
    assert (mail.text, mail.text_source, mail.subject) == ("Hello", TextSource.PLAIN, "Printer")
    assert [one.name for one in mail.attachments] == ["a.png", "smime.p7m"]


def test_a_mail_that_is_one_named_page_is_shown():
    page = part("<p>Hello</p>", "text/html; name=page.html", "Content-Disposition: attachment; filename=page.html")
    mail = shown(mail_of(page))
    assert (mail.text, [one.name for one in mail.attachments]) == ("Hello", ["page.html"])


def test_what_speaks_to_machines_is_kept_with_the_structure():
    report = multipart(
        "report",
        part("Not delivered", "text/plain"),
        part("Final-Recipient: rfc822; b@x.example\r\nStatus: 5.1.1", "message/delivery-status"),
        part("Message-ID: <orig@vendor.example>\r\nSubject: Hi\r\n\r\nsecret", "message/rfc822"),
    )
    mail = shown(mail_of(report))
    assert [one.text for one in mail.parts] == [
        "", "", "Final-Recipient: rfc822; b@x.example\nStatus: 5.1.1", "Message-ID: <orig@vendor.example>\nSubject: Hi",
    ]  # fmt: skip
    assert (mail.text, [one.name for one in mail.attachments]) == ("Not delivered", ["delivery-status-1.txt", "Hi.eml"])


def test_a_mail_without_anything_is_told_as_empty():
    mail = shown(b"")
    assert (mail.text, mail.text_source, mail.subject, mail.defects) == ("", TextSource.NONE, "", ("header_missing",))
    assert shown((HEAD + DATE).encode()).subject == "Printer"
