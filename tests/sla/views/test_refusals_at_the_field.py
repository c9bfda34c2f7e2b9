"""What cannot be is refused beside its field, in words of its own, with all that was typed; and it ends at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sla.models import Calendar, CalendarVersion, PlannedEdit, PolicyVersion
from tests.sla.views.test_policy_pages import EDIT, typed

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00")
NEW = {**WEEK, "key": "new", "name": "New", "time_zone": "Asia/Colombo"}
HOURS = {**WEEK, "effective_from": "2031-06-02", "reason": "Summer"}
HOLIDAY = {"date": "2031-06-03", "name": "A day", "categories": ["public"], "source": "A gazette"}
OWN = {"edit": "own", "own-kind": "half_day", "own-hours": "08:00-12:00", "own-note": "An eve"}
LIST = {"kind": "csv", "year": "2027", "categories": ["public"], "source": "A gazette"}
YEARS = "Choose a year from 1900 to 2199"


@pytest.fixture
def admin(world, signed_in):
    before = CalendarVersion.objects.count(), PolicyVersion.objects.count(), Calendar.objects.count()
    yield signed_in(world.admin)
    assert (CalendarVersion.objects.count(), PolicyVersion.objects.count(), Calendar.objects.count()) == before
    assert not PlannedEdit.objects.exists()


CASES = [
    ("/settings/calendars/", NEW, {**dict.fromkeys(WEEK, "")}, "mon", "open at least one day"),
    ("/settings/calendars/", NEW, {"tue": "08:00-12:00, 11:00-17:00"}, "tue", "overlap"),
    ("/settings/calendars/", NEW, {"wed": "17:00-08:00"}, "wed", "nds before it starts"),
    ("/settings/calendars/", NEW, {"wed": "08:00-08:00"}, "wed", "nds before it starts"),
    ("/settings/calendars/", NEW, {"thu": "08:00-25:00"}, "thu", "25:00"),
    ("/settings/calendars/", NEW, {"fri": "all day"}, "fri", "is not a span of time"),
    ("/settings/calendars/", NEW, {"time_zone": "Asia/Atlantis"}, "time_zone", "There is no time zone “Asia/Atlantis”"),
    ("/settings/calendars/", NEW, {"key": "sri-lanka"}, "key", "There is a calendar “sri-lanka” already"),
    ("/settings/calendars/", NEW, {"key": "Sri Lanka"}, "key", "letters, digits and hyphens only"),
    ("/settings/hours/", HOURS, {**dict.fromkeys(WEEK, "")}, "mon", "open at least one day"),
    ("/settings/hours/", HOURS, {"mon": "08:00-12:00, 11:00-17:00"}, "mon", "overlap"),
    ("/settings/hours/", HOURS, {"effective_from": "2020-01-01"}, "effective_from", "This date is past"),
    ("/settings/hours/", HOURS, {"effective_from": "2031-02-30"}, "effective_from", "2031-02-30"),
    ("/settings/hours/", HOURS, {"effective_from": "2500-01-01"}, "effective_from", YEARS),
    ("/settings/hours/", HOURS, {"reason": ""}, "reason", "Say why"),
    ("/settings/calendars/sri-lanka/", HOLIDAY, {"date": "2031-02-30"}, "date", "2031-02-30"),
    ("/settings/calendars/sri-lanka/", HOLIDAY, {"date": "0001-01-01"}, "date", YEARS),
    ("/settings/calendars/sri-lanka/", HOLIDAY, {"date": "2026-12-25"}, "date", "is already a holiday"),
    ("/settings/calendars/sri-lanka/", HOLIDAY, {"categories": []}, "categories", "Choose at least one category"),
    ("/settings/calendars/sri-lanka/", HOLIDAY, {"source": " "}, "source", "Say where this is written"),
    ("/settings/calendars/sri-lanka/import/", LIST, {}, "file", "Choose the file"),
    ("/settings/calendars/sri-lanka/import/", LIST, {"year": "99999"}, "year", YEARS),
    ("/settings/calendars/sri-lanka/import/", LIST, {"year": "soon"}, "year", YEARS),
    ("/settings/calendars/sri-lanka/import/", LIST, {"kind": "package", "country": "XX"}, "country", "no country “XX”"),
    (
        "/settings/calendars/sri-lanka/import/",
        LIST,
        {"kind": "package", "year": "2190", "country": "LK"},
        "year",
        "knows LK from",
    ),
]


@pytest.mark.parametrize(("page", "whole", "other", "field", "said"), CASES)
def test_a_calendars_refusal_stands_beside_its_field(admin, page, whole, other, field, said):
    answer = admin.post(page, {**whole, **other})
    assert answer.status_code in (409, 422)
    form = answer.context["form"]
    assert said in str(form.errors[field])
    assert set(form.errors) <= {field, "file"}, "no file can be typed here"
    for name in form.fields:
        if name != "file":
            assert (form[name].value() or []) == ({**whole, **other}.get(name) or []), "what was typed is still there"


@pytest.mark.parametrize(
    ("other", "field", "said"),
    [
        ({"own-hours": "08:00-12:00, 11:00-17:00"}, "hours", "overlap"),
        ({"own-hours": "17:00-08:00"}, "hours", "nds before it starts"),
        ({"own-note": ""}, "note", "Say why"),
        ({"own-kind": "none"}, "kind", "not one of the available choices"),
    ],
)
def test_a_dates_refusal_stands_beside_its_field(admin, other, field, said):
    answer = admin.post("/settings/calendars/sri-lanka/days/2031-06-03/", {**OWN, **other})
    assert answer.status_code == 422
    assert said in str(answer.context["own_form"].errors[field])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,name\n2026-01-15,Pongal\n", "Line 2: 2026-01-15 is not in 2027"),
        ("date,name\n2027-02-30,Pongal\n", "Line 2: there is no date “2027-02-30”"),
        ("date,name\n2027-01-15,A\n2027-01-15,B\n", "Line 3: 2027-01-15 stands on line 2 already"),
        ("day,name\n2027-01-15,A\n", "Line 1: the columns date are missing"),
        ("", "Line 1: the columns date, name are missing"),
        ("date,name\n", "There is no date in this list"),
    ],
)
def test_a_lists_faults_are_told_by_line_beside_the_file(admin, text, said):
    file = SimpleUploadedFile("list.csv", text.encode() or b"\n")
    answer = admin.post("/settings/calendars/sri-lanka/import/", {**LIST, "file": file})
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors["file"])
    assert answer.content.decode().count(said) == 1, "it is said once"


SEVERITY = [
    ("P1_response_minutes", "0", "1 to 200000 support minutes"),
    ("P1_response_minutes", "-5", "no span of support time"),
    ("P1_limit_minutes", "99999999 d", "1 to 200000 support minutes"),
    ("P1_limit_minutes", "0,5", "counted in whole minutes"),
    ("P1_target_minutes", "3 d", "The target is later than the limit"),
    ("P1_limit_minutes", "1 h", "The target is later than the limit"),
    ("P4_response_minutes", "1", "later than for P4"),
    ("P2_name", " ", "Say what the severity is called"),
]
AT_ANOTHER = {"P1_limit_minutes 1 h": "P1-target_minutes", "P4_response_minutes 1": "P3-response_minutes"}


@pytest.mark.parametrize(("name", "value", "said"), SEVERITY)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_a_severitys_refusal_is_said_once_beside_its_field(admin, name, value, said, button):
    answer = admin.post(EDIT, typed(admin, reason="Tried", **{name: value, button: "1"}))
    assert answer.status_code == 422
    where = AT_ANOTHER.get(f"{name} {value}", name.replace("_", "-", 1))
    severity, _dash, field = where.partition("-")
    assert said in str(answer.context["rows"][severity].errors[field])
    assert not answer.context["form"].errors
    part = admin.post(EDIT, typed(admin, **{name: value}), headers={"HX-Request": "true"}).content.decode()
    assert f"{severity}: " in part
    assert f"{severity}: {severity}" not in part
    assert part.count(said) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("working_day_minutes", "0", "1 to 1440 support minutes"),
        ("working_day_minutes", "-540", "1 to 1440 support minutes"),
        ("working_day_minutes", "9 h", "1 to 1440 support minutes"),
        ("warn_percent", "100", "1 to 99 per cent"),
        ("warn_percent", "0", "1 to 99 per cent"),
        ("reopen", "99999999 d", "longer than can be counted"),
        ("users_part", "\n".join("x" * 10 for _ in range(31)), "At most 30 lines"),
        ("effective_on", "2020-01-01", "This date is past"),
        ("effective_on", "2500-01-01", YEARS),
    ],
)
def test_a_figures_refusal_stands_beside_its_field(admin, field, value, said):
    answer = admin.post(EDIT, typed(admin, reason="Tried", P2_name="Greater", save="1", **{field: value}))
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors[field])
    assert answer.context["form"][field].value() == value


def test_all_that_is_wrong_is_said_at_once(admin):
    wrong = {"P1_response_minutes": "0", "P2_target_minutes": "", "reopen": "99999999 d", "not_covered": ""}
    answer = admin.post(EDIT, typed(admin, reason="Tried", save="1", **wrong))
    assert set(answer.context["form"].errors) == {"reopen", "not_covered"}
    found = {severity: set(row.errors) for severity, row in answer.context["rows"].items() if row.errors}
    assert found == {"P1": {"response_minutes"}, "P2": {"target_minutes"}}


def test_a_policy_without_targets_is_refused_in_one_sentence(admin):
    nothing = {f"{severity}_{name}_minutes": "" for severity in ("P1", "P2", "P3", "P4")
               for name in ("response", "target", "limit")}  # fmt: skip
    answer = admin.post(EDIT, typed(admin, reason="Tried", save="1", **nothing))
    assert answer.status_code == 422
    assert answer.content.decode().count("A policy without targets promises nothing") == 2, "above, and by the examples"
