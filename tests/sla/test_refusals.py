"""What makes no sense is refused when it is saved, with the reason, and nothing is then changed: no walk is endless."""

from datetime import date

import pytest

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import DomainError
from sla.models import Calendar, CalendarVersion, Policy, PolicyVersion
from sla.operations.calendars import confirm_year, edit_calendar, make_calendar, set_support_hours
from sla.operations.planning import plan_calendar_edit
from sla.operations.policies import publish_policy
from sla.policy_spec import MINUTES, spec_of
from tests.support import actor_of, colombo

AT = colombo("2026-11-16 10:00")
WEEK = {"mon": [["08:00", "17:00"]]}
BAD_WEEKS = [
    ({}, "has no support hours at all"),
    ({"mon": [], "tue": []}, "has no support hours at all"),
    ({"mon": [["08:00", "12:00"], ["11:00", "17:00"]]}, "overlap"),
    ({"mon": [["17:00", "08:00"]]}, "ends before it starts"),
    ({"mon": [["08:00", "08:00"]]}, "ends before it starts"),
    ({"mon": [["08:00", "25:00"]]}, "25:00"),
]


@pytest.fixture(autouse=True)
def _nothing_is_saved(world):
    """Whatever a test tries, no version is left behind."""
    before = CalendarVersion.objects.count(), PolicyVersion.objects.count(), Calendar.objects.count()
    yield
    assert (CalendarVersion.objects.count(), PolicyVersion.objects.count(), Calendar.objects.count()) == before


@pytest.mark.parametrize(("hours", "said"), BAD_WEEKS)
def test_t27_a_week_that_never_opens_overlaps_or_ends_before_it_starts_is_refused(world, hours, said):
    calendar = Calendar.objects.get(key="sri-lanka")
    facts = {"hours": hours, "actor": SYSTEM, "at": AT}
    change = {"do": "hours.set", "effective_from": "2026-12-01", "hours": hours}
    planned = {"calendar": calendar, "changes": [change], "year": 2026, "actor": actor_of(world.admin), "at": AT}
    for save in (
        lambda: make_calendar(key="moon", name="Moon", time_zone="Asia/Colombo", **facts),
        lambda: set_support_hours(calendar=calendar, effective_from=date(2026, 12, 1), reason="Tried.", **facts),
        lambda: plan_calendar_edit(**planned),
    ):
        with pytest.raises(DomainError, match=said) as refused:
            save()
        assert refused.value.field == "hours"


@pytest.mark.parametrize(
    "hours", [[["08:00", "12:00"], ["11:00", "17:00"]], [["17:00", "08:00"]], [["08:00", "08:00"]]]
)
def test_a_day_whose_hours_overlap_or_end_before_they_start_is_refused(world, hours):
    change = {"do": "day.set", "date": "2026-12-24", "hours": hours, "note": "An eve"}
    with pytest.raises(DomainError) as refused:
        edit_calendar(
            calendar=Calendar.objects.get(key="sri-lanka"), changes=[change], reason="", actor=SYSTEM, at=AT
        )  # fmt: skip
    assert (refused.value.field, "2026-12-24" in refused.value.message) == ("hours", True)


@pytest.mark.parametrize("zone", ["Asia/Atlantis", "", "../etc/passwd", "asia"])
def test_a_zone_that_does_not_exist_is_refused(world, zone):
    with pytest.raises(DomainError, match="unknown time zone") as refused:
        make_calendar(key="moon", name="Moon", time_zone=zone, hours=WEEK, actor=SYSTEM, at=AT)
    assert refused.value.field == "time_zone"


@pytest.mark.parametrize("year", [0, 1899, 2200, 99999])
def test_a_year_of_which_no_support_time_is_known_is_refused(world, year):
    calendar = Calendar.objects.get(key="sri-lanka")
    with pytest.raises(DomainError, match="Choose a year from 1900 to 2199"):
        confirm_year(calendar=calendar, year=year, actor=SYSTEM, at=AT)
    day = f"{year:04}-01-15"
    change = {"do": "holiday.add", "date": day, "name": "A", "categories": ["public"], "source": "A gazette"}
    with pytest.raises(DomainError):
        edit_calendar(calendar=calendar, changes=[change], reason="", actor=SYSTEM, at=AT)


def test_a_policy_without_targets_is_refused(world):
    policy = Policy.objects.get(key="standard")
    spec = spec_of(PolicyVersion.objects.get(policy=policy))
    empty = [{**row, **dict.fromkeys(MINUTES)} for row in spec["targets"]]
    drawn = {"policy": policy, "spec": {**spec, "targets": empty}, "effective_on": None, "seen": 1}
    with pytest.raises(DomainError, match="A policy without targets promises nothing"):
        publish_policy(**drawn, reason="Tried.", actor=SYSTEM, at=AT)
