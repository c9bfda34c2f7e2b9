"""The mails that came in, as admins look at them: pages by what became of them, one mail, and what stands in it.

A raw mail belongs to no organisation, so all of this is for those who serve every one. Their bytes are never read for
a list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from uuid import UUID

from django.db.models import BinaryField, Q, QuerySet
from django.db.models.functions import Substr

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import system_scope
from tickets.models import MailMessage, MailOutcome, MailState, RawMail

PAGE = 50
MOST_COUNTED = 1000
# How far back a search for a text looks, in mails, until a page is full: its cost is the same at any size.
STEPS = (2_000, 20_000, 200_000)
PEOPLE = 20
LOOKED_AT = 5 * 1024 * 1024  # bytes of a mail that its page reads
REASON = "admins who serve every organisation look at the mails that came in"
_NOTHING = MailOutcome.NONE
# What the list is narrowed to: states with their outcomes. Each pair is one stretch of an index.
WAITS = ((MailState.QUARANTINED, _NOTHING), (MailState.FAILED, _NOTHING))
UNREAD = ((MailState.STORED, _NOTHING), (MailState.PROCESSING, _NOTHING))
KINDS: dict[str, Sequence[tuple[str, str]]] = {
    "waiting": WAITS,
    "failed": WAITS[1:],
    "blocked": ((MailState.BLOCKED, _NOTHING),),
    "unread": UNREAD,
    "ticket": ((MailState.DONE, MailOutcome.OPENED), (MailState.DONE, MailOutcome.FOLLOWED)),
    "reply": ((MailState.DONE, MailOutcome.REPLIED), (MailState.DONE, MailOutcome.NOTED)),
    "automatic": ((MailState.DONE, MailOutcome.DROPPED), (MailState.DONE, MailOutcome.KEPT)),
    "duplicate": ((MailState.DONE, MailOutcome.DUPLICATE),),
    "all": (),
}


@dataclass(frozen=True)
class MailPage:
    """Some mails, the newest first. `next_before` leads on, None at the end; `searched`: the search ended before it."""

    rows: list[RawMail]
    next_before: int | None = None
    searched: bool = False


def reads_raw_mail(member: Member) -> bool:
    """Whether the mails that came in are theirs to read: an admin who serves every organisation."""
    return member.may("settings.outbox") and member.staff is not None and member.staff.serves_all


def mail_page(*, kind: str, text: str = "", before: int | None = None) -> MailPage:
    """A page of the mails of this kind, of `KINDS`; with a text, those with it in their sender or subject."""
    with system_scope(REASON):
        found = RawMail.objects.defer("raw").order_by("-pk")
        if before is not None:
            found = found.filter(pk__lt=before)
        if text:
            return _searched(found, KINDS[kind], text, before)
        pairs = KINDS[kind]
        if not pairs:
            return _cut(list(found[: PAGE + 1]))
        stretches = [list(found.filter(state=state, outcome=outcome)[: PAGE + 1]) for state, outcome in pairs]
        return _cut(nlargest(PAGE + 1, (row for rows in stretches for row in rows), key=lambda row: row.pk))


def _searched(found: QuerySet[RawMail], pairs: Sequence[tuple[str, str]], text: str, before: int | None) -> MailPage:
    newest = found.values_list("pk", flat=True).first()
    if newest is None:
        return MailPage([])
    top = min(before, newest + 1) if before is not None else newest + 1
    narrowed = found.filter(Q(sender__icontains=text) | Q(subject__icontains=text))
    if pairs:
        narrowed = narrowed.filter(
            state__in={state for state, _ in pairs}, outcome__in={outcome for _, outcome in pairs}
        )
    for step in STEPS:
        rows = list(narrowed.filter(pk__gte=top - step)[: PAGE + 1])
        if len(rows) > PAGE or top - step <= 1:
            return _cut(rows)
    return MailPage(rows, top - STEPS[-1], searched=True)


def _cut(rows: list[RawMail]) -> MailPage:
    return MailPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def waiting_count() -> int:
    """How many mails wait for a person, counted up to `MOST_COUNTED`."""
    with system_scope(REASON):
        waits = RawMail.objects.filter(state__in=[state for state, _ in WAITS])
        return len(waits.values_list("pk", flat=True)[:MOST_COUNTED])


def mail_by_id(public_id: UUID) -> RawMail | None:
    """The mail of this id, without its bytes; None where there is none."""
    with system_scope(REASON):
        return RawMail.objects.defer("raw").filter(public_id=public_id).first()


def mail_id_for(member: Member, message: MailMessage) -> UUID | None:
    """The id of the raw mail behind an entry, for whoever may read it; None for all others."""
    if not reads_raw_mail(member):
        return None
    with system_scope(REASON):
        return RawMail.objects.filter(pk=message.raw_pk).values_list("public_id", flat=True).first()


def bytes_of(row: RawMail, *, upto: int | None = None) -> bytes:
    """The mail as it came, or its first `upto` bytes, without reading the others."""
    with system_scope(REASON):
        found = RawMail.objects.filter(pk=row.pk)
        if upto is not None:
            part = found.annotate(part=Substr("raw", 1, upto, output_field=BinaryField()))
            return bytes(part.values_list("part", flat=True).get())
        return bytes(found.values_list("raw", flat=True).get())


def people_for(text: str) -> list[User]:
    """Active people of clients with this text in name or address, by name; at most `PEOPLE`, none for no text."""
    if not text:
        return []
    found = User.objects.filter(is_active=True, membership__organisation__is_active=True)
    found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return list(found.select_related("membership__organisation").order_by("name", "pk")[:PEOPLE])
