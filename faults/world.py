"""The desk of a fault run: a support that never closes, and escalations that fall due at planned instants."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from faults.evidence import POISON, Due, Expected, Owed
from helpdesk.accounts.models import ClientRole, Organisation, StaffMember, StaffRole, Team, User
from helpdesk.accounts.operations import add_client, add_staff
from helpdesk.accounts.queries import member_of
from helpdesk.lib.actors import SYSTEM, Actor
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.lib.wake import muted
from helpdesk.notifications.drafts import Draft, Recipient
from helpdesk.notifications.operations import archive_history, queue_notices
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from sla.operations.calendars import publish
from sla.operations.seeding import create_calendar, create_policy, seed_policy
from tickets.models import Ticket
from tickets.operations.intake import open_ticket
from tickets.operations.sweep import sweep

REASON = "a fault run fills every organisation"
VENDOR = "ravingcrm.example"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
ORGANISATIONS = 5
BUDGET = 60  # support minutes of every promise of P1 and P4, around the clock
WARNED = 45  # of them: three quarters
# Severity and age at the planned instant of each late ticket: 140 break all three promises at once, 50 the one for
# an answer, 30 come to their warning. Together they make 500 escalations.
LATE = (("P1", BUDGET),) * 140 + (("P4", BUDGET),) * 50 + (("P4", WARNED),) * 30
PROBES = 10
SUPPORT = (f"agent@{VENDOR}",)
PRODUCT = f"product@{VENDOR}"


@dataclass(frozen=True)
class House:
    """One client organisation, and the person who writes for it."""

    organisation: Organisation
    requester: User
    actor: Actor
    manager: str


@dataclass(frozen=True)
class Planned:
    """A ticket that is going to be late, at which instant, and how many escalations that makes."""

    ticket: Ticket
    house: House
    due_at: datetime
    events: int


def settle_in() -> list[House]:
    """Install the policy and the people of an empty helpdesk, by the operations."""
    at = database_now() - timedelta(days=2)
    seed_policy(domain=VENDOR)
    with system_scope(REASON), muted():
        calendar, policy = _terms()
        agents = [_staff(address, StaffRole.AGENT, at) for address in SUPPORT]
        managers = [_staff(f"manager{i}@{VENDOR}", StaffRole.ACCOUNT_MANAGER, at) for i in (1, 2)]
        _staff(f"admin@{VENDOR}", StaffRole.ADMIN, at)
        Team.objects.get(key="support").members.set(agents)
        return [_house(number, managers, calendar, policy, at) for number in range(1, ORGANISATIONS + 1)]


def _staff(address: str, role: str, at: datetime) -> StaffMember:
    name = address.partition("@")[0].title()
    return add_staff(email=address, name=name, role=role, serves=None, actor=SYSTEM, at=at)


def _terms() -> tuple[Calendar, Policy]:
    """Support around the clock; P1 promises all three at once, P4 an answer only, P3 what the loader submits."""
    week = {"effective_from": "2021-01-01", "hours": ALWAYS}
    calendar = create_calendar(key="always", name="Always", time_zone="Asia/Colombo", week=week)
    publish(calendar=calendar, reason="around the clock", actor=SYSTEM, at=datetime.fromisoformat("2021-01-01T00:00Z"))
    version = {"effective_from": "2021-01-01T00:00:00+00:00", "reason": "minutes", "working_day_minutes": 1440}
    targets = [
        _target("P1", BUDGET, BUDGET, BUDGET),
        _target("P3", 1440, 2880, 2880),
        _target("P4", BUDGET, None, None),
    ]
    return calendar, create_policy(key="minutes", name="Minutes", version=version, targets=targets)


def _target(severity: str, response: int, target: int | None, limit: int | None) -> dict[str, object]:
    texts = dict.fromkeys(("name", "definition", "response_text", "resolution_text"), severity)
    return {
        "severity": severity,
        **texts,
        "response_minutes": response,
        "target_minutes": target,
        "limit_minutes": limit,
    }


def _house(number: int, managers: Sequence[StaffMember], calendar: Calendar, policy: Policy, at: datetime) -> House:
    manager, deputy = managers[number % 2], managers[(number + 1) % 2]
    organisation = onboard_organisation(
        key=f"F{number}",
        name=f"Client {number}",
        account_manager=manager,
        deputy=deputy,
        calendar=calendar,
        policy=policy,
        actor=SYSTEM,
        at=at,
    )
    email, name = f"client@f{number}.example", f"Client of F{number}"
    requester = add_client(organisation=organisation, email=email, name=name, role=ClientRole.USER, actor=SYSTEM, at=at)
    member = member_of(User.objects.select_related("staff_member", "membership__organisation").get(pk=requester.pk))
    assert member is not None
    return House(organisation, requester, member.actor, manager.user.email)


def seconds_to_plan(houses: Sequence[House]) -> float:
    """About how long `plan_escalations` will take on this machine now: a few tickets that are never late tell."""
    began = time.monotonic()
    with system_scope(REASON), muted():
        for number in range(PROBES):
            _open(houses[number % len(houses)], "P3", database_now())
    return (time.monotonic() - began) / PROBES * len(LATE)


def plan_escalations(
    houses: Sequence[House],
    *,
    begin: datetime,
    seconds: float,
    chance: random.Random,
    late: Sequence[tuple[str, int]] = LATE,
) -> tuple[list[Planned], Expected]:
    """Open the tickets whose promises fall due within `seconds` after `begin`; returns them and what is expected.

    `late`: severity and support minutes of age for each. Their past goes unannounced once `archive_past` was called.
    """
    kinds = chance.sample(late, len(late))
    planned, due, owed = [], set[Due](), set[Owed]()
    with system_scope(REASON), muted():
        for number, (severity, minutes) in enumerate(kinds):
            house = houses[number % len(houses)]
            falls_due = begin + timedelta(seconds=chance.uniform(0, seconds))
            ticket = _open(house, severity, falls_due - timedelta(minutes=minutes))
            events = _events(severity, warned=minutes == WARNED)
            planned.append(Planned(ticket, house, falls_due, len(events)))
            due |= {(ticket.reference, event, clock) for event, clock in events}
            owed |= {(ticket.reference, event, who) for event, _ in events for who in _told(event, house)}
    return planned, Expected(frozenset(due), frozenset(owed))


def _open(house: House, severity: str, at: datetime) -> Ticket:
    return open_ticket(
        organisation=house.organisation,
        requester=house.requester,
        subject="It falls due",
        description="Nobody answers this one.",
        severity=severity,
        actor=house.actor,
        at=at,
    )


def _events(severity: str, *, warned: bool) -> list[tuple[str, str]]:
    """What falls due on such a ticket, as event and clock."""
    if warned:
        return [("warning", "response")]
    if severity == "P4":
        return [("response_overdue", "response")]
    return [("response_overdue", "response"), ("target_missed", "target"), ("limit_passed", "limit")]


def _told(event: str, house: House) -> tuple[str, ...]:
    """Whom the published matrix tells of an event on a ticket without an assignee."""
    return {
        "warning": SUPPORT,
        "response_overdue": (house.manager,),
        "target_missed": SUPPORT,
        "limit_passed": (PRODUCT, house.manager),
    }[event]


def archive_past(*, begin: datetime) -> None:
    """Sweep what fell due before the run (the tickets' earlier warnings), and mark all mail so far as never sent."""
    with muted():
        sweep(at=begin)
    with system_scope(REASON):
        archive_history(before=begin + timedelta(days=1))


def queue_poison(house: House) -> None:
    """A notice whose template does not exist, older than any other: every sender meets it first."""
    now = database_now()
    draft = Draft(
        organisation_id=house.organisation.pk,
        key="poison",
        event=POISON,
        recipient=Recipient(email=f"poison@{VENDOR}", name="Poison"),
        template="no-such-template",
        reference="F1-0",
        path="/",
        send_at=now - timedelta(hours=1),
        created_at=now,
    )
    with scope({house.organisation.pk}), muted():
        queue_notices([draft])
