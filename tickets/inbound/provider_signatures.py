"""Signatures that anymail leaves unchecked, or checks with a library that we do not need: Resend's and Amazon's.

Raises of a signature: what is not signed, or by somebody else, is `AnymailWebhookValidationFailure`; a certificate that
could not be fetched is `NotNow`, so that its sender comes again.
"""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from anymail.exceptions import AnymailWebhookValidationFailure
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_pem_x509_certificate
from django.conf import settings
from django.http import HttpRequest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tickets.in_time import in_time
from tickets.inbound.provider_shapes import NotNow, NotRaw
from tickets.models import PostKind

# Whatever else lies under amazonaws.com may be anybody's: buckets do.
_AMAZON = re.compile(r"https://sns\.[a-z0-9-]{2,40}\.amazonaws\.com(?:\.cn)?/")
_CERTIFICATE = re.compile(_AMAZON.pattern + r"[A-Za-z0-9_-]{1,200}\.pem")
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_ASKED = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {"1": hashes.SHA1, "2": hashes.SHA256}
LARGEST_ANSWER, CONNECT_S, WHOLE_S = 20_000, 3.0, 8.0
KEPT = timedelta(hours=12)
_certificates: dict[str, tuple[datetime, Certificate]] = {}


def signed_by_resend(request: HttpRequest, kind: PostKind) -> None:
    """Refuse what is not signed with the secret that Resend shows for this address, or five minutes ago or more."""
    name = "RESEND_INBOUND_SECRET" if kind == PostKind.INBOUND else "RESEND_SIGNING_SECRET"
    secret = settings.ANYMAIL.get(name)
    if not secret:
        raise AnymailWebhookValidationFailure(f"{name} is not set")
    marks = {f"webhook-{mark}": request.headers.get(f"svix-{mark}", "") for mark in ("id", "timestamp", "signature")}
    try:
        Webhook(secret).verify(request.body, marks, json_parse=False)
    except (WebhookVerificationError, ValueError) as error:
        raise AnymailWebhookValidationFailure(f"not signed by Resend: {error}") from error


def signed_by_amazon(request: HttpRequest, _kind: PostKind) -> None:
    """Refuse what no certificate of Amazon's has signed, or what is of a topic that the settings do not name.

    Anybody may have a topic there, so this says who posted, not for whom: that the basic auth says, and the topics.
    """
    told = json.loads(request.body)
    text = "".join(f"{name}\n{told[name]}\n" for name in _names(told) if told.get(name) is not None)
    chosen = _HASHES.get(str(told.get("SignatureVersion")))
    if chosen is None or not _is_listed(told):
        raise AnymailWebhookValidationFailure("signed in no way that is known, or of a topic that is not ours")
    key = _certificate(str(told.get("SigningCertURL"))).public_key()
    if not isinstance(key, RSAPublicKey):
        raise AnymailWebhookValidationFailure("the certificate has a key of another kind")
    try:
        key.verify(b64decode(told["Signature"]), text.encode(), PKCS1v15(), chosen())
    except InvalidSignature as error:
        raise AnymailWebhookValidationFailure("not signed by Amazon") from error


def message_of_amazon(_request: HttpRequest, body: bytes) -> tuple[str, str]:
    """What a repeat has in common: fields beside the signed ones may differ."""
    told = json.loads(body)
    return str(told["TopicArn"]), str(told["MessageId"])


def subscription_at_amazon(body: bytes) -> NotRaw | None:
    """What a post asks that is no notification; None for one that is, or whose topic's subscription we confirmed.

    A topic that the settings name is confirmed by opening its link, which leads to Amazon alone. Any other is put
    before a person. Raises `NotNow` where Amazon does not answer.
    """
    told = json.loads(body)
    kind = told.get("Type")
    if kind == "Notification":
        return None
    if kind != "SubscriptionConfirmation":
        return NotRaw(f"Amazon sent no notification but “{str(kind)[:100]}”")
    link = str(told.get("SubscribeURL", ""))
    if not settings.SNS_TOPICS or not _is_listed(told) or not _AMAZON.match(link):
        return NotRaw(f"Amazon asks to confirm a subscription: open {link or 'the link below'}")
    _fetched(link)
    return None


def _names(told: dict[str, Any]) -> tuple[str, ...]:
    return _SIGNED if told.get("Type") == "Notification" else _ASKED


def _is_listed(told: dict[str, Any]) -> bool:
    return not settings.SNS_TOPICS or told.get("TopicArn") in settings.SNS_TOPICS


def _certificate(address: str) -> Certificate:
    """Amazon's certificate, from an address of its notification service and nowhere else; kept for half a day."""
    if not _CERTIFICATE.fullmatch(address):
        raise AnymailWebhookValidationFailure("the certificate is not at an address of Amazon's")
    now = datetime.now(UTC)
    known = _certificates.get(address)
    if known is None or known[0] < now:
        _certificates.clear()  # there is one for a region at a time
        known = _certificates[address] = (now + KEPT, load_pem_x509_certificate(_fetched(address)))
    if not known[1].not_valid_before_utc <= now <= known[1].not_valid_after_utc:
        raise AnymailWebhookValidationFailure("the certificate is not valid at this time")
    return known[1]


def _fetched(address: str) -> bytes:
    """What Amazon answers there: no redirect is followed, little is read, and not for long. Raises `NotNow`."""

    def ask() -> bytes:
        with requests.get(address, timeout=CONNECT_S, allow_redirects=False, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise NotNow(f"Amazon answered {answer.status_code}")
            return b"".join(answer.iter_content(LARGEST_ANSWER))[:LARGEST_ANSWER]

    try:
        return in_time(ask, seconds=WHOLE_S)
    except (requests.RequestException, TimeoutError) as error:
        raise NotNow(f"Amazon could not be asked: {type(error).__name__}") from error
