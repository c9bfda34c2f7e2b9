"""An edit reaches everybody who has what is edited: who serves only some of them may not make it, nor decide on it."""

from datetime import date

import pytest

from helpdesk.accounts.models import StaffService
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Forbidden
from sla.models import Agreement, Calendar, MatrixVersion, PlannedEdit, Policy, PolicyVersion
from sla.operations.agreements import set_calendar
from sla.operations.calendars import add_holiday, make_calendar
from sla.operations.planning import confirm_plan, leave_plan, plan_again, plan_calendar_edit
from sla.operations.policies import newest_version, publish_policy
from sla.operations.policy_planning import plan_policy_edit, plan_policy_move
from sla.policy_spec import spec_of
from sla.queries import matrix_in_force
from tests.support import actor_of, colombo
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.matrix import publish_matrix

pytestmark = pytest.mark.usefixtures("everything")
NOW = colombo("2026-11-18 10:00")
HOLIDAY = {
    "do": "holiday.add", "date": "2026-12-01", "name": "A day", "categories": ["mercantile"], "source": "A gazette",
}  # fmt: skip
WEEK = {"mon": [["08:00", "17:00"]]}


@pytest.fixture
def narrow(world):
    """An admin who serves ACME only."""
    world.admin.serves_all = False
    world.admin.save()
    StaffService.objects.create(staff=world.admin, organisation=world.acme)
    return actor_of(world.admin)


def edited(policy, **figures):
    newest = newest_version(policy)
    spec = {**spec_of(newest), "warn_percent": 60, **figures}
    return {"policy": policy, "spec": spec, "effective_on": None, "reason": "Agreed", "seen": newest.number, "at": NOW}


def own_calendar(*organisations):
    calendar = make_calendar(key="own", name="Own", time_zone="Asia/Colombo", hours=WEEK, actor=SYSTEM, at=NOW)
    for one in organisations:
        set_calendar(organisation=one, calendar=calendar, actor=SYSTEM, at=NOW)
    return calendar


def test_what_everybody_has_is_edited_by_those_who_serve_everybody(world, narrow):
    calendar, policy = Calendar.objects.get(key="sri-lanka"), Policy.objects.get(key="standard")
    versions = (PolicyVersion.objects.count(), MatrixVersion.objects.count(), calendar.versions.count())
    current = matrix_in_force(at=NOW)
    for attempt in (
        lambda: add_holiday(calendar=calendar, day=date(2026, 12, 1), name="A day", categories=["mercantile"],
                            source="A gazette", actor=narrow, at=NOW),
        lambda: plan_calendar_edit(calendar=calendar, changes=[HOLIDAY], year=2026, actor=narrow, at=NOW),
        lambda: publish_policy(**edited(policy), actor=narrow),
        lambda: plan_policy_edit(**edited(policy), actor=narrow),
        lambda: plan_policy_move(policy=policy, reason="Agreed", actor=narrow, at=NOW),
        lambda: publish_matrix(levels=list(current.levels.values()), rules=current.all_rules, reminder_minutes=60,
                               reason="Agreed", seen=1, actor=narrow, at=NOW),
    ):  # fmt: skip
        with pytest.raises(Forbidden, match="for every organisation, and you serve only some"):
            attempt()
    now = (PolicyVersion.objects.count(), MatrixVersion.objects.count(), calendar.versions.count())
    assert now == versions
    assert not PlannedEdit.objects.exists()


def test_for_one_organisation_it_is_enough_to_serve_that_one(world, narrow):
    policy = Policy.objects.get(key="standard")
    with pytest.raises(Forbidden, match="for organisations that you do not serve"):
        plan_policy_edit(**edited(policy), organisation=world.globex, actor=narrow)
    publish_policy(**edited(policy), organisation=world.acme, actor=narrow)
    own = Agreement.objects.get(organisation=world.acme).policy
    assert own.key == "standard-acme"
    publish_policy(**edited(own, warn_percent=50), actor=narrow)
    assert newest_version(own).warn_percent == 50


def test_a_calendar_is_edited_by_who_serves_all_whom_it_counts_for(world, narrow):
    calendar = own_calendar(world.acme)
    plan_calendar_edit(calendar=calendar, changes=[HOLIDAY], year=2026, actor=narrow, at=NOW)
    set_calendar(organisation=world.globex, calendar=calendar, actor=SYSTEM, at=NOW)
    with pytest.raises(Forbidden, match="for organisations that you do not serve"):
        plan_calendar_edit(calendar=calendar, changes=[HOLIDAY], year=2026, actor=narrow, at=NOW)


def test_an_open_ticket_that_still_counts_by_a_calendar_is_reached_by_its_edit(world, narrow, submit):
    calendar = own_calendar(world.acme, world.globex)
    submit("P2", "2026-11-18 09:00", organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    set_calendar(organisation=world.globex, calendar=Calendar.objects.get(key="sri-lanka"), actor=SYSTEM, at=NOW)
    with pytest.raises(Forbidden, match="for organisations that you do not serve"):
        plan_calendar_edit(calendar=calendar, changes=[HOLIDAY], year=2026, actor=narrow, at=NOW)


def test_who_may_not_make_an_edit_may_neither_decide_on_one_nor_have_it_counted(world):
    whole = actor_of(world.admin)
    calendar = Calendar.objects.get(key="sri-lanka")
    plan = plan_calendar_edit(calendar=calendar, changes=[HOLIDAY], year=2026, actor=whole, at=NOW)
    work_off_plans(at=NOW)
    world.admin.serves_all = False
    world.admin.save()
    for decide in (
        lambda actor: confirm_plan(plan=plan, reaches_running=True, actor=actor, at=NOW),
        lambda actor: leave_plan(plan=plan, actor=actor, at=NOW),
        lambda actor: plan_again(plan=plan, actor=actor, at=NOW),
    ):
        with pytest.raises(Forbidden, match="you serve only some"):
            decide(actor_of(world.admin))
    assert PlannedEdit.objects.get().state == "ready"


def test_the_pages_say_so_in_words_and_nothing_is_changed(world, narrow, signed_in):
    admin = signed_in(world.admin)
    page = "/settings/calendars/sri-lanka/"
    refused = admin.post(f"{page}confirmation/", {"year": 2027})
    added = admin.post(
        page, {"date": "2026-12-01", "name": "A day", "categories": ["mercantile"], "source": "A gazette"}
    )
    for answer in (refused, added):
        assert answer.status_code == 403
        assert "This is for every organisation, and you serve only some." in answer.content.decode()
    assert not PlannedEdit.objects.exists()
    assert not Calendar.objects.get(key="sri-lanka").years.filter(year=2027, confirmed=True).exists()
