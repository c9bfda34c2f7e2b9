"""The admins' calendars: a year at a glance, a day of it, more than one calendar, and whose is which."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from helpdesk.accounts.queries import member_of
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope
from sla.listing import today_in, unready_calendars
from sla.models import Agreement, Calendar, CalendarVersion
from sla.operations.seeding import create_calendar
from sla.year import year_of
from tests.conftest import SignIn, World
from tests.sla.views.conftest import confirmed
from tests.support import actor_of
from tickets.models import Ticket
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.intake import open_ticket

LIST = "/settings/calendars/"
PAGE = f"{LIST}sri-lanka/"
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00")
NEW = {**WEEK, "key": "dubai", "name": "Dubai", "time_zone": "Asia/Dubai"}
SATURDAY = 5


def opened(world: World, *, severity: str = "P1", at: datetime = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)) -> Ticket:
    asked = {"subject": "Down", "description": "All of it", "severity": severity}
    with scope({world.acme.pk}):
        return open_ticket(
            organisation=world.acme, requester=world.alice, submission_key=uuid.uuid4(), actor=actor_of(world.alice),
            at=at, **asked,
        )  # fmt: skip


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


@pytest.fixture
def calendar(world: World) -> Calendar:
    return Calendar.objects.get(key="sri-lanka")


def test_only_admins_come_in_and_what_is_not_there_is_404(world: World, signed_in: SignIn, admin: Client) -> None:
    browser = signed_in(world.manager)
    for path in (LIST, PAGE, f"{PAGE}swap/", f"{PAGE}days/2026-12-25/"):
        assert (browser.get(path).status_code, browser.post(path, NEW).status_code) == (403, 403), path
    for path in (f"{LIST}moon/", f"{PAGE}days/2026-02-30/", f"{PAGE}days/1200-01-01/"):
        assert admin.get(path).status_code == 404, path
    assert admin.get(f"{PAGE}?year=2190").context["shown"].special == []


def test_a_year_shows_every_day_with_what_is_special_about_it(admin: Client, calendar: Calendar) -> None:
    own = {"edit": "own", "own-kind": "half_day", "own-hours": "08:00-12:30", "own-note": "Eve of the feast"}
    confirmed(admin, f"{PAGE}days/2026-12-24/", own)
    swap = {"closed": "2026-12-28", "worked": "2026-12-26", "note": "Year's end"}
    confirmed(admin, f"{PAGE}swap/", swap)
    shown = year_of(calendar, 2026)
    days = {day.date: day for month in shown.months for week in month.weeks for day in week if day is not None}
    assert len(days) == 365
    looks = {day: days[date(2026, 12, day)].look for day in (21, 23, 24, 25, 26, 27, 28)}
    assert looks == {
        21: "open", 23: "holiday", 24: "half", 25: "holiday", 26: "swapped", 27: "closed", 28: "swapped",
    }  # fmt: skip
    assert (days[date(2026, 12, 26)].hours, days[date(2026, 12, 28)].hours) == ("08:00-17:00", "closed")
    assert days[date(2026, 4, 3)].look == "noted", "Good Friday is public, and the desk is open"
    page = admin.get(f"{PAGE}?year=2026").content.decode()
    for said in ("Eve of the feast", "Christmas Day", "?year=2025", "?year=2027", "Half day"):
        assert said in page
    newest = CalendarVersion.objects.filter(calendar=calendar).latest("number")
    assert newest.spec["exceptions"]["2026-12-26"] == [["08:00", "17:00"]]


def test_a_days_holiday_is_added_changed_and_removed_each_with_a_version(admin: Client, calendar: Calendar) -> None:
    typed = {
        "edit": "holiday", "holiday-name": "A <day>", "holiday-categories": ["public"], "holiday-source": "Gazette 1",
    }  # fmt: skip
    there = f"{PAGE}days/2026-12-30/"
    confirmed(admin, there, typed)
    changed = {**typed, "holiday-categories": ["public", "mercantile"]}
    confirmed(admin, there, changed)
    row = calendar.holidays.get(date=date(2026, 12, 30))
    assert (row.name, row.closes_statutory) == ("A <day>", True)
    assert admin.post(there, {"edit": "no_holiday", "reason": " "}).status_code == 422
    confirmed(admin, there, {"edit": "no_holiday", "reason": "Withdrawn"})
    assert not calendar.holidays.filter(date=date(2026, 12, 30)).exists()
    reasons = CalendarVersion.objects.filter(calendar=calendar).order_by("-number").values_list("reason", flat=True)
    assert list(reasons[:3]) == [
        "Holiday removed: 2026-12-30 A <day>. Withdrawn",
        "Holiday changed: 2026-12-30 A <day>",
        "Holiday added: 2026-12-30 A <day>",
    ]


@pytest.mark.parametrize(
    ("path", "typed", "message"),
    [
        ("", {"date": "2026-12-25", "name": "X", "categories": ["public"], "source": "S"}, "is already a holiday"),
        ("days/2026-12-30/", {"edit": "own", "own-kind": "half_day", "own-hours": "12:00-08:00", "own-note": "x"},
         "12:00-08:00 ends before it starts."),
        ("days/2026-12-30/", {"edit": "own", "own-kind": "half_day", "own-hours": "08:00-12:00,11:00-13:00",
                              "own-note": "x"}, "11:00-13:00 overlaps the interval before it."),
        ("days/2026-12-30/", {"edit": "own", "own-kind": "half_day", "own-hours": "08:00-12:00", "own-note": " "},
         "Say why this date has hours of its own."),
        ("swap/", {"closed": "2026-12-27", "worked": "2026-12-26", "note": "x"}, "no support hours on this date"),
        ("swap/", {"closed": "2026-12-28", "worked": "2026-12-28", "note": "x"}, "Choose another date"),
        ("rule/", {"closes_on": "never"}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_a_refused_edit_says_why_and_changes_nothing(
    admin: Client, path: str, typed: dict[str, object], message: str
) -> None:
    before = CalendarVersion.objects.count()
    answer = admin.post(f"{PAGE}{path}", typed)
    assert answer.status_code in (409, 422)
    assert message in answer.content.decode().replace("&#x27;", "'")
    assert CalendarVersion.objects.count() == before


def test_a_second_calendar_is_made_and_refused_where_it_makes_no_sense(admin: Client) -> None:
    refusals = [
        ({"key": "sri-lanka"}, 409, "There is a calendar “sri-lanka” already."),
        ({"time_zone": "Asia/Atlantis"}, 422, "There is no time zone “Asia/Atlantis”."),
        (dict.fromkeys(WEEK, ""), 422, "A week without any support hours would never end a deadline"),
        ({"tue": "17:00-08:00"}, 422, "17:00-08:00 ends before it starts."),
    ]
    for change, status, message in refusals:
        answer = admin.post(LIST, {**NEW, **change})
        assert answer.status_code == status, message
        assert message in answer.content.decode()
        assert not Calendar.objects.filter(key="dubai").exists()
    assert admin.post(LIST, NEW).headers["Location"] == f"{LIST}dubai/"
    made = Calendar.objects.get(key="dubai")
    assert made.current_version is not None
    assert made.current_version.spec["tz"] == "Asia/Dubai"
    assert "Dubai" in admin.get(LIST).content.decode()


def test_every_page_of_an_admin_says_from_july_on_that_next_years_list_is_missing(
    admin: Client, world: World, signed_in: SignIn, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar.years.filter(year__gt=2026).delete()
    said = "has no holiday list of 2027 yet"
    for month, expected in ((6, False), (8, True)):
        at = datetime(2026, month, 1, tzinfo=UTC)
        monkeypatch.setattr("helpdesk.web.context.now", lambda at=at: at)
        assert (said in admin.get("/queue/").content.decode()) is expected
    assert said not in signed_in(world.agent).get("/queue/").content.decode()


def test_an_organisation_is_given_its_own_calendar_for_new_tickets_only(world: World, admin: Client) -> None:
    before = opened(world)
    admin.post(LIST, NEW)
    made = Calendar.objects.get(key="dubai")
    answer = admin.post("/settings/organisations/ACME/calendar/", {"calendar": made.pk})
    assert answer.headers["Location"] == "/settings/organisations/ACME/"
    with scope({world.acme.pk}):
        assert Agreement.objects.get().calendar_id == made.pk
        assert AuditEntry.objects.filter(action="agreement.calendar").count() == 1
    after = opened(world)
    assert (before.calendar.key, after.calendar.key) == ("sri-lanka", "dubai")


def test_a_planned_edit_shows_its_progress_then_its_effect_and_waits_for_a_decision(
    world: World, admin: Client, calendar: Calendar
) -> None:
    opened(world)
    typed = {"date": "2026-12-30", "name": "A <day>", "categories": ["mercantile"], "source": "Gazette 1"}
    there = admin.post(PAGE, typed).headers["Location"]
    counting = admin.get(there).content.decode()
    assert "every 1s" in counting
    assert "Stop counting" in counting
    work_off_plans()
    part = admin.get(there, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<section id="plan"')
    for said in ("Confirm the edit", "No open clock moves", "never earlier"):
        assert said in part
    assert "every 1s" not in part
    assert admin.post(f"{there}confirmation/", {"reach": "some"}).status_code == 422
    assert not calendar.holidays.filter(date=date(2026, 12, 30)).exists()
    assert admin.post(f"{there}leaving/").headers["Location"] == there
    assert "Nothing was changed." in admin.get(there).content.decode()
    assert admin.post(f"{there}confirmation/", {"reach": "new"}).status_code == 409
    assert "A &lt;day&gt;" in admin.get(f"{LIST}plans/").content.decode()
    assert admin.get(f"{LIST}plans/{uuid.uuid4()}/").status_code == 404


def test_the_figures_of_a_preview_add_up(world: World, admin: Client) -> None:
    """Open clocks move or stay; each of those that stay is kept, paused or neither, and the page says how many."""
    now, calendar = database_now(), Calendar.objects.get(key="sri-lanka")
    opened(world, severity="P3", at=now)
    ahead = [today_in(calendar, at=now) + timedelta(days=n) for n in range(1, 8)]
    working = [day for day in ahead if day.weekday() < SATURDAY and not calendar.holidays.filter(date=day).exists()]
    typed = {"date": working[0].isoformat(), "name": "A day", "categories": ["mercantile"], "source": "Gazette 1"}
    there = admin.post(f"{PAGE}?year={working[0].year}", typed).headers["Location"]
    work_off_plans()
    answer = admin.get(there)
    found, page = answer.context["impact"], " ".join(answer.content.decode().split())
    assert found["clocks"] > 0
    assert found["open"] == found["clocks"] + answer.context["stays"]
    assert answer.context["stays"] == found["kept"] + found["paused"] + answer.context["untouched"]
    assert f"clocks are open on tickets that it reaches: {found['clocks']} move" in page
    assert "Longest delay" in page


def test_a_year_is_confirmed_by_a_button_and_nonsense_is_not(admin: Client, calendar: Calendar) -> None:
    page = f"{PAGE}?year=2027"
    assert "Not confirmed" in admin.get(page).content.decode()
    answer = admin.post(f"{PAGE}confirmation/", {"year": "2027"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "Not confirmed" not in answer.content.decode()
    before = CalendarVersion.objects.count()
    for year in ("", "soon", "99999"):
        assert admin.post(f"{PAGE}confirmation/", {"year": year}).status_code == 422
    assert CalendarVersion.objects.count() == before
    assert admin.get("/settings/holidays/?calendar=sri-lanka&year=2027").headers["Location"] == page


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 6, 30, 18, 29, tzinfo=UTC), []),
        (datetime(2026, 6, 30, 18, 30, tzinfo=UTC), [(2027, False)]),  # the first of July in Colombo
        (datetime(2027, 7, 1, tzinfo=UTC), [(2028, True)]),
        (datetime(2025, 12, 31, tzinfo=UTC), []),
    ],
)
def test_admins_are_warned_from_july_on(world: World, at: datetime, expected: list[tuple[int, bool]]) -> None:
    create_calendar(key="always", name="Always", time_zone="UTC", week={"effective_from": "2021-01-01", "hours": {}})
    member = member_of(world.admin.user)
    assert [(one.year, one.is_missing) for one in unready_calendars(member, at=at)] == expected
