"""A mail as it was sent: its HTML cleaned, in a frame that may do nothing, with its own pictures and no other."""

import re
from base64 import b64decode
from email.message import EmailMessage

import pytest
from django.test import Client

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.reply_address import Purpose
from helpdesk.notifications.threads import reply_address
from tests.conftest import SignIn, World
from tests.support import colombo
from tests.timing import least_seconds
from tickets.inbound.html import cleaned_mail
from tickets.mail.balance import balanced
from tickets.models import EntryKind, MailMessage, TimelineEntry
from tickets.operations.inbound.reading import process_mail
from tickets.operations.inbound.receiving import receive_mail

GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PROVEN = "mx.us.example; dmarc=pass"
HOSTILE = """
<html><head><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<style>body { background: url(https://evil.example/s) }</style><link rel=stylesheet href="https://evil.example/l">
</head><body onload="alert(1)" background="https://evil.example/b">
<p style="color:red;position:fixed;background:url(//evil.example/p)">Hello</p>
<p style="color:blue">there</p><script>alert(2)</script><img src=x onerror=alert(3)><img src="data:image/png;base64,AA">
<a href="javascript:alert(4)">a</a><a href=" jAvAsCrIpT:alert(5)">b</a><a href="data:text/html,c">c</a>
<a href="/settings/">d</a>
<form action="https://evil.example/f"><input name=password></form><iframe src="https://evil.example/i"></iframe>
<svg onload=alert(6)><a xlink:href="javascript:alert(7)">e</a></svg><math><mtext></mtext></math><object data=x></object>
<a href="https://fine.example/?a=1&amp;b=2">f</a><!-- <script>alert(8)</script> -->
<img src="https://evil.example/t.gif" alt="logo">
"""


def test_what_runs_loads_sends_or_reaches_out_is_gone() -> None:
    shown = cleaned_mail(HOSTILE, pictures={})
    assert shown is not None
    lower = shown.html.lower()
    gone = "script alert evil.example onerror onload data: url( position <form <input <meta <base <svg <style <link"
    for sign in [*gone.split(), "<iframe", "<object", "/settings/", " background"]:
        assert sign not in lower, sign
    assert '<p style="color:blue">there</p>' in shown.html
    fine = '<a href="https://fine.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">f</a>'
    assert fine in shown.html
    assert shown.elsewhere == 1
    asked = cleaned_mail(HOSTILE, pictures={}, elsewhere=True)
    assert asked is not None
    assert re.findall(r'src="([^"]*)"', asked.html) == ["https://evil.example/t.gif"]


@pytest.mark.parametrize(
    ("html", "is_shown"),
    [
        ("<div>" * 512 + "x", True),
        ("<div>" * 513 + "x", False),
        ("<div>" * 400_000, False),
        ('<div title="</div>">' * 100_000, False),
        (("<div>" * 500 + "<table>" + "</div>" * 500) * 300, False),
        ("<b><div></b>" * 30_000, True),
        ("<style></div></style><div>" * 50_000, False),
        ("<p>x" * 60_000, True),
        ("<table>" + "<tr><td>1<td>2" * 20_000, True),
        ("<td>" * 90_000, True),
        ('<a "' * 400_000 + ">", True),
        ("<!--" * 400_000, True),
        ("x" * 2_000_001, False),
    ],
)
def test_no_depth_takes_long_and_what_only_looks_deep_is_shown(html: str, is_shown: bool) -> None:
    assert (cleaned_mail(html, pictures={}) is not None) is is_shown
    assert least_seconds(lambda: cleaned_mail(html, pictures={}), below=2) < 2


def test_tags_are_closed_in_their_turn() -> None:
    assert balanced("<b><i>x</b>y") == "<b><i>x</i></b>y"
    assert balanced("<div><table><tr><td>a</div>b<td>c</table>d") == (
        "<div><table><tr><td>ab</td><td>c</td></tr></table>d</div>"
    )
    assert balanced("1 &lt;2 <x>&amp;</x><br>") == "1 &lt;2 &amp;<br>"


def mail_of(sender: str, html: str, *, to: str = "support@ravingcrm.example", picture: bytes = GIF, **headers) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Printer on fire"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"In {len(html)} words.")
    message.add_alternative(html, subtype="html")
    message.add_attachment(picture, maintype="image", subtype="gif", cid="<Pic@1>", filename="p.gif")
    return message.as_bytes()


def comes(raw: bytes) -> MailMessage:
    with system_scope("a mail comes in"):
        row = receive_mail(raw=raw, channel="smtp", at=colombo("2026-11-16 10:00"))
        process_mail(mail_id=row.pk, at=colombo("2026-11-16 10:00"))
        return MailMessage.objects.select_related("ticket").get(raw_pk=row.pk)


def page_of(mail: MailMessage) -> str:
    return f"{mail.ticket.path}mails/{mail.entry_pk}/"


