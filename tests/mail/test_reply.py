"""Answers that are laid out in one way or another: what of them is shown, what is folded, and what is kept whole."""

# ruff: noqa: E501 - a mail is read along its row

import pytest

from tests.mail.answers import ANSWERS
from tests.mail.building import mail_of, multipart, part, raw_mail
from tickets.mail.parse import parse_mail
from tickets.mail.reply import ABOVE_THIS_LINE, extract_reply, extract_text
from tickets.mail.shapes import Address, ReplyKind

WROTE = "On Thu, Nov 26, 2026 at 10:00 AM Support <support@vendor.example> wrote:"
OLD = "> We restarted it.\n> Does it work now?"
BLOCK = "From: Support <support@vendor.example>\nSent: Thursday, 26 November 2026 10:00\nTo: Anna\nSubject: Printer\n\nWe restarted it."

CUT = {
    "an attribution over three lines": ("Yes.", "Yes.\n\nOn Thursday, 26 November\n2026, Support Team of the Vendor\n<support@vendor.example> wrote:\n" + OLD),
    "an attribution with its last word behind a blank line": ("Yes.", "Yes.\n\nOn Thu, Nov 26, 2026 at 10:00 AM Support <support@vendor.example>\n\nwrote:\n\n" + OLD),
    "an attribution without quotation marks below": ("Yes.", f"Yes.\n\n{WROTE}\n\nWe restarted it."),
    "an attribution of Yandex": ("Да.", 'Да.\n\n26.11.2026, 10:00, "Support" <support@vendor.example>:\n' + OLD),
    "an attribution in brackets of Notes": ("Yes.", "Yes.\n\nSupport <support@vendor.example> wrote on 26/11/2026 10:00:\n" + OLD),
    "a sentence right above an attribution": ("On the other hand it works.\nSee you at 10:00", f"On the other hand it works.\nSee you at 10:00\n{WROTE}\n{OLD}"),
    "a quotation without introduction": ("Yes, it does.\nThanks", "Yes, it does.\nThanks\n\n" + OLD),
    "a quotation behind an introduction that nobody knows": ("Jes.", "Jes.\n\nJe 2026-11-26 10:00 Support diris jene:\n" + OLD),
    "an attribution between dashes": ("Yes.", "Yes.\n\n---- On Thu, 26 Nov 2026 10:00:00 +0530 Support <support@vendor.example> wrote ----\n\n" + OLD),
    "an attribution of Horde": ("Yes.", "Yes.\n\nQuoting Support <support@vendor.example>:\n\n" + OLD),
    "an attribution of a name alone": ("Yes.", "Yes.\n\nSupport wrote:\n" + OLD),
    "a program that nobody knows": ("Yes.", "Yes.\n\nSent with Unibox"),
    "deeper quotations": ("Yes.", f"Yes.\n\n{WROTE}\n{OLD}\n>\n>> And before?\n>>> Long ago"),
    "quoted lines that were wrapped": ("Yes.", f"Yes.\n\n{WROTE}\n> This is a rather long line which the mail program has then wrapped at\nseventy signs\n> and so on"),
    "an original message of Outlook": ("Yes.", f"Yes.\n\n-----Original Message-----\n{BLOCK}"),
    "a header block below a rule": ("Yes.", f"Yes.\n\n________________________________\n{BLOCK}"),
    "a header block of bold names": ("Yes.", "Yes.\n\n*From:* Support <support@vendor.example>\n*Sent:* Thursday\n*To:* Anna\n*Subject:* Printer\n\nOld"),
    "a quoted header block of Hotmail": ("Yes.", "Yes.\n\n> Date: Thu, 26 Nov 2026 10:00\n> From: support@vendor.example\n> To: anna@acme.example\n> Subject: Printer\n>\n> Old"),
    "a header block with blank lines": ("Yes.", "Yes.\n\nVon: Support <support@vendor.example>\n\nGesendet: Donnerstag\n\nAn: Anna\n\nBetreff: Drucker\n\nAlt"),
    "our own line, quoted": ("Yes.", f"Yes.\n\n> {ABOVE_THIS_LINE}\n> We restarted it."),
    "our own line, wrapped": ("Yes.", "Yes.\n\n26.11.2026, Support:\n> -- write above this\n> line --\n> We restarted it."),
    "our own line below an attribution": ("Yes.", f"Yes.\n\n{WROTE}\n> {ABOVE_THIS_LINE}\n> We restarted it."),
    "another helpdesk's line": ("Yes.", "Yes.\n\n##- Please type your reply above this line -##\n\nWe restarted it."),
    "an introduction on the writer's own line": ("Yes.", "Yes. On Wed, Nov 25, 2026 at 10:12 AM, support@vendor.example wrote:\n" + OLD),
    "an introduction between dashes on it": ("Yes - it does", "Yes - it does --- On Wed, Nov 25, 2026 at 10:12 AM, support@vendor.example wrote:\n" + OLD),
    "an introduction without a colon": ("Yes.", "Yes.\n2026/11/25 Support <support@vendor.example>\n\n" + OLD),
    "words of farewell under the quotation": ("Yes.\n\nRegards, Anna", f"Yes.\n\n{WROTE}\n\n{OLD}\n\nRegards, Anna"),
    "a quoted link that was wrapped": ("Yes.", f"Yes.\n\n{WROTE}\n\n> View it (http://vendor.example/help\n?page=2)\n>\n> soon"),
    "a block of date and recipient": ("Yes.", "Yes.\n\nDate: Wed, 25 Nov 2026 10:12:00 +0530\nTo: anna@acme.example\n\nOld"),
    "a block without a subject": ("Yes.", "Yes.\n\nFrom: Support\nSent: Wednesday, 25 November 2026 10:00\nTo: Anna\n\nOld"),
    "a block on one line": ("Yes.", "Yes.\n\nFrom: Support <support@vendor.example> Sent: Wednesday, 25 November 2026 10:00 To: Anna Subject: Printer\n\nOld"),
    "an introduction of GroupWise": ("Yes.", "Yes.\n\n>>> Support <support@vendor.example> 11/25/2026 10:00 AM >>>\n\nOld"),
    "an introduction of Notes above its block": ("Yes.", f"Yes.\n\nSupport---25.11.2026 10:00:00---Hello Anna\n\n{BLOCK}"),
    "other dashes": ("Yes.", f"Yes.\n\n‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\n{WROTE}\n\n{OLD}"),
    "several signs": ("Yes.", "Yes.\n\nSent from my iPhone\n\n(sent from my phone)\nFrom my iPhone\n<<sent by my phone>>\n從我的 iPhone 傳送"),
    "a sign with a link": ("Yes.", "Yes.\n\nOutlook für iOS<https://aka.ms/mail-ios> beziehen"),
    "a signature": ("Yes, please.", "Yes, please.\n\n-- \nAnna Arnold\nACME Ltd\n+94 11 222"),
    "pictures of a signature": ("Yes.", f"Yes.\n\n[cid:image001.png]\n{BLOCK}"),
    "a signature above a quotation": ("Yes.", f"Yes.\n\n--\nAnna\n\n{WROTE}\n{OLD}"),
    "the sign of a phone": ("Yes.", f"Yes.\n\nSent from my Samsung Galaxy smartphone.\n\n{WROTE}\n{OLD}"),
    "the sign of Outlook on a phone": ("Yes.", f"Yes.\n\nGet Outlook for iOS<https://aka.ms/mail-ios>\n________________________________\n{BLOCK}"),
    "an answer under the quotation": ("Yes, it does.", f"{WROTE}\n{OLD}\n\nYes, it does.\n\n-- \nAnna"),
    "a footer of a list": ("Yes.", f"Yes.\n\n{WROTE}\n{OLD}\n\n_______________________________________________\nusers mailing list\nusers@list.example"),
    "a reply of several paragraphs": ("Hello,\n\nthe first.\n\n1. one\n2. two\n\nRegards\nAnna", f"Hello,\n\nthe first.\n\n1. one\n2. two\n\nRegards\nAnna\n\n{WROTE}\n{OLD}"),
}  # fmt: skip

