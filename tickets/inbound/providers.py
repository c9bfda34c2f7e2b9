"""Mail providers whose posts are taken. Changes nothing.

Anymail checks signatures and reads events. Where a provider posts the raw mail anymail is never asked for it: it
decodes what it parses, and fails on one real mail in eight.
"""

import json
from collections.abc import Mapping

from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from django.http import HttpRequest

from tickets.inbound.posted_forms import fields_of
from tickets.inbound.provider_shapes import Brought, NotRaw, Provider
from tickets.inbound.untried_providers import UNTRIED


def _signed_by_mailgun(request: HttpRequest, body: bytes) -> tuple[str, str]:
    """Mailgun's timestamp and token, once its signature over them was found right."""
    if request.content_type == "application/json":
        block = json.loads(body)["signature"]
        return str(block["timestamp"]), str(block["token"])
    return request.POST["timestamp"], request.POST["token"]


def _mailgun_mails(body: bytes, content_type: str) -> list[Brought]:
    fields = fields_of(body, content_type)
    if "body-mime" not in fields:
        raise NotRaw("Mailgun posted no raw mail: the route must forward() to an address that ends in mime")
    sender = fields.get("sender")
    given = fields.get("recipient", b"").decode("utf-8", "replace").split(",")
    brought = Brought(
        raw=fields["body-mime"],
        mail_from=None if sender is None else sender.decode("utf-8", "replace").strip("<> "),
        recipients=tuple(one.strip() for one in given if one.strip()),
    )
    return [brought]


def _postmark_mails(body: bytes, _content_type: str) -> list[Brought]:
    told = json.loads(body)
    if not isinstance(told, dict) or not isinstance(told.get("RawEmail"), str):
        raise NotRaw("Postmark posted no raw mail: tick “Include raw email content” of the inbound stream")
    # It puts the envelope's sender first among the headers; one further down is the sender's own claim.
    first = (told.get("Headers") or [{}])[0]
    is_told = isinstance(first, dict) and str(first.get("Name", "")).lower() == "return-path"
    recipient = told.get("OriginalRecipient")
    brought = Brought(
        raw=told["RawEmail"].encode("utf-8", "surrogatepass"),
        mail_from=str(first.get("Value", "")).strip("<> ") if is_told else None,
        recipients=(recipient,) if isinstance(recipient, str) and recipient else (),
    )
    return [brought]


PROVIDERS: Mapping[str, Provider] = {
    "mailgun": Provider(
        inbound=MailgunInboundWebhookView, tracking=MailgunTrackingWebhookView, mails=_mailgun_mails,
        wants=("MAILGUN_WEBHOOK_SIGNING_KEY", "MAILGUN_API_KEY"), reads_body=True,
        signed=_signed_by_mailgun, tried=True,
    ),
    "postmark": Provider(
        inbound=PostmarkInboundWebhookView, tracking=PostmarkTrackingWebhookView, mails=_postmark_mails, tried=True,
    ),
    **UNTRIED,
}  # fmt: skip
