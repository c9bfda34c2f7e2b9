"""The filters of the search box: what `severity:p1` and the others narrow the tickets to, and who may use which."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Membership, Organisation, StaffMember
from sla.models import Clock, Severity
from sla.models.clock import ClockVerdict
from tickets.labels import TagRefused, tag_names
from tickets.models import TicketState, TicketTag
from tickets.search.language import BadQuery, Filter

MOST_PEOPLE = 50
STATES = tuple(state.value for state in TicketState)
# `is:` of everybody, and of staff besides.
STANDINGS = (*STATES, "breached", "overdue", "mine")
STAFFS_STANDINGS = (*STANDINGS, "unassigned")
Narrowing = Callable[[Sequence[str], Member, datetime], Q]


@dataclass(frozen=True)
class Kind:
    """One filter: how it narrows by its values (any of them), an example, and the capability that it needs."""

    narrow: Narrowing
    example: str
    told: Promise
    capability: str = "any"


def kinds_for(member: Member) -> Mapping[str, Kind]:
    """The filters that this member may use, by name."""
    return {key: kind for key, kind in KINDS.items() if kind.capability == "any" or member.may(kind.capability)}


@dataclass
class Narrowed:
    """The filters as a condition on tickets, and the organisations that they leave."""

    condition: Q
    organisations: frozenset[int]


def narrowing(filters: Sequence[Filter], *, member: Member, at: datetime) -> Narrowed:
    """All filters: of one given twice either value will do, different ones all hold.

    `at` is the instant at which overdue is judged. Raises `BadQuery` for a value that means nothing.
    """
    values: dict[str, list[str]] = {}
    for one in filters:
        values.setdefault(one.key, []).append(one.value)
    found = Narrowed(Q(), member.organisation_ids)
    if "org" in values:
        found.organisations = frozenset(_organisations(values.pop("org"), member))
        found.condition &= Q(organisation_id__in=found.organisations)
    for key, given in values.items():
        found.condition &= KINDS[key].narrow(given, member, at)
    return found


def _any(conditions: Sequence[Q]) -> Q:
    return reduce(or_, conditions)


def _organisations(values: Sequence[str], member: Member) -> list[int]:
    wanted = {value.upper() for value in values}
    found = dict(Organisation.objects.filter(key__in=wanted, pk__any=member.organisation_ids).values_list("key", "pk"))
    for value in sorted(wanted - found.keys()):
        raise BadQuery(_("“%(value)s” is no organisation of yours. Give its key, as in ACME-142.") % _shown(value))
    return list(found.values())


def _in_organisation(values: Sequence[str], member: Member, _at: datetime) -> Q:
    return Q(organisation_id__in=_organisations(values, member))


def _severity(values: Sequence[str], _member: Member, _at: datetime) -> Q:
    wanted = [value.upper() if value[:1] in "pP" else f"P{value}" for value in values]
    for value, severity in zip(values, wanted, strict=True):
        if severity not in Severity.values:
            raise BadQuery(_("“%(value)s” is no severity. There are: p1, p2, p3 and p4.") % _shown(value))
    return Q(severity__in=wanted)


def _level(values: Sequence[str], _member: Member, _at: datetime) -> Q:
    for value in values:
        if value not in ("1", "2", "3"):
            raise BadQuery(_("“%(value)s” is no level. There are: 1, 2 and 3.") % _shown(value))
    return Q(level__in=[int(value) for value in values])


def _standing(values: Sequence[str], member: Member, at: datetime) -> Q:
    """States are alternatives; everything else holds besides."""
    known = STAFFS_STANDINGS if member.is_staff else STANDINGS
    wanted = {value.lower() for value in values}
    for value in sorted(wanted - set(known)):
        words = {**_shown(value), "known": ", ".join(known)}
        raise BadQuery(_("“is:%(value)s” means nothing here. There are: %(known)s.") % words)
    found = Q()
    if states := wanted & set(STATES):
        found &= _in_states(states)
    if "breached" in wanted:
        breached = Clock.objects.filter(ticket=OuterRef("pk"), verdict=ClockVerdict.BREACHED)
        found &= Q(Exists(breached))
    if "overdue" in wanted:
        found &= Q(in_queue=True, queue_due_at__lt=at)
    if "unassigned" in wanted:
        found &= Q(assignee__isnull=True)
    if "mine" in wanted:
        found &= Q(assignee=member.staff) if member.is_staff else Q(requester=member.user)
    return found


def _status(values: Sequence[str], _member: Member, _at: datetime) -> Q:
    wanted = {value.lower() for value in values}
    for value in sorted(wanted - set(STATES)):
        words = {**_shown(value), "known": ", ".join(STATES)}
        raise BadQuery(_("“%(value)s” is no status. There are: %(known)s.") % words)
    return _in_states(wanted)


def _in_states(states: Set[str]) -> Q:
    found = Q(state__in=sorted(states))
    if states <= {TicketState.OPEN.value, TicketState.WAITING.value}:
        found &= Q(in_queue=True)  # says nothing more of them, and has an index
    return found


def _tag(values: Sequence[str], _member: Member, _at: datetime) -> Q:
    try:
        names = tag_names(values)
    except TagRefused as refused:
        raise BadQuery(str(refused)) from refused
    return Q(pk__in=TicketTag.objects.filter(name__in=names).values("ticket_id"))


def _assignee(values: Sequence[str], member: Member, _at: datetime) -> Q:
    return _any([_held_by(value, member) for value in values])


def _held_by(value: str, member: Member) -> Q:
    if value.lower() == "me":
        return Q(assignee=member.staff)
    if value.lower() == "none":
        return Q(assignee__isnull=True)
    people = StaffMember.objects.filter(_called(value, "user__")).values_list("pk", flat=True)[:MOST_PEOPLE]
    return Q(assignee_id__in=_somebody(list(people), value))


def _requester(values: Sequence[str], member: Member, _at: datetime) -> Q:
    return _any([_asked_by(value, member) for value in values])


def _asked_by(value: str, member: Member) -> Q:
    if value.lower() == "me":
        return Q(requester=member.user)
    people = Membership.objects.filter(_called(value, "user__")).values_list("user_id", "organisation_id")
    found = _somebody(list(people[:MOST_PEOPLE]), value)
    # Both, because the index of requesters leads with the organisation.
    return Q(requester_id__in=[user for user, _ in found], organisation_id__in={of for _, of in found})


def _called(value: str, path: str) -> Q:
    """Whose name has a word that begins so, or whose address does."""
    starts = {f"{path}name__istartswith": value}, {f"{path}name__icontains": f" {value}"}
    return _any([Q(**one) for one in (*starts, {f"{path}email__istartswith": value})])


def _somebody(found: list[Any], value: str) -> list[Any]:
    if not found:
        raise BadQuery(_("Nobody here is called “%(value)s”. Begin with a first or last name.") % _shown(value))
    if len(found) == MOST_PEOPLE:
        raise BadQuery(_("“%(value)s” is the beginning of too many names. Give more of it.") % _shown(value))
    return found


def _before(values: Sequence[str], member: Member, _at: datetime) -> Q:
    return Q(opened_at__lt=min(_day(value, member) for value in values))


def _after(values: Sequence[str], member: Member, _at: datetime) -> Q:
    return Q(opened_at__gte=max(_day(value, member) for value in values))


def _day(value: str, member: Member) -> datetime:
    """The first instant of a day in the reader's zone."""
    try:
        return datetime.combine(date.fromisoformat(value), time(), ZoneInfo(member.user.time_zone))
    except ValueError as error:
        raise BadQuery(_("“%(value)s” is no date. Write it as 2026-11-24.") % _shown(value)) from error


def _shown(value: str) -> dict[str, str]:
    return {"value": value[:40]}


KINDS: Mapping[str, Kind] = {
    "org": Kind(_in_organisation, "org:acme", gettext_lazy("one organisation, by its key"), "queue.read"),
    "severity": Kind(_severity, "severity:p1", gettext_lazy("a severity")),
    "is": Kind(_standing, "is:overdue", gettext_lazy("how it stands")),
    "status": Kind(_status, "status:waiting", gettext_lazy("a status: open, waiting, resolved or closed")),
    "tag": Kind(_tag, "tag:invoices", gettext_lazy("a tag, as staff write it"), "queue.read"),
    "level": Kind(_level, "level:2", gettext_lazy("the level that it has reached")),
    "assignee": Kind(_assignee, "assignee:ann", gettext_lazy("who holds it; me or none"), "queue.read"),
    "requester": Kind(_requester, "requester:bob", gettext_lazy("who asked; me"), "ticket.read_organisation"),
    "after": Kind(_after, "after:2026-11-01", gettext_lazy("opened on that day or later")),
    "before": Kind(_before, "before:2026-12-01", gettext_lazy("opened before that day")),
}
