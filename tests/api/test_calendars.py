"""Calendars over the API: read by whom they concern, edited by admins through the page's operations."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from sla.listing import today_in
from sla.models import Agreement, Calendar, CalendarException, CalendarVersion, CalendarWeek, Holiday
from sla.operations.calendars import add_holiday, publish, set_support_hours
from sla.operations.seeding import create_calendar
from tests.api.conftest import problem

HERE = "/calendars/sri-lanka/"
VESAK = {"date": "2031-05-20", "name": "Vesak", "categories": ["public", "poya"], "source": "Gazette 2412/20"}
WORKDAYS = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
WEEK = {**WORKDAYS, "sat": [], "sun": []}


def day(days: int) -> str:
    """A date of the calendar's zone, so many days from today."""
    return (today_in(Calendar.objects.get(key="sri-lanka"), at=database_now()) + timedelta(days=days)).isoformat()


def change(days: int = 30, **more):
    return {
        "effective_from": day(days),
        "hours": {**WORKDAYS, "sat": [["08:00", "12:00"]]},
        "reason": "Saturdays",
        **more,
    }


@pytest.fixture
def moon(world) -> Calendar:
    """A calendar under which only Globex is served."""
    found = create_calendar(
        key="moon", name="Moon", time_zone="UTC", week={"effective_from": "2021-01-01", "hours": WORKDAYS}
    )
    publish(calendar=found, reason="New", actor=SYSTEM)
    with system_scope("Globex moves"):
        Agreement.objects.filter(organisation=world.globex).update(calendar=found)
    return found


@pytest.mark.parametrize(
    ("who", "seen"),
    [("alice", ["sri-lanka"]), ("amara", ["sri-lanka"]), ("bob", ["moon"]), ("agent", ["moon", "sri-lanka"]),
     ("admin", ["moon", "sri-lanka"])],
)  # fmt: skip
def test_clients_see_the_calendar_that_they_are_served_under(world, caller, moon, who, seen):
    asking = caller(getattr(world, who))
    assert [item["key"] for item in asking.get("/calendars/").json()["items"]] == seen
    for key in ("moon", "sri-lanka", "none"):
        for below in ("", "holidays/", "hours/", "exceptions/"):
            assert asking.get(f"/calendars/{key}/{below}").status_code == (200 if key in seen else 404)


def test_a_calendar_tells_the_hours_of_today_and_the_years_of_its_list(world, caller):
    alice = caller(world.alice)
    answer = alice.get(HERE)
    shown = answer.json()
    assert {name: shown[name] for name in ("key", "time_zone", "closes_on", "version", "hours")} == {
        "key": "sri-lanka", "time_zone": "Asia/Colombo", "closes_on": "statutory", "version": 1, "hours": WEEK,
    }  # fmt: skip
    assert {"year": 2026, "confirmed": True} in shown["years"]
    assert alice.get(HERE, If_None_Match=answer.headers["ETag"]).status_code == 304


def test_holidays_of_a_year_with_their_source_for_staff(world, caller):
    alice, agent = caller(world.alice), caller(world.agent)
    theirs = alice.get(f"{HERE}holidays/?year=2026&limit=100").json()["items"]
    assert {frozenset(item) for item in theirs} == {frozenset({"id", "date", "name", "categories", "closes"})}
    assert {item["date"][:4] for item in theirs} == {"2026"}
    assert [item["date"] for item in theirs] == sorted(item["date"] for item in theirs)
    ours = agent.get(f"{HERE}holidays/?year=2026&limit=100").json()["items"]
    assert {frozenset(item) for item in ours} == {frozenset({*theirs[0], "source"})}
    for year in ("0", "1e30", "2026.5", "-1", "x", "NaN"):
        assert problem(alice.get(f"{HERE}holidays/?year={year}")) == (400, "parameter")


def test_pages_of_holidays_follow_each_other(world, caller):
    agent = caller(world.agent)
    everything = Holiday.objects.filter(calendar__key="sri-lanka").order_by("date").values_list("pk", flat=True)
    found, path = [], f"/api/v1{HERE}holidays/?limit=60"
    while path:
        page = agent.get(path).json()
        found += [item["id"] for item in page["items"]]
        path = (page["next"] or "").partition("8000")[2]
    assert found == list(everything)