WHOLE = {
    "one line": "Yes.",
    "answers between": f"Hi,\n\n{WROTE}\n> Is it on?\nYes.\n> Is it blue?\nNo.",
    "an answer between and quotations on": f"{WROTE}\n> Is it on?\n\nYes.\n\n> Is it blue?\n\nNo.",
    "an answer above and one below": f"See below.\n\n{WROTE}\n{OLD}\n\nYes, it does.",
    "nothing but a quotation": f"{WROTE}\n{OLD}",
    "nothing but a header block": BLOCK,
    "a journey": "I travel\nFrom: Colombo\nTo: Kandy\nand the printer comes along.",
    "a form": "Please change it.\nFrom: Old Street 1\nDate: 2026-11-25\nTo: New Street 2",
    "answers of one word": f"Hi\n\n{WROTE}\n> Is it on?\nYes.\n> Blue?\nNo/yes\n> Red?\n\nNo, green it is.",
    "a sentence that ends so": "As Bert wrote:\nthe printer is broken.\nPlease help.",
    "a sentence with a date": "It began on 26 November 2026 at 10:00 when Anna wrote a mail.\nSince then nothing.",
    "a line that ends with a colon": "On Monday at 10:00 we saw this error:\nE-42 paper jam\nWhat is it?",
    "addresses of a mail that is spoken of": "The mail got lost:\nFrom: anna@acme.example\nTo: bert@other.example\nCan you find it?",
    "a line of a form": "Please write above the red line and not below it.\nThat is what the form says.",
    "what a boss said": "Hello,\non Monday 10:30 our boss said:\n\nbuy it.",
    "what a system wrote": "Hello,\non Monday at 10:30 the system wrote:\nE42\nWhat is it?",
    "lines of a log": "The log says\n\n2026-11-26 10:00:01 ERROR foo@bar.example failed:\nstack",
    "a text about sending": "The file was sent from the office yesterday.\nIt never came.",
    "greater than": "We need more than that:\nx > 5 and y > 6\nThank you",
    "two hyphens amid": "Options:\n--verbose\n--quiet\nWhich one?",
    "a rule amid": "First\n----------\nSecond, and all of it is mine.",
}  # fmt: skip


