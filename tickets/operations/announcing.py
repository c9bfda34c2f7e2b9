"""Telling people about a change to one ticket: the client, the assignee or level 1, and the ladder by hand."""

from typing import Any

from helpdesk.accounts.directory import Directory
from helpdesk.notifications.drafts import Recipient
from sla.models import Event
from sla.queries import matrix_in_force
from tickets.confirming import confirmation_path
from tickets.ladder.levels import Levels
from tickets.ladder.occurrences import occurrence
from tickets.messages import client_draft, staff_draft
from tickets.models import TimelineEntry
from tickets.operations.ladder import climb, write_climb
from tickets.operations.work import Work
from tickets.queries import readers_of, staff_watching


def tell_client(
    work: Work,
    *,
    event: str,
    occasion: str = "",
    quoting: TimelineEntry | None = None,
    confirms: bool = False,
    **facts: Any,
) -> None:
    """Queue a notice to the requester with this change. `occasion` defaults to the instant.

    What it quotes is saved already: the text of public entries only. Where it `confirms` the severity, everybody has
    a link of their own to do so.
    """
    work.tell(
        client_draft(
            work.ticket,
            person,
            event=event,
            occasion=occasion or work.at.isoformat(),
            at=work.at,
            readings=work.readings,
            facts={**facts, "confirm_path": confirmation_path(work.ticket, person)} if confirms else facts,
            quoting=quoting,
        )
        for person in readers_of(work.ticket)
    )


def tell_staff(
    work: Work,
    *,
    event: str,
    reason: str,
    token: str = "assignee_or_level1",
    quoting: TimelineEntry | None = None,
    **facts: Any,
) -> None:
    """Queue a notice to the assignee, else to level 1's people, and to the staff who follow the ticket.

    Nobody is told of what they did themselves.
    """
    levels = Levels(matrix_in_force(at=work.at), Directory.read(), at=work.at)
    found = occurrence(work.ticket, event=Event.SUBMITTED, instant=work.at)
    told = [] if _is_own_doing(work) else list(levels.reach(token, found).recipients)
    known = {recipient.email for recipient in told}
    told += [one for one in _following(work) if one.email not in known]
    occasion = work.at.isoformat()
    work.tell(
        staff_draft(
            work.ticket, recipient, event=event, occasion=occasion, at=work.at, reason=reason,
            readings=work.readings, facts=facts, quoting=quoting,
        )
        for recipient in told
    )  # fmt: skip


def _is_own_doing(work: Work) -> bool:
    return work.actor.staff_id is not None and work.ticket.assignee_id == work.actor.staff_id


def _following(work: Work) -> list[Recipient]:
    """The staff who follow the ticket, but for who has just done it."""
    role = f"Follows {work.ticket.reference}"
    people = [staff.user for staff in staff_watching(work.ticket) if staff.pk != work.actor.staff_id]
    return [Recipient(email=one.email, name=one.name, zone=one.time_zone, role=role) for one in people]


def announce_submission(work: Work, *, severity_named: bool = True, acknowledge: bool = True) -> None:
    """The matrix's rule for a submitted ticket: the client's acknowledgement, and level 1's people.

    An acknowledgement names the deadlines and never what was written to us. Where the mail named no severity it holds
    a link to the questions that propose one.
    """
    rule = matrix_in_force(at=work.at).rule(Event.SUBMITTED, work.ticket.severity)
    if rule is None:  # an older matrix without one: the editor refuses that today
        return
    if "client" in rule.recipients and acknowledge:
        tell_client(work, event="acknowledgement", occasion="submitted", confirms=not severity_named)
    reason = f"{work.ticket.requester.name} of {work.ticket.organisation.name} submitted a ticket."
    for token in rule.recipients:
        if token != "client":
            tell_staff(work, event="new_ticket", reason=reason, token=token)


def climb_reopened(work: Work) -> None:
    """What the matrix says of a second reopening; nothing where it has no rule. The ticket's level is brought along."""
    found = occurrence(work.ticket, event=Event.REOPENED_TWICE, instant=work.at)
    climbed = climb([found], matrix=matrix_in_force(at=work.at), directory=Directory.read(), at=work.at)
    write_climb(climbed)
    work.ticket.level = max(work.ticket.level, climbed.levels.get(work.ticket.pk, 1))


def climb_by_hand(work: Work, *, reason: str, step: int) -> int:
    """Climb one level because somebody asked; returns the level reached."""
    directory = Directory.read()
    found = occurrence(work.ticket, event=Event.ASKED, instant=work.at, step=step, reason=reason)
    matrix = matrix_in_force(at=work.at)
    climbed = climb([found], matrix=matrix, directory=directory, at=work.at, actor=work.actor)
    write_climb(climbed)
    return climbed.levels[work.ticket.pk]
