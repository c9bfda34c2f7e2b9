"""Reads for tickets. `get_ticket` is the one door to a single ticket: foreign and missing look the same."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import ClientRole, StaffMember, User
from helpdesk.accounts.queries import clients_of, staff_serving
from helpdesk.lib.actors import Actor
from helpdesk.lib.lookups import Ids
from helpdesk.lib.prepared import prepared
from sla.engine.entries import ClockKind, Entry, Reading
from sla.folding import Subject, fold_clocks
from sla.models import Calendar, Clock
from tickets.clock_entries import MOVES_CLOCKS, clock_entries
from tickets.models import (
    Attachment,
    EntryKind,
    Escalation,
    FormDraft,
    MailMessage,
    MessageDraft,
    Ticket,
    TimelineEntry,
    Watcher,
)

MOST_FOLLOWED = 500
# The entries that the fold reads: replies that answer nothing are not among them.
MOVES = Q(kind__in=MOVES_CLOCKS) & (~Q(kind=EntryKind.REPLY) | Q(data__answers=True))
COPIES_LOOKED_AT, COPIES_SHOWN = 50, 20


class TicketNotFound(LookupError):
    """No such ticket for this member: missing, another organisation's, or another person's."""


class AttachmentNotFound(LookupError):
    """No such file for this member: missing, another organisation's, internal, or not theirs yet."""