def test_an_admin_adds_and_removes_a_holiday(world, caller):
    admin = caller(world.admin)
    made = admin.post(f"{HERE}holidays/", VESAK, Idempotency_Key="vesak")
    assert made.status_code == 201
    shown = made.json()
    assert shown == {**VESAK, "id": shown["id"], "closes": True}
    where = f"{HERE}holidays/{shown['id']}/"
    assert made.headers["Location"].endswith(where)
    assert admin.get(where).json() == shown
    assert admin.post(f"{HERE}holidays/", VESAK, Idempotency_Key="vesak").json() == shown
    assert problem(admin.post(f"{HERE}holidays/", VESAK)) == (409, "conflict")
    assert admin.get(HERE).json()["version"] == 2
    assert problem(admin.delete(where)) == (422, "invalid")
    assert problem(admin.delete(f"{where}?reason=%00")) == (400, "parameter")
    assert problem(admin.delete(f"{where}?reason=x&force=1")) == (400, "parameter")
    assert problem(admin.delete(f"{where}?reason=x", If_Match='"old"')) == (412, "stale")
    assert problem(admin.delete(f"{where}?reason={'x' * 301}")) == (422, "invalid")
    assert admin.delete(f"{where}?reason=Moved", If_Match=made.headers["ETag"]).status_code == 204
    assert problem(admin.delete(f"{where}?reason=Moved")) == (404, "not-found")
    assert CalendarVersion.objects.latest("pk").reason == "Holiday removed: 2031-05-20 Vesak. Moved"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"date": "2031-02-30"}, "date"),
        ({"date": "0001-01-01"}, "date"),
        ({"date": "2200-01-01"}, "date"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"categories": []}, "categories"),
        ({"categories": ["moon"]}, "categories.0"),
        ({"source": ""}, "source"),
        ({"closes": True}, "closes"),
        ({"calendar": 1}, "calendar"),
    ],
)
def test_a_refused_holiday_names_the_field(world, caller, more, field):
    answer = caller(world.admin).post(f"{HERE}holidays/", {**VESAK, **more})
    assert problem(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Holiday.objects.filter(date="2031-05-20").count() == 0


def test_row_15_a_holiday_is_found_below_its_own_calendar_only(world, caller, moon):
    """row 15: another calendar's holiday, week and confirmation are not found below this one."""
    admin = caller(world.admin)
    holiday = Holiday.objects.filter(calendar__key="sri-lanka").first()
    week = CalendarWeek.objects.get(calendar__key="sri-lanka")
    for path in (f"holidays/{holiday.pk}/", f"hours/{week.pk}/"):
        assert problem(admin.get(f"/calendars/moon/{path}")) == (404, "not-found")
        assert problem(admin.delete(f"/calendars/moon/{path}?reason=x")) == (404, "not-found")
        assert problem(caller(world.bob).get(f"{HERE}{path}")) == (404, "not-found")
    assert Holiday.objects.filter(pk=holiday.pk).exists()


OPERATIONS = [
    ("POST", "holidays/", VESAK, 201),
    ("POST", "hours/", None, 201),
    ("POST", "years/2030/confirmation/", {}, 200),
    ("DELETE", "holidays/{holiday}/?reason=x", None, 204),
    ("DELETE", "hours/{week}/?reason=x", None, 204),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), OPERATIONS, ids=lambda value: str(value)[:24])
@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager", "admin"])
def test_row_17_only_admins_change_calendars(world, caller, who, method, path, body, status):
    """row 17: roles and operations as data."""
    week = announced(40)
    path = path.format(holiday=Holiday.objects.filter(calendar__key="sri-lanka").first().pk, week=week.pk)
    sent = change() if path == "hours/" else body
    answer = caller(getattr(world, who)).call(method, HERE + path, sent)
    assert answer.status_code == (status if who == "admin" else 403)
    if who == "admin":
        token = caller(world.admin, "read", "tickets:write", "people:write")
        assert problem(token.call(method, HERE + path, sent)) == (403, "forbidden")


def announced(days: int) -> CalendarWeek:
    calendar = Calendar.objects.get(key="sri-lanka")
    given = {"hours": WORKDAYS, "reason": "A change", "actor": SYSTEM}
    set_support_hours(calendar=calendar, effective_from=day_of(days), **given)
    return CalendarWeek.objects.get(calendar=calendar, effective_from=day_of(days))


def day_of(days: int):
    return today_in(Calendar.objects.get(key="sri-lanka"), at=database_now()) + timedelta(days=days)


def test_hours_are_announced_and_withdrawn(world, caller):
    admin = caller(world.admin)
    made = admin.post(f"{HERE}hours/", change())
    assert made.status_code == 201
    shown = made.json()
    hours = {**WEEK, "sat": [["08:00", "12:00"]]}
    assert shown == {"id": shown["id"], "effective_from": day(30), "standing": "later", "hours": hours}
    where = f"{HERE}hours/{shown['id']}/"
    assert [item["standing"] for item in caller(world.alice).get(f"{HERE}hours/").json()["items"]] == ["now", "later"]
    assert problem(admin.post(f"{HERE}hours/", change())) == (409, "conflict")
    assert problem(admin.delete(f"{where}?reason=x", If_Match='"old"')) == (412, "stale")
    assert problem(admin.delete(where)) == (422, "invalid")
    assert admin.delete(f"{where}?reason=Not+yet", If_Match=made.headers["ETag"]).status_code == 204
    assert problem(admin.get(where)) == (404, "not-found")
    [first] = admin.get(f"{HERE}hours/").json()["items"]
    assert problem(admin.delete(f"{HERE}hours/{first['id']}/?reason=x")) == (409, "conflict")


