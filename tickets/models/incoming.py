"""Mail as it came in: the raw bytes first, what they became, and what of a mail stands beside a ticket's message."""

import uuid

from django.db import models
from django.db.models import Q

from helpdesk.lib.tenancy import TenantModel, VendorModel, organisation_by_ticket
from tickets.models.ticket import Ticket

LONGEST_HEADER = 500  # characters of a header's value that are kept


class MailChannel(models.TextChoices):
    """By which way in a mail came."""

    COMMAND = "command", "Command"
    HTTP = "http", "HTTP"
    SMTP = "smtp", "SMTP"
    LMTP = "lmtp", "LMTP"
    IMAP = "imap", "IMAP"
    PROVIDER = "provider", "Mail provider"


class PolledMailbox(VendorModel):
    """How far a mailbox has been read over IMAP, and how that went.

    Ids of mails only ever rise while the server's UIDVALIDITY stays; whether a mail is marked as read says nothing.
    """

    name = models.CharField(max_length=LONGEST_HEADER, help_text="User, host and folder; never the password.")
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0, help_text="Every mail up to it was taken in, or is in `missed`.")
    missed = models.JSONField(default=dict, help_text="Mails that could not be fetched, by id: tries, when again, why.")
    tried_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True, help_text="When it was last read without a fault.")
    emptied_at = models.DateTimeField(null=True, help_text="Later mails came after it: nothing had been left then.")
    last_mail_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, help_text="Of the last try; empty where it went well.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name",), name="tickets_polled_mailbox_once"),)

    def __str__(self) -> str:
        return self.name


class MailState(models.TextChoices):
    STORED = "stored", "Waits to be read"
    PROCESSING = "processing", "Is being read"
    DONE = "done", "Done"
    QUARANTINED = "quarantined", "Waits for a person"
    FAILED = "failed", "Could not be read"
    BLOCKED = "blocked", "Blocked"


class MailOutcome(models.TextChoices):
    """What a mail became."""

    NONE = "", "Nothing yet"
    OPENED = "opened", "Opened a ticket"
    FOLLOWED = "followed", "Opened a ticket that follows another"
    REPLIED = "replied", "A reply"
    NOTED = "noted", "An internal note"
    KEPT = "kept", "An automatic answer, kept on its ticket"
    DROPPED = "dropped", "Nothing: automatic"
    DUPLICATE = "duplicate", "Nothing: the same mail had come before"


class RawMail(VendorModel):
    """One mail, byte for byte. It is committed before anybody looks into it, and never changed.

    `attempts` counts the readings begun; a worker that dies leaves its lease, which ends at `next_at`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    raw = models.BinaryField()
    size = models.PositiveBigIntegerField(help_text="Bytes that came; beyond the cap they are not kept.")
    sha256 = models.CharField(max_length=64, help_text="Of all bytes that came.")
    mail_from = models.TextField(null=True, help_text="Envelope; NULL: not told.")  # noqa: DJ001 - empty: null sender
    recipients = models.JSONField(default=list, help_text="Envelope.")
    channel = models.CharField(max_length=10, choices=MailChannel)
    deliveries = models.PositiveIntegerField(default=1, help_text="How often these very bytes came.")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=MailState, default=MailState.STORED)
    next_at = models.DateTimeField(help_text="Not read before; of a mail that is being read: when its lease ends.")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    verdict = models.CharField(max_length=12, blank=True, help_text="Who speaks.")
    sender = models.CharField(max_length=LONGEST_HEADER, blank=True, help_text="As claimed; lower case.")
    proof = models.CharField(
        max_length=4, blank=True, default="", db_default="", help_text="What our mail server says of the sender."
    )
    subject = models.CharField(max_length=LONGEST_HEADER, blank=True)
    message_id = models.CharField(max_length=LONGEST_HEADER, blank=True)
    outcome = models.CharField(max_length=10, choices=MailOutcome, blank=True, default=MailOutcome.NONE)
    reason = models.CharField(max_length=40, blank=True, help_text="Why it waits, or why it became nothing.")
    reference = models.CharField(max_length=40, blank=True, help_text="The ticket: ACME-142.")
    content_key = models.CharField(max_length=64, blank=True, help_text="The same for the same mail by another way.")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sha256",), name="tickets_raw_mail_once"),
            models.UniqueConstraint(fields=("content_key",), condition=~Q(content_key=""), name="tickets_mail_once"),
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="tickets_mail_state"),
            models.CheckConstraint(condition=Q(channel__in=MailChannel.values), name="tickets_mail_channel"),
        )
        indexes = (
            models.Index(
                fields=("next_at", "id"), condition=Q(state__in=("stored", "processing")), name="tickets_mail_waiting"
            ),
            # What became of the mails: each state's and each outcome's newest.
            models.Index(fields=("state", "outcome", "-id"), name="tickets_mail_by_state"),
            # Who is blocked.
            models.Index(fields=("sender",), condition=Q(state="blocked"), name="tickets_mail_blocked"),
            # When a channel last brought one.
            models.Index(fields=("channel", "-id"), name="tickets_mail_by_channel"),
            # How many tickets a sender has opened lately.
            models.Index(fields=("sender", "-received_at"), name="tickets_mail_by_sender"),
        )

    def __str__(self) -> str:
        return f"mail {self.pk}"


class MailCanary(VendorModel):
    """A mail that we send to our own address, to see that mail goes out and comes in; it opens nothing."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120, blank=True, help_text="Empty: by itself.")
    sent_at = models.DateTimeField(null=True, help_text="When it was handed to the mail server, or should have been.")
    arrived_at = models.DateTimeField(null=True, help_text="When it was received.")
    raw_pk = models.BigIntegerField(null=True, help_text="The mail as it came.")
    error = models.TextField(blank=True, help_text="Why it could not be sent.")

    class Meta:
        indexes = (models.Index(fields=("id",), condition=Q(sent_at=None), name="tickets_canary_unsent"),)

    def __str__(self) -> str:
        return f"test mail {self.pk}"


class MailMessage(TenantModel):
    """What a mail brought beside the text of the entry that it became. Shown to who sees the entry.

    `folded` is what its writer had quoted; `html` is raw and hostile, to be sanitised before anybody sees it.
    """

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="mails", db_constraint=False, db_index=False
    )
    entry_pk = models.BigIntegerField(help_text="The entry of the ticket's timeline.")
    raw_pk = models.BigIntegerField(help_text="The mail as it came.")
    sender = models.CharField(max_length=LONGEST_HEADER)
    verdict = models.CharField(max_length=12)
    verified = models.BooleanField(help_text="Whether the sender's address was proven.")
    copied = models.JSONField(
        default=list, db_default=[], help_text="Addresses that it went to besides, which do not follow the ticket."
    )
    folded = models.TextField(blank=True)
    html = models.TextField(blank=True)
    pictures = models.JSONField(
        default=dict, db_default={}, help_text="Of files that it names by a Content-ID: that id, and their public id."
    )

    class Meta:
        constraints = (
            # The ticket first: its page asks for all of them.
            models.UniqueConstraint(fields=("ticket", "entry_pk", "organisation"), name="tickets_mail_message_once"),
        )
