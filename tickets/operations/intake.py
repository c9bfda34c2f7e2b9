"""Opening a ticket: its number, its clocks, the acknowledgement to the client and the notice to level 1."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.queries import clients_of
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from sla.models import Severity
from sla.queries import agreement_of, policy_in_force
from tickets.models import Channel, EntryKind, Ticket, TicketCounter
from tickets.operations.announcing import announce_submission, tell_staff
from tickets.operations.assigning import assign_by_team
from tickets.operations.attachments import bind_attachments
from tickets.operations.field_values import keep_opening_values, opening_values
from tickets.operations.work import Work, save, send
from tickets.proposing import known_answers, proposed_severity

LONGEST_SUBJECT = 200
LONGEST_TEXT = 50_000
LONGEST_LINE = 200
NO_SUBJECT = "Give the ticket a subject: one line that says what is wrong."
NO_DESCRIPTION = "Describe what happens, and what you expected instead."
LOCK_COUNTER = """
    INSERT INTO tickets_ticketcounter (organisation_id, last_number) VALUES (%s, 0)
    ON CONFLICT (organisation_id) DO UPDATE SET last_number = tickets_ticketcounter.last_number
    RETURNING last_number
"""


@transaction.atomic
def open_ticket(
    *,
    organisation: Organisation,
    requester: User,
    subject: str,
    description: str,
    severity: str,
    actor: Actor,
    steps: str = "",
    affected_users: str = "",
    since: str = "",
    channel: str = Channel.PORTAL,
    submission_key: uuid.UUID | None = None,
    follows: Ticket | None = None,
    attachments: Sequence[uuid.UUID] = (),
    answers: Mapping[str, str] | None = None,
    fields: Mapping[int, str] | None = None,
    severity_named: bool = True,
    acknowledge: bool = True,
    at: datetime | None = None,
) -> Ticket:
    """Open a ticket and stamp its deadlines from the instant of receipt (POLICY 1, 2).

    Idempotent by `submission_key`: a second submit of the same form returns the first one's ticket. Raises
    `DomainError` for an empty or over-long text, an unknown severity, a requester of another organisation, or files
    that cannot be bound: `attachments` are the actor's staged ones; `Conflict` for an organisation that is inactive.
    `answers` propose a severity; they are kept. `fields` are for `opening_values`, None where a way in
    cannot ask. Not `severity_named`: the client is asked to confirm it. Not `acknowledge`: no client is told.
    """
    require(actor, "ticket.open")
    texts = {"subject": subject, "description": description, "steps": steps}
    texts |= {"affected_users": affected_users, "since": since}
    _check(**texts, severity=severity)
    submission_key = submission_key or uuid.uuid4()
    number = _lock_counter(organisation) + 1
    # The counter's row lock makes two submits of one form wait for each other, so this look is enough.
    existing = Ticket.objects.filter(organisation=organisation, submission_key=submission_key).first()
    if existing is not None:
        return existing
    _check_parties(organisation, requester)
    values, at = opening_values(organisation.pk, fields, actor=actor), at or database_now()
    agreement = agreement_of(organisation.pk)
    ticket = Ticket(
        organisation=organisation,
        number=number,
        **{name: text.strip() for name, text in texts.items()},
        severity=severity,
        channel=channel,
        requester=requester,
        submission_key=submission_key,
        follows=follows,
        policy_version=policy_in_force(agreement.policy_id, at=at),
        calendar=agreement.calendar,
        opened_at=at,
        updated_at=at,
    )
    _insert(ticket)
    kept, mailed = keep_opening_values(ticket, values), {"severity_named": severity_named, "acknowledge": acknowledge}
    _record_opening(Work(ticket=ticket, actor=actor, at=at), attachments, known_answers(answers or {}), kept, **mailed)
    return ticket


def _check_parties(organisation: Organisation, requester: User) -> None:
    if not Organisation.objects.filter(pk=organisation.pk, is_active=True).exists():
        raise Conflict(f"{organisation.name} is inactive: no ticket is opened for it.", field="organisation")
    if not clients_of(organisation.pk).filter(pk=requester.pk).exists():
        raise DomainError("The requester is not an active person of this organisation.", field="requester")


def _insert(ticket: Ticket) -> None:
    ticket.save(force_insert=True)
    TicketCounter.objects.filter(organisation=ticket.organisation).update(last_number=ticket.number)


def _record_opening(
    work: Work,
    attachments: Sequence[uuid.UUID],
    answers: Mapping[str, str],
    fields: Sequence[Mapping[str, str]],
    *,
    severity_named: bool,
    acknowledge: bool,
) -> None:
    facts: dict[str, Any] = {"severity": work.ticket.severity, "channel": work.ticket.channel}
    if not severity_named:
        facts["severity_named"] = False
    if answers:
        facts |= {"answers": dict(answers), "proposed": proposed_severity(answers)}
    entry = work.write(EntryKind.OPENED, body=work.ticket.description, data=facts)
    assign_by_team(work)
    # Not in the entry, which clients read: staff may have filled in fields that clients do not see.
    save(work, action="ticket.open", data=facts | ({"fields": list(fields)} if fields else {}))
    bind_attachments(work, entry, attachments)
    announce_submission(work, severity_named=severity_named, acknowledge=acknowledge)
    if work.ticket.assignee is not None:
        tell_staff(work, event="assigned", reason="The new ticket was given to you.", token="assignee")
    send(work)


def _lock_counter(organisation: Organisation) -> int:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_COUNTER, [organisation.pk])
        return int(cursor.fetchone()[0])


def faults(
    *, subject: str, description: str, severity: str, steps: str = "", affected_users: str = "", since: str = ""
) -> list[DomainError]:
    """All that is wrong with a new ticket's texts: at most one error a field, in the form's order.

    A form shows them all; `open_ticket` raises the first.
    """
    found = (
        _fault(lambda: _check_text(subject, field="subject", longest=LONGEST_SUBJECT, missing=NO_SUBJECT)),
        _fault(lambda: check_severity(severity)),
        _fault(lambda: _check_text(description, field="description", missing=NO_DESCRIPTION)),
        _fault(lambda: check_length(steps, field="steps")),
        _fault(lambda: check_length(affected_users, field="affected_users", longest=LONGEST_LINE)),
        _fault(lambda: check_length(since, field="since", longest=LONGEST_LINE)),
    )
    return [fault for fault in found if fault is not None]


def _check(**typed: str) -> None:
    for fault in faults(**typed):
        raise fault


def _fault(check: Callable[[], None]) -> DomainError | None:
    try:
        check()
    except DomainError as error:
        return error
    return None


def _check_text(text: str, *, field: str, missing: str, longest: int = LONGEST_TEXT) -> None:
    if not text.strip():
        raise DomainError(missing, field=field)
    check_length(text, field=field, longest=longest)


def check_length(text: str, *, field: str, longest: int = LONGEST_TEXT) -> None:
    """Raise `DomainError` when a text is longer than `longest` characters, or holds a NUL."""
    if len(text) > longest:
        raise DomainError(f"This is {len(text):,} characters long; at most {longest:,} fit.", field=field)
    if "\x00" in text:
        raise DomainError("This text holds a character that cannot be stored (NUL).", field=field)


def check_severity(severity: str) -> None:
    """Raise `DomainError` unless it is one of P1 to P4."""
    if not severity:
        raise DomainError("Choose a severity: P1, P2, P3 or P4.", field="severity")
    if severity not in Severity.values:
        raise DomainError(f"“{severity[:20]}” is no severity; choose P1, P2, P3 or P4.", field="severity")
