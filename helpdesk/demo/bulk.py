"""A big desk: many open tickets at once, with the rows that the operations would have written for each.

At the instant of the load nothing has been breached, though warnings have been given, and promises of every kind
fall due soon after it. No notices are written: as with all simulated history, nobody is told.
"""

import csv
import io
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db import connection, models

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import ClientRole, Organisation, StaffMember, StaffRole, Team, User
from helpdesk.accounts.operations import add_client, add_staff
from helpdesk.audit.models import AuditEntry
from helpdesk.audit.operations import audit_row
from helpdesk.demo import texts
from helpdesk.demo.people import PASSWORD, VENDOR
from helpdesk.demo.story import severity
from helpdesk.lib.actors import SYSTEM, Actor, ActorKind
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from sla.engine.entries import ClockKind, Reading, State
from sla.folding import Subject, fold_clocks, queue_due
from sla.models import Calendar, Clock, Event, Policy, PolicyVersion
from sla.operations.agreements import onboard_organisation
from sla.operations.clocks import clock_row
from sla.operations.seeding import seed_policy
from sla.queries import matrix_in_force, policy_in_force
from sla.versions import current_calendar, targets_of
from tickets.clock_entries import MOVES_CLOCKS, clock_entries
from tickets.models import Channel, EntryKind, Ticket, TicketCounter, TicketState, TimelineEntry
from tickets.occurrences import occurrence
from tickets.operations.ladder import Climb, climb

REASON = "a bulk load fills every organisation"
CHUNK = 1000  # tickets in one transaction
HORIZON = timedelta(days=45)  # nothing that is loaded is older
UNPROMISED = 3780  # support minutes over which tickets without a promise are spread


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everybody, and the terms that all organisations share."""

    organisations: list[Organisation]
    clients: dict[int, list[User]]
    agents: list[StaffMember]
    calendar: Calendar
    version: PolicyVersion


@dataclass
class Made:
    """One ticket's rows, not yet written."""

    ticket: Ticket
    entries: list[TimelineEntry] = field(default_factory=list)
    audits: list[AuditEntry] = field(default_factory=list)
    readings: dict[ClockKind, Reading] = field(default_factory=dict)

    def tell(self, kind: EntryKind, actor: Actor, at: datetime, *, body: str, public: bool = True, **data: Any) -> None:
        """Add one timeline entry."""
        row = TimelineEntry(
            organisation_id=self.ticket.organisation_id,
            kind=kind,
            at=at,
            actor_kind=actor.kind.value,
            actor_id=actor.user_id,
            actor_name=actor.name,
            is_public=public,
            body=body,
            data=data,
        )
        self.entries.append(row)

    def audit(self, action: str, actor: Actor, at: datetime, **data: Any) -> None:
        """Add one audit row."""
        ticket = self.ticket
        subject, owner = ticket.reference, ticket.organisation_id
        self.audits.append(
            AuditEntry(
                organisation_id=owner,
                **audit_row(action=action, subject=subject, actor=actor, at=at, data=data),
            )
        )


def load_open_tickets(
    *,
    organisations: int,
    tickets: int,
    at: datetime,
    seed: int = 1,
    progress: Callable[[str], None],
) -> None:
    """Fill an empty helpdesk with this many organisations and open tickets, as of the instant `at`.

    Each chunk of tickets is one transaction. The same seed gives the same desk.
    """
    with system_scope(REASON), muted():
        desk = make_desk(organisations, at=at - HORIZON)
        loader = Loader(desk, at=at, seed=seed)
    progress(f"{organisations} organisations")
    for done in range(0, tickets, CHUNK):
        with system_scope(REASON), muted():
            loader.load(min(CHUNK, tickets - done))
        if (done + CHUNK) % (20 * CHUNK) == 0:
            progress(f"{done + CHUNK:,} of {tickets:,} tickets")


def make_desk(organisations: int, *, at: datetime) -> Desk:
    """The vendor's people, and organisations with a client user and a client admin each, by the operations."""
    seed_policy(domain=VENDOR)

    def staff(box: str, role: str) -> StaffMember:
        address = f"{box}@{VENDOR}"
        return add_staff(email=address, name=box.title(), role=role, serves=None, actor=SYSTEM, at=at)

    agents = [staff(f"agent{i}", StaffRole.AGENT) for i in range(1, 21)]
    managers = [staff(f"manager{i}", StaffRole.ACCOUNT_MANAGER) for i in range(1, 11)]
    staff("admin", StaffRole.ADMIN)
    Team.objects.get(key="support").members.set(agents[:3])
    calendar, policy = Calendar.objects.get(key="sri-lanka"), Policy.objects.get(key="standard")
    made = [
        onboard_organisation(
            key=f"B{number:05}",
            name=f"Client {number}",
            account_manager=managers[number % len(managers)],
            deputy=managers[(number + 1) % len(managers)],
            calendar=calendar,
            policy=policy,
            actor=SYSTEM,
            at=at,
        )
        for number in range(1, organisations + 1)
    ]
    clients = {organisation.pk: _clients(organisation, at) for organisation in made}
    version = policy_in_force(policy.pk, at=at)
    return Desk(organisations=made, clients=clients, agents=agents, calendar=calendar, version=version)


