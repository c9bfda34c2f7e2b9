"""The people of a big desk, and the terms that all its organisations share: made by the operations."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.accounts.models import ClientRole, Organisation, StaffMember, StaffRole, Team
from helpdesk.accounts.operations import add_client, add_staff
from helpdesk.demo.people import PASSWORD, VENDOR
from helpdesk.lib.actors import SYSTEM
from sla.models import Calendar, Policy, PolicyVersion
from sla.operations.agreements import onboard_organisation
from sla.operations.seeding import seed_policy
from sla.queries import policy_in_force

AGENTS, MANAGERS, SUPPORT_TEAM = 20, 10, 3


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who holds tickets, whose tickets they are (ids of organisations), and under which terms those stand."""

    organisations: list[int]
    agents: list[StaffMember]
    calendar: Calendar
    version: PolicyVersion


def make_desk(*, organisations: int, at: datetime) -> Desk:
    """The vendor's people, and organisations with a client user and a client admin each, as of the instant.

    Of the vendor's people those who are there already stay as they are.
    """
    seed_policy(domain=VENDOR)
    agents = [_staff(f"agent{i}", StaffRole.AGENT, at) for i in range(1, AGENTS + 1)]
    managers = [_staff(f"manager{i}", StaffRole.ACCOUNT_MANAGER, at) for i in range(1, MANAGERS + 1)]
    _staff("admin", StaffRole.ADMIN, at)
    Team.objects.get(key="support").members.add(*agents[:SUPPORT_TEAM])
    calendar, policy = Calendar.objects.get(key="sri-lanka"), Policy.objects.get(key="standard")
    made = []
    for number in range(1, organisations + 1):
        organisation = onboard_organisation(
            key=f"B{number:05}",
            name=f"Client {number}",
            account_manager=managers[number % len(managers)],
            deputy=managers[(number + 1) % len(managers)],
            calendar=calendar,
            policy=policy,
            actor=SYSTEM,
            at=at,
        )
        _clients(organisation, at)
        made.append(organisation.pk)
    version = policy_in_force(policy.pk, at=at)
    return Desk(organisations=made, agents=agents, calendar=calendar, version=version)


def _staff(box: str, role: str, at: datetime) -> StaffMember:
    email = f"{box}@{VENDOR}"
    there = StaffMember.objects.select_related("user").filter(user__email=email).first()
    return there or add_staff(email=email, name=box.title(), role=role, serves=None, actor=SYSTEM, at=at)


def _clients(organisation: Organisation, at: datetime) -> None:
    for role in (ClientRole.USER, ClientRole.ADMIN):
        add_client(
            organisation=organisation,
            email=f"{role}@{organisation.key.lower()}.example",
            name=f"{role.label} of {organisation.name}",
            role=role,
            actor=SYSTEM,
            password=PASSWORD,
            at=at,
        )
