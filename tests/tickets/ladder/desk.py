"""A matrix, people and a calendar for the ladder's rules, in memory: no database is asked."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from helpdesk.accounts.directory import Directory, Person
from sla.models import Event, MatrixLevel, MatrixRule, MatrixVersion
from sla.versions import Matrix
from tests.sla.engine.world import calendar
from tickets.ladder import answers, rehearsal
from tickets.ladder.occurrences import Occurrence

COLOMBO = ZoneInfo("Asia/Colombo")
LEVELS = (
    {"level": 1, "name": "Support Team", "kind": "team", "team_key": "support", "address": "support@desk.example"},
    {"level": 2, "name": "Account Manager", "kind": "account_manager", "team_key": "", "address": ""},
    {"level": 3, "name": "Product Team", "kind": "address", "team_key": "product", "address": "Product@desk.example"},
)
# As the policy has it (POLICY 7): event, who is told, the level afterwards.
RULES = (
    (Event.SUBMITTED, ["client", "level1"], 1),
    (Event.WARNING, ["assignee_or_level1"], None),
    (Event.RESPONSE_OVERDUE, ["level2"], 2),
    (Event.TARGET_MISSED, ["assignee", "level1"], None),
    (Event.LIMIT_PASSED, ["level3", "level2"], 3),
    (Event.ASKED, ["next"], None),
    (Event.UNACKNOWLEDGED, ["same"], None),
)
ACME, GLOBEX = 7, 8


def at(text: str) -> datetime:
    """An instant from Colombo's wall time."""
    return datetime.fromisoformat(text).replace(tzinfo=COLOMBO)


def wall(instant: datetime | None) -> str | None:
    """An instant in Colombo's wall time, fractions of a second left out."""
    return None if instant is None else f"{instant.astimezone(COLOMBO):%Y-%m-%d %H:%M}"


def matrix(*rules: dict, levels: tuple = LEVELS, without: tuple = ()) -> Matrix:
    """The policy's matrix, with further rules, and without those of some events."""
    version = MatrixVersion(number=1, reminder_minutes=270)
    rows = [
        MatrixRule(event=event, recipients=told, level_after=level)
        for event, told, level in RULES
        if event not in without
    ]
    return Matrix(version, [MatrixLevel(**one) for one in levels], [*rows, *(MatrixRule(**rule) for rule in rules)])


def person(number: int, name: str, role: str = "agent", **more: object) -> Person:
    facts = {"away_from": None, "away_until": None, "teams": (), "serves_all": True, "served": (), **more}
    return Person(id=number, email=f"{name}@desk.example", name=name.title(), zone="Asia/Colombo", role=role, **facts)


AMAL, NIMAL = person(1, "amal", teams=("support",)), person(2, "nimal", teams=("support", "product"))
MALINI, DEEPA = person(3, "malini", "account_manager"), person(4, "deepa", "account_manager")
ROOT, GUEST = person(5, "root", "admin"), person(6, "guest", "admin", serves_all=False, served=(GLOBEX,))
STAFF = (AMAL, NIMAL, MALINI, DEEPA, ROOT, GUEST)


def directory(*staff: Person, own: dict | None = None) -> Directory:
    """The desk's people; those given take the place of the same ids. Own inbound addresses: support's, unless told."""
    people = {one.id: one for one in (*STAFF, *staff)}
    return Directory(list(people.values()), {"support@desk.example": "support"} if own is None else own)


def occurrence(event: Event, instant: str, **more: object) -> Occurrence:
    """An event on ACME-142, whose account manager is Malini and whose deputy is Deepa; a P2 on level 1."""
    plain = Occurrence(
        event=event,
        instant=at(instant),
        ticket_id=142,
        organisation_id=ACME,
        organisation_key="ACME",
        organisation_name="Acme",
        account_manager_id=MALINI.id,
        deputy_id=DEEPA.id,
        number=142,
        public_id=UUID(int=142),
        subject="Nothing prints",
        severity="P2",
        level=1,
        assignee_id=None,
        requester_name="Alice",
        opened_at=at("2026-11-18 10:00"),
        calendar_version_id=1,
    )
    return replace(plain, **more)


@pytest.fixture(autouse=True)
def one_calendar(monkeypatch):
    """Every version is Colombo's calendar: what rows would say is not asked."""
    for module in (answers, rehearsal):
        monkeypatch.setattr(module, "calendar_of", {1: calendar()}.__getitem__)