HTML = """<p>Look: <img src="cid:pic%401"> <img src="https://spy.example/1.gif" alt="logo"></p>
<script>alert(1)</script>"""


def test_a_clients_mail_is_shown_as_sent_with_its_own_pictures_only(world: World, signed_in: SignIn) -> None:
    mail = comes(mail_of(world.alice.email, HTML))
    browser = signed_in(world.alice)
    ticket = browser.get(mail.ticket.path).content.decode()
    assert f'<a href="{page_of(mail)}">Show as sent</a>' in ticket
    assert "By mail from" not in ticket, "whose address it was is for staff"
    answer = browser.get(page_of(mail))
    page = answer.content.decode()
    assert answer.headers["Content-Security-Policy"].count("frame-src 'self'") == 1
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "1 picture lies elsewhere and is not loaded" in page
    framed = browser.get(f"{page_of(mail)}frame/")
    html = framed.content.decode().partition("<body>")[2]
    assert re.findall(r'src="([^"]{,22})', html) == ["data:image/gif;base64,"]
    assert "alert" not in html
    rest = "default-src 'none'; style-src 'unsafe-inline'; img-src %s; "
    rest += "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox; "
    assert framed.headers["Content-Security-Policy"] == sandbox + rest % "data:"
    assert (framed.headers["X-Frame-Options"], framed.headers["Referrer-Policy"]) == ("SAMEORIGIN", "no-referrer")
    asked = browser.get(f"{page_of(mail)}frame/?pictures=elsewhere")
    assert asked.headers["Content-Security-Policy"] == sandbox + rest % "data: https:"
    assert 'src="https://spy.example/1.gif"' in asked.content.decode()
    assert "frame/?pictures=elsewhere" in browser.get(f"{page_of(mail)}?pictures=elsewhere").content.decode()


def test_only_who_sees_the_entry_sees_its_html(world: World, signed_in: SignIn, settings) -> None:
    settings.MAIL_AUTHENTICATORS = ["mx.us.example"]
    mail = comes(mail_of(world.alice.email, HTML, Authentication_Results=PROVEN))
    ticket = mail.ticket
    given = {"organisation_id": ticket.organisation_id, "number": ticket.number, "recipient": world.agent.user.email}
    note_to, answer_to = (reply_address(purpose=one, **given) for one in (Purpose.NOTE, Purpose.ANSWER))
    note = comes(mail_of(world.agent.user.email, HTML, to=note_to, Authentication_Results=PROVEN))
    for who, statuses in {"alice": (200, 404), "bob": (404, 404), "narrow": (404, 404), "agent": (200, 200)}.items():
        browser = signed_in(getattr(world, who))
        found = [
            (browser.get(page_of(one)).status_code, browser.get(f"{page_of(one)}frame/").status_code)
            for one in (mail, note)
        ]
        assert found == [(status, status) for status in statuses], who
    stranger = Client().get(f"{page_of(mail)}frame/")
    assert (stranger.status_code, stranger.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")
    # What staff quote below their answer may be an internal note: it is not in what the client is shown.
    with system_scope("look"):
        entry = TimelineEntry.objects.get(pk=note.entry_pk)
        assert (entry.kind, entry.is_public) == (EntryKind.NOTE, False)
    quoting = '<p>It is mended.</p><div class="gmail_quote">On Monday Support wrote:<blockquote>psst</blockquote></div>'
    words = "It is mended.\n\nOn Monday Support wrote:\n> psst\n"
    raw = mail_of(world.agent.user.email, quoting, to=answer_to, Authentication_Results=PROVEN)
    reply = comes(re.sub(rb"In \d+ words.\n", words.encode(), raw))
    framed = signed_in(world.alice).get(f"{page_of(reply)}frame/").content.decode()
    assert ("It is mended." in framed, "psst" in framed) == (True, False)


def test_staff_are_told_whose_address_it_was_and_that_nobody_proved_it(
    world: World, signed_in: SignIn, settings
) -> None:
    mail = comes(mail_of(world.alice.email, "<div>" * 600 + "deep"))
    browser = signed_in(world.admin)
    page = browser.get(mail.ticket.path).content.decode()
    assert "By mail from alice@acme.example</span> " in page
    assert page.count("Sender not verified") == 1
    deep = browser.get(page_of(mail)).content.decode()
    assert "too large or too deeply nested" in deep
    assert re.search(r'href="/settings/mail/[0-9a-f-]{36}/source/"', deep)
    assert "/settings/mail/" not in signed_in(world.alice).get(page_of(mail)).content.decode()
    assert browser.get(f"{page_of(mail)}frame/").status_code == 404
    settings.MAIL_AUTHENTICATORS = ["mx.us.example"]
    proven = comes(mail_of(world.alice.email, "<p>Hi</p>", Authentication_Results=PROVEN))
    assert "Sender not verified" not in browser.get(proven.ticket.path).content.decode()
