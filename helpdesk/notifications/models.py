"""Notices: every mail is a row first, written in the transaction that caused it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now

from helpdesk.lib.tenancy import TenantModel, VendorModel
from helpdesk.notifications.keys import LONGEST

LONGEST_ID = 500  # characters of a Message-ID that are kept


def new_message_id() -> str:
    """A Message-ID made once, at insert, so that a repeated delivery carries the same one."""
    return f"<{uuid.uuid4()}@{settings.MESSAGE_ID_DOMAIN}>"


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    DEAD = "dead", "Failed, given up"
    BOUNCED = "bounced", "Came back: not delivered"
    SUPPRESSED = "suppressed", "Not sent: address suppressed"
    APP = "app", "In the app only"
    ARCHIVED = "archived", "History, never sent"


class Delivery(models.Model):
    """What a sender needs to know of any mail: to whom, since when, how often tried, how it ended."""

    recipient = models.EmailField()
    recipient_name = models.CharField(max_length=120, blank=True)
    event = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.QUEUED)
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now(), help_text="Not sent before this instant.")
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=120, default=new_message_id)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    bounced_at = models.DateTimeField(
        null=True, help_text="When its delivery was reported as failed, for the last time."
    )
    soft_bounces = models.PositiveSmallIntegerField(db_default=0, help_text="Reports of a failure that may pass.")

    class Meta:
        abstract = True


AUDIENCES = [("client", "Client"), ("staff", "Staff")]


class Notice(Delivery, TenantModel):
    """A mail about one organisation's ticket. `key` makes it unique: one per (clock, event, cycle, recipient)."""

    key = models.CharField(max_length=LONGEST)
    level = models.PositiveSmallIntegerField(null=True)
    role = models.CharField(max_length=80, blank=True, help_text="Why this person: 'Account manager of ACME'.")
    reason = models.TextField(blank=True, help_text="The rule that caused it, in words.")
    reference = models.CharField(max_length=40, help_text="What it is about: ACME-142.")
    # Empty for what was queued before it was kept.
    audience = models.CharField(max_length=6, default="", db_default="", choices=AUDIENCES)
    entry_id = models.BigIntegerField(null=True, help_text="The entry of the ticket's timeline that it quotes.")
    path = models.CharField(max_length=200, help_text="Where to look, below the site's address.")
    template = models.CharField(max_length=40)
    facts = models.JSONField(default=dict, help_text="The ticket's facts at that moment; instants are ISO, UTC.")
    zone = models.CharField(max_length=64, default="Asia/Colombo", help_text="The recipient's time zone.")
    read_at = models.DateTimeField(null=True, help_text="When the recipient marked it as read in the app.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "key"), name="notifications_notice_once"),)
        indexes = (
            # The sender's claim: what is due, oldest first.
            models.Index(fields=("next_at", "id"), condition=models.Q(state="queued"), name="notifications_queued"),
            models.Index(fields=("organisation", "reference"), name="notifications_by_ticket"),
            # Everybody's own, newest first; the newest are looked at on every page.
            models.Index(fields=("recipient", "-id"), name="notifications_inbox"),
            # Few among millions: admins see their number on every page, and metrics count them.
            models.Index(fields=("organisation", "id"), condition=models.Q(state="dead"), name="notifications_failed"),
        )


class Direction(models.TextChoices):
    IN = "in", "Received"
    OUT = "out", "Sent"


class MessageReference(TenantModel):
    """A mail's Message-ID and the ticket that it belongs to, so that an answer to it finds the ticket.

    Received ids too: colleagues answer each other before we have answered anybody.
    """

    message_id = models.CharField(max_length=LONGEST_ID, help_text="Without its angle brackets.")
    reference = models.CharField(max_length=40, help_text="The ticket: ACME-142.")
    direction = models.CharField(max_length=3, choices=Direction)
    address = models.EmailField(help_text="Whom it was sent to, or who sent it.")
    at = models.DateTimeField()
    notice_pk = models.BigIntegerField(null=True, help_text="The notice that it carried; of a mail sent.")

    class Meta:
        constraints = (
            # The id first: a bounce names it, and no organisation.
            models.UniqueConstraint(fields=("message_id", "organisation"), name="notifications_message_id_once"),
            models.CheckConstraint(condition=models.Q(direction__in=Direction.values), name="notifications_direction"),
            models.CheckConstraint(condition=~models.Q(message_id=""), name="notifications_message_id_not_empty"),
        )
        # A mail's `References` are the ids of its ticket.
        indexes = (models.Index(fields=("organisation", "reference", "-id"), name="notifications_thread"),)


LONGEST_ACCOUNT_KEY = 100
SECRET_MARK = "[the link, shown to the recipient only]"


class AccountNotice(Delivery, VendorModel):
    """A mail to a person themselves (an invitation, a password reset, what they subscribed to). Of no organisation.

    Its text never holds the link that opens the account: `SECRET_MARK` stands there, and `secret` beside it until
    the mail has gone. Outside the demo the sender then wipes it.
    """

    subject = models.CharField(max_length=200)
    text = models.TextField()
    secret = models.TextField(blank=True, help_text="What stands for the mark; empty once the mail has gone.")
    about = models.CharField(max_length=60, blank=True, help_text="What it is sent for: 'client-invitation:12'.")
    key = models.CharField(max_length=LONGEST_ACCOUNT_KEY, blank=True, db_default="", help_text="Told once, if given.")
    is_listed = models.BooleanField(
        default=False, db_default=False, help_text="Sent to many who asked for it: `secret` leads to where it is ended."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("key",), condition=~models.Q(key=""), name="notifications_account_told_once"
            ),
        )
        indexes = (
            # Two claims: what a person waits for at the screen never stands behind what goes to thousands.
            models.Index(
                fields=("next_at", "id"),
                condition=models.Q(state="queued", is_listed=False),
                name="notifications_account_waits",
            ),
            models.Index(
                fields=("next_at", "id"),
                condition=models.Q(state="queued", is_listed=True),
                name="notifications_listed_waits",
            ),
            models.Index(fields=("id",), condition=models.Q(state="dead"), name="notifications_account_failed"),
            models.Index(fields=("about",), condition=~models.Q(about=""), name="notifications_account_about"),
        )

    @property
    def full_text(self) -> str:
        """The mail as it is sent."""
        return self.text.replace(SECRET_MARK, self.secret) if self.secret else self.text


class OwnAddress(models.Model):
    """An address at which this helpdesk itself receives mail: a notice is never sent there (POLICY 7)."""

    address = models.EmailField()
    team_key = models.SlugField(help_text="The team whose members get what is meant for this address.")

    class Meta:
        constraints = (models.UniqueConstraint(Lower("address"), name="notifications_own_address_once"),)


class Suppression(models.Model):
    """An address that must not be mailed: it bounced, or its owner asked."""

    address = models.EmailField()
    reason = models.CharField(max_length=200)
    detail = models.TextField(blank=True, db_default="", help_text="What the other side said.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(Lower("address"), name="notifications_suppressed_once"),)
