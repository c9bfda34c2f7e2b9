"""Providers that anymail knows and nobody has tried here with an account of theirs: what their documentation says.

Five post raw mails, which are taken out as they lie there; Amazon and two others post where the mail lies, and it is
fetched; of the last two a mail is put together from the parts that they post.
"""

import binascii
import json
import warnings
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from anymail.exceptions import AnymailInsecureWebhookWarning, AnymailNotSupportedWarning
from anymail.webhooks.amazon_ses import AmazonSESInboundWebhookView, AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoInboundWebhookView, BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendInboundWebhookView, MailerSendTrackingWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView, MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapInboundWebhookView, MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalInboundWebhookView, PostalTrackingWebhookView
from anymail.webhooks.resend import ResendInboundWebhookView, ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView, SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView, SparkPostTrackingWebhookView

from tickets.in_time import in_time
from tickets.inbound.posted_forms import as_request, fields_of
from tickets.inbound.provider_shapes import Brought, NotRaw, Provider
from tickets.inbound.provider_signatures import (
    message_of_amazon,
    signed_by_amazon,
    signed_by_resend,
    subscription_at_amazon,
)

Views = type[AnymailCoreWebhookView]


class SendGridInbound(SendGridInboundWebhookView):
    """Without the warning at each post that anymail does not support it: our documentation says so."""

    def __init__(self, **kwargs: Any) -> None:
        with warnings.catch_warnings(action="ignore", category=AnymailNotSupportedWarning):
            super().__init__(**kwargs)


class SendGridTracking(SendGridTrackingWebhookView):
    """Likewise."""

    def __init__(self, **kwargs: Any) -> None:
        with warnings.catch_warnings(action="ignore", category=AnymailNotSupportedWarning):
            super().__init__(**kwargs)


class ResendInbound(ResendInboundWebhookView):
    """Without anymail's check of the signature, for which it wants another library: `signed_by_resend` is ours."""

    def __init__(self, **kwargs: Any) -> None:
        with warnings.catch_warnings(action="ignore", category=AnymailInsecureWebhookWarning):
            super().__init__(**kwargs, inbound_secret=None)


class ResendTracking(ResendTrackingWebhookView):
    """Likewise."""

    def __init__(self, **kwargs: Any) -> None:
        with warnings.catch_warnings(action="ignore", category=AnymailInsecureWebhookWarning):
            super().__init__(**kwargs, signing_secret=None)


def _bytes_of(text: Any, *, as_base64: bool = False) -> bytes:
    """A raw mail out of a document; base64 alone keeps every byte. Raises `NotRaw` for what is none."""
    if not isinstance(text, str) or not text:
        raise NotRaw("the provider posted no raw mail")
    try:
        return b64decode(text) if as_base64 else text.encode("utf-8", "surrogatepass")
    except binascii.Error as error:
        raise NotRaw(f"the mail is no base64: {error}") from error


def _address(told: Any) -> tuple[str, ...]:
    """An address of the envelope, or several; whatever else stands there is none."""
    found = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    return tuple(one.strip("<> ") for one in found if isinstance(one, str) and one.strip("<> "))


def _sender(told: Any) -> str | None:
    return told.strip("<> ") if isinstance(told, str) else None


def _sendgrid(body: bytes, content_type: str) -> list[Brought]:
    fields = fields_of(body, content_type)
    if "email" not in fields:
        raise NotRaw("SendGrid posted no raw mail: tick “POST the raw, full MIME message” of the inbound parse")
    envelope = json.loads(fields.get("envelope") or b"{}")
    return [
        Brought(raw=fields["email"], mail_from=_sender(envelope.get("from")), recipients=_address(envelope.get("to")))
    ]


def _mandrill(body: bytes, content_type: str) -> list[Brought]:
    events = json.loads(fields_of(body, content_type).get("mandrill_events") or b"[]")
    mails = [one["msg"] for one in events if one.get("event") == "inbound"]
    return [
        Brought(raw=_bytes_of(one.get("raw_msg")), mail_from=None, recipients=_address(one.get("email")))
        for one in mails
    ]  # fmt: skip


def _sparkpost(body: bytes, _content_type: str) -> list[Brought]:
    mails = [one["msys"]["relay_message"] for one in json.loads(body) if "relay_message" in one.get("msys", {})]
    return [
        Brought(
            raw=_bytes_of(one["content"]["email_rfc822"], as_base64=bool(one["content"].get("email_rfc822_is_base64"))),
            mail_from=_sender(one.get("msg_from")), recipients=_address(one.get("rcpt_to")),
        )
        for one in mails
    ]  # fmt: skip


