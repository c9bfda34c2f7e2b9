"""The admins' page of the mails that came in: what waits and why, its source as text, and what is done with it."""

import re
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.operations import add_staff
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World
from tests.support import colombo
from tickets.inbound import listing as mail_listing
from tickets.models import MailMessage, MailState, RawMail, Ticket
from tickets.operations.inbound.reading import process_mail
from tickets.operations.inbound.receiving import receive_mail

PAGE = "/settings/mail/"


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


def arrives(sender: str, *, subject: str = "Printer on fire", text: str = "All of it.", **headers: str) -> RawMail:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@ravingcrm.example", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return taken(message.as_bytes())


def taken(raw: bytes) -> RawMail:
    with system_scope("a mail comes in"):
        row = receive_mail(raw=raw, channel="smtp", at=colombo("2026-11-16 10:00"))
        process_mail(mail_id=row.pk, at=colombo("2026-11-16 10:00"))
        return RawMail.objects.get(pk=row.pk)


def state_of(row: RawMail) -> tuple[str, str]:
    with system_scope("look"):
        found = RawMail.objects.get(pk=row.pk)
        return found.state, found.reference


def shown(answer) -> list[str]:
    return [row.subject for row, *_ in answer.context["rows"]]


def at(row: RawMail, action: str = "") -> str:
    return f"{PAGE}{row.public_id}/{action}"


def test_raw_mail_is_for_admins_who_serve_every_organisation(world: World, signed_in: SignIn) -> None:
    row = arrives("stranger@elsewhere.example")
    with system_scope("an admin who serves Globex only"):
        gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
    for who in (gita, world.agent, world.manager, world.amara):
        browser = signed_in(who)
        answers = [browser.get(path) for path in (PAGE, at(row), at(row, "source/"))]
        answers += [browser.post(at(row, one)) for one in ("release/", "block/", "unblock/", "reading/")]
        assert [one.status_code for one in answers] == [403] * 7
    assert PAGE not in signed_in(gita).get("/settings/").content.decode()
    assert state_of(row) == ("quarantined", "")


def test_the_list_says_what_became_of_each_mail_and_why(world: World, admin: Client, settings) -> None:
    assert "No mail waits for a person" in admin.get(PAGE).content.decode()
    settings.MAIL_AUTHENTICATORS = ["mx.us.example"]
    arrives("stranger@elsewhere.example", subject="Hello <b>there</b>")
    arrives(world.alice.email, subject="Forged", Authentication_Results="mx.us.example; dmarc=fail")
    arrives(world.alice.email, subject="Known", Authentication_Results="mx.us.example; dmarc=pass")
    answer = admin.get(PAGE)
    assert shown(answer) == ["Forged", "Hello <b>there</b>"]
    page = answer.content.decode()
    for text in ("Hello &lt;b&gt;there", "Sender not who it says", "Sender check failed", "Unknown sender",
                 "Sender not verified"):  # fmt: skip
        assert text in page
    assert shown(admin.get(f"{PAGE}?state=ticket")) == ["Known"]
    assert shown(admin.get(f"{PAGE}?state=all&q=ELSEWHERE.ex")) == ["Hello <b>there</b>"]
    assert "No mail matches" in admin.get(f"{PAGE}?q=nothing").content.decode()
    unknown = admin.get(f"{PAGE}?state=bogus%00")
    assert (unknown.status_code, "There is no state “bogus" in unknown.content.decode()) == (400, True)
    assert "2 mails wait for a person." in admin.get("/settings/").content.decode()


def test_pages_follow_one_another_and_cost_the_same_with_many_mails(
    world: World, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_listing, "PAGE", 2)
    first = arrives("stranger@elsewhere.example", subject="Mail 0")
    with CaptureQueriesContext(connection) as few:
        admin.get(PAGE)
    with system_scope("many mails"):
        made = {"raw": b"x", "size": 1, "channel": "smtp", "received_at": first.received_at, "next_at": first.next_at}
        states = [MailState.FAILED, MailState.QUARANTINED] * 2
        RawMail.objects.bulk_create(
            RawMail(**made, sha256=f"{number:064}", state=state, subject=f"Mail {number}", sender="a@b.example")
            for number, state in enumerate(states, 1)
        )
    with CaptureQueriesContext(connection) as many:
        answer = admin.get(PAGE)
    assert len(many) == len(few)
    assert not any('"tickets_rawmail"."raw"' in query["sql"] for query in many.captured_queries)
    pages = [shown(answer)]
    while answer.context["next"]:
        answer = admin.get(PAGE + answer.context["next"])
        pages.append(shown(answer))
    assert pages == [["Mail 4", "Mail 3"], ["Mail 2", "Mail 1"], ["Mail 0"]]
    monkeypatch.setattr(mail_listing, "STEPS", (1, 2))
    searched = admin.get(f"{PAGE}?q=elsewhere")
    assert (shown(searched), searched.context["searched"]) == ([], True)
    assert "Look further back" in searched.content.decode()


