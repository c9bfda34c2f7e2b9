"""Posts of mail providers: known by their signature, stored before they are read, and nothing of a mail is decoded."""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError
from django.test import Client

from helpdesk.notifications.drafts import Audience
from helpdesk.notifications.models import DeliveryState, Direction, Notice, Suppression
from helpdesk.notifications.operations import record_message
from helpdesk.notifications.sending import deliver_due
from tickets.inbound.channels import mail_channels
from tickets.models import ProviderPost, RawMail
from tickets.operations.inbound import provider_posts
from tickets.operations.inbound.provider_posts import process_post, work_off_posts

KEY, SECRET = "key-" + "1" * 32, "postmark:hush"
RAW = b"From: alice@acme.example\r\nSubject: Printer\r\nContent-Type: text/plain; name*\r\n\r\nBurns.\xff\r\n"
MAILGUN, POSTMARK = "/mail/providers/mailgun/{}", "/mail/providers/postmark/{}"


@pytest.fixture
def ready(settings, everything):
    settings.MAIL_PROVIDERS = ["mailgun", "postmark"]
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "WEBHOOK_SECRET": [SECRET]}


def basic(secret: str = SECRET) -> dict:
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def signature(token: str = "t" * 50, key: str = KEY) -> dict[str, str]:
    """What Mailgun sends with everything: its HMAC of a timestamp and a token."""
    stamp = "1795780000"
    made = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": stamp, "token": token, "signature": made}


def mailgun_form(raw: bytes = RAW, *, as_parts: bool = False, **signed: str) -> tuple[bytes, str]:
    """A route's forward() to an address that ends in mime: as pairs, or as parts where the mail is large."""
    fields = {
        "recipient": "support@ravingcrm.example", "sender": "alice@acme.example", "from": "Alice <alice@acme.example>",
        "subject": "Printer", "body-mime": raw, **(signed or signature()),
    }  # fmt: skip
    if not as_parts:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    parts = b""
    for name, value in fields.items():
        content = value if isinstance(value, bytes) else value.encode()
        parts += b'--xYzZY\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + content + b"\r\n"
    return parts + b"--xYzZY--\r\n", "multipart/form-data; boundary=xYzZY"


def postmark_mail(**more) -> dict:
    """What an inbound stream posts, with “Include raw email content”."""
    return {
        "FromName": "Alice", "From": "alice@acme.example", "To": "support@ravingcrm.example",
        "FromFull": {"Email": "alice@acme.example", "Name": "Alice", "MailboxHash": ""},
        "OriginalRecipient": "support+x@ravingcrm.example", "Subject": "Printer",
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b", "Date": "Fri, 1 Aug 2014 16:45:32 -04:00",
        "Headers": [{"Name": "Return-Path", "Value": "<bounce@acme.example>"}, {"Name": "X-Spam", "Value": "-0.1"}],
        "RawEmail": "From: alice@acme.example\r\nSubject: Zähler\r\n\r\nBurns.\r\n", "Attachments": [], **more,
    }  # fmt: skip


def post(path: str, body: bytes, content_type: str, headers: dict | None = None):
    return Client(enforce_csrf_checks=True).post(path, body, content_type=content_type, headers=headers)


@pytest.mark.parametrize("as_parts", [False, True])
def test_a_mail_at_mailgun_is_stored_as_posted_and_then_byte_for_byte_as_sent(ready, settings, as_parts):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    body, content_type = mailgun_form(as_parts=as_parts)
    answer = post(MAILGUN.format("inbound-mime"), body, content_type, basic())
    assert (answer.status_code, answer.json()) == (200, {"known": False})
    row = ProviderPost.objects.get()
    assert (bytes(row.body), row.provider, row.kind, row.state) == (body, "mailgun", "inbound", "waiting")
    assert "Authorization" not in row.headers
    assert not RawMail.objects.exists()
    assert work_off_posts() == 1
    mail, row = RawMail.objects.get(), ProviderPost.objects.get()
    assert (bytes(mail.raw), mail.channel, mail.mail_from) == (RAW, "provider", "alice@acme.example")
    assert (mail.recipients, mail.received_at) == (["support@ravingcrm.example"], row.received_at)
    assert (row.state, row.result, bytes(row.body)) == ("done", f"mail {mail.public_id}", b"")
    again = post(
        MAILGUN.format("inbound-mime"), *mailgun_form(b"Subject: another under the same signature\r\n\r\n"), basic()
    )
    assert again.json() == {"known": True}
    assert work_off_posts() == 0


