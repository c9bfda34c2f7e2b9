"""Lists of holidays from elsewhere: read with their faults by line, compared, and taken only as far as ticked."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from icalendar import Calendar as Feed

from sla.engine.calendar import BusinessCalendar
from sla.engine.spec import CalendarSpec
from sla.importing.csv_list import read_csv
from sla.importing.found import Found, ListFault
from sla.importing.ics_list import read_ics
from sla.importing.package_list import read_package
from sla.models import Calendar, CalendarVersion
from sla.views.feed import feed_address, written
from tests.conftest import SignIn, World
from tests.sla.views.conftest import confirmed
from tests.support import colombo

PAGE = "/settings/calendars/sri-lanka/import/"
HEAD = "date,name,categories,source\n"
MINE = {"year": 2027, "categories": ["public"], "source": "Gazette 1"}


def event(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT"))


def ics(*events: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *events, "END:VCALENDAR")).encode()


def test_a_csv_list_is_read_in_order_with_what_its_rows_lack() -> None:
    text = "\ufeffDate,Name,Categories,Source\n2027-12-25,Christmas,public;mercantile,Gazette 2\n2027-01-15,Pongal,,\n"
    assert read_csv(text.encode(), **MINE) == [
        Found(date(2027, 1, 15), "Pongal", ("public",), "Gazette 1"),
        Found(date(2027, 12, 25), "Christmas", ("public", "mercantile"), "Gazette 2"),
    ]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"day,title\n2027-01-01,X\n", ["Line 1: the columns date, name are missing"]),
        (f"{HEAD}2027-02-30,X,,\n2027-01-02,,,\n".encode(), ["Line 2: there is no date", "Line 3: the name"]),
        (f"{HEAD}2026-01-15,X,,\n".encode(), ["Line 2: 2026-01-15 is not in 2027."]),
        (f"{HEAD}2027-01-15,X,,\n2027-01-15,Y,,\n".encode(), ["Line 3: 2027-01-15 stands on line 2 already."]),
        (f"{HEAD}2027-01-15,X,moon,\n".encode(), ["Line 2: “moon” is no category"]),
        (f'{HEAD}2027-01-15,"X,,\n'.encode(), ["Line 2: this is no CSV"]),
        (HEAD.encode(), ["There is no date in this list."]),
        (b"date,name\n2027-01-15,\xff\n", ["Line 2: this is no UTF-8 text."]),
        (b"x" * 500_001, ["The file is larger than 500 kB."]),
    ],
)  # fmt: skip
def test_a_csv_list_with_faults_names_each_with_its_line(content: bytes, faults: list[str]) -> None:
    with pytest.raises(ListFault) as raised:
        read_csv(content, **MINE)
    assert len(raised.value.faults) == len(faults)
    assert all(said.startswith(start) for said, start in zip(raised.value.faults, faults, strict=True))


@pytest.mark.parametrize("tz", ["Asia/Colombo", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago"])
def test_t2_t3_an_all_day_event_closes_its_own_date_and_no_other_east_and_west_of_utc(tz: str) -> None:
    listed = read_ics(ics(event("DTSTART;VALUE=DATE:20270115", "DTEND;VALUE=DATE:20270116", "SUMMARY:Pongal")), **MINE)
    week = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    spec = {"tz": tz, "week": week, "holidays": [one.date.isoformat() for one in listed]}
    calendar = BusinessCalendar(CalendarSpec.from_json(spec))
    opened = datetime(2027, 1, 14, 16, tzinfo=ZoneInfo(tz))
    windows = list(calendar.windows(opened, opened + timedelta(days=3)))
    local = [(opens.astimezone(calendar.zone), closes.astimezone(calendar.zone)) for opens, closes in windows]
    assert [(opens.day, opens.hour, closes.hour) for opens, closes in local] == [(14, 16, 17), (16, 8, 17), (17, 8, 16)]


def test_an_events_end_is_the_day_after_and_its_date_has_no_zone() -> None:
    listed = ics(
        event(
            "DTSTART;VALUE=DATE:20270115", "DTEND;VALUE=DATE:20270116", "SUMMARY:Pongal", "CATEGORIES:Mercantile,Fun"
        ),
        event("DTSTART;VALUE=DATE:20270413", "DTEND;VALUE=DATE:20270415", "SUMMARY:New Year"),
        event("DTSTART;VALUE=DATE:20271225", "SUMMARY:Christmas"),
    )
    assert [(one.date, one.name, one.categories) for one in read_ics(listed, **MINE)] == [
        (date(2027, 1, 15), "Pongal", ("mercantile",)),
        (date(2027, 4, 13), "New Year", ("public",)),
        (date(2027, 4, 14), "New Year", ("public",)),
        (date(2027, 12, 25), "Christmas", ("public",)),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"BEGIN:VCALENDAR\nnonsense\nEND:VCALENDAR\n", "Line 2: this is no iCalendar"),
        (ics(event("DTSTART:20270115T080000Z", "SUMMARY:X")), "Line 4: the event is no whole day."),
        (ics(event("DTSTART;VALUE=DATE:20270115", "RRULE:FREQ=YEARLY", "SUMMARY:X")), "Line 4: the event repeats"),
        (ics(event("DTSTART;VALUE=DATE:20270115")), "Line 4: the event has no name"),
        (ics(event("SUMMARY:X")), "Line 4: the event has no readable date"),
        (ics(event("DTSTART;VALUE=DATE:20270115", "DTEND;VALUE=DATE:20270101", "SUMMARY:X")), "Line 4: the event ends"),
        (ics(), "There is no date in this list."),
    ],
)  # fmt: skip
def test_an_ics_list_with_faults_names_each_with_its_line(content: bytes, fault: str) -> None:
    with pytest.raises(ListFault) as raised:
        read_ics(content, **MINE)
    assert raised.value.faults[0].startswith(fault)


def test_the_package_is_asked_for_years_that_it_knows_only() -> None:
    found = {one.date: one for one in read_package(country="LK", year=2026)}
    assert "public" in found[date(2026, 12, 25)].categories
    assert not {"mercantile", "poya"} & {category for one in found.values() for category in one.categories}
    for country, year, said in (("LK", 2027, "silently answer"), ("XX", 2026, "no country")):
        with pytest.raises(ListFault, match=said):
            read_package(country=country, year=year)


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


def test_only_ticked_differences_are_taken_and_only_after_a_preview(world: World, admin: Client) -> None:
    calendar = Calendar.objects.get(key="sri-lanka")
    rows = list(calendar.holidays.filter(date__year=2026).order_by("date"))
    kept = "".join(f'{row.date},"{row.name}",{";".join(row.categories)},S\n' for row in rows[2:])
    text = f"{HEAD}2026-12-30,A <day>,mercantile,Gazette 9\n{rows[1].date},Another name,public,S\n{kept}"
    sent = {"kind": "csv", "year": "2026", "categories": ["public"], "source": "Gazette 9"}
    page = admin.post(PAGE, {**sent, "file": SimpleUploadedFile("list.csv", text.encode())})
    shown = page.context["rows"]
    assert [(row.kind, row.taken) for row in shown] == [("removed", False), ("changed", True), ("added", True)]
    assert "A &lt;day&gt;" in page.content.decode()
    before = CalendarVersion.objects.count()
    proposal = page.context["kept"]
    nothing = admin.post(f"{PAGE}taking/", {"proposal": proposal})
    assert (nothing.status_code, "Tick at least one date" in nothing.content.decode()) == (422, True)
    again = nothing.context["rows"]  # still on the page, to be ticked there
    assert [(row.kind, row.change, row.before) for row in again] == [
        (row.kind, row.change, row.before) for row in shown
    ]
    assert not any(row.taken for row in again)
    assert admin.post(f"{PAGE}taking/", {"proposal": "forged", "take": "0"}).status_code == 422
    assert CalendarVersion.objects.count() == before
    confirmed(admin, f"{PAGE}taking/", {"proposal": proposal, "take": ["2"]})
    assert calendar.holidays.get(date=date(2026, 12, 30)).source == "Gazette 9"
    assert calendar.holidays.get(pk=rows[1].pk).name == rows[1].name


def test_what_is_wrong_with_a_list_comes_back_to_its_form(world: World, admin: Client, signed_in: SignIn) -> None:
    assert "What is read" in admin.get(PAGE).content.decode()
    refused = admin.post(PAGE, {"kind": "csv", "year": "2027"})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"file", "source", "categories"})
    late = admin.post(PAGE, {"kind": "package", "year": "2027", "country": "LK"})
    assert (late.status_code, "silently answer" in late.content.decode()) == (422, True)
    proposal = admin.post(PAGE, {"kind": "package", "year": "2026", "country": "LK"})
    assert not any(row.taken or row.kind == "removed" for row in proposal.context["rows"])
    assert signed_in(world.manager).get(PAGE).status_code == 403


def test_the_feed_is_behind_its_address_alone_and_keeps_its_ids(world: World) -> None:
    calendar = Calendar.objects.select_related("current_version").get(key="sri-lanka")
    address = feed_address(calendar)
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert Client().get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert Client().get(address.replace("sri-lanka", "moon")).status_code == 404
    assert Client().get(f"{address[:-6]}x.ics").status_code == 404
    assert calendar.current_version is not None
    at = colombo("2026-11-16 10:00")
    once, twice = (written(calendar.name, calendar.key, calendar.current_version, at=at) for _ in range(2))
    assert once == twice
    events = {str(one["UID"]).split("-sri")[0]: one for one in Feed.from_ical(once.decode()).walk("VEVENT")}
    christmas = events["2026-12-25"]
    assert (christmas.decoded("DTSTART"), christmas.decoded("DTEND")) == (date(2026, 12, 25), date(2026, 12, 26))
    assert "2026-04-03" not in events, "Good Friday does not close the desk"