def _clients(organisation: Organisation, at: datetime) -> list[User]:
    return [
        add_client(
            organisation=organisation,
            email=f"{role}@{organisation.key.lower()}.example",
            name=f"{role.label} of {organisation.name}",
            role=role,
            actor=SYSTEM,
            password=PASSWORD,
            at=at,
        )
        for role in (ClientRole.USER, ClientRole.ADMIN)
    ]


class Loader:
    """Makes tickets of all ages at which every promise is still ahead."""

    def __init__(self, desk: Desk, *, at: datetime, seed: int) -> None:
        self._desk, self._at, self._chance = desk, at, random.Random(seed)
        self._business = current_calendar(desk.calendar)
        self._open_minutes = self._business.elapsed(at - HORIZON, at) / timedelta(minutes=1)
        self._minutes = targets_of(desk.version.pk).minutes
        self._matrix, self._directory = matrix_in_force(at=at), Directory.read()
        self._last = dict.fromkeys((one.pk for one in desk.organisations), 0)

    def load(self, tickets: int) -> None:
        """Make and write this many tickets, in the caller's transaction and system scope."""
        batch = [self._make() for _ in range(tickets)]
        _number(made.ticket for made in batch)
        for made in batch:
            for entry in made.entries:
                entry.ticket = made.ticket
        clocks = [clock for made in batch for clock in self._clocks(made)]
        warned = self._warn(batch, clocks)
        _copy(Ticket, (made.ticket for made in batch))
        _copy(
            TimelineEntry, chain(*(made.entries for made in batch), (TimelineEntry(**row) for row in warned.timeline))
        )
        _copy(Clock, clocks)
        _copy(AuditEntry, chain(*(made.audits for made in batch), (AuditEntry(**row) for row in warned.audits)))
        self._count()

    def _make(self) -> Made:
        """One ticket: two in five untouched, half answered, one in ten waiting for the client."""
        kind = self._chance.choices(("untouched", "answered", "waiting"), (4, 5, 1))[0]
        grade = severity(self._chance)
        life = self._life(grade, answered=kind != "untouched")
        age = life * self._chance.uniform(0.01, 0.99)
        made = self._opened(grade, at=self._minutes_ago(age))
        last = made.ticket.opened_at
        if kind != "untouched":
            response = self._minutes[grade][ClockKind.RESPONSE]
            assert isinstance(response, int)
            last = self._minutes_ago(age - min(age, response) * self._chance.uniform(0.1, 0.6))
            self._answer(made, at=last, waits=kind == "waiting")
        self._fold(made, at=last)
        return made

    def _life(self, grade: str, *, answered: bool) -> int:
        """The support minutes after which the first promise that still runs would be broken."""
        kinds = (ClockKind.TARGET, ClockKind.LIMIT) if answered else tuple(ClockKind)
        promised = (self._minutes[grade].get(kind) for kind in kinds)
        return min((minutes for minutes in promised if isinstance(minutes, int)), default=UNPROMISED)

    def _minutes_ago(self, minutes: float) -> datetime:
        """The instant from which so many support minutes have run until now."""
        found = self._business.due(self._at - HORIZON, timedelta(minutes=self._open_minutes - minutes))
        assert found is not None
        return found

    def _opened(self, grade: str, *, at: datetime) -> Made:
        organisation = self._chance.choice(self._desk.organisations)
        requester = self._chance.choice(self._desk.clients[organisation.pk])
        subject, description = self._chance.choice(texts.PROBLEMS)
        self._last[organisation.pk] += 1
        ticket = Ticket(
            organisation=organisation,
            number=self._last[organisation.pk],
            subject=subject,
            description=description,
            steps=texts.STEPS,
            affected_users=self._chance.choice(texts.AFFECTED),
            since=self._chance.choice(texts.SINCE),
            severity=grade,
            channel=Channel.PORTAL,
            requester=requester,
            policy_version=self._desk.version,
            calendar=self._desk.calendar,
            opened_at=at,
        )
        made, actor = Made(ticket), Actor(kind=ActorKind.CLIENT, name=requester.name, user_id=requester.pk)
        facts: dict[str, Any] = {"severity": grade, "channel": Channel.PORTAL.value}
        made.tell(EntryKind.OPENED, actor, at, body=description, **facts)
        made.audit("ticket.open", actor, at, **facts)
        return made

    def _answer(self, made: Made, *, at: datetime, waits: bool) -> None:
        """Assigned and answered at once; a question leaves the ticket waiting for the client."""
        staff = self._chance.choice(self._desk.agents)
        actor = Actor(kind=ActorKind.STAFF, name=staff.user.name, user_id=staff.user_id, staff_id=staff.pk)
        made.ticket.assignee = staff
        made.tell(EntryKind.ASSIGNED, actor, at, body=f"Assigned to {staff}.", public=False, assignee=staff.pk)
        made.audit("ticket.assign", actor, at, assignee=str(staff))
        body = self._chance.choice(texts.QUESTIONS if waits else texts.ANSWERS)
        made.tell(EntryKind.REPLY, actor, at, body=body, answers=True, automatic=False)
        if waits:
            made.tell(EntryKind.WAITING, actor, at, body="Waiting for the client's answer.")
            made.ticket.state = TicketState.WAITING
        made.audit("ticket.wait" if waits else "ticket.reply", actor, at)

    def _fold(self, made: Made, *, at: datetime) -> None:
        """The clocks as the last operation stored them."""
        moving = clock_entries(entry for entry in made.entries if entry.kind in MOVES_CLOCKS)
        made.readings = fold_clocks(subject=_subject(made.ticket), entries=moving, at=at)
        made.ticket.updated_at = at
        made.ticket.queue_due_at = queue_due(made.readings)

    def _clocks(self, made: Made) -> list[Clock]:
        """The three rows, marked as the sweep marks those whose warning has been given."""
        subject = _subject(made.ticket)
        return [
            clock_row(subject, kind, reading, self._warned(reading), made.ticket.updated_at)
            for kind, reading in made.readings.items()
        ]

    def _warned(self, reading: Reading) -> Clock | None:
        past = reading.state is State.RUNNING and reading.warn_at is not None and reading.warn_at < self._at
        return Clock(warned_at=reading.warn_at) if past else None

    def _warn(self, batch: Sequence[Made], clocks: Sequence[Clock]) -> Climb:
        """What the ladder wrote when the warnings were given."""
        tickets = {made.ticket.pk: made.ticket for made in batch}
        found = [
            occurrence(tickets[clock.ticket_id], event=Event.WARNING, instant=clock.warned_at, clock=clock.kind)
            for clock in clocks
            if clock.warned_at is not None
        ]
        return climb(found, matrix=self._matrix, directory=self._directory, at=self._at)

    def _count(self) -> None:
        rows = [TicketCounter(organisation_id=pk, last_number=last) for pk, last in self._last.items() if last]
        TicketCounter.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=("organisation",), update_fields=("last_number",)
        )