@pytest.mark.parametrize("name", CUT)
def test_the_writers_words_are_shown_and_the_rest_is_folded(name):
    visible, text = CUT[name]
    reply = extract_text(text)
    assert (reply.kind, reply.visible) == (ReplyKind.CUT, visible)
    assert sorted((reply.visible + "\n" + reply.folded).split()) == sorted(text.split())


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_not_plainly_old_is_kept_whole(name):
    reply = extract_text(WHOLE[name])
    assert reply.kind in (ReplyKind.WHOLE, ReplyKind.INTERLEAVED)
    assert (reply.visible, reply.folded) == (WHOLE[name], "")


ATTRIBUTION = "On 26 Nov 2026 Support wrote:"
HTML = {
    "proton": '<div>Yes.</div><div class="protonmail_signature_block"><br></div><div class="protonmail_quote">On Thursday, Support wrote:<br><blockquote class="protonmail_quote" type="cite">Old</blockquote></div>',
    "yahoo": '<div>Yes.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Thursday, Support wrote:</div><div>Old</div></div>',
    "thunderbird": f'<p>Yes.</p><div class="moz-cite-prefix">{ATTRIBUTION}<br></div><blockquote type="cite" cite="mid:x"><p>Old</p></blockquote>',
    "zoho": '<div>Yes.<br></div><div class="zmail_extra"><div>---- On Thu Support wrote ----</div><blockquote>Old</blockquote></div>',
    "outlook 2007": '<p class="MsoNormal">Yes.</p><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"><p><b>From:</b> Support</p></div><p>Old</p>',
    "outlook for mac": '<div>Yes.</div><span id="OLK_SRC_BODY_SECTION"><div>From: Support</div><div>Old</div></span>',
    "outlook on a phone": '<div>Yes.</div><div id="ms-outlook-mobile-signature">Get Outlook for Android</div><hr><div id="x_divRplyFwdMsg"><b>From:</b> Support<br></div><div>Old</div>',
    "hotmail": '<div>Yes.<br></div><hr id="stopSpelling">Date: Thu<br>From: support@vendor.example<br>Old',
    "gmx": '<div>Yes.</div><div name="quote" style="margin:10px 5px;border-left:2px solid #C3D9E5"><div><b>Von:</b> Support</div>Alt</div>',
    "spark": '<div name="messageBodySection"><p>Yes.</p></div><div name="messageReplySection">26 Nov 2026, Support:<p>Old</p></div>',
    "tutanota": '<div>Yes.</div><div>26 Nov 2026, 10:00 by support@vendor.example:</div><blockquote class="tutanota_quote">Old</blockquote>',
    "mail.ru": f'<p>Yes.</p><blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px">{ATTRIBUTION}<br>Old</blockquote>',
    "yandex": '<div>Yes.</div><div>26.11.2026, 10:00, "Support" &lt;support@vendor.example&gt;:</div><blockquote><p>Old</p></blockquote>',
    "ours": '<div>Yes.</div><div id="hd-quote-abcdefgh1234">-- write above this line --</div><p>Old</p>',
    "a signature of gmail": '<div dir="ltr">Yes.<br clear="all"><div><br></div>-- <br><div dir="ltr" class="gmail_signature">Anna Arnold</div></div><br><div class="gmail_quote">x wrote:<blockquote>Old</blockquote></div>',
    "a signature alone": '<div>Yes.</div><div class="gmail_signature" data-smartmail="gmail_signature">Anna Arnold</div>',
    "a header block without any mark": "<p>Yes.</p><hr><p><b>From:</b> Support &lt;support@vendor.example&gt;<br><b>Sent:</b> Thursday<br><b>To:</b> Anna<br><b>Subject:</b> Printer</p><p>Old</p>",
}  # fmt: skip