def _postal(body: bytes, _content_type: str) -> list[Brought]:
    told = json.loads(body)
    raw = _bytes_of(told.get("message"), as_base64=told.get("base64") is True)
    return [Brought(raw=raw, mail_from=_sender(told.get("mail_from")), recipients=_address(told.get("rcpt_to")))]


def _mailersend(body: bytes, _content_type: str) -> list[Brought]:
    told = json.loads(body).get("data") or {}
    recipients = [one.get("email") for one in (told.get("recipients") or {}).get("rcptTo") or []]
    sender = (told.get("sender") or {}).get("email")
    return [Brought(raw=_bytes_of(told.get("raw")), mail_from=_sender(sender), recipients=_address(recipients))]


def _amazon_ses(body: bytes, _content_type: str) -> list[Brought]:
    """The mail lies in the notification, or in a bucket."""
    told = json.loads(body)
    if told.get("Type") == "SubscriptionConfirmation":
        return []  # it is confirmed
    event = json.loads(told["Message"])
    action = event["receipt"]["action"]
    if action["type"] == "S3":
        view = AmazonSESInboundWebhookView()
        raw = b"".join(view.fetch_s3_chunks(action["bucketName"], action["objectKey"]))
    else:
        raw = _bytes_of(event.get("content"), as_base64=action.get("encoding") == "BASE64")
    sender, recipients = event.get("mail", {}).get("source"), event["receipt"].get("recipients")
    return [Brought(raw=raw, mail_from=_sender(sender), recipients=_address(recipients))]


def _put_together(view: Views) -> Callable[[bytes, str], list[Brought]]:
    """Mails that anymail fetches, or makes of the parts that were posted."""

    def mails(body: bytes, content_type: str) -> list[Brought]:
        events = in_time(lambda: view().parse_events(as_request(body, content_type)))
        found = [event.message for event in events if event is not None and event.message is not None]
        return [
            Brought(
                raw=one.as_bytes(), mail_from=_sender(one.envelope_sender), recipients=_address(one.envelope_recipient)
            )
            for one in found
        ]

    return mails


UNTRIED: Mapping[str, Provider] = {
    "amazon_ses": Provider(
        inbound=AmazonSESInboundWebhookView, tracking=AmazonSESTrackingWebhookView, mails=_amazon_ses, reads_body=True,
        signature=signed_by_amazon, signed=message_of_amazon, asks=subscription_at_amazon,
    ),
    "brevo": Provider(
        inbound=BrevoInboundWebhookView, tracking=BrevoTrackingWebhookView,
        mails=_put_together(BrevoInboundWebhookView), needs=("BREVO_API_KEY",),
    ),
    "mailersend": Provider(
        inbound=MailerSendInboundWebhookView, tracking=MailerSendTrackingWebhookView, mails=_mailersend,
        wants=("MAILERSEND_INBOUND_SECRET", "MAILERSEND_SIGNING_SECRET"), reads_body=True,
    ),
    "mailjet": Provider(
        inbound=MailjetInboundWebhookView, tracking=MailjetTrackingWebhookView,
        mails=_put_together(MailjetInboundWebhookView),
    ),
    "mailtrap": Provider(
        inbound=MailtrapInboundWebhookView, tracking=MailtrapTrackingWebhookView,
        mails=_put_together(MailtrapInboundWebhookView), needs=("MAILTRAP_API_TOKEN",), reads_body=True,
    ),
    "mandrill": Provider(
        inbound=MandrillCombinedWebhookView, tracking=MandrillCombinedWebhookView, mails=_mandrill,
        wants=("MANDRILL_WEBHOOK_KEY",), reads_body=True,
    ),
    "postal": Provider(
        inbound=PostalInboundWebhookView, tracking=PostalTrackingWebhookView, mails=_postal,
        wants=("POSTAL_WEBHOOK_KEY",), reads_body=True,
    ),
    "resend": Provider(
        inbound=ResendInbound, tracking=ResendTracking, mails=_put_together(ResendInbound), needs=("RESEND_API_KEY",),
        wants=("RESEND_INBOUND_SECRET", "RESEND_SIGNING_SECRET"), reads_body=True, signature=signed_by_resend,
    ),
    "sendgrid": Provider(inbound=SendGridInbound, tracking=SendGridTracking, mails=_sendgrid, reads_body=True),
    "sparkpost": Provider(inbound=SparkPostInboundWebhookView, tracking=SparkPostTrackingWebhookView, mails=_sparkpost),
}  # fmt: skip
