"""What goes out and what comes back meet: an answer finds its ticket, a report its mail."""

from email.message import EmailMessage

import pytest

from helpdesk.notifications.models import DeliveryState, Notice, Suppression
from helpdesk.notifications.outgoing import message_of
from helpdesk.notifications.sending import deliver_due
from tests.support import colombo
from tickets.models import EntryKind, RawMail, Ticket, TimelineEntry
from tickets.operations.inbound.reading import process_mail
from tickets.operations.inbound.receiving import receive_mail

REPORT = """Return-Path: <>\r
From: MAILER-DAEMON@acme.example\r
To: support@ravingcrm.example\r
Subject: Undelivered Mail Returned to Sender\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
It could not be delivered.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.acme.example\r
\r
Final-Recipient: rfc822; %(recipient)s\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 no such user\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: %(message_id)s\r
Subject: x\r
\r
--b--\r
"""


@pytest.fixture
def arrives(everything):
    def take(raw: bytes, at: str = "2026-11-16 10:00", mail_from: str | None = None, to: str = "") -> RawMail:
        given = {"mail_from": mail_from, "recipients": [to] if to else []}
        row = receive_mail(raw=raw, channel="smtp", at=colombo(at), **given)
        process_mail(mail_id=row.pk, at=colombo(at))
        return RawMail.objects.get(pk=row.pk)

    return take


def written(sender: str, to: str = "support@ravingcrm.example", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    for name, value in {"Subject": "Printer on fire", "Message-ID": "<first@acme.example>", **headers}.items():
        mail[name] = value
    mail.set_content("All of it.")
    return mail.as_bytes()


def test_a_mail_its_acknowledgement_and_the_answer_to_that_are_one_thread(world, arrives):
    arrives(written(world.alice.email))
    notice = Notice.objects.get(event="acknowledgement")
    assert "confirm_path" in notice.facts, "the mail named no severity"
    sent = message_of(notice)
    assert sent.extra_headers["In-Reply-To"] == "<first@acme.example>"
    answer = {"Subject": "Thanks", "Message-ID": "<second@acme.example>"}
    row = arrives(written(world.alice.email, sent.reply_to[0], **answer), at="2026-11-16 10:10")
    ticket = Ticket.objects.get()
    assert (row.outcome, row.reference) == ("replied", ticket.reference)
    assert TimelineEntry.objects.filter(ticket=ticket, kind=EntryKind.REPLY).count() == 1
    named = written(world.alice.email, **{"Subject": "P2: another", "Message-ID": "<third@acme.example>"})
    arrives(named, at="2026-11-16 12:00")
    assert "confirm_path" not in Notice.objects.filter(event="acknowledgement").latest("pk").facts


def test_a_report_of_a_mail_of_ours_suppresses_its_address_and_opens_nothing(world, arrives):
    arrives(written(world.alice.email))
    deliver_due()
    notice = Notice.objects.get(event="acknowledgement")
    assert notice.state == DeliveryState.SENT
    forged = {"recipient": notice.recipient, "message_id": "<made-up@acme.example>"}
    assert arrives((REPORT % forged).encode(), mail_from="").outcome == "dropped"
    assert not Suppression.objects.exists()
    true = {"recipient": notice.recipient, "message_id": notice.message_id}
    row = arrives((REPORT % true).encode(), mail_from="")
    assert (row.verdict, row.outcome) == ("bounce", "dropped")
    notice.refresh_from_db()
    assert (notice.state, Suppression.objects.get().address) == (DeliveryState.BOUNCED, world.alice.email)
    assert Ticket.objects.count() == 1


def test_a_report_that_names_no_mail_is_known_by_the_address_it_was_sent_to(world, arrives, settings):
    arrives(written(world.alice.email))
    deliver_due()
    notice = Notice.objects.get(event="acknowledgement")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    mail = message_of(notice)
    assert mail.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert mail.from_email == f"support+{notice.message_id[1:37]}@ravingcrm.example"
    nameless = (REPORT % {"recipient": notice.recipient, "message_id": "<rewritten@provider.example>"}).encode()
    for wrong in ("support@ravingcrm.example", mail.from_email.replace("@ravingcrm", "@elsewhere"), mail.reply_to[0]):
        arrives(nameless + wrong.encode(), mail_from="", to=wrong)
    assert not Suppression.objects.exists()
    arrives(nameless, mail_from="", to=mail.from_email.upper())
    assert Suppression.objects.get().address == world.alice.email
