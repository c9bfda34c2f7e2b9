"""Who is in the demo: the vendor's staff, six client organisations, and Initech's fast policy."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.accounts.models import ClientRole, Organisation, StaffMember, StaffRole, Team, User
from helpdesk.accounts.operations import add_client, add_staff
from helpdesk.lib.actors import SYSTEM
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from sla.operations.calendars import publish
from sla.operations.seeding import create_calendar, create_policy
from sla.queries import policy_in_force
from sla.versions import target_rows

PASSWORD = "demo-password"
VENDOR = "ravingcrm.example"
ALL_DAY = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
FAST_MINUTES = {"P1": (2, 3, 4), "P2": (4, 6, 8), "P3": (6, 10, 10), "P4": (6, None, None)}


@dataclass(frozen=True)
class Cast:
    """Everybody, ready to act."""

    organisations: dict[str, Organisation]
    clients: dict[str, list[User]]
    agents: list[StaffMember]
    managers: list[StaffMember]
    admin: StaffMember


def make_cast(*, at: datetime) -> Cast:
    """Create the demo's people and organisations through the operations."""
    agents = [
        _staff("agent", "Nimal Perera", StaffRole.AGENT, at),
        _staff("agent2", "Tharushi Silva", StaffRole.AGENT, at),
        _staff("agent3", "Kasun Fernando", StaffRole.AGENT, at),
    ]
    managers = [
        _staff("manager", "Malini Jayawardena", StaffRole.ACCOUNT_MANAGER, at),
        _staff("manager2", "Dinesh Rajapakse", StaffRole.ACCOUNT_MANAGER, at),
    ]
    admin = _staff("admin", "Indra Wickrama", StaffRole.ADMIN, at)
    Team.objects.get(key="support").members.set(agents)
    standard = (Calendar.objects.get(key="sri-lanka"), Policy.objects.get(key="standard"))
    fast = (_always_open(at), _fast_policy(at))
    first, second = managers
    listed = [
        ("ACME", "Acme Trading", first, second, standard),
        ("GLOBEX", "Globex Lanka", second, first, standard),
        ("INITECH", "Initech", first, second, fast),
        ("HOOLI", "Hooli Holdings", second, first, standard),
        ("STARK", "Stark Garments", first, second, standard),
        ("WAYNE", "Wayne Tea Estates", second, first, standard),
    ]
    organisations = {
        key: onboard_organisation(
            key=key,
            name=name,
            account_manager=manager,
            deputy=deputy,
            calendar=terms[0],
            policy=terms[1],
            actor=SYSTEM,
            at=at,
        )
        for key, name, manager, deputy, terms in listed
    }
    clients = {key: _clients(organisation, at) for key, organisation in organisations.items()}
    return Cast(organisations, clients, agents, managers, admin)


def _clients(organisation: Organisation, at: datetime) -> list[User]:
    names = {
        "ACME": ("Alice Gunasekara", "Amara Dissanayake"),
        "GLOBEX": ("Bob de Mel", "Bhagya Senanayake"),
        "INITECH": ("Irfan Cader", "Ishara Weerasinghe"),
        "HOOLI": ("Hiruni Abeysekera", "Harsha Bandara"),
        "STARK": ("Sanjeewa Alwis", "Sachini Peiris"),
        "WAYNE": ("Wasana Herath", "Waruna Mendis"),
    }[organisation.key]
    roles = (("client", ClientRole.USER), ("clientadmin", ClientRole.ADMIN))
    return [
        add_client(
            organisation=organisation,
            email=f"{box}@{organisation.key.lower()}.example",
            name=name,
            role=role,
            actor=SYSTEM,
            password=PASSWORD,
            at=at,
        )
        for name, (box, role) in zip(names, roles, strict=True)
    ]


def _staff(box: str, name: str, role: str, at: datetime) -> StaffMember:
    return add_staff(email=f"{box}@{VENDOR}", name=name, role=role, serves=None, actor=SYSTEM, password=PASSWORD, at=at)


def _always_open(at: datetime) -> Calendar:
    week = {"effective_from": "2021-01-01", "hours": ALL_DAY}
    calendar = create_calendar(key="always", name="Around the clock", time_zone="Asia/Colombo", week=week)
    publish(calendar=calendar, reason="Initech: support around the clock", actor=SYSTEM, at=at)
    return calendar


def _fast_policy(at: datetime) -> Policy:
    """The published severities with minutes in place of days, so that one can watch a ticket climb."""
    published = policy_in_force(Policy.objects.get(key="standard").pk, at=at)
    version = {
        "effective_from": at.isoformat(),
        "reason": "Initech's policy of minutes",
        "working_day_minutes": 1440,
        "reopen_minutes": 60,
        "users_part": published.users_part,
        "not_covered": published.not_covered,
    }
    targets = [
        {
            "severity": row.severity,
            "name": row.name,
            "definition": row.definition,
            "response_text": f"within {response} minutes",
            "resolution_text": _resolution(target, limit) if limit else row.resolution_text,
            "response_minutes": response,
            "target_minutes": target,
            "limit_minutes": limit,
        }
        for row in target_rows(published.pk)
        for response, target, limit in [FAST_MINUTES[row.severity]]
    ]
    return create_policy(key="minutes", name="Minutes, not days", version=version, targets=targets)


def _resolution(target: int | None, limit: int) -> str:
    return f"within {limit} minutes" if target == limit else f"within {target}-{limit} minutes"
