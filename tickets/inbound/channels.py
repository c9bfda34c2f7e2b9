"""By which ways mail comes in, and how each stands: for the page that shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from helpdesk.lib.tenancy import system_scope
from tickets.inbound.imap import mailbox_of
from tickets.models import MailChannel, PolledMailbox, PostState, ProviderPost, RawMail

SHOWN = 20
REASON = "mail that came in belongs to no organisation"
# Commands and listeners are started by whoever runs the machine: from here it cannot be told whether they are.
STARTED_ELSEWHERE = (MailChannel.COMMAND, MailChannel.SMTP, MailChannel.LMTP)


@dataclass(frozen=True, kw_only=True)
class ChannelState:
    """One way in. `is_configured` is None where it cannot be told; instants are UTC, None for never."""

    channel: MailChannel
    name: str
    is_configured: bool | None
    last_mail_at: datetime | None
    last_tried_at: datetime | None = None
    last_error: str = ""


def mail_channels() -> list[ChannelState]:
    """Every way in, mailboxes one by one; for staff who serve every organisation. Reads a few rows by index."""
    with system_scope(REASON):
        found = [
            ChannelState(
                channel=channel, name=str(channel.label), is_configured=_is_configured(channel),
                last_mail_at=_last_mail_at(channel), last_error=_last_error(channel),
            )
            for channel in MailChannel if channel != MailChannel.IMAP
        ]  # fmt: skip
        rows = {row.name: row for row in PolledMailbox.objects.all()}
    return [*found, *(_of_mailbox(url, rows) for url in settings.IMAP_URLS)]


def failed_posts() -> list[ProviderPost]:
    """The newest posts of providers that could not be read, without their bodies; at most `SHOWN`."""
    with system_scope(REASON):
        rows = ProviderPost.objects.filter(state=PostState.FAILED).defer("body", "headers").order_by("-id")
        return list(rows[:SHOWN])


def _is_configured(channel: MailChannel) -> bool | None:
    if channel in STARTED_ELSEWHERE:
        return None
    return bool(settings.MAIL_IN_SECRETS if channel == MailChannel.HTTP else settings.MAIL_PROVIDERS)


def _last_mail_at(channel: MailChannel) -> datetime | None:
    newest = RawMail.objects.filter(channel=channel).order_by("-id").values_list("received_at", flat=True)
    return newest.first()


def _last_error(channel: MailChannel) -> str:
    """Of a provider's posts: why the newest could not be read, or held no raw mail."""
    if channel != MailChannel.PROVIDER:
        return ""
    newest = ProviderPost.objects.exclude(state=PostState.WAITING).order_by("-id").values_list("error", flat=True)
    return newest.first() or ""


def _of_mailbox(url: str, rows: dict[str, PolledMailbox]) -> ChannelState:
    name = mailbox_of(url).name
    row = rows.get(name)
    if row is None:
        return ChannelState(channel=MailChannel.IMAP, name=name, is_configured=True, last_mail_at=None)
    return ChannelState(
        channel=MailChannel.IMAP, name=name, is_configured=True, last_mail_at=row.last_mail_at,
        last_tried_at=row.tried_at, last_error=row.last_error,
    )  # fmt: skip
