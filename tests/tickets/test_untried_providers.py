"""Anymail's other providers, by what their documentation says that they post: known, stored raw, and read later."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client

from tests.tickets.test_providers import basic, post
from tickets.in_time import in_time
from tickets.inbound import provider_signatures
from tickets.inbound.provider_shapes import NotNow
from tickets.inbound.providers import PROVIDERS
from tickets.mail.parse import parse_mail
from tickets.models import ProviderPost, RawMail
from tickets.operations.inbound.provider_posts import process_post, work_off_posts

RAW = b"From: alice@acme.example\r\nSubject: Printer\r\n\r\nBurns.\xff\r\n"
TEXT = "From: alice@acme.example\r\nSubject: Z\xe4hler\r\n\r\nBurns.\r\n"
SECRET = "user:hush"
FROM, TO = "bounce@acme.example", "support@ravingcrm.example"
DOCUMENT, FORM = "application/json", "application/x-www-form-urlencoded"
PAIR = rsa.generate_private_key(public_exponent=65537, key_size=2048)


RESEND = "whsec_" + base64.b64encode(b"r" * 24).decode()


@pytest.fixture(autouse=True)
def asked(monkeypatch) -> list[str]:
    """What Amazon was asked for."""
    found: list[str] = []
    monkeypatch.setattr(provider_signatures, "_fetched", lambda address: found.append(address) or certificate())
    provider_signatures._certificates.clear()
    return found


@pytest.fixture(autouse=True)
def ready(settings, everything):
    settings.MAIL_PROVIDERS = list(PROVIDERS)
    public = PAIR.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    settings.ANYMAIL = {
        "MAILGUN_WEBHOOK_SIGNING_KEY": "g" * 32,
        "WEBHOOK_SECRET": [SECRET], "MANDRILL_WEBHOOK_KEY": "m" * 22, "MAILERSEND_INBOUND_SECRET": "s" * 32,
        "POSTAL_WEBHOOK_KEY": "".join(public.decode().split("\n")[1:-2]), "BREVO_API_KEY": "b", "RESEND_API_KEY": "r",
        "RESEND_INBOUND_SECRET": RESEND, "RESEND_SIGNING_SECRET": RESEND,
        "MAILTRAP_API_TOKEN": "t", "MAILTRAP_INBOUND_SECRET": "i" * 32,
        "AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS": False,
    }  # fmt: skip


def in_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def made_hmac(key: str, body: bytes) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def mandrill() -> tuple[bytes, str, dict]:
    mails = [{"event": "inbound", "ts": 1, "msg": {"raw_msg": TEXT, "email": TO}}, {"event": "send", "msg": {}}]
    told = json.dumps(mails) + " " * 20_000
    signed = f"http://{SECRET}@testserver/mail/providers/mandrill/inbound-mimemandrill_events{told}"
    made = base64.b64encode(hmac.new(b"m" * 22, signed.encode(), hashlib.sha1).digest()).decode()
    return urlencode({"mandrill_events": told}).encode(), FORM, {"X-Mandrill-Signature": made}


def postal() -> tuple[bytes, str, dict]:
    told = {"id": 1, "rcpt_to": TO, "mail_from": FROM, "message": in_base64(RAW), "base64": True}
    body = json.dumps(told).encode()
    return body, DOCUMENT, {"X-Postal-Signature": in_base64(PAIR.sign(body, padding.PKCS1v15(), hashes.SHA1()))}  # noqa: S303 - Postal signs so


def mailersend() -> tuple[bytes, str, dict]:
    data = {"id": "1", "raw": TEXT, "sender": {"email": FROM}, "recipients": {"rcptTo": [{"email": TO}]}}
    body = json.dumps({"type": "inbound.message", "data": data}).encode()
    return body, DOCUMENT, {"Signature": made_hmac("s" * 32, body)}


CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"


def certificate(*, until: timedelta = timedelta(days=300)) -> bytes:
    """One that signs itself: who holds it is told by where it lies."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, PAIR.public_key(), 1, now - timedelta(days=500), now + until)
    return made.sign(PAIR, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def amazon(
    event: dict | None = None, kind: str = "Notification", version: str = "2", **more
) -> tuple[bytes, str, dict]:
    told = {
        "Type": kind, "MessageId": "n1", "Message": json.dumps(event), "TopicArn": TOPIC,
        "Timestamp": "2026-11-16T10:00:00.000Z", "SignatureVersion": version, "SigningCertURL": CERTIFICATE, **more,
    }  # fmt: skip
    names = {"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"} & set(told)
    text = "".join(f"{name}\n{told[name]}\n" for name in sorted(names)).encode()
    kind_of_hash = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303 - Amazon's first version
    told["Signature"] = in_base64(PAIR.sign(text, padding.PKCS1v15(), kind_of_hash))
    return json.dumps(told).encode(), "text/plain", {"X-Amz-Sns-Message-Type": kind, "X-Amz-Sns-Message-Id": "n1"}


def amazon_mail() -> tuple[bytes, str, dict]:
    receipt = {"recipients": [TO], "action": {"type": "SNS", "encoding": "BASE64"}}
    return amazon(
        {"notificationType": "Received", "mail": {"source": FROM}, "receipt": receipt, "content": in_base64(RAW)}
    )


def sparkpost() -> tuple[bytes, str, dict]:
    content = {"email_rfc822": in_base64(RAW), "email_rfc822_is_base64": True}
    relayed = {"msg_from": FROM, "rcpt_to": TO, "protocol": "smtp", "content": content}
    return json.dumps([{"msys": {"relay_message": relayed}}, {"msys": {}}]).encode(), DOCUMENT, {}


def sendgrid() -> tuple[bytes, str, dict]:
    return urlencode({"email": RAW, "envelope": json.dumps({"from": FROM, "to": [TO]})}).encode(), FORM, {}


@pytest.mark.parametrize(
    ("provider", "made", "raw", "sender"),
    [
        ("mandrill", mandrill, TEXT.encode(), None),
        ("postal", postal, RAW, FROM),
        ("mailersend", mailersend, TEXT.encode(), FROM),
        ("amazon_ses", amazon_mail, RAW, FROM),
        ("sparkpost", sparkpost, RAW, FROM),
        ("sendgrid", sendgrid, RAW, FROM),
    ],
)
def test_a_raw_mail_is_taken_out_as_it_lies_there_and_nobody_else_may_post(provider, made, raw, sender):
    body, content_type, headers = made()
    path = f"/mail/providers/{provider}/inbound-mime"
    for wrong in ({**headers, **basic("user:guess")}, dict.fromkeys(headers, "x")):
        refused = post(path, body, content_type, wrong)
        assert (refused.status_code, refused.headers["WWW-Authenticate"][:5]) == (401, "Basic")
    assert post(path, body, content_type, headers | basic(SECRET)).json() == {"known": False}
    kept = ProviderPost.objects.get()
    assert (bytes(kept.body), kept.state) == (body, "waiting")
    assert {name.lower() for name in kept.headers} & {"authorization", *(one.lower() for one in headers)} <= {
        "x-amz-sns-message-type",
        "x-amz-sns-message-id",
    }
    assert work_off_posts() == 1
    mail = RawMail.objects.get()
    assert (bytes(mail.raw), mail.mail_from, mail.recipients) == (raw, sender, [TO])
    assert ProviderPost.objects.get().result == f"mail {mail.public_id}"


class Answer:
    """What a provider's API answers."""

    def __init__(self, told: dict | bytes) -> None:
        self.told = told
        self.content = told if isinstance(told, bytes) else b""
        self.headers = {"Content-Type": "text/plain"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def raise_for_status(self):
        return None

    def json(self):
        return self.told

    def iter_content(self, _size=None, **_):
        return iter([self.told])


def svix(body: bytes, *, at: float = 0.0, key: bytes = b"r" * 24) -> dict[str, str]:
    """How Resend signs: an id, a time and the body."""
    stamp = str(int(time.time() + at))
    made = hmac.new(key, f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {"svix-id": "msg_1", "svix-timestamp": stamp, "svix-signature": f"v1,{in_base64(made)}"}


MAILTRAP = {"event": "inbound.message_received", "event_id": "e", "timestamp": 1, "inbox_id": 7, "message_id": "m"}


@pytest.mark.parametrize(
    ("provider", "event", "answers"),
    [
        ("resend", {"type": "email.received", "data": {"email_id": "e"}}, {
            "emails/receiving/e": {"raw": {"download_url": "https://raw.example/1"}}, "raw.example": RAW}),
        ("mailtrap", {"events": [MAILTRAP]}, {
            "messages/m": {"id": "m", "raw_message_url": "https://raw.example/1"}, "raw.example": RAW}),
        ("brevo", {"items": [{"Uuid": ["1"], "Headers": {"From": "alice@acme.example", "Subject": "Printer"},
                              "RawTextBody": "Burns.", "Attachments": [{"Name": "a.txt", "DownloadToken": "d"}]}]},
         {"inbound/attachments/d": b"one"}),
    ],
)  # fmt: skip
def test_a_mail_that_lies_elsewhere_is_fetched_by_the_worker(monkeypatch, provider, event, answers):
    asked: list[str] = []

    def get(url, **_):
        asked.append(url)
        return Answer(next(told for part, told in answers.items() if part in url))

    body = json.dumps(event).encode()
    headers = basic(SECRET) | {"Mailtrap-Signature": made_hmac("i" * 32, body)} | svix(body)
    assert post(f"/mail/providers/{provider}/inbound-mime", body, DOCUMENT, headers).status_code == 200
    assert asked == []
    monkeypatch.setattr(f"anymail.webhooks.{provider}.requests.get", get)
    assert work_off_posts() == 1
    assert len(asked) == len(answers)
    mail = parse_mail(bytes(RawMail.objects.get().raw))
    assert (mail.sender.address, mail.text.rstrip("ÿ")) == ("alice@acme.example", "Burns.")


def test_a_mail_in_parts_is_put_together_at_mailjet():
    told = {
        "Sender": FROM, "Recipient": TO, "Headers": {"From": "alice@acme.example", "Subject": "Printer"},
        "Text-part": "Burns.", "Attachment1": in_base64(b"one"),
        "Parts": [{"ContentRef": "Attachment1", "Headers": {"Content-Type": 'text/plain; name="a.txt"'}}],
    }  # fmt: skip
    assert (
        post("/mail/providers/mailjet/inbound-mime", json.dumps(told).encode(), DOCUMENT, basic(SECRET)).status_code
        == 200
    )
    assert work_off_posts() == 1
    row = RawMail.objects.get()
    assert (row.mail_from, row.recipients) == (FROM, [TO])
    mail = parse_mail(bytes(row.raw))
    assert (mail.subject, mail.text, [one.name for one in mail.attachments]) == ("Printer", "Burns.", ["a.txt"])


@pytest.mark.parametrize("kind", ["inbound-mime", "tracking"])
def test_what_resend_has_not_signed_is_a_strangers_whatever_it_knows(kind):
    path, body = f"/mail/providers/resend/{kind}", b'{"type": "email.sent", "data": {}}'
    wrong = [{}, svix(b"{}"), svix(body, at=-400), svix(body, at=400), svix(body, key=b"s" * 24)]
    wrong += [svix(body) | {"svix-signature": odd} for odd in ("", "v1", "v1,\xff", "v2," + "A" * 44, "v1,v1,v1")]
    for headers in wrong:
        assert post(path, body, DOCUMENT, basic(SECRET) | headers).status_code == 401, headers
    several = svix(body)
    several["svix-signature"] = "v1," + "A" * 43 + "= " + several["svix-signature"]  # while its secret is replaced
    assert post(path, body, DOCUMENT, svix(body)).status_code == 401
    assert post(path, body, DOCUMENT, basic(SECRET) | several).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"Message": '{"x": 1}'}, {"MessageId": "n2"}, {"Timestamp": "2026-11-16T10:00:01.000Z"}, {"Signature": "AAAA"},
        {"Signature": None}, {"SignatureVersion": "3"}, {"Subject": "added"}, {"TopicArn": TOPIC + "2"},
    ],
)  # fmt: skip
def test_what_amazon_has_not_signed_is_a_strangers_whatever_it_knows(changed):
    body, content_type, headers = amazon_mail()
    forged = json.dumps(json.loads(body) | changed).encode()
    headers |= basic(SECRET) | ({"X-Amz-Sns-Message-Id": changed["MessageId"]} if "MessageId" in changed else {})
    assert post(AMAZON, forged, content_type, headers).status_code == 401