def with_people(found: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The tickets with what every page and mail about one names: organisation, requester, assignee and calendar."""
    return found.select_related("organisation", "requester", "assignee__user", "calendar")


def tickets_visible_to(member: Member) -> QuerySet[Ticket]:
    """The tickets that a member may see: of organisations served, of their own, or what they asked for or follow."""
    found = with_people(Ticket.objects.all())
    if member.may("ticket.read_organisation"):
        return found
    # Asked first: most follow nothing, and a condition on two tables would cost their lists the index.
    followed = followed_by(member.user)
    own = Q(requester_id=member.user.pk)
    return found.filter(own | Q(pk__in=followed) if followed else own)


def followed_by(user: User) -> list[int]:
    """The ids of the newest tickets of their own organisation that a client follows, at most 500."""
    return _followed_by(person=user.pk)


@prepared
def _followed_by(*, person: int) -> QuerySet[Watcher, int]:
    found = Watcher.objects.filter(member_id=person).order_by("-ticket_id")
    return found.values_list("ticket_id", flat=True)[:MOST_FOLLOWED]


def get_ticket(member: Member, public_id: UUID) -> Ticket:
    """The ticket behind a link. Raises `TicketNotFound` for foreign and missing alike."""
    found = _ticket_behind(public_id=public_id, staff=member.is_staff)
    if not found or not may_see(member, found[0]):
        raise TicketNotFound(str(public_id))
    return found[0]


@prepared
def _ticket_behind(*, public_id: UUID, staff: bool) -> QuerySet[Ticket]:
    return with_changed_at(with_people(Ticket.objects.all()), staff=staff).filter(public_id=public_id)


def may_see(member: Member, ticket: Ticket) -> bool:
    """Whether a ticket that the scope holds is one of `tickets_visible_to`."""
    if member.may("ticket.read_organisation") or ticket.requester_id == member.user.pk:
        return True
    return bool(_is_followed(ticket=ticket.pk, person=member.user.pk))


@prepared
def _is_followed(*, ticket: int, person: int) -> QuerySet[Watcher, int]:
    return Watcher.objects.filter(ticket_id=ticket, member_id=person).values_list("pk", flat=True)


def goes_on_as(ticket: Ticket, *, member: Member) -> Ticket | None:
    """The ticket that this one was merged into, at the end of the chain; None if not merged, or not the member's."""
    found: Ticket | None = ticket
    while found is not None and found.merged_into_id is not None:
        found = tickets_visible_to(member).filter(pk=found.merged_into_id).first()
    return found if found is not None and found.pk != ticket.pk else None


def with_changed_at(found: QuerySet[Ticket], *, staff: bool) -> QuerySet[Ticket]:
    """The tickets with `changed_at`: when the newest thing happened that the member sees, a UTC instant.

    For clients it is read from the timeline, so that no internal note shows; an assignment does, as its holder is
    theirs to see.
    """
    if staff:
        return found.annotate(changed_at=F("updated_at"))
    seen = TimelineEntry.objects.filter(Q(is_public=True) | Q(kind=EntryKind.ASSIGNED), ticket=OuterRef("pk"))
    return found.annotate(changed_at=Subquery(seen.order_by("-at", "-id").values("at")[:1]))


def entries_seen_by(ticket: Ticket, *, staff: bool) -> QuerySet[TimelineEntry]:
    """The entries of the ticket's timeline that this side sees: clients the public ones only."""
    found = TimelineEntry.objects.filter(ticket=ticket)
    return found if staff else found.filter(is_public=True)


def version_of(ticket: Ticket, *, staff: bool) -> int:
    """How many things have happened to the ticket that this side sees; the timeline only grows, so no two are alike.

    An internal note is no change to a client: it neither shows in their version nor makes their reply stale.
    """
    return entries_seen_by(ticket, staff=staff).count()


def attachments_seen_by(ticket: Ticket, *, staff: bool) -> QuerySet[Attachment]:
    """The files of the ticket that this side sees: clients those of public entries only."""
    found = Attachment.objects.filter(ticket=ticket)
    return found if staff else found.filter(is_public=True)


def attachments_of(ticket: Ticket, *, member: Member, entries: Collection[int] | None = None) -> list[Attachment]:
    """The files of a ticket, or of these entries of it, in the order of their upload; clients see public ones only."""
    given = None if entries is None else Ids(entries)
    return _attachments(ticket=ticket.pk, staff=member.is_staff, entries=given)


@prepared
def _attachments(*, ticket: int, staff: bool, entries: Ids | None) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(ticket_id=ticket)
    found = found if staff else found.filter(is_public=True)
    return (found if entries is None else found.filter(entry_id__any=entries)).order_by("pk")


def mails_of(ticket: Ticket, *, entries: Collection[int]) -> dict[int, MailMessage]:
    """The mails by which these entries came, by entry, without their texts; `has_html` says that they brought HTML."""
    return {one.entry_pk: one for one in _mails(ticket=ticket.pk, entries=Ids(entries))}


@prepared
def _mails(*, ticket: int, entries: Ids) -> QuerySet[MailMessage]:
    found = MailMessage.objects.filter(ticket_id=ticket, entry_pk__any=entries)
    return found.defer("folded", "html", "pictures").annotate(has_html=~Q(html=""))


def mail_of(ticket: Ticket, entry_pk: int, *, staff: bool) -> tuple[TimelineEntry, MailMessage] | None:
    """An entry that came by HTML mail and that mail; None where there is none that this side sees."""
    entry = entries_seen_by(ticket, staff=staff).filter(pk=entry_pk).first()
    mail = MailMessage.objects.filter(ticket=ticket, entry_pk=entry_pk).exclude(html="").first() if entry else None
    return (entry, mail) if entry is not None and mail is not None else None


def get_attachment(member: Member, public_id: UUID) -> Attachment:
    """The file behind a link: one of a ticket that the member may see, or their own staged one.

    Raises `AttachmentNotFound` for foreign, missing, internal to a client, and another person's staged alike.
    """
    seen = Q(ticket__in=tickets_visible_to(member))
    if not member.is_staff:
        seen &= Q(is_public=True)
    own = Q(ticket__isnull=True, uploaded_by_id=member.user.pk)
    found = Attachment.objects.filter(seen | own, public_id=public_id).first()
    if found is None:
        raise AttachmentNotFound(str(public_id))
    return found


def staged_by(actor: Actor) -> QuerySet[Attachment]:
    """What the actor has uploaded and not yet sent, for the organisations in scope."""
    return Attachment.objects.filter(ticket__isnull=True, uploaded_by_id=actor.user_id)


def staged_files(member: Member, *, organisation_id: int) -> list[Attachment]:
    """What the member has uploaded for an organisation and not yet sent, in the order of its upload."""
    return list(staged_by(member.actor).filter(organisation_id=organisation_id).order_by("pk"))


def drafts_of(ticket: Ticket, *, member: Member) -> dict[str, MessageDraft]:
    """The member's own drafts on the ticket, by kind. Nobody else's are ever read."""
    return {draft.kind: draft for draft in _drafts(ticket=ticket.pk, person=member.user.pk)}


@prepared
def _drafts(*, ticket: int, person: int) -> QuerySet[MessageDraft]:
    return MessageDraft.objects.filter(ticket_id=ticket, person_id=person)


def form_draft_of(member: Member, *, organisation_id: int) -> FormDraft | None:
    """The new ticket's form as the member has left it for this organisation. Nobody else's is ever read."""
    return FormDraft.objects.filter(organisation_id=organisation_id, person_id=member.user.pk).first()


def clocks_of(ticket: Ticket) -> dict[str, Clock]:
    """The ticket's stored clocks by kind."""
    return {clock.kind: clock for clock in _clocks(ticket=ticket.pk)}


@prepared
def _clocks(*, ticket: int) -> QuerySet[Clock]:
    return Clock.objects.filter(ticket_id=ticket).order_by("pk")


def escalations_of(ticket: Ticket) -> list[Escalation]:
    """The rungs that the ticket has climbed, in order."""
    return _escalations(ticket=ticket.pk)


@prepared
def _escalations(*, ticket: int) -> QuerySet[Escalation]:
    return Escalation.objects.filter(ticket_id=ticket).select_related("acknowledged_by").order_by("raised_at", "pk")


def subject_of(ticket: Ticket) -> Subject:
    """What the SLA engine needs to know of the ticket."""
    return Subject(
        ticket_id=ticket.pk,
        organisation_id=ticket.organisation_id,
        opened_at=ticket.opened_at,
        policy_version_id=ticket.policy_version_id,
        calendar=ticket.calendar,
    )


def subjects_of(ids: Sequence[int]) -> list[Subject]:
    """The same of many tickets, in order, with two statements and no model of a ticket."""
    columns = ("pk", "organisation_id", "opened_at", "policy_version_id", "calendar_id")
    rows = list(Ticket.objects.filter(pk__any=Ids(ids)).order_by("pk").values_list(*columns))
    calendars = Calendar.objects.in_bulk({row[-1] for row in rows})
    return [
        Subject(
            ticket_id=pk,
            organisation_id=organisation_id,
            opened_at=opened_at,
            policy_version_id=version_id,
            calendar=calendars[calendar_id],
        )
        for pk, organisation_id, opened_at, version_id, calendar_id in rows
    ]


def entries_of(ticket: Ticket) -> list[Entry]:
    """The clock-moving entries of the ticket's timeline, for the fold."""
    return clock_entries(_moving_clocks(ticket=ticket.pk))


@prepared
def _moving_clocks(*, ticket: int) -> QuerySet[TimelineEntry]:
    return TimelineEntry.objects.filter(MOVES, ticket_id=ticket).order_by("at", "id")


def entries_by_ticket(ids: Sequence[int]) -> dict[int, list[Entry]]:
    """The same for many tickets with one query; a ticket without entries is left out."""
    rows = TimelineEntry.objects.filter(MOVES, ticket_id__any=Ids(ids)).order_by("ticket_id", "at", "id")
    return {ticket_id: clock_entries(found) for ticket_id, found in groupby(rows, key=lambda row: row.ticket_id)}


def readings_of(ticket: Ticket, *, at: datetime) -> dict[ClockKind, Reading]:
    """The ticket's clocks folded anew at an instant, with what explains them. Writes nothing."""
    return fold_clocks(subject=subject_of(ticket), entries=entries_of(ticket), at=at)


def unacknowledged() -> QuerySet[Escalation]:
    """The escalations in scope that wait for an acknowledgement on a live ticket, oldest first."""
    found = Escalation.objects.filter(acknowledged_at__isnull=True, ticket__state__in=("open", "waiting"))
    return found.select_related("ticket__organisation", "ticket__requester").order_by("raised_at", "pk")


def readers_of(ticket: Ticket) -> list[User]:
    """Whom the client's mails go to: the requester, or once they have left the active admins; and who follows it."""
    clients = clients_of(ticket.organisation_id)
    following = Watcher.objects.filter(ticket=ticket, member__isnull=False).values("member_id")
    followers = list(clients.filter(pk__in=following))
    first = (
        [ticket.requester] if ticket.requester.is_active else list(clients.filter(membership__role=ClientRole.ADMIN))
    )
    return [*first, *(one for one in followers if one not in first)]


def watchers_of(ticket: Ticket, *, staff: bool) -> list[Watcher]:
    """Who follows the ticket, in the order in which they began; clients see their colleagues only."""
    return _watchers(ticket=ticket.pk, staff=staff)


@prepared
def _watchers(*, ticket: int, staff: bool) -> QuerySet[Watcher]:
    found = Watcher.objects.filter(ticket_id=ticket).select_related("member", "staff__user").order_by("pk")
    return found if staff else found.filter(staff__isnull=True)


def copied_to(ticket: Ticket) -> list[str]:
    """The addresses that mails of this ticket went to besides, each once; of the newest mails."""
    addresses = dict.fromkeys(one for copied in _copied(ticket=ticket.pk) for one in copied)
    return list(addresses)[:COPIES_SHOWN]


@prepared
def _copied(*, ticket: int) -> QuerySet[MailMessage, list[str]]:
    found = MailMessage.objects.filter(ticket_id=ticket).exclude(copied=[]).order_by("-entry_pk")
    return found.values_list("copied", flat=True)[:COPIES_LOOKED_AT]


def staff_watching(ticket: Ticket) -> list[StaffMember]:
    """The staff who follow the ticket and still serve its organisation."""
    ids = list(Watcher.objects.filter(ticket=ticket, staff__isnull=False).values_list("staff_id", flat=True))
    return list(staff_serving(ticket.organisation_id).filter(pk__in=ids)) if ids else []