def test_a_mail_at_postmark_is_stored_with_its_envelope(ready):
    body = json.dumps(postmark_mail()).encode()
    for known in (False, True):
        assert post(POSTMARK.format("inbound-mime"), body, "application/json", basic()).json() == {"known": known}
    assert work_off_posts() == 1
    mail = RawMail.objects.get()
    assert bytes(mail.raw) == postmark_mail()["RawEmail"].encode()
    assert (mail.mail_from, mail.recipients) == ("bounce@acme.example", ["support+x@ravingcrm.example"])


def test_who_is_not_the_provider_or_not_set_up_leaves_nothing(ready, settings):
    inbound = MAILGUN.format("inbound-mime")
    true, form = mailgun_form()
    wrong = mailgun_form(**signature(key="another"))[0]
    odd = mailgun_form(**{**signature(), "timestamp": "é"})[0]
    document = "application/json"
    for body, kind, headers in (
        (wrong, form, basic()), (odd, form, basic()), (b"{}", document, basic()), (b"[1]", document, basic()),
        (b"\xff", document, basic()), (b"x", "text/plain", basic()), (true, form, basic("postmark:guess")),
        (b'{"signature": {"token": 1, "timestamp": [], "signature": 2}}', document, basic()),
        (b"--\r\n\r\n", "multipart/form-data", basic()), (true, form, None),
    ):  # fmt: skip
        assert post(inbound, body, kind, headers).status_code == 401, body
    mail = json.dumps(postmark_mail()).encode()
    for headers in (None, basic("postmark:guess"), {"Authorization": "Basic ???"}):
        assert post(POSTMARK.format("inbound-mime"), mail, document, headers).status_code == 401
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    assert post(POSTMARK.format("inbound-mime"), mail, document, basic()).status_code == 404, (
        "nobody could be told apart"
    )
    assert post("/mail/providers/nobody/tracking", b"{}", document).status_code == 404
    settings.MAIL_PROVIDERS = []
    assert post(inbound, true, form).status_code == 404
    assert not ProviderPost.objects.exists()


def test_a_database_that_is_away_is_answered_with_come_again(ready, monkeypatch):
    def away(**_):
        raise OperationalError("away")

    monkeypatch.setattr("tickets.views.provider_posts.store_post", away)
    answer = post(MAILGUN.format("inbound-mime"), *mailgun_form(), basic())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_what_is_no_raw_mail_is_put_before_a_person_and_told_to_admins(ready):
    parsed = {key: value for key, value in postmark_mail().items() if key != "RawEmail"}
    post(POSTMARK.format("inbound-mime"), json.dumps(parsed).encode(), "application/json", basic())
    fields = urlencode({"body-plain": "Parsed.", **signature()}).encode()
    post(MAILGUN.format("inbound-mime"), fields, "application/x-www-form-urlencoded", basic())
    assert work_off_posts() == 2
    first, second = RawMail.objects.order_by("pk")
    assert b"Include raw email content" in bytes(first.raw)
    assert b"73e6d360" in bytes(first.raw)
    assert b"forward() to an address that ends in mime" in bytes(second.raw)
    channel = next(one for one in mail_channels() if one.channel == "provider")
    assert channel.is_configured
    assert "ends in mime" in channel.last_error


def test_a_post_that_fails_is_tried_five_times_and_then_stays_with_its_error(ready, monkeypatch):
    post(MAILGUN.format("inbound-mime"), *mailgun_form(), basic())
    monkeypatch.setattr(provider_posts, "receive_mail", lambda **_: 1 / 0)
    for _ in range(6):
        ProviderPost.objects.update(next_at="2026-01-01T00:00Z")
        process_post()
    row = ProviderPost.objects.get()
    assert (row.state, row.attempts, row.error) == ("failed", 5, "ZeroDivisionError: division by zero")
    assert bytes(row.body) == mailgun_form()[0]


# --- what became of mails sent --------------------------------------------------------------------------------


@pytest.fixture
def sent(world, submit, ready) -> Notice:
    """Alice's acknowledgement, as if each provider had sent it."""
    submit()
    deliver_due()
    notice = Notice.objects.filter(recipient=world.alice.email, audience=Audience.CLIENT).latest("pk")
    assert notice.state == DeliveryState.SENT
    record_message(
        organisation_id=notice.organisation_id, reference=notice.reference,
        message_id=POSTMARK_ID, direction=Direction.OUT,
        address=notice.recipient, at=notice.sent_at, notice_pk=notice.pk,
    )  # fmt: skip
    return notice


