"""How the mail stands: what came last, what waits, and whether a mail to ourselves comes in. For the admins' page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from helpdesk.lib.tenancy import system_scope
from tickets.inbound.listing import MOST_COUNTED, UNREAD, WAITS
from tickets.models import MailCanary, MailState, PostState, ProviderPost, RawMail

LATE = timedelta(minutes=2)  # a test mail that has not come in by then
SLOW = timedelta(seconds=60)  # a mail that has not been read by then
SHOWN = 5
REASON = "admins who serve every organisation look at how the mail stands"


@dataclass(frozen=True, kw_only=True)
class CanaryLine:
    """One test mail as shown. `state`: waiting, late, arrived or failed; `took` is its round trip."""

    row: MailCanary
    state: str
    took: timedelta | None


@dataclass(frozen=True, kw_only=True)
class MailHealth:
    """The figures; counts end at `MOST_COUNTED`. A provider's post may hold a mail, and counts until it was read.

    `oldest_unread` is how long the oldest of both that is not read has waited.
    """

    last_mail_at: datetime | None
    oldest_unread: timedelta | None
    waiting: int
    failed: int
    failed_posts: int
    canaries: list[CanaryLine]

    @property
    def is_slow(self) -> bool:
        return self.oldest_unread is not None and self.oldest_unread > SLOW

    @property
    def newest(self) -> CanaryLine | None:
        return self.canaries[0] if self.canaries else None

    @property
    def last_arrived(self) -> CanaryLine | None:
        return next((one for one in self.canaries if one.state == "arrived"), None)

    @property
    def is_under_way(self) -> bool:
        return self.newest is not None and self.newest.state == "waiting"


def mail_health(*, at: datetime) -> MailHealth:
    """How the mail stands at an instant. A few rows by index, however many mails there are."""
    with system_scope(REASON):
        unread = RawMail.objects.filter(state__in=[state for state, _ in UNREAD]).order_by("next_at", "id")
        posts = ProviderPost.objects.filter(state=PostState.WAITING).order_by("next_at", "id")
        found = [rows[:MOST_COUNTED].aggregate(oldest=Min("received_at"))["oldest"] for rows in (unread, posts)]
        oldest = min((one for one in found if one is not None), default=None)
        return MailHealth(
            last_mail_at=RawMail.objects.order_by("-pk").values_list("received_at", flat=True).first(),
            oldest_unread=at - oldest if oldest else None,
            waiting=_counted(*(state for state, _ in WAITS)),
            failed=_counted(MailState.FAILED),
            failed_posts=len(
                ProviderPost.objects.filter(state=PostState.FAILED).values_list("pk", flat=True)[:MOST_COUNTED]
            ),
            canaries=[_line(row, at) for row in MailCanary.objects.order_by("-pk")[:SHOWN]],
        )


def _counted(*states: str) -> int:
    return len(RawMail.objects.filter(state__in=states).values_list("pk", flat=True)[:MOST_COUNTED])


def _line(row: MailCanary, at: datetime) -> CanaryLine:
    if row.error:
        return CanaryLine(row=row, state="failed", took=None)
    if row.arrived_at is not None and row.sent_at is not None:
        # Both are the database's clock; the receipt may be noted before the sending is committed.
        return CanaryLine(row=row, state="arrived", took=max(row.arrived_at - row.sent_at, timedelta(0)))
    return CanaryLine(row=row, state="late" if at - row.asked_at > LATE else "waiting", took=None)
