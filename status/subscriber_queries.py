"""Reading subscribers: one by their own link, or all of them for staff."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.queries import suppressed_among
from status.models import Subscriber, SubscriberComponent
from status.subscriptions import NoSubscription

REASON = "subscribers belong to no organisation"
SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class SubscriberRow:
    """A subscriber as staff see them. `components`: their names; none: all. `without_mail`: the address came back."""

    public_id: uuid.UUID
    address: str
    confirmed: bool
    since: datetime
    components: tuple[str, ...]
    without_mail: bool


@dataclass(frozen=True, kw_only=True)
class Subscribers:
    """The newest of them, and how many there are in all."""

    rows: tuple[SubscriberRow, ...]
    confirmed: int
    waiting: int


def subscriber_of(public_id: uuid.UUID) -> tuple[Subscriber, list[int]]:
    """A subscriber and the components that they chose, none for all. Raises `NoSubscription` for one that is gone."""
    with system_scope(REASON):
        found = Subscriber.objects.filter(public_id=public_id).first()
        if found is None:
            raise NoSubscription
        return found, list(found.chosen.values_list("component_id", flat=True))


def subscribers(*, text: str = "") -> Subscribers:
    """The newest 200 whose address holds `text`, and the numbers of all; five statements."""
    with system_scope(REASON):
        every = Subscriber.objects.all()
        confirmed = every.filter(confirmed_at__isnull=False).count()
        waiting = every.filter(confirmed_at__isnull=True).count()
        found = list(every.filter(address__contains=text.lower()).order_by("-pk")[:SHOWN])
        names: dict[int, list[str]] = {}
        chosen = SubscriberComponent.objects.filter(subscriber__in=found).order_by("component__name")
        for pk, name in chosen.values_list("subscriber_id", "component__name"):
            names.setdefault(pk, []).append(name)
        silent = suppressed_among(one.address for one in found)
    rows = tuple(
        SubscriberRow(
            public_id=one.public_id,
            address=one.address,
            confirmed=one.confirmed_at is not None,
            since=one.confirmed_at or one.created_at,
            components=tuple(names.get(one.pk, ())),
            without_mail=one.address in silent,
        )
        for one in found
    )
    return Subscribers(rows=rows, confirmed=confirmed, waiting=waiting)
