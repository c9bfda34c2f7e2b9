"""Loading the published policy, calendar and matrix (`sla/seed/`) into a fresh database."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from helpdesk.accounts.models import Team
from helpdesk.lib.actors import SYSTEM
from helpdesk.notifications.models import OwnAddress
from sla.models import (
    Calendar,
    CalendarYear,
    Holiday,
    MatrixLevel,
    MatrixRule,
    MatrixVersion,
    Policy,
    PolicyVersion,
    Target,
)
from sla.operations.calendars import publish

SEED = Path(__file__).resolve().parent.parent / "seed"
PUBLISHED_DOMAIN = "ravingcrm.com"


@transaction.atomic
def seed_policy(*, domain: str = PUBLISHED_DOMAIN) -> bool:
    """Load POLICY's figures, the Sri Lanka calendar 2021-2027 and the matrix; False when a policy is there already.

    `domain` replaces the vendor's mail domain, so that a demo's addresses lead nowhere.
    """
    if Policy.objects.exists():
        return False
    seed = json.loads((SEED / "policy.json").read_text().replace(PUBLISHED_DOMAIN, domain))
    Team.objects.bulk_create([Team(**row) for row in seed["teams"]])
    OwnAddress.objects.bulk_create([OwnAddress(**row) for row in seed["own_addresses"]])
    create_policy(**seed["policy"], version=seed["version"], targets=seed["targets"])
    _create_matrix(seed["matrix"])
    _create_sri_lanka(seed["calendar"])
    return True


def create_policy(*, key: str, name: str, version: dict[str, Any], targets: list[dict[str, Any]]) -> Policy:
    """A new policy with its first version; minutes are support minutes."""
    policy = Policy.objects.create(key=key, name=name)
    row = PolicyVersion.objects.create(policy=policy, number=1, **_dated(version))
    Target.objects.bulk_create([Target(version=row, **target) for target in targets])
    return policy


def _create_matrix(seed: dict[str, Any]) -> None:
    levels, rules = seed.pop("levels"), seed.pop("rules")
    version = MatrixVersion.objects.create(number=1, **_dated(seed))
    MatrixLevel.objects.bulk_create([MatrixLevel(version=version, **row) for row in levels])
    MatrixRule.objects.bulk_create([MatrixRule(version=version, **row) for row in rules])


def _create_sri_lanka(seed: dict[str, Any]) -> None:
    calendar = create_calendar(**{key: seed[key] for key in ("key", "name", "time_zone", "closes_on", "week")})
    rows = json.loads((SEED / "lk_holidays.json").read_text())
    Holiday.objects.bulk_create([_holiday(calendar, row) for row in rows if row.get("status") != "revoked"])
    years = [(year, True) for year in seed["confirmed_years"]] + [(y, False) for y in seed["provisional_years"]]
    CalendarYear.objects.bulk_create([CalendarYear(calendar=calendar, year=y, confirmed=ok) for y, ok in years])
    publish(
        calendar=calendar,
        reason="The published support hours, and the gazetted holidays of 2021-2027",
        actor=SYSTEM,
        at=datetime.fromisoformat("2021-01-01T00:00:00+05:30"),
    )


def create_calendar(
    *, key: str, name: str, time_zone: str, week: dict[str, Any], closes_on: str = "statutory"
) -> Calendar:
    """A calendar with its support hours, not yet published."""
    calendar = Calendar.objects.create(key=key, name=name, time_zone=time_zone, closes_on=closes_on)
    calendar.weeks.create(effective_from=week["effective_from"], hours=week["hours"])
    return calendar


def _holiday(calendar: Calendar, row: dict[str, Any]) -> Holiday:
    return Holiday(
        calendar=calendar,
        date=row["date"],
        name=row["name"],
        categories=row["categories"],
        source="; ".join(row["sources"])[:300],
        closes_statutory=row["closed_statutory"],
        closes_public=row["closed_public"],
    )


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "effective_from": datetime.fromisoformat(row["effective_from"])}