AMAZON = "/mail/providers/amazon_ses/inbound-mime"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem", "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem", "https://s3.eu-west-1.amazonaws.com/bucket/a.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem", "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem?x=1", "https://sns.eu-west-1.amazonaws.com/../a.pem",
        "https://127.0.0.1/a.pem", "file:///etc/passwd", "", "https://bucket.sns.eu-west-1.amazonaws.com/a.pem",
        CERTIFICATE + "\n", "https://sns.eu-west-1.amazonaws.com/b/a.pem",
    ],
)  # fmt: skip
def test_a_certificate_is_sought_at_amazons_notification_service_and_nowhere_else(elsewhere, asked):
    receipt = {"recipients": [TO], "action": {"type": "SNS", "encoding": "BASE64"}}
    body, content_type, headers = amazon({"receipt": receipt}, SigningCertURL=elsewhere)
    assert post(AMAZON, body, content_type, headers | basic(SECRET)).status_code == 401
    assert asked == []


def test_both_of_amazons_versions_count_and_the_certificate_is_asked_for_once(asked, monkeypatch):
    for version, number in (("1", "n1"), ("2", "n2")):
        body, content_type, headers = amazon({"x": 1}, version=version, MessageId=number)
        headers |= basic(SECRET) | {"X-Amz-Sns-Message-Id": number}
        assert post(AMAZON, body, content_type, headers).json() == {"known": False}
        again = json.dumps(json.loads(body) | {"UnsubscribeURL": "x"}).encode()
        assert post(AMAZON, again, content_type, headers).json() == {"known": True}
    assert asked == [CERTIFICATE]
    provider_signatures._certificates.clear()
    monkeypatch.setattr(provider_signatures, "_fetched", lambda _: certificate(until=-timedelta(days=1)))
    assert post(AMAZON, body, content_type, headers).status_code == 401