@pytest.mark.parametrize("name", HTML)
def test_the_marks_of_mail_programs_in_html_are_known(name):
    reply = extract_reply(parse_mail(mail_of(part(HTML[name], "text/html; charset=utf-8"))))
    assert (reply.kind, reply.visible) == (ReplyKind.CUT, "Yes.")


def test_answers_between_quotations_of_html_are_kept_whole():
    markup = "<div>Hi</div><div class='gmail_quote'>x wrote:<blockquote class='gmail_quote'>On?</blockquote></div><div>Yes.</div><blockquote type='cite'>Blue?</blockquote><div>No.</div>"
    mail = parse_mail(mail_of(part(markup, "text/html")))
    reply = extract_reply(mail)
    assert (reply.kind, reply.visible) == (ReplyKind.INTERLEAVED, mail.text)


def test_the_marks_of_the_html_also_cut_the_plain_text_that_has_none():
    plain = "Yes, see [image: logo] our page <https://acme.example/x>.\n\nSupport\n\nOld words"
    markup = '<div>Yes, see <img alt="logo" src="cid:a"> our <a href="https://acme.example/x">page</a>.</div><div class="gmail_quote">Support<br><br>Old words</div>'
    reply = extract_reply(parse_mail(mail_of(multipart("alternative", part(plain), part(markup, "text/html")))))
    assert (reply.visible, reply.folded) == (
        "Yes, see [image: logo] our page <https://acme.example/x>.",
        "Support\n\nOld words",
    )
    assert (
        reply.html == '<div>Yes, see <img alt="logo" src="cid:a"> our <a href="https://acme.example/x">page</a>.</div>'
    )


@pytest.mark.parametrize(("text", "sender", "subject"), [
    (f"FYI\n\n-----Original Message-----\n{BLOCK}", Address("Support", "support@vendor.example"), "Printer"),
    ("FYI\n\nBegin forwarded message:\n\n> From: Bert <bert@other.example>\n> Subject: Broken\n> Date: 26 Nov 2026\n> To: Anna\n>\n> Help!", Address("Bert", "bert@other.example"), "Broken"),
    ("-------- Forwarded Message --------\nSubject: \tBroken\nDate: \tThu\nFrom: \tBert [mailto:bert@other.example]\nTo: \tAnna\n\nHelp!", Address("Bert", "bert@other.example"), "Broken"),
    ("________________________________\nVon: bert@other.example <bert@other.example>\nGesendet: Montag\nAn: Anna\nBetreff: Kaputt\n\nHilfe", Address("", "bert@other.example"), "Kaputt"),
])  # fmt: skip
def test_a_forward_by_its_subject_or_its_mark_proposes_the_original_sender(text, sender, subject):
    reply = extract_reply(parse_mail(raw_mail(text).replace(b"Subject: Printer\r\nMess", b"Subject: WG: x\r\nMess")))
    assert reply.kind is ReplyKind.FORWARD
    assert reply.forwarded is not None
    assert (reply.forwarded.sender, reply.forwarded.subject) == (sender, subject)


def test_the_reply_is_never_empty_where_the_text_is_not():
    for text in ("> a", f"{WROTE}\n> a", "--\nAnna", "Sent from my iPhone", ABOVE_THIS_LINE, BLOCK):
        assert extract_text(text).visible == text


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_of_fifty_programs_show_their_writers_words_alone(name):
    own, raw = ANSWERS[name]
    assert extract_reply(parse_mail(raw)).visible == own
