"""The admins' holiday list: by year, with its confirmed flag (POLICY 3, 6)."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from sla.listing import unready_calendars
from sla.models import Calendar, CalendarVersion, Holiday
from sla.operations.seeding import create_calendar
from tests.conftest import SignIn, World

PAGE = "/settings/holidays/"
TYPED = {
    "date": "2026-12-28",
    "name": "A special <holiday>",
    "categories": ["public", "mercantile"],
    "source": "Gazette 2500/01",
}


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


@pytest.fixture
def calendar(world: World) -> Calendar:
    return Calendar.objects.get(key="sri-lanka")


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}confirmation/", f"{PAGE}1/removal/"])
def test_only_admins_come_in(world: World, signed_in: SignIn, who: str, path: str) -> None:
    browser = signed_in(getattr(world, who))
    assert browser.get(path).status_code == 403
    assert browser.post(path, {**TYPED, "year": 2027, "reason": "because"}).status_code == 403


def test_a_year_is_shown_with_category_source_and_what_closes(admin: Client, calendar: Calendar) -> None:
    answer = admin.get(f"{PAGE}?year=2026")
    shown = answer.context["holidays"]
    assert shown == list(calendar.holidays.filter(date__year=2026).order_by("date"))
    page = answer.content.decode()
    assert "Confirmed" in page
    assert shown[0].name in page
    assert shown[0].category_names in page


def test_a_holiday_is_added_and_the_calendar_gets_a_version(admin: Client, calendar: Calendar) -> None:
    before = CalendarVersion.objects.filter(calendar=calendar).count()
    answer = admin.post(f"{PAGE}?calendar=sri-lanka&year=2026", TYPED, follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?calendar=sri-lanka&year=2026", 302)]
    added = calendar.holidays.get(date=date(2026, 12, 28))
    assert (added.name, added.categories, added.source, added.closes_statutory) == (
        "A special <holiday>",
        ["public", "mercantile"],
        "Gazette 2500/01",
        True,
    )
    assert CalendarVersion.objects.filter(calendar=calendar).count() == before + 1
    assert "A special &lt;holiday&gt;" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "status", "errors"),
    [
        ({"date": "2026-02-30"}, 422, {"date": ["There is no date “2026-02-30”."]}),
        ({"date": "30/02/2026"}, 422, {"date": ["Malformed date “30/02/2026”: write it as 2026-11-24."]}),
        ({"date": "9999-01-01"}, 422, {"date": ["Choose a year from 1900 to 2199."]}),
        ({"date": "2026-12-25"}, 409, {"date": ["25 December 2026 is already a holiday: Christmas Day."]}),
        ({"name": " "}, 422, {"name": ["Say what the holiday is called."]}),
        ({"categories": []}, 422, {"categories": ["Choose at least one category."]}),
        (
            {"categories": ["full moon"]},
            422,
            {"categories": ["Select a valid choice. full moon is not one of the available choices."]},
        ),
    ],
)
def test_a_refused_holiday_changes_nothing_and_keeps_what_was_typed(
    admin: Client, calendar: Calendar, change: dict[str, object], status: int, errors: dict[str, list[str]]
) -> None:
    before = (calendar.holidays.count(), CalendarVersion.objects.count())
    typed = {**TYPED, **change}
    answer = admin.post(f"{PAGE}?year=2026", typed)
    assert answer.status_code == status
    form = answer.context["form"]
    assert form.errors == errors
    assert {name: form[name].value() for name in typed} == typed
    # In the markup too: a browser's own date field would drop a date that does not exist.
    assert f'type="text" name="date" value="{typed["date"]}"' in answer.content.decode()
    assert (calendar.holidays.count(), CalendarVersion.objects.count()) == before


def test_a_holiday_is_removed_with_a_reason_only(admin: Client, calendar: Calendar) -> None:
    holiday = calendar.holidays.get(date=date(2026, 12, 25))
    page = f"{PAGE}{holiday.pk}/removal/"
    assert "Christmas Day" in admin.get(page).content.decode()
    refused = admin.post(page, {"reason": "  "})
    said = {"reason": ["Say why the holiday is removed."]}
    assert (refused.status_code, refused.context["form"].errors) == (422, said)
    assert Holiday.objects.filter(pk=holiday.pk).exists()
    answer = admin.post(page, {"reason": "Withdrawn by gazette 2501/02"})
    assert answer.headers["Location"] == f"{PAGE}?calendar=sri-lanka&year=2026"
    assert not Holiday.objects.filter(pk=holiday.pk).exists()
    newest = CalendarVersion.objects.filter(calendar=calendar).latest("number")
    assert newest.reason == "Holiday removed: 2026-12-25 Christmas Day. Withdrawn by gazette 2501/02"
    assert admin.get(page).status_code == 404


def test_a_year_is_confirmed_by_a_button(admin: Client, calendar: Calendar) -> None:
    page = f"{PAGE}?calendar=sri-lanka&year=2027"
    assert "Not confirmed" in admin.get(page).content.decode()
    answer = admin.post(f"{PAGE}confirmation/?calendar=sri-lanka", {"year": "2027"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "Not confirmed" not in answer.content.decode()
    assert calendar.years.get(year=2027).confirmed


@pytest.mark.parametrize("year", ["", "soon", "99999", "-1"])
def test_nonsense_is_not_confirmed(admin: Client, calendar: Calendar, year: str) -> None:
    before = CalendarVersion.objects.count()
    assert admin.post(f"{PAGE}confirmation/", {"year": year}).status_code == 422
    assert CalendarVersion.objects.count() == before


def test_unknown_calendars_and_odd_years_in_the_address_are_harmless(admin: Client) -> None:
    assert admin.get(f"{PAGE}?calendar=moon").status_code == 404
    assert admin.get(f"{PAGE}?year=next").status_code == 200
    assert admin.get(f"{PAGE}?year=2190").context["holidays"] == []


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 6, 30, 18, 29, tzinfo=UTC), []),
        (datetime(2026, 6, 30, 18, 30, tzinfo=UTC), [(2027, False)]),  # the first of July in Colombo
        (datetime(2027, 7, 1, tzinfo=UTC), [(2028, True)]),
        (datetime(2025, 12, 31, tzinfo=UTC), []),
    ],
)
def test_admins_are_warned_from_july_on(calendar: Calendar, at: datetime, expected: list[tuple[int, bool]]) -> None:
    create_calendar(key="always", name="Always", time_zone="UTC", week={"effective_from": "2021-01-01", "hours": {}})
    assert [(one.year, one.is_missing) for one in unready_calendars(at=at)] == expected
