"""The lists: the queue in POLICY 8's order, tickets newest first, escalations. Keyset paging, no counts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from tickets.lists.queue_filters import QueueFilters, UnknownFilter, narrowed, one_of
from tickets.models import Escalation, Ticket, TicketState
from tickets.queries import tickets_visible_to, unacknowledged

PAGE = 50
DAMAGED = "This address of a further page is damaged. Start again from the first."
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `next_key` leads to the one after it, empty on the last."""

    rows: list[Row]
    next_key: str = ""


class TicketRow(NamedTuple):
    """One ticket of a list: what its row shows, in the order of `DRESSED`. Plain, because each page has many.

    `clock` is the kind of clock that its place comes from, empty without a running deadline.
    """

    pk: int
    number: int
    public_id: UUID
    subject: str
    severity: str
    state: str
    withdrawn: bool
    level: int
    opened_at: datetime
    queue_due_at: datetime | None
    in_queue: bool
    outside_reason: str
    planned_on: date | None
    policy_version_id: int
    organisation_key: str
    organisation_name: str
    requester: str
    assignee: str | None
    calendar_version_id: int
    clock: str

    @property
    def reference(self) -> str:
        """The number as people know it."""
        return f"{self.organisation_key}-{self.number}"

    @property
    def path(self) -> str:
        """Where the ticket is, below the site's address."""
        return f"/tickets/{self.public_id}/"


BARE = (
    *("pk", "number", "public_id", "subject", "severity", "state", "withdrawn", "level", "opened_at", "queue_due_at"),
    *("in_queue", "outside_reason", "planned_on", "policy_version_id"),
    *("organisation_id", "requester_id", "assignee_id", "calendar_id"),
)
# The page's tickets first and what belongs to them after: planned in one piece, the joins cost more than the rows.
# Several clocks may fall due at one instant: the response, then the target, then the limit names it.
DRESSED = """
    SELECT t.pk, t.number, t.public_id, t.subject, t.severity, t.state, t.withdrawn, t.level, t.opened_at,
           t.queue_due_at, t.in_queue, t.outside_reason, t.planned_on, t.policy_version_id, o.key, o.name, r.name,
           u.name, k.current_version_id, coalesce((
               SELECT c.kind FROM sla_clock c
               WHERE c.ticket_id = t.pk AND c.state = 'running' AND c.due_at = t.queue_due_at
               ORDER BY array_position(ARRAY['response', 'target', 'limit'], c.kind::text) LIMIT 1
           ), '')
    FROM ({tickets}) AS t ({columns})
    JOIN accounts_organisation o ON o.id = t.organisation_id
    JOIN accounts_user r ON r.id = t.requester_id
    JOIN sla_calendar k ON k.id = t.calendar_id
    LEFT JOIN accounts_staffmember s ON s.id = t.assignee_id
    LEFT JOIN accounts_user u ON u.id = s.user_id
    ORDER BY {order}
"""
BY_DUE = "t.queue_due_at NULLS LAST, t.opened_at, t.pk"


def queue_page(member: Member, filters: QueueFilters, *, after: str = "", at: datetime) -> Page[TicketRow]:
    """A page of the queue: earliest running deadline first; paused and P4 last, by age (POLICY 8).

    One statement, or two where a page passes from the dated tickets to the others. Raises `UnknownFilter` for
    a damaged `after`.
    """
    found = narrowed(queued(), filters, member=member, at=at)
    ordered = found.order_by(F("queue_due_at").asc(nulls_last=True), "opened_at", "pk")
    if not after:
        return _queue_cut(_rows(ordered, PAGE + 1))
    due, opened, pk = _queue_key(after)
    behind = Q(opened_at__gt=opened) | Q(opened_at=opened, pk__gt=pk)
    undated = found.filter(queue_due_at__isnull=True).order_by("opened_at", "pk")
    if due is None:
        return _queue_cut(_rows(undated.filter(behind, opened_at__gte=opened), PAGE + 1))
    later = Q(queue_due_at__gt=due) | Q(queue_due_at=due) & behind
    rows = _rows(found.filter(later, queue_due_at__gte=due).order_by("queue_due_at", "opened_at", "pk"), PAGE + 1)
    if len(rows) <= PAGE:
        rows += _rows(undated, PAGE + 1 - len(rows))
    return _queue_cut(rows)


