"""Calling a colleague by name: "@" and the name of somebody who serves the organisation, in what staff write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from helpdesk.accounts.models import StaffMember
from helpdesk.accounts.queries import staff_serving
from helpdesk.notifications.drafts import Recipient
from tickets.markdown import name_at
from tickets.messages import staff_draft
from tickets.models import Ticket, TimelineEntry
from tickets.operations.work import Work
from tickets.quotes import split_quotes

SHOWN = 8


@dataclass(frozen=True)
class Handle:
    """A colleague who can be called, and the words that call them and nobody else."""

    name: str
    handle: str


def handles_for(ticket: Ticket, *, asked: str) -> list[Handle]:
    """Who serves the ticket's organisation and whose name or address begins with, or has a word that begins with, this.

    By name; at most 8. Who shares a name with another is called by the part of the address before the "@".
    """
    wanted = asked.casefold().strip()
    people = list(staff_serving(ticket.organisation_id))
    names = [person.user.name.casefold() for person in people]
    found = [person for person in people if any(word.startswith(wanted) for word in _words(person)) or not wanted]
    return [
        Handle(person.user.name, person.user.name if names.count(person.user.name.casefold()) == 1 else _local(person))
        for person in found[:SHOWN]
    ]


def known_handles(ticket: Ticket) -> list[str]:
    """Every word or name behind an "@" that calls somebody on this ticket."""
    return list(_by_handle(staff_serving(ticket.organisation_id)))


def mark_mentions(work: Work, entry: TimelineEntry) -> list[StaffMember]:
    """Note in the entry whom its text calls, before it is saved; returns them. Nobody for what clients write.

    A name in a quotation calls nobody, and neither does the writer's own.
    """
    if not work.actor.is_staff or "@" not in entry.body:
        return []
    called: dict[int, StaffMember] = {}
    handles: dict[str, None] = {}
    people = _by_handle(staff_serving(work.ticket.organisation_id))
    for handle in _called(entry.body, list(people)):
        handles[handle] = None
        called |= {person.pk: person for person in people[handle.casefold()]}
    if handles:
        entry.data = {**entry.data, "mentions": [{"name": handle} for handle in handles]}
    return [person for person in called.values() if person.user_id != work.actor.user_id]


def tell_mentioned(work: Work, entry: TimelineEntry, people: Iterable[StaffMember]) -> None:
    """Queue a notice to each of them, with what was written."""
    where = "" if entry.is_public else " in an internal note"
    for person in people:
        user = person.user
        recipient = Recipient(
            email=user.email, name=user.name, zone=user.time_zone, role="a colleague mentioned by name"
        )
        work.tell(
            [
                staff_draft(
                    work.ticket,
                    recipient,
                    event="mentioned",
                    occasion=work.at.isoformat(),
                    at=work.at,
                    reason=f"{work.actor.name} mentioned you{where}.",
                    readings=work.readings,
                    facts={"author": work.actor.name},
                    quoting=entry,
                )
            ]
        )


def _called(text: str, handles: list[str]) -> Iterator[str]:
    """The handles in the writer's own words, as they typed them."""
    for part in split_quotes(text):
        if part.is_quoted:
            continue
        for index, char in enumerate(part.text):
            if char == "@" and not (index and part.text[index - 1].isalnum()):
                found = name_at(part.text, index + 1, handles)
                if found:
                    yield part.text[index + 1 : index + 1 + len(found)]


def _by_handle(people: Iterable[StaffMember]) -> dict[str, list[StaffMember]]:
    found: dict[str, list[StaffMember]] = {}
    for person in people:
        for handle in {person.user.name.casefold(), _local(person).casefold()}:
            found.setdefault(handle, []).append(person)
    return found


def _words(person: StaffMember) -> list[str]:
    return [*person.user.name.casefold().split(), person.user.name.casefold(), _local(person).casefold()]


def _local(person: StaffMember) -> str:
    return person.user.email.partition("@")[0]