def _subject(ticket: Ticket) -> Subject:
    return Subject(
        ticket_id=ticket.pk or 0,
        organisation_id=ticket.organisation_id,
        opened_at=ticket.opened_at,
        policy_version_id=ticket.policy_version_id,
        calendar=ticket.calendar,
    )


def _number(tickets: Iterable[Ticket]) -> None:
    """Give unsaved tickets their ids, from the table's own sequence."""
    waiting = list(tickets)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('tickets_ticket', 'id')) FROM generate_series(1, %s)",
            [len(waiting)],
        )
        for ticket, (pk,) in zip(waiting, cursor.fetchall(), strict=True):
            ticket.pk = pk


def _copy(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert rows by COPY, several times as fast as INSERT; columns that the database fills are left to it.

    Through a temporary table, because PostgreSQL copies into no table with row-level security.
    """
    found = list(rows)
    if not found:
        return
    fields = [field for field in model._meta.concrete_fields if not field.has_db_default()]
    if found[0].pk is None:
        fields.remove(model._meta.pk)
    table, columns = model._meta.db_table, ", ".join(str(field.column) for field in fields)
    names = [field.attname for field in fields]
    text = io.StringIO()
    csv.writer(text).writerows([_plain(getattr(row, name)) for name in names] for row in found)
    text.seek(0)
    with connection.cursor() as cursor:
        # The names are our own models'; no input reaches these statements.
        cursor.execute(f"CREATE TEMP TABLE bulk AS SELECT {columns} FROM {table} WITH NO DATA")  # noqa: S608
        cursor.copy_expert(r"COPY bulk FROM STDIN WITH (FORMAT csv, NULL '\N')", text)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM bulk")  # noqa: S608
        cursor.execute("DROP TABLE bulk")


def _plain(value: Any) -> Any:
    """A value as PostgreSQL reads it from CSV."""
    if value is None:
        return r"\N"
    if isinstance(value, dict | list):
        return json.dumps(value)
    return f"{value // timedelta(microseconds=1)} microseconds" if isinstance(value, timedelta) else value