def queued() -> QuerySet[Ticket]:
    """The tickets in the queue, of the organisations in scope."""
    found: QuerySet[Ticket] = Ticket.objects.filter(in_queue=True)
    return found


def _rows(found: QuerySet[Ticket], limit: int, *, order: str = BY_DUE) -> list[TicketRow]:
    tickets, params = found.values_list(*BARE)[:limit].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(DRESSED.format(tickets=tickets, columns=", ".join(BARE), order=order), params)
        return [TicketRow._make(row) for row in cursor.fetchall()]


def _queue_cut(rows: list[TicketRow]) -> Page[TicketRow]:
    if len(rows) <= PAGE:
        return Page(rows)
    last = rows[PAGE - 1]
    due = last.queue_due_at.isoformat() if last.queue_due_at else ""
    return Page(rows[:PAGE], f"{due}~{last.opened_at.isoformat()}~{last.pk}")


def _queue_key(after: str) -> tuple[datetime | None, datetime, int]:
    """The (due, opened, id) of the last row shown; due is None among the undated."""
    parts = after.split("~")
    try:
        due, opened, pk = parts
        key = (datetime.fromisoformat(due) if due else None), datetime.fromisoformat(opened), int(pk)
    except (ValueError, OverflowError) as error:
        raise UnknownFilter(DAMAGED) from error
    if any(instant is not None and instant.tzinfo is None for instant in key[:2]) or abs(key[2]) >= 2**63:
        raise UnknownFilter(DAMAGED)
    return key


def ticket_list(
    member: Member, *, state: str = "", organisation: Organisation | None = None, after: str = ""
) -> Page[TicketRow]:
    """A page of all the tickets that the member may see, newest first. Raises `UnknownFilter` for bad values.

    Within one organisation numbers give the order; across several, the order of arrival here does.
    """
    found = tickets_visible_to(member).select_related(None)
    found = found.filter(state=state) if one_of(state, TicketState.values, name="state") else found
    found = found.filter(organisation=organisation) if organisation is not None else found
    key = "number" if member.organisation is not None or organisation is not None else "pk"
    if after:
        found = found.filter(**{f"{key}__lt": _number(after)})
    rows = _rows(found.order_by(f"-{key}"), PAGE + 1, order=f"t.{key} DESC")
    return Page(rows) if len(rows) <= PAGE else Page(rows[:PAGE], str(getattr(rows[PAGE - 1], key)))


def escalation_page(member: Member, *, mine: bool, after: str = "") -> Page[Escalation]:
    """A page of the escalations that nobody has acknowledged, oldest first.

    `mine` narrows to the clients whose account manager or deputy the member is (POLICY 7, level 2).
    """
    found = unacknowledged()
    if mine:
        organisation = "ticket__organisation__"
        found = found.filter(
            Q(**{f"{organisation}account_manager": member.staff}) | Q(**{f"{organisation}deputy": member.staff})
        )
    if after:
        _, raised_at, pk = _queue_key(f"~{after}")
        found = found.filter(Q(raised_at__gt=raised_at) | Q(raised_at=raised_at, pk__gt=pk))
    rows = list(found[: PAGE + 1])
    if len(rows) <= PAGE:
        return Page(rows)
    last = rows[PAGE - 1]
    return Page(rows[:PAGE], f"{last.raised_at.isoformat()}~{last.pk}")


def _number(after: str) -> int:
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise UnknownFilter(DAMAGED)
    return int(after)