def test_where_amazon_does_not_answer_its_post_is_to_come_again(monkeypatch):
    def away(_address):
        raise NotNow("away")

    monkeypatch.setattr(provider_signatures, "_fetched", away)
    body, content_type, headers = amazon_mail()
    assert post(AMAZON, body, content_type, headers | basic(SECRET)).status_code == 503
    assert post(AMAZON, body, content_type, headers).status_code == 401  # a stranger has nobody asked
    assert not ProviderPost.objects.exists()


def subscription(link: str = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"):
    body, content_type, headers = amazon(None, "SubscriptionConfirmation", SubscribeURL=link, Token="t")
    return body, content_type, headers | basic(SECRET)


@pytest.mark.parametrize("kind", ["inbound-mime", "tracking"])
def test_a_subscription_at_amazon_is_put_before_a_person_who_confirms_it(kind, asked):
    assert post(f"/mail/providers/amazon_ses/{kind}", *subscription()).status_code == 200
    assert work_off_posts() == 1
    assert b"open https://sns.eu-west-1.amazonaws.com/?Action=Conf" in bytes(RawMail.objects.get().raw)
    assert asked == [CERTIFICATE]


def test_one_of_a_topic_that_the_settings_name_is_confirmed_and_no_other_topic_may_post(settings, asked):
    settings.SNS_TOPICS = [TOPIC]
    post(AMAZON, *subscription())
    assert (work_off_posts(), RawMail.objects.count(), len(asked)) == (1, 0, 2)
    assert asked[1].endswith("Action=ConfirmSubscription&Token=t")
    ProviderPost.objects.all().delete()
    post(AMAZON, *subscription("https://evil.example/"))
    assert (work_off_posts(), RawMail.objects.count(), len(asked)) == (1, 1, 2)
    settings.SNS_TOPICS = [TOPIC + "2"]
    assert post(AMAZON, *subscription()).status_code == 401


@pytest.mark.parametrize(
    ("provider", "body"),
    [(name, body) for name in PROVIDERS for body in (b"{}", b"[]", b"[1]", b"3", b"\xff", b'{"Type": "Notification"}')],
)  # fmt: skip
def test_what_is_nothing_of_the_kind_reaches_a_person_or_is_told_to_hold_no_mail(provider, body):
    try:
        found = PROVIDERS[provider].mails(body, DOCUMENT)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next lines say what becomes of it
        found = error
    ProviderPost.objects.create(
        provider=provider, kind="inbound", key="k", body=body, content_type=DOCUMENT,
        received_at="2026-11-16T10:00Z", next_at="2026-11-16T10:00Z",
    )  # fmt: skip
    row = process_post()
    assert row is not None
    assert row.state == "done", (row.error, found)
    assert RawMail.objects.count() == (0 if found == [] else 1)


SES_BOUNCE = {
    "eventType": "Bounce", "mail": {"messageId": "p1", "destination": ["x@acme.example"]},
    "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [
        {"emailAddress": "x@acme.example", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]},
}  # fmt: skip
SENDGRID_BOUNCE = {"event": "bounce", "email": "x@acme.example", "reason": "550 5.1.1 x", "timestamp": 1}
SPARKPOST_BOUNCE = {"type": "bounce", "bounce_class": "10", "raw_rcpt_to": "x@acme.example", "timestamp": "1"}
POSTAL_BOUNCE = {"bounce": {}, "original_message": {"id": 1, "to": "x@acme.example"}}
PASSING = {**SES_BOUNCE, "bounce": {**SES_BOUNCE["bounce"], "bounceType": "Transient"}}


