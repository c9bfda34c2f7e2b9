"""The admins' support hours."""

from datetime import date

import pytest
from django.test import Client

from sla.listing import weeks_of
from sla.models import Calendar, CalendarVersion, CalendarWeek
from tests.conftest import SignIn, World
from tests.sla.views.conftest import confirmed

PAGE = "/settings/hours/"
TYPED = {
    "effective_from": "2027-03-01",
    "mon": "13:00-17:00, 8:00 – 12:00",
    "tue": "08:00-17:00",
    "wed": "08:00-17:00",
    "thu": "08:00-17:00",
    "fri": "00:00-24:00",
    "sat": "",
    "sun": "",
    "reason": "Lunch is closed on Mondays",
}


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
def test_only_admins_come_in(world: World, signed_in: SignIn, who: str) -> None:
    browser = signed_in(getattr(world, who))
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, TYPED).status_code == 403


def test_the_week_in_force_is_shown_and_offered_for_change(admin: Client) -> None:
    answer = admin.get(PAGE)
    [week] = answer.context["weeks"]
    assert week.standing == "now"
    assert week.days == [
        *((day, "08:00-17:00") for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")),
        ("Saturday", ""),
        ("Sunday", ""),
    ]
    assert answer.context["form"]["fri"].value() == "08:00-17:00"


def test_hours_change_from_a_date_with_several_intervals_a_day(admin: Client) -> None:
    confirmed(admin, PAGE, TYPED)
    week = CalendarWeek.objects.get(calendar__key="sri-lanka", effective_from=date(2027, 3, 1))
    assert week.hours["mon"] == [["08:00", "12:00"], ["13:00", "17:00"]]
    assert week.hours["fri"] == [["00:00", "24:00"]]
    assert week.hours["sat"] == []
    assert CalendarVersion.objects.latest("number").reason.endswith("Lunch is closed on Mondays")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"mon": "17:00-08:00"}, "mon", "17:00-08:00 ends before it starts."),
        ({"tue": "08:00-12:00, 11:00-13:00"}, "tue", "11:00-13:00 overlaps the interval before it."),
        ({"wed": "08:00-25:00"}, "wed", "There is no time '25:00' in a day."),
        (
            {"thu": "all day"},
            "thu",
            "“all day” is not a span of time. Write 08:00-17:00, several with commas between.",
        ),
        ({"effective_from": "2026-02-30"}, "effective_from", "There is no date “2026-02-30”."),
        ({"reason": " "}, "reason", "Say why the support hours change."),
        (
            dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ""),
            "mon",
            "A week without any support hours would never end a deadline: open at least one day.",
        ),
    ],
)
def test_refused_hours_change_nothing_and_keep_what_was_typed(
    admin: Client, change: dict[str, str], field: str, message: str
) -> None:
    typed = {**TYPED, **change}
    before = (CalendarWeek.objects.count(), CalendarVersion.objects.count())
    answer = admin.post(PAGE, typed)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors == {field: [message]}
    assert {name: form[name].value() for name in typed} == typed
    assert (CalendarWeek.objects.count(), CalendarVersion.objects.count()) == before


def test_weeks_stand_before_in_and_after_their_time(admin: Client) -> None:
    confirmed(admin, PAGE, TYPED)
    confirmed(admin, PAGE, {**TYPED, "effective_from": "2027-06-01"})
    calendar = Calendar.objects.get(key="sri-lanka")
    standing = [(week.effective_from, week.standing) for week in weeks_of(calendar, today=date(2027, 3, 1))]
    assert standing == [
        (date(2027, 6, 1), "later"),
        (date(2027, 3, 1), "now"),
        (date(2021, 1, 1), "past"),
    ]


def announced(admin: Client) -> str:
    confirmed(admin, PAGE, TYPED)
    week = CalendarWeek.objects.get(calendar__key="sri-lanka", effective_from=date(2027, 3, 1))
    return f"{PAGE}{week.pk}/withdrawal/"


def test_a_past_date_and_a_date_with_a_change_are_refused(admin: Client) -> None:
    assert admin.post(PAGE, {**TYPED, "effective_from": "2026-01-05"}).context["form"].errors == {
        "effective_from": ["This date is past. Support hours change from today on, or later."]
    }
    announced(admin)
    again = admin.post(PAGE, TYPED)
    assert again.status_code == 409
    assert again.context["form"].errors == {
        "effective_from": ["A change of the support hours on 01 March 2027 is announced already. Withdraw it first."]
    }


def test_an_announced_change_is_withdrawn_from_its_page(admin: Client) -> None:
    where = announced(admin)
    assert where in admin.get(PAGE).content.decode()
    assert admin.get(where).status_code == 200
    assert admin.post(where, {"reason": ""}).status_code == 422
    confirmed(admin, where, {"reason": "Not yet"})
    assert [str(week.effective_from) for week in CalendarWeek.objects.filter(calendar__key="sri-lanka")] == [
        "2021-01-01"
    ]
    latest = CalendarVersion.objects.latest("number")
    assert latest.reason == "Change of support hours on 2027-03-01 withdrawn. Not yet"
    assert latest.spec["versions"] == []
    assert admin.get(where).status_code == 404


def test_hours_in_force_are_not_withdrawn(admin: Client) -> None:
    week = CalendarWeek.objects.get(calendar__key="sri-lanka")
    answer = admin.post(f"{PAGE}{week.pk}/withdrawal/", {"reason": "x"})
    assert answer.status_code == 409
    assert CalendarWeek.objects.filter(pk=week.pk).exists()


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
def test_only_admins_withdraw(world: World, signed_in: SignIn, admin: Client, who: str) -> None:
    where = announced(admin)
    assert signed_in(getattr(world, who)).post(where, {"reason": "x"}).status_code == 403
    assert CalendarWeek.objects.filter(calendar__key="sri-lanka").count() == 2