POSTMARK_ID = "883953f4-6105-42a2-a16a-77a8eac79483"


def mailgun_event(notice: Notice, event: str, **more) -> dict:
    """An event of Mailgun's webhooks, as its documentation shows it."""
    data = {
        "event": event, "id": "G9Bn5sl1TC6nu79C8C0bwg", "timestamp": 1795780000.5, "recipient": notice.recipient,
        "message": {"headers": {"message-id": notice.message_id.strip("<>"), "to": notice.recipient}, "size": 111},
        "tags": [], "user-variables": {}, **more,
    }  # fmt: skip
    return {"signature": signature(token=f"{event}-{more.get('severity')}"), "event-data": data}


def postmark_event(notice: Notice, kind: str, **more) -> dict:
    """A webhook of Postmark's, as its documentation shows it."""
    return {
        "RecordType": kind, "ID": 42, "MessageID": POSTMARK_ID, "Email": notice.recipient,
        "Recipient": notice.recipient, "BouncedAt": "2026-11-16T10:00:00Z", "Description": "Not delivered.", **more,
    }  # fmt: skip


def tell(path: str, event: dict) -> None:
    answer = post(path.format("tracking"), json.dumps(event).encode(), "application/json", basic())
    assert answer.status_code == 200, answer.content
    assert work_off_posts() == 1
    assert ProviderPost.objects.latest("pk").state == "done", ProviderPost.objects.latest("pk").error


def test_a_failure_for_good_suppresses_and_what_may_pass_is_counted(sent):
    full = {"code": 452, "message": "4.2.2 mailbox full", "description": ""}
    tell(MAILGUN, mailgun_event(sent, "failed", severity="temporary", reason="generic", **{"delivery-status": full}))
    tell(MAILGUN, mailgun_event(sent, "delivered"))
    tell(POSTMARK, postmark_event(sent, "Bounce", Type="SoftBounce", Details="smtp;552 quota exceeded"))
    tell(POSTMARK, postmark_event(sent, "Bounce", Type="Blocked", Details="smtp;550 5.7.1 blocked by policy"))
    sent.refresh_from_db()
    assert (sent.state, sent.soft_bounces, Suppression.objects.exists()) == (DeliveryState.SENT, 3, False)
    gone = {"code": 550, "message": "5.1.1 The email account does not exist", "description": ""}
    tell(MAILGUN, mailgun_event(sent, "failed", severity="permanent", reason="bounce", **{"delivery-status": gone}))
    sent.refresh_from_db()
    assert sent.state == DeliveryState.BOUNCED
    assert sent.last_error.startswith("5.1.1 ")
    assert Suppression.objects.get().address == sent.recipient
    assert ProviderPost.objects.latest("pk").result == "reports: 1, of mails of ours: 1"


@pytest.mark.parametrize(
    ("path", "event"),
    [
        (POSTMARK, lambda mail: postmark_event(mail, "Bounce", Type="HardBounce", Details="smtp;550 5.1.1 unknown")),
        (POSTMARK, lambda mail: postmark_event(mail, "SpamComplaint", Type="SpamComplaint")),
        (MAILGUN, lambda mail: mailgun_event(mail, "complained")),
    ],
)
def test_a_hard_bounce_and_a_complaint_suppress_at_either_provider(sent, path, event):
    tell(path, event(sent))
    assert Suppression.objects.get().address == sent.recipient


def test_a_report_of_a_mail_that_is_none_of_ours_suppresses_nobody(sent):
    tell(POSTMARK, postmark_event(sent, "Bounce", Type="HardBounce", MessageID="made-up"))
    assert ProviderPost.objects.latest("pk").result == "reports: 1, of mails of ours: 0"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("providers", "anymail", "said"),
    [
        (["mailgunn"], {}, "no provider mailgunn"),
        (["mailgun"], {}, "MAILGUN_WEBHOOK_SIGNING_KEY"),
        (["postmark"], {}, "HELPDESK_WEBHOOK_SECRETS"),
        (["postmark"], {"WEBHOOK_SECRET": ["no-colon"]}, "user:password"),
    ],
)
def test_a_mistake_in_the_settings_of_providers_stops_the_start(settings, providers, anymail, said):
    settings.MAIL_PROVIDERS, settings.ANYMAIL = providers, anymail
    with pytest.raises(SystemCheckError, match=said):
        call_command("check")