@pytest.mark.parametrize(
    ("provider", "body", "permanent"),
    [
        ("amazon_ses", amazon(SES_BOUNCE)[0], True),
        ("amazon_ses", amazon(PASSING)[0], False),
        ("brevo", json.dumps({"event": "hard_bounce", "email": "x@acme.example", "message-id": "p1"}).encode(), True),
        ("brevo", json.dumps({"event": "soft_bounce", "email": "x@acme.example", "message-id": "p1"}).encode(), False),
        ("mailjet", json.dumps([{"event": "bounce", "email": "x@acme.example", "hard_bounce": False}]).encode(), False),
        ("mailjet", json.dumps([{"event": "bounce", "email": "x@acme.example", "hard_bounce": True}]).encode(), True),
        ("sendgrid", json.dumps([SENDGRID_BOUNCE]).encode(), True),
        ("sparkpost", json.dumps([{"msys": {"message_event": SPARKPOST_BOUNCE}}]).encode(), True),
        ("postal", json.dumps({"payload": POSTAL_BOUNCE}).encode(), True),
    ],
)  # fmt: skip
def test_a_failure_is_for_good_only_where_the_provider_says_so(provider, body, permanent):
    (found,) = PROVIDERS[provider].reports(body, DOCUMENT)
    assert (found.recipient, found.permanent, found.complaint) == ("x@acme.example", permanent, False)


def test_what_takes_too_long_is_let_go():
    with pytest.raises(TimeoutError):
        in_time(lambda: time.sleep(5), seconds=0.05)
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 / 0)


def test_a_provider_that_looks_for_the_door_finds_it():
    assert Client().head("/mail/providers/mandrill/inbound-mime").status_code == 200
    assert Client().get("/mail/providers/mandrill/inbound-mime").status_code == 405
