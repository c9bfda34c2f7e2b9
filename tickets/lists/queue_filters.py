"""What the queue can be narrowed to: read from an address, written back to one, and put to the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from sla.models import Severity
from tickets.lists.holders import is_known_holder, narrowed_to_holder
from tickets.models import Ticket, TicketState

NAMES = ("severity", "level", "state", "holder", "overdue")
STATES = (TicketState.OPEN, TicketState.WAITING, TicketState.RESOLVED)


class UnknownFilter(ValueError):
    """The address of a list holds a filter value that means nothing; the message is for the person."""


@dataclass(frozen=True, kw_only=True)
class QueueFilters:
    """What the queue is narrowed to. `organisation` is the row behind the key in the address.

    `raw` are the filters as the address has them, in one order, so that equal filters are equal texts.
    """

    severity: str = ""
    level: int | None = None
    state: str = ""
    holder: str = ""
    overdue: bool = False
    organisation: Organisation | None = None
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.raw)

    @property
    def query(self) -> str:
        """The canonical query string: what a saved view keeps."""
        return urlencode(self.raw)

    @property
    def address(self) -> str:
        """The queue's address below its own path; `?` alone for everything."""
        return f"?{self.query}"


def queue_filters(given: Mapping[str, str], *, member: Member) -> QueueFilters:
    """Read the queue's filters from an address. Raises `UnknownFilter` for a value unknown to them."""
    key, holder = organisation_key(given), given.get("holder", "").strip()
    if not is_known_holder(holder):
        raise UnknownFilter(_("“%(value)s” is nobody who could hold a ticket.") % {"value": holder[:40]})
    return filters_of(given, organisation=organisation_of(key, member=member))


def organisation_key(given: Mapping[str, str]) -> str:
    """The key of the organisation that an address names; empty for none."""
    return given.get("organisation", "").strip().upper()


def filters_of(given: Mapping[str, str], *, organisation: Organisation | None) -> QueueFilters:
    """The filters of an address whose organisation and holder have been looked up. Raises `UnknownFilter`."""
    raw = {name: given.get(name, "").strip() for name in NAMES}
    raw["severity"] = raw["severity"].upper()
    level = one_of(raw["level"], ("1", "2", "3"), name="level")
    named = organisation.key if organisation is not None else ""
    return QueueFilters(
        severity=one_of(raw["severity"], Severity.values, name="severity"),
        level=int(level) if level else None,
        state=one_of(raw["state"], STATES, name="state"),
        holder=raw["holder"],
        overdue=bool(one_of(raw["overdue"], ("1",), name="overdue")),
        organisation=organisation,
        raw={name: value for name, value in {**raw, "organisation": named}.items() if value},
    )


def one_of(value: str, allowed: Any, *, name: str) -> str:
    """The value, or empty for none. Raises `UnknownFilter` unless it is one of the allowed."""
    if value and value not in allowed:
        raise UnknownFilter(f"“{value[:40]}” is no {name} that this list knows.")
    return value


def organisation_of(key: str, *, member: Member) -> Organisation | None:
    """The organisation of this key among those of the member. Raises `UnknownFilter` for any other."""
    if not key:
        return None
    found = Organisation.objects.filter(key=key, pk__in=member.organisation_ids).first()
    if found is None:
        raise UnknownFilter(f"“{key[:40]}” is no organisation that you serve.")
    return found


def narrowed(found: QuerySet[Ticket], filters: QueueFilters, *, member: Member, at: datetime) -> QuerySet[Ticket]:
    """The tickets that pass the filters, as of the instant, for this reader."""
    exact: dict[str, object] = {"severity": filters.severity, "level": filters.level, "state": filters.state}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.organisation is not None:
        found = found.filter(organisation=filters.organisation)
    if filters.holder:
        found = narrowed_to_holder(found, filters.holder, member=member)
    return found.filter(queue_due_at__lt=at) if filters.overdue else found
