"""Links that prove an address, or lead its owner to what they are told. Who has a link needs nothing else."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse

from status.models import Subscriber

CONFIRM, MANAGE = "status.subscription.confirm", "status.subscription.manage"
CONFIRM_DAYS = 3


class NoSubscription(LookupError):
    """The link is none of ours, or it was good once."""


def confirm_link(subscriber: Subscriber) -> str:
    """Where they prove that the address is theirs; good for three days."""
    token = TimestampSigner(salt=CONFIRM, sep=".").sign(subscriber.public_id.hex)
    return settings.SITE_URL + reverse("status:confirm_subscription", args=[token])


def manage_link(subscriber: Subscriber) -> str:
    """Where they choose what they are told, and end it; good for as long as they are subscribed."""
    return settings.SITE_URL + reverse("status:subscription", args=[manage_token(subscriber)])


def manage_token(subscriber: Subscriber) -> str:
    return Signer(salt=MANAGE, sep=".").sign(subscriber.public_id.hex)


def confirmed_by(token: str) -> uuid.UUID:
    """Whose address a link proves; raises `NoSubscription` for one that is old or was made up."""
    return _read(lambda: TimestampSigner(salt=CONFIRM, sep=".").unsign(token, max_age=CONFIRM_DAYS * 86_400))


def managed_by(token: str) -> uuid.UUID:
    """Whose subscription a link leads to; raises `NoSubscription` for one that was made up."""
    return _read(lambda: Signer(salt=MANAGE, sep=".").unsign(token))


def _read(unsign: Callable[[], str]) -> uuid.UUID:
    try:
        return uuid.UUID(unsign())
    except (BadSignature, ValueError) as error:
        raise NoSubscription from error
