"""What the proof seeds of policies and calendars: each organisation has one of its own, called after it."""

from datetime import date, datetime
from typing import Any

from helpdesk.lib.actors import SYSTEM
from helpdesk.proof.canaries import Aviary
from helpdesk.proof.sides import Side
from sla.models import Agreement, Calendar, CalendarWeek, Policy
from sla.operations.agreements import set_calendar
from sla.operations.calendar_changes import Change
from sla.operations.calendars import add_holiday, make_calendar, set_support_hours
from sla.operations.planning import plan_calendar_edit
from sla.operations.policies import newest_version, publish_policy
from sla.policy_spec import spec_of
from sla.queries import DEFAULT_POLICY
from sla.views.feed import feed_address
from tickets.operations.edits.impact import work_off_plans


def terms(side: Side, aviary: Aviary, at: datetime) -> dict[str, Any]:
    """The calendar and the policy of the organisation alone, which its own admin may edit."""
    calendar = _own_calendar(side, aviary, at)
    return {
        "calendar": calendar,
        "policy": _own_policy(side, aviary, at),
        "holiday": calendar.holidays.latest("date"),
        "future_hours": _future_hours(calendar),
        "feed_mark": feed_address(calendar).rpartition("/")[2].removesuffix(".ics"),
    }


def plans(side: Side, _aviary: Aviary, at: datetime) -> dict[str, Any]:
    """Edits of the calendar that are thought over: one that waits for a decision, and one whose effect is counted."""
    calendar, actor = side.things["calendar"], side.actor("admin")
    day: Change = {"do": "day.set", "date": "2033-06-01", "hours": [], "note": "A day off."}
    facts: dict[str, Any] = {"calendar": calendar, "changes": [day], "year": 2033, "actor": actor, "at": at}
    ready = plan_calendar_edit(**facts)
    work_off_plans()
    return {"ready_plan": ready, "plan": plan_calendar_edit(**facts)}


def _own_policy(side: Side, aviary: Aviary, at: datetime) -> Policy:
    """The policy of this organisation alone, called after it; made once, however often the seeds run."""
    agreement = Agreement.objects.select_related("policy").get(organisation=side.organisation)
    if agreement.policy.key == DEFAULT_POLICY:
        newest = newest_version(agreement.policy)
        reason = f"Agreed: {aviary.text(side.key, 'why a policy changed')}"
        facts: dict[str, Any] = {"spec": {**spec_of(newest), "warn_percent": 60}, "effective_on": None, "actor": SYSTEM}
        facts |= {"reason": reason, "seen": newest.number, "organisation": side.organisation, "at": at}
        publish_policy(policy=agreement.policy, **facts)
        agreement.refresh_from_db()
    return agreement.policy


def _own_calendar(side: Side, aviary: Aviary, at: datetime) -> Calendar:
    """The support hours of this organisation alone; made once, however often the seeds run. Its key names nobody."""
    key = f"calendar-{side.organisation.pk}"
    found = Calendar.objects.filter(key=key).first()
    if found is None:
        hours = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        name = f"Hours {aviary.text(side.key, 'the name of a calendar')}"
        found = make_calendar(key=key, name=name, time_zone="Asia/Colombo", hours=hours, actor=SYSTEM, at=at)
        closed: dict[str, Any] = {"name": aviary.text(side.key, "a holiday"), "categories": ["public"]}
        closed["source"] = aviary.text(side.key, "the source of a holiday")
        add_holiday(calendar=found, day=date(2030, 6, 3), **closed, actor=SYSTEM, at=at)
        set_calendar(organisation=side.organisation, calendar=found, actor=SYSTEM, at=at)
    return found


def _future_hours(calendar: Calendar) -> CalendarWeek:
    """Hours that begin one day; announced once, however often the seeds run."""
    day, week = date(2032, 6, 1), [["08:00", "17:00"]]
    if not calendar.weeks.filter(effective_from=day).exists():
        hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), week)
        set_support_hours(calendar=calendar, hours=hours, effective_from=day, reason="One day.", actor=SYSTEM)
    return calendar.weeks.get(effective_from=day)