def test_a_mail_is_shown_as_text_alone(world: World, admin: Client) -> None:
    raw = (
        b"From: stranger@elsewhere.example\r\nSubject: =?utf-8?q?<script>alert(1)</script>?=\r\nX-Odd: \xff\xe2\x80\xae"
        b"gnp.exe\r\nContent-Type: text/html\r\n\r\n<p>Hello</p><img src=https://spy.example/x.gif>" + b"y" * 70_000
    )
    row = taken(raw)
    answer = admin.get(at(row))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img" not in page.replace('<img src="/static', "")
    assert "&lt;img src=https://spy.example/x.gif&gt;" in page
    assert "\u202e" not in page
    assert "The first 64 KB are shown." in page
    assert admin.get(f"{PAGE}{uuid4()}/").status_code == 404
    down = admin.get(at(row, "source/"))
    assert (down.content, down.headers["Content-Type"]) == (raw, "application/octet-stream")
    assert down.headers["Content-Disposition"] == f'attachment; filename="mail-{row.public_id}.eml"'
    assert down.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_mail_is_released_in_the_name_of_a_person_who_was_found(world: World, admin: Client) -> None:
    row = arrives("alice@home.example", text="It burns.")
    assert "No active person of a client matches “@home.example”" in admin.get(at(row)).content.decode()
    found = admin.get(at(row), {"look_for": "alice"}).content.decode()
    assert re.findall(r"Alice \(alice@acme.example\), Acme Trading", found)
    assert admin.get(at(row), {"look_for": "nimal"}).context["people"] == [], "staff are nobody's client"
    unchosen = admin.post(at(row, "release/"), {"look_for": "alice"})
    assert (unchosen.status_code, "Choose the person in whose name" in unchosen.content.decode()) == (422, True)
    other = admin.post(at(row, "release/"), {"look_for": "alice", "person": world.bob.pk})
    assert (other.status_code, "Choose one of the people below." in other.content.decode()) == (422, True)
    done = admin.post(at(row, "release/"), {"look_for": "alice", "person": world.alice.pk}, follow=True)
    with system_scope("look"):
        ticket = Ticket.objects.get()
        assert AuditEntry.objects.filter(action="mail.release", subject=ticket.reference).count() == 1
        assert not MailMessage.objects.get(ticket=ticket).verified
    assert f"The mail stands on {ticket.reference}, in the name of Alice." in done.content.decode()
    assert state_of(row) == ("done", ticket.reference)
    again = admin.post(at(row, "release/"), {"look_for": "alice", "person": world.alice.pk})
    assert (again.status_code, "does not wait for anybody any more" in again.content.decode()) == (409, True)


def test_a_sender_is_blocked_and_unblocked_and_a_mail_read_again(world: World, admin: Client) -> None:
    row = arrives("stranger@elsewhere.example")
    assert admin.post(at(row, "block/")).status_code == 302
    later = arrives("stranger@elsewhere.example", subject="Once more")
    assert (state_of(row)[0], state_of(later)[0]) == ("blocked", "blocked")
    assert shown(admin.get(f"{PAGE}?state=blocked")) == ["Once more", "Printer on fire"]
    assert "2 mails wait for a person again." in admin.post(at(later, "unblock/"), follow=True).content.decode()
    assert (state_of(row)[0], state_of(later)[0]) == ("quarantined", "quarantined")
    assert admin.post(at(later, "unblock/")).status_code == 409
    assert "about to be read" in admin.post(at(row, "reading/"), follow=True).content.decode()
    assert state_of(row)[0] == "stored"
    assert admin.post(at(row, "reading/")).status_code == 409
    with system_scope("look"):
        written = VendorAuditEntry.objects.filter(action__startswith="mail.").order_by("pk")
        assert list(written.values_list("action", flat=True)) == ["mail.block", "mail.unblock", "mail.reparse"]


def test_who_wrote_a_forwarded_mail_is_proposed_and_nothing_is_decided_by_it(world: World, admin: Client) -> None:
    text = (
        "Please take this on.\n\n---------- Forwarded message ---------\n"
        "From: Alice A <alice@acme.example>\nDate: Mon, 16 Nov 2026 09:00\nSubject: Printer\n"
        "To: agent@ravingcrm.example\n\nIt burns.\n"
    )
    row = arrives(world.agent.user.email, subject="Fwd: Printer", text=text)
    page = admin.get(at(row))
    assert "Forwards a mail of" in page.content.decode()
    assert (page.context["wanted"], page.context["people"]) == (world.alice.email, [world.alice])
    assert state_of(row) == ("quarantined", "")
    assert admin.post(at(row, "release/"), {"look_for": world.alice.email, "person": world.alice.pk}).status_code == 302
    assert state_of(row)[0] == "done"
