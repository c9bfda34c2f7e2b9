"""Reply templates as read: which a staff member may use, which they may change, and one put in for a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from helpdesk.accounts.members import Member
from helpdesk.lib.instants import instant_text
from helpdesk.lib.prepared import prepared
from sla.engine.entries import ClockKind
from tickets.macro_text import Filled, fill
from tickets.models import Macro, Ticket
from tickets.queries import readings_of

OFFERED = 200  # in the composer's list
PAGE = 50


class MacroNotFound(LookupError):
    """No such template for this person: missing, or a colleague's own."""


@dataclass(frozen=True)
class MacroPage:
    """One page of templates by name; `next_key` leads to the one after it, empty on the last."""

    rows: Sequence[Macro]
    next_key: str = ""


def macros_of(member: Member) -> QuerySet[Macro]:
    """The shared templates and the member's own; nobody's for clients."""
    if member.staff is None:
        return Macro.objects.none()
    return _used_by(member.staff.pk)


def offered_macros(member: Member) -> list[Macro]:
    """The templates to choose from on a ticket, one's own first, by name; at most 200."""
    if member.staff is None:
        return []
    return _offered(owner=member.staff.pk)


@prepared
def _offered(*, owner: int) -> QuerySet[Macro]:
    return _used_by(owner).order_by("owner_id", Lower("name"), "pk")[:OFFERED]


def _used_by(owner: int) -> QuerySet[Macro]:
    return Macro.objects.filter(Q(owner__isnull=True) | Q(owner_id=owner))


def macro_of(member: Member, pk: int) -> Macro:
    """One template that the member may use and change. Raises `MacroNotFound` for any other."""
    found = macros_of(member).filter(pk=pk).first() if abs(pk) < 2**63 else None
    if found is None:
        raise MacroNotFound(str(pk))
    return found


def macro_page(member: Member, *, after: str = "") -> MacroPage:
    """A page of templates in the order of their names; `after` is the key of the last one before it."""
    found = macros_of(member).annotate(sorted_by=Lower("name"))
    name, _, number = after.rpartition("~")
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        found = found.filter(Q(sorted_by__gt=name) | Q(sorted_by=name, pk__gt=int(number)))
    rows = list(found.order_by("sorted_by", "pk")[: PAGE + 1])
    if len(rows) <= PAGE:
        return MacroPage(rows)
    last = rows[PAGE - 1]
    return MacroPage(rows[:PAGE], f"{last.name.lower()}~{last.pk}")


def filled_for(macro: Macro, ticket: Ticket, *, member: Member, at: datetime) -> Filled:
    """The template's text for this ticket, as this member would send it at the instant."""
    return fill(macro.body, _values(ticket, member=member, at=at))


def _values(ticket: Ticket, *, member: Member, at: datetime) -> dict[str, str]:
    requester, agent = ticket.requester, member.user
    readings = readings_of(ticket, at=at)
    dues = {kind: readings[kind].due for kind in ClockKind}
    return {
        "ticket.reference": ticket.reference,
        "ticket.subject": ticket.subject,
        "ticket.severity": ticket.get_severity_display(),
        "requester.name": requester.name,
        "requester.first_name": _first(requester.name),
        "organisation.name": ticket.organisation.name,
        "agent.name": agent.name,
        "agent.first_name": _first(agent.name),
        **{f"{kind.value}.due": instant_text(due, requester.time_zone) if due else "" for kind, due in dues.items()},
    }


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.split() else ""
