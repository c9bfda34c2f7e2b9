"""What the pure core of mail hands out: frozen values, which know no framework and no database.

    tickets.mail.parse.parse_mail(raw, *, mail_from="", rcpt_to=()) -> Mail           never raises
    tickets.mail.reply.extract_reply(mail) -> Reply                                   never raises
    tickets.mail.verdict.classify(mail, own, *, mail_from=None) -> Finding            who speaks
    tickets.mail.delivery.failures(mail) -> tuple[Failure, ...]                       who was not reached, and why
    tickets.mail.thread.candidates(mail, own) -> Candidates                           what to look up, in this order

Texts hold neither NUL nor lone surrogates nor control characters other than tab and line feed, so that PostgreSQL and
header fields take them; header values and file names hold no line feed either. Identifiers of messages are written
without their angle brackets. Addresses keep the writing of the mail; compare `Address.key`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a header. `address` is empty where only a name was given (`From: MAILER-DAEMON`)."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The address as it is compared: lower case."""
        return self.address.lower()

    @property
    def domain(self) -> str:
        """What follows the last `@`, in lower case; empty without one."""
        return self.key.rpartition("@")[2] if "@" in self.address else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file as a reader sees it. Everything that is not shown as body is one, whatever its disposition says.

    `name` is safe to show (base name, NFC, no control or bidi characters, at most 150 characters) and never empty.
    `declared_type` is what the mail claims, in lower case: sniff before trusting it. `content_id` is without angle
    brackets; `inline` says that the HTML body shows it by that id. `size` is in bytes, of `content`.
    """

    name: str
    declared_type: str
    size: int
    sha256: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the mail's structure, in the order of the mail: `depth` 0 is the mail itself.

    `text` is the beginning of the decoded content of parts that speak to machines (delivery-status, feedback-report,
    rfc822-headers, the header of an enclosed message); empty for all others.
    """

    depth: int
    content_type: str
    disposition: str
    name: str
    text: str = field(default="", repr=False)


class TextSource(StrEnum):
    """Where `Mail.text` was found."""

    PLAIN = "plain"
    HTML = "html"
    MIXED = "mixed"  # plain and HTML parts one after the other
    CALENDAR = "calendar"
    ENCLOSED = "enclosed"  # the mail itself is empty: the text is that of the message in it
    NOTICE = "notice"  # nothing readable: a line in brackets says what there is, as "[Encrypted message]"
    NONE = "none"  # the mail is empty


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed mail.

    `sender` is the one From address; where From names none, that of Sender, Reply-To or the envelope, in this order,
    and `sender_from` says which ("from", "sender", "reply-to", "envelope", "" for nobody). It is a claim, not a proof.
    `from_addresses` is what the From header itself says. `delivered_to` are the addresses that the transport wrote
    (envelope recipients first, then Delivered-To, X-Original-To, Envelope-To, X-Forwarded-To): route by these.

    `in_reply_to` and `references` are in the order of the mail; references' newest is last. `message_id` is empty where
    the mail has none. `date` is the sender's claim, aware, or None; no clock may start from it.

    `text` is what a reader sees, with LF line ends, never empty where a reader sees text. `html` is the raw, hostile
    HTML of the body, to be sanitised before anybody sees it; empty where the mail has none. `headers` are all header
    fields, names in lower case, values decoded, in the order of the mail (topmost first).

    `defects` names what was found wrong and repaired, in code words. `too_large` names the caps that the mail exceeds
    (see `tickets.mail.caps`); such a mail is told only in part and belongs before a person, with its raw file.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address
    sender_from: str
    from_addresses: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str = field(repr=False)
    text_source: TextSource
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    parts: tuple[Part, ...] = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    defects: tuple[str, ...]
    too_large: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first value of a header, by its name in lower case; empty where the mail has none."""
        return next((value for key, value in self.headers if key == name), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, by its name in lower case, topmost first."""
        return tuple(value for key, value in self.headers if key == name)


class ReplyKind(StrEnum):
    """What the extraction found."""

    WHOLE = "whole"  # nothing to fold
    CUT = "cut"  # the writer's words, then what was there before
    INTERLEAVED = "interleaved"  # answers between quoted lines: kept whole
    FORWARD = "forward"  # kept whole; `forwarded` proposes the original sender


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What a forwarded mail says of the one in it. A proposal: an agent confirms it, nothing is decided by it."""

    sender: Address
    subject: str
    date: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail's text in two: `visible` are the writer's own words, `folded` is the rest. Nothing is deleted.

    For a text cut in one place `visible` and `folded` are its beginning and its end; in a client that quotes first
    and answers below, the quoted beginning is folded. `visible` is never empty where the mail's text is not. `html` is
    the raw HTML of the visible part (to be sanitised, its elements may be left open), empty where it was not cut.
    """

    kind: ReplyKind
    visible: str
    folded: str = field(repr=False)
    html: str = field(default="", repr=False)
    forwarded: Forwarded | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What this installation calls its own. All addresses and domains in lower case.

    `addresses` are the inbound and the sending addresses; `reply_domains` the domains whose whole local part is a
    token (`<token>@reply.example`); `instance_header` and `instance` the field that we write into every mail, by its
    name in lower case, and its value; `id_domains` the domains of the Message-IDs that we make.
    """

    addresses: frozenset[str] = frozenset()
    reply_domains: frozenset[str] = frozenset()
    instance_header: str = "x-helpdesk-instance"
    instance: str = ""
    id_domains: frozenset[str] = frozenset()


class Verdict(StrEnum):
    """Who speaks. Only a human's mail, and a list's, opens a ticket."""

    OWN = "own"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    LIST = "list"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that a delivery report speaks of.

    `action` is failed, delayed, delivered, relayed, expanded or complained; `status` the enhanced code ("5.1.1") or
    empty; `permanent` is whether the address should get no further mail. `original_id` is the Message-ID of the
    mail that did not arrive, empty where the report does not tell.
    """

    recipient: str
    action: str
    status: str
    permanent: bool
    diagnostic: str
    original_id: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and why, in code words; for a bounce also the recipients that it speaks of (may be none)."""

    verdict: Verdict
    reasons: tuple[str, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a mail may belong to, to be looked up in this order; each tuple's likeliest first.

    `tokens` are what stands in token addresses (verify before use; alone they need no further check of the sender).
    `message_ids` are In-Reply-To, then References from the newest. `body_tokens` are the `ref:` tokens of the body,
    `references` the tickets' numbers in the subject's tags ("ACME-123"): both, like the ids, count only for a
    participant or the same organisation. `base_subject` is without prefixes and tags. A forward without a token is new.
    """

    tokens: tuple[str, ...]
    message_ids: tuple[str, ...]
    body_tokens: tuple[str, ...]
    references: tuple[str, ...]
    base_subject: str
    is_reply: bool
    is_forward: bool
