"""How mail programs lay out an answer: each makes a whole raw mail of a client's words and what is quoted."""

# ruff: noqa: E501 - a mail is read along its row

import html

from tests.mail.building import mail_of, multipart, part
from tests.mail.languages import WHO, Language

ANSWERED = ("In-Reply-To: <q1@vendor.example>", "References: <q0@vendor.example> <q1@vendor.example>")


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def lines(text: str) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n"))


def texts(plain: str, markup: str, charset: str) -> bytes:
    """The plain and the HTML rendering, in the charset of the client where it can write them."""
    kind = "base64" if charset.startswith(("iso-2022", "gb", "euc")) else "quoted-printable"
    try:
        sides = [plain.encode(charset), markup.encode(charset)]
    except UnicodeEncodeError:
        charset, sides = "utf-8", [plain.encode(), markup.encode()]
    return multipart(
        "alternative",
        part(sides[0], f"text/plain; charset={charset}", encoding=kind),
        part(sides[1], f"text/html; charset={charset}", encoding=kind),
    )


def gmail(words: Language) -> bytes:
    attribution = words.gmail.replace("\n", " ")
    markup = (
        f'<div dir="ltr">{lines(words.own)}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f'{html.escape(attribution)}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{lines(words.old)}</blockquote></div>'
    )
    return mail_of(texts(f"{words.own}\n\n{words.gmail}\n\n{quoted(words.old)}\n", markup, words.charset), *ANSWERED)


def apple(words: Language) -> bytes:
    plain = f"{words.own}\n\n{words.phone}\n\n> {words.apple}\n> \n{quoted(words.old)}\n"
    markup = (
        f'<html><body dir="auto">{lines(words.own)}<br><div dir="ltr">{html.escape(words.phone)}</div><div dir="ltr"><br>'
        f'<blockquote type="cite">{html.escape(words.apple)}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">'
        f"{lines(words.old)}</div></blockquote></body></html>"
    )
    return mail_of(texts(plain, markup, "utf-8"), *ANSWERED)


def header_block(words: Language) -> str:
    sender, sent, to, subject = words.outlook
    return f"{sender}: {WHO}\n{sent}: 26. 11. 2026 10:00\n{to}: Anna Arnold <anna@acme.example>\n{subject}: Printer [ACME-12]"


def outlook(words: Language) -> bytes:
    plain = f"{words.own}\n\n{header_block(words)}\n\n{words.old}\n"
    fields = "<br>".join(
        f"<b>{line.partition(':')[0]}:</b>{html.escape(line.partition(':')[2])}"
        for line in header_block(words).split("\n")
    )
    own = "".join(f'<p class="MsoNormal">{html.escape(line)}<o:p></o:p></p>' for line in words.own.split("\n"))
    old = "".join(f'<p class="MsoNormal">{html.escape(line)}<o:p></o:p></p>' for line in words.old.split("\n"))
    markup = (
        f'<html><head><style>p.MsoNormal{{margin:0}}</style></head><body><div class="WordSection1">{own}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        f'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">{fields}</p></div>{old}</div></body></html>'
    )
    return mail_of(texts(plain, markup, words.charset), *ANSWERED)


def outlook_web(words: Language) -> bytes:
    """HTML alone, as Outlook on the web sends it through some gateways."""
    fields = "<br>".join(html.escape(line) for line in header_block(words).split("\n"))
    markup = (
        f'<div class="elementToProof">{lines(words.own)}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font>{fields}</font></div><div>{lines(words.old)}</div>'
    )
    return mail_of(part(markup, "text/html; charset=utf-8", encoding="base64"), *ANSWERED)


def thunderbird(words: Language) -> bytes:
    plain = f"{words.own}\n\n{words.thunderbird}\n{quoted(words.old)}\n\n-- \nAnna Arnold\nACME Ltd\n"
    return mail_of(part(plain, "text/plain; charset=utf-8; format=flowed", encoding="base64"), *ANSWERED)


def forwarded(words: Language) -> bytes:
    sender, _, to, subject = words.outlook
    block = f"{sender}: Bert Berg <bert@other.example>\nDate: Thu, 26 Nov 2026 09:00\n{subject}: Broken\n{to}: <anna@acme.example>"
    plain = f"{words.own}\n\n{words.forward}\n{block}\n\n{words.old}\n"
    return mail_of(part(plain, "text/plain; charset=utf-8", encoding="base64")).replace(
        b"Subject: Printer", b"Subject: Fwd: Broken"
    )


PROGRAMS = {"gmail": gmail, "apple": apple, "outlook": outlook, "outlook-web": outlook_web, "thunderbird": thunderbird}
