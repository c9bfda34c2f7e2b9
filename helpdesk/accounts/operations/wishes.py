"""Choosing what goes by mail and what stays in the app."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import InAppOnly, User
from helpdesk.accounts.operations.logbook import record_person
from helpdesk.accounts.wishes import in_app_only
from helpdesk.lib.actors import Actor
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.rows import insert_rows
from helpdesk.notifications.events import choices_of


@transaction.atomic
def choose_notices(*, user: User, events: Collection[str], actor: Actor, at: datetime | None = None) -> None:
    """Let one's own notices of these events stay in the app; all others go by mail at once.

    P1 tickets, acknowledgements and the ladder go by mail whatever is chosen. Raises `Forbidden` for somebody else's,
    `DomainError` for an event that cannot be chosen on one's side.
    """
    if actor.user_id != user.pk:
        raise Forbidden("People choose their own notices.")
    wanted, unknown = set(events), set(events) - set(choices_of(staff=not actor.is_client))
    if unknown:
        raise DomainError(f"“{min(unknown)[:40]}” cannot be kept in the app only.", field="events")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = in_app_only(user)
    if before == wanted:
        return
    InAppOnly.objects.filter(user=user).exclude(event__in=wanted).delete()
    insert_rows(InAppOnly, [{"user_id": user.pk, "event": event} for event in sorted(wanted - before)])
    said = {"before": sorted(before), "after": sorted(wanted)}
    record_person(user=user, action="person.notices", actor=actor, at=at or database_now(), data=said)
