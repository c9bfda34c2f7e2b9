"""The views of the queue that a member sees above it: the ready-made ones, their own, and what colleagues share."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from django.db import connection
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, When
from django.db.models.fields import BooleanField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from helpdesk.lib.lookups import Ids
from helpdesk.lib.prepared import prepared
from tickets.lists.holders import MINE, UNASSIGNED
from tickets.lists.listing import queued
from tickets.lists.queue_filters import QueueFilters, UnknownFilter, filters_of, narrowed, organisation_key
from tickets.models import SavedView

SHOWN = 24  # above the queue; the page of views lists more
LISTED = 200
CAP = 100  # a count stops here and says "99+"
READY: Mapping[str, tuple[object, Mapping[str, str]]] = {
    "all": (gettext_lazy("Everything"), {}),
    "mine": (gettext_lazy("Mine"), {"holder": MINE}),
    "unassigned": (gettext_lazy("Unassigned"), {"holder": UNASSIGNED}),
    "overdue": (gettext_lazy("Overdue"), {"overdue": "1"}),
}


class SavedViewNotFound(LookupError):
    """No such view for this member: missing, a colleague's own, or of an organisation that they do not serve."""


class Tab(NamedTuple):
    """One view above the queue. `key` names its count on the page; `by` is whose it is, empty for one's own."""

    key: str
    label: str
    url: str
    active: bool = False
    by: str = ""


def views_seen_by(member: Member) -> QuerySet[SavedView]:
    """The member's own views in their order, then what colleagues share, by name.

    `is_served` on each tells whether the member serves the organisation that it names. What others share of
    organisations that the member does not serve is not among them.
    """
    return _seen_by(member.staff.pk if member.staff else None, Ids(member.organisation_ids))


def views_shown(member: Member) -> list[SavedView]:
    """The first of them, as many as stand above the queue."""
    return _shown(staff=member.staff.pk if member.staff else None, organisations=Ids(member.organisation_ids))


@prepared
def _shown(*, staff: int | None, organisations: Ids) -> QuerySet[SavedView]:
    return _seen_by(staff, organisations)[:SHOWN]


def _seen_by(staff: int | None, organisations: Ids) -> QuerySet[SavedView]:
    ours = Organisation.objects.filter(key=OuterRef("organisation_key"), pk__any=organisations)
    served = ExpressionWrapper(Q(organisation_key="") | Exists(ours), output_field=BooleanField())
    found = SavedView.objects.select_related("staff__user").annotate(is_served=served)
    found = found.filter(Q(staff_id=staff) | Q(is_shared=True, is_served=True))
    own_first = Case(When(staff_id=staff, then=F("position")), default=None)
    return found.order_by(own_first.asc(nulls_last=True), "name", "pk")


def get_view(member: Member, pk: int) -> SavedView:
    """The view behind a link. Raises `SavedViewNotFound` for a missing one and one that is not theirs to see alike."""
    found = views_seen_by(member).filter(pk=pk).first()
    if found is None:
        raise SavedViewNotFound(str(pk))
    return found


def filters_in(view: SavedView) -> dict[str, str]:
    """The filters that a view keeps, by name."""
    return dict(parse_qsl(view.query))


def queue_url(raw: Mapping[str, str]) -> str:
    """Where the queue shows these filters."""
    return reverse("tickets:queue") + (QueueFilters(raw=raw).address if raw else "")


def tabs(views: Iterable[SavedView], *, member: Member, shown: Mapping[str, str]) -> list[Tab]:
    """The tabs above the queue; `shown` are the filters of the page."""
    ready = [Tab(key, str(label), queue_url(raw), dict(shown) == raw) for key, (label, raw) in READY.items()]
    return ready + [tab_of(view, member=member, shown=shown) for view in views]


def tab_of(view: SavedView, *, member: Member, shown: Mapping[str, str] | None = None) -> Tab:
    """A kept view as a tab."""
    raw, is_served = filters_in(view), getattr(view, "is_served", True)
    return Tab(
        key=str(view.pk),
        label=view.name,
        # The one that names an organisation no longer served leads to a page that says so.
        url=queue_url(raw) if is_served else reverse("tickets:view", args=[view.pk]),
        active=is_served and shown is not None and dict(shown) == raw,
        by="" if view.staff_id == (member.staff and member.staff.pk) else str(view.staff),
    )


def counts(views: Iterable[SavedView], *, member: Member, at: datetime) -> dict[str, str]:
    """How many tickets stand in each view, by its tab's key: `12`, or `99+`. Views that count nothing are left out.

    One statement for them all, in which no part reads further than its hundredth ticket.
    """
    found = {key: _counted(filters_of(raw, organisation=None), member, at) for key, (_label, raw) in READY.items()}
    kept = [view for view in views if getattr(view, "is_served", True)]
    organisations = _organisations({view.organisation_key for view in kept})
    for view in kept:
        raw = filters_in(view)
        try:
            filters = filters_of(raw, organisation=organisations.get(organisation_key(raw)))
        except UnknownFilter:  # a word that an upgrade has taken away; the page says so when it is opened
            continue
        found[str(view.pk)] = _counted(filters, member, at)
    parts = [f"SELECT %s, (SELECT count(*) FROM ({text}) AS part)" for text, _params in found.values()]  # noqa: S608
    params: list[Any] = [value for key, (_text, more) in found.items() for value in (key, *more)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {key: capped(count) for key, count in cursor.fetchall()}


def capped(count: int) -> str:
    """A count as it is shown: it stops at the cap."""
    return _("%(most)d+") % {"most": CAP - 1} if count >= CAP else str(count)


def _counted(filters: QueueFilters, member: Member, at: datetime) -> tuple[str, tuple[Any, ...]]:
    part = narrowed(queued(), filters, member=member, at=at).values("pk")[:CAP]
    text, params = part.query.sql_with_params()
    return text, tuple(params)


def _organisations(keys: set[str]) -> dict[str, Organisation]:
    named = keys - {""}
    return {one.key: one for one in Organisation.objects.filter(key__in=named)} if named else {}
