"""What is said of a mail provider: how it is known, where mails lie in what it posts, and what its events say."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import EventType, RejectReason
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from tickets.inbound.posted_forms import as_request
from tickets.mail.delivery import failure_of
from tickets.models import PostKind

# What the checks of anymail raise for whoever is not the provider, and for what is no post of its kind.
NOT_THEIRS = (
    *(AnymailWebhookValidationFailure, AnymailError, ImproperlyConfigured),
    *(ValueError, TypeError, KeyError, AttributeError),
)
# How providers name a failure that may pass, in whatever field they say its kind.
_SOFT = re.compile(r"soft|transient", re.IGNORECASE)
_KINDS = ("Type", "type", "event", "bounceType")
ADDRESS_FAULTS = (None, RejectReason.BOUNCED, RejectReason.INVALID)


class NotRaw(Exception):
    """The provider has posted something else than a raw mail; the message says what to set there."""


class NotNow(Exception):
    """What is asked of somebody else, to tell what a post is, has no answer now: the post is to come again."""


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A mail as the provider hands it over, with its envelope; `mail_from` is None where it was not told."""

    raw: bytes
    mail_from: str | None
    recipients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What became of a mail of ours, in the words of `record_bounce`."""

    message_id: str
    recipient: str
    permanent: bool
    complaint: bool
    status: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider, its checks and readers.

    `wants`: one of these settings of anymail must be there, so that it can be told from strangers; `needs`: all of
    these, so that its mails can be read. `reads_body`: its signature covers the body, or lies in it. `signature`: a
    check of ours beside anymail's. `signed`: what it signs, or names itself by, where that is not the body. `asks`:
    what a post wants that brings nothing; None where it brings something. `tried`: whether its posts were ever taken
    in tests of ours.
    """

    inbound: type[AnymailCoreWebhookView]
    tracking: type[AnymailCoreWebhookView]
    wants: tuple[str, ...] = ("WEBHOOK_SECRET",)
    needs: tuple[str, ...] = ()
    reads_body: bool = False
    signature: Callable[[HttpRequest, PostKind], None] | None = None
    signed: Callable[[HttpRequest, bytes], Sequence[str]] | None = None
    asks: Callable[[bytes], NotRaw | None] | None = None
    mails: Callable[[bytes, str], list[Brought]]
    tried: bool = False

    @property
    def missing(self) -> str:
        """The settings that are still wanted; empty where it can be told from strangers and its mails can be read."""
        named = any(settings.ANYMAIL.get(name) for name in self.wants)
        lacking = [] if named else [" or ".join(self.wants)]
        return ", ".join([*lacking, *(name for name in self.needs if not settings.ANYMAIL.get(name))])

    @property
    def is_ready(self) -> bool:
        return not self.missing

    def admit(self, request: HttpRequest, kind: PostKind) -> bool:
        """Whether this is the provider's; the body must be at hand where `reads_body` says so. Raises `NotNow`."""
        try:
            (self.inbound if kind == PostKind.INBOUND else self.tracking)().run_validators(request)
            if self.signature is not None:
                self.signature(request, kind)
        except NOT_THEIRS:
            return False
        return True

    def key(self, request: HttpRequest, body: bytes) -> str:
        """The same for a repeat. A signature that does not cover the body counts once, whatever comes with it."""
        signed = self.signed(request, body) if self.signed else None
        return sha256(body if signed is None else "\n".join(signed).encode("utf-8", "replace")).hexdigest()

    def reports(self, body: bytes, content_type: str) -> list[Report]:
        """What a tracking post says. Raises what anymail raises where it cannot be read."""
        events = self.tracking().parse_events(as_request(body, content_type))
        return [report for report in map(_report, events) if report is not None]


def _report(event: Any) -> Report | None:
    """An event as a report; None for what asks for nothing. An address is given up for faults of the address alone."""
    detail = str(event.mta_response or event.description or "")
    told = failure_of(event.recipient or "", "", detail, event.message_id or "")
    if event.event_type == EventType.BOUNCED:
        permanent = told.permanent and event.reject_reason in ADDRESS_FAULTS and not _may_pass(event)
    elif event.event_type == EventType.REJECTED:
        permanent = event.reject_reason in ADDRESS_FAULTS[1:]
    elif event.event_type in (EventType.COMPLAINED, EventType.DEFERRED, EventType.FAILED):
        permanent = event.event_type == EventType.COMPLAINED
    else:
        return None
    return Report(
        message_id=told.original_id, recipient=told.recipient, permanent=permanent,
        complaint=event.event_type == EventType.COMPLAINED, status=told.status, detail=told.diagnostic,
    )  # fmt: skip


def _may_pass(event: Any) -> bool:
    """Whether the provider calls the failure a soft one, as each has its own word and place for it."""
    told = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    places = [told, *(one for one in told.values() if isinstance(one, Mapping))]
    places += [inner for one in places for inner in one.values() if isinstance(inner, Mapping)]
    said = [str(one[name]) for one in places for name in _KINDS if isinstance(one.get(name), str)]
    return any(map(_SOFT.search, said)) or told.get("hard_bounce") is False
