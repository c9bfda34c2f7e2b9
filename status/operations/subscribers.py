"""Subscribers of the public page: asking for it, proving the address, choosing, ending it, and forgetting the rest.

Whoever has the link is the address's owner: it was sent there and nowhere else. Of an address nobody learns whether it
is known.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.rates import hit
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.operations import queue_account_notice, remove_listed_mails, withdraw_account_notices
from status.models import Component, Subscriber, SubscriberComponent
from status.queries import components_in_use
from status.subscriptions import CONFIRM_DAYS, NoSubscription, confirm_link, manage_link

REASON = "subscribers belong to no organisation"
PER_ADDRESS, PER_NETWORK = "3/day", "20/hour"
LONGEST_ADDRESS = 254
KEPT = timedelta(days=CONFIRM_DAYS + 1)  # what nobody has confirmed
MAILS_KEPT = timedelta(days=30)


@transaction.atomic
def subscribe(
    *, address: str, component_ids: Collection[int] = (), network: str = "", at: datetime | None = None
) -> None:
    """Send the address one mail with a link that confirms it; of one that is subscribed, with the link to its choice.

    `component_ids` none: all components. `network`: who asks, as an IP address. Past three mails a day to one address
    it does nothing, and does not say so. Raises `DomainError` beside the input for what is no address, an unknown
    component, and for one network that asks more than 20 times an hour.
    """
    cleaned = address.strip().lower()
    _refuse_no_address(cleaned)
    chosen = _known(component_ids)
    if not hit(PER_NETWORK, "status-subscribe", _network_of(network)).allowed:
        raise DomainError(_("Too many have subscribed from your network just now. Try again in an hour."))
    if not hit(PER_ADDRESS, "status-subscriber", cleaned).allowed:
        return
    at = at or database_now()
    with system_scope(REASON):
        given = {"is_whole": not chosen, "created_at": at}
        subscriber, made = Subscriber.objects.select_for_update().get_or_create(address=cleaned, defaults=given)
        if subscriber.confirmed_at is None:  # nobody else changes what an owner has chosen
            _choose(subscriber, chosen)
            if not made:
                subscriber.created_at = at
                subscriber.save(update_fields=["created_at"])
    _ask_or_remind(subscriber)


@transaction.atomic
def confirm_subscription(*, public_id: uuid.UUID, at: datetime | None = None) -> Subscriber:
    """Begin to tell them, from now on; a second time changes nothing. Raises `NoSubscription` for one that is gone."""
    with system_scope(REASON):
        subscriber = _locked(public_id)
        if subscriber.confirmed_at is None:
            subscriber.confirmed_at = at or database_now()
            subscriber.save(update_fields=["confirmed_at"])
    withdraw_account_notices(about=about(subscriber))
    return subscriber


@transaction.atomic
def choose_components(*, public_id: uuid.UUID, component_ids: Collection[int]) -> Subscriber:
    """Tell them of these components from now on, or of all if none is named; by their own link alone.

    Raises `DomainError` for an unknown component and `NoSubscription` for one that is gone.
    """
    chosen = _known(component_ids)
    with system_scope(REASON):
        subscriber = _locked(public_id)
        _choose(subscriber, chosen)
    return subscriber


@transaction.atomic
def unsubscribe(*, public_id: uuid.UUID) -> None:
    """Forget them, by their own link: address and choice are gone, and what waits for them is not sent."""
    with system_scope(REASON):
        subscriber = Subscriber.objects.select_for_update().filter(public_id=public_id).first()
        if subscriber is not None:
            _forget(subscriber)


@transaction.atomic
def remove_subscriber(*, public_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """Forget them, as staff who have the right: somebody asked us to. Raises `NoSubscription`, `Forbidden`."""
    require(actor, "settings.outbox")
    with system_scope(REASON):
        subscriber = _locked(public_id)
        _forget(subscriber)
    record_vendor(action="subscriber.remove", subject=str(public_id), actor=actor, at=at or database_now())


def purge_unconfirmed(*, at: datetime | None = None) -> int:
    """Forget who has not confirmed their address in four days, and mails to subscribers a month after they went.

    Returns how many subscribers.
    """
    at = at or database_now()
    remove_listed_mails(before=at - MAILS_KEPT)
    with transaction.atomic(), system_scope(REASON):
        old = Subscriber.objects.filter(confirmed_at__isnull=True, created_at__lt=at - KEPT)
        gone = list(old.select_for_update(skip_locked=True))
        for subscriber in gone:
            _forget(subscriber)
    return len(gone)


def about(subscriber: Subscriber) -> str:
    """What their mails are sent for, by which those that wait are found."""
    return f"status-subscriber:{subscriber.pk}"


def _refuse_no_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise DomainError(_("Enter an e-mail address, such as anna@example.com."), field="address") from error
    if len(address) > LONGEST_ADDRESS:
        raise DomainError(_("That address is too long."), field="address")


def _known(component_ids: Collection[int]) -> list[Component]:
    found = list(components_in_use().filter(pk__in=component_ids))
    if len(found) != len(set(component_ids)):
        raise DomainError(_("Choose components from the list."), field="components")
    return found


def _network_of(address: str) -> str:
    """The network that an address is one of: a household's or an office's, which has many addresses to ask from."""
    try:
        return str(ip_network(f"{address}/{64 if ':' in address else 24}", strict=False))
    except ValueError:
        return "unknown"


def _choose(subscriber: Subscriber, chosen: Collection[Component]) -> None:
    subscriber.is_whole = not chosen
    subscriber.save(update_fields=["is_whole"])
    SubscriberComponent.objects.filter(subscriber=subscriber).delete()
    SubscriberComponent.objects.bulk_create(SubscriberComponent(subscriber=subscriber, component=one) for one in chosen)


def _locked(public_id: uuid.UUID) -> Subscriber:
    subscriber = Subscriber.objects.select_for_update().filter(public_id=public_id).first()
    if subscriber is None:
        raise NoSubscription
    return subscriber


def _forget(subscriber: Subscriber) -> None:
    withdraw_account_notices(about=about(subscriber))
    SubscriberComponent.objects.filter(subscriber=subscriber).delete()
    Subscriber.objects.filter(pk=subscriber.pk).delete()


def _ask_or_remind(subscriber: Subscriber) -> None:
    if subscriber.confirmed_at is None:
        link, event = confirm_link(subscriber), "status_confirm"
        subject = _("Confirm that you want to be told of the service’s state")
        said = _(
            "Somebody, hopefully you, has asked us to tell this address of incidents and planned maintenance.\n\n"
            "Confirm it within three days:\n\n%s\n\n"
            "If it was not you, do nothing: you get no further mail."
        )
    else:
        link, event = manage_link(subscriber), "status_known"
        subject = _("You are subscribed to the service’s state")
        said = _(
            "Somebody, hopefully you, has asked us to tell this address of incidents and planned maintenance.\n\n"
            "We do already. Choose what you are told, or end it:\n\n%s"
        )
    queue_account_notice(
        recipient=subscriber.address, event=event, subject=subject, text=said % link, secret=link,
        about=about(subscriber),
    )  # fmt: skip