def test_hours_that_begin_today_hold_at_once_and_cannot_be_withdrawn(world, caller):
    admin = caller(world.admin)
    made = admin.post(f"{HERE}hours/", change(0)).json()
    assert made["standing"] == "now"
    assert admin.get(HERE).json()["hours"]["sat"] == [["08:00", "12:00"]]
    assert [item["standing"] for item in admin.get(f"{HERE}hours/").json()["items"]] == ["past", "now"]
    assert problem(admin.delete(f"{HERE}hours/{made['id']}/?reason=x")) == (409, "conflict")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"effective_from": "2026-01-05"}, "effective_from"),
        ({"effective_from": "0001-01-01"}, "effective_from"),
        ({"effective_from": "9999-01-01"}, "effective_from"),
        ({"reason": " "}, "reason"),
        ({"hours": {}}, "hours"),
        ({"hours": {"mon": [["17:00", "08:00"]]}}, "hours"),
        ({"hours": {"mon": [["08:00", "24:30"]]}}, "hours"),
        ({"hours": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "hours"),
        ({"hours": {"mon": [["8", "17:00"]]}}, "hours.mon.0.0"),
        ({"hours": {"mon": [["08:00"]]}}, "hours.mon.0"),
        ({"hours": {"mon": "08:00"}}, "hours.mon"),
        ({"hours": {"monday": []}}, "hours.monday"),
        ({"hours": []}, "hours"),
    ],
)
def test_refused_hours_name_the_field_and_change_nothing(world, caller, more, field):
    answer = caller(world.admin).post(f"{HERE}hours/", change(**more))
    assert problem(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert CalendarWeek.objects.filter(calendar__key="sri-lanka").count() == 1


def test_a_year_is_confirmed_upon_what_was_read(world, caller):
    admin = caller(world.admin)
    seen = admin.get(HERE).headers["ETag"]
    where = f"{HERE}years/2030/confirmation/"
    done = admin.post(where, {}, If_Match=seen, Idempotency_Key="y")
    assert {"year": 2030, "confirmed": True} in done.json()["years"]
    assert (done.json(), done.headers["ETag"]) == (admin.get(HERE).json(), admin.get(HERE).headers["ETag"])
    assert admin.post(where, {}, If_Match=seen, Idempotency_Key="y").json() == done.json()
    assert problem(admin.post(where, {}, If_Match=seen)) == (412, "stale")
    assert problem(admin.post(f"{HERE}years/9999/confirmation/", {})) == (422, "invalid")
    assert problem(admin.post(f"{HERE}years/{10**30}/confirmation/", {})) == (422, "invalid")


def test_dates_with_hours_of_their_own_hide_their_note_from_clients(world, caller):
    calendar = Calendar.objects.get(key="sri-lanka")
    CalendarException.objects.create(calendar=calendar, date="2026-12-24", hours=[["08:00", "12:00"]], note="Half day")
    [ours] = caller(world.agent).get(f"{HERE}exceptions/").json()["items"]
    [theirs] = caller(world.alice).get(f"{HERE}exceptions/").json()["items"]
    assert (ours["date"], ours["hours"], ours["note"]) == ("2026-12-24", [["08:00", "12:00"]], "Half day")
    assert set(ours) - set(theirs) == {"note"}


@pytest.mark.parametrize("path", ["/calendars/", f"{HERE}holidays/", f"{HERE}hours/", f"{HERE}exceptions/"])
def test_a_list_costs_the_same_number_of_queries_at_any_length(world, caller, path):
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert agent.get(path).status_code == 200
        return len(taken)

    agent = caller(world.agent)
    agent.get(path)
    few = queries()
    calendar = Calendar.objects.get(key="sri-lanka")
    for number in range(1, 6):
        week = {"effective_from": "2021-01-01", "hours": WORKDAYS}
        made = create_calendar(key=f"c{number}", name="C", time_zone="UTC", week=week)
        publish(calendar=made, reason="New", actor=SYSTEM)
        add_holiday(
            calendar=calendar, day=day_of(4000 + number), name="H", categories=["poya"], source="S", actor=SYSTEM
        )
        announced(100 + number)
        CalendarException.objects.create(calendar=calendar, date=day_of(number), hours=[], note="x")
    assert queries() == few


def test_confirming_a_confirmed_year_changes_nothing(world, caller):
    admin = caller(world.admin)
    where = f"{HERE}years/2030/confirmation/"
    first = admin.post(where, {})
    again = admin.post(where, {})
    assert (again.status_code, again.json(), again.headers["ETag"]) == (200, first.json(), first.headers["ETag"])
    assert CalendarVersion.objects.filter(calendar__key="sri-lanka").count() == first.json()["version"]
