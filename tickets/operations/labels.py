"""Putting tags on a ticket and taking them off."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from helpdesk.lib.actors import Actor, require
from helpdesk.lib.errors import DomainError
from tickets.labels import MOST_TAGS, TagRefused, tag_names, tags_of
from tickets.models import Ticket, TicketTag
from tickets.operations.noting import note_change
from tickets.operations.work import Work, begin


@transaction.atomic
def tag_ticket(
    *,
    ticket: Ticket,
    actor: Actor,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> list[str]:
    """Put tags on a ticket and take others off, in any state; returns its tags afterwards, by name.

    Tags are internal: the timeline keeps still, the audit log tells who changed them. One that is there already, or
    gone already, changes nothing. Raises `DomainError` at the field `tags` for what is no tag, and for more than 20.
    """
    require(actor, "ticket.tag")
    wanted, unwanted = names_of_tags(add), names_of_tags(remove)
    work = begin(ticket, actor=actor, at=at, seen=seen)
    return _keep(work, wanted, unwanted)


@transaction.atomic
def set_tags(
    *, ticket: Ticket, tags: Iterable[str], actor: Actor, at: datetime | None = None, seen: int | None = None
) -> list[str]:
    """Let a ticket have these tags and no others; else as `tag_ticket`."""
    require(actor, "ticket.tag")
    wanted = names_of_tags(tags)
    work = begin(ticket, actor=actor, at=at, seen=seen)
    return _keep(work, wanted, [name for name in tags_of(work.ticket) if name not in wanted])


def _keep(work: Work, wanted: list[str], unwanted: list[str]) -> list[str]:
    ticket = work.ticket
    before = tags_of(ticket)
    after = sorted((set(before) | set(wanted)) - set(unwanted))
    if len(after) > MOST_TAGS:
        raise DomainError(f"A ticket has at most {MOST_TAGS} tags; take one off first.", field="tags")
    added, removed = sorted(set(after) - set(before)), sorted(set(before) - set(after))
    if not added and not removed:
        return after
    TicketTag.objects.filter(ticket=ticket, name__in=removed).delete()
    TicketTag.objects.bulk_create(
        [TicketTag(organisation_id=ticket.organisation_id, ticket=ticket, name=name) for name in added]
    )
    note_change(work, action="ticket.tag", data={"added": added, "removed": removed})
    return after


def names_of_tags(texts: Iterable[str]) -> list[str]:
    """The tags as stored. Raises `DomainError` at the field `tags` for the first that is none."""
    try:
        return tag_names(texts)
    except TagRefused as error:
        raise DomainError(str(error), field="tags") from error
