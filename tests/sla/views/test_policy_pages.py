"""The admins' pages about support policies."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.lib.tenancy import system_scope
from sla.models import Policy, PolicyVersion
from sla.operations.policies import newest_version
from sla.policy_spec import drawn, spec_of
from tests.support import actor_of
from tickets.operations.edits.impact import work_off_plans
from tickets.operations.intake import open_ticket

LIST, ONE, EDIT = "/settings/policies/", "/settings/policies/standard/", "/settings/policies/standard/edit/"


@pytest.fixture
def admin(world, signed_in):
    return signed_in(world.admin)


def typed(admin, **other):
    """What the editor's forms would send unchanged, with other values; `P1_limit_minutes` for a severity's."""
    answer = admin.get(EDIT)
    form, rows = answer.context["form"], answer.context["rows"]
    sent = {name: form[name].value() for name in form.fields}
    for severity, row in rows.items():
        sent |= {f"{severity}-{name}": row[name].value() for name in row.fields}
    sent |= {name.replace("_", "-", 1) if name[:1] == "P" else name: value for name, value in other.items()}
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def published(admin, sent, *, reach="new"):
    """The edit, counted and confirmed; the answer of its page afterwards."""
    there = admin.post(EDIT, sent).headers["Location"]
    work_off_plans()
    assert admin.post(f"{there}confirmation/", {"reach": reach}).status_code == 302
    work_off_plans()
    return admin.get(there)


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
@pytest.mark.parametrize("path", [LIST, ONE, EDIT])
def test_only_admins_come_in(world, signed_in, who, path):
    assert signed_in(getattr(world, who)).get(path).status_code == 403


def test_the_editor_offers_the_newest_version_and_its_examples(admin):
    answer = admin.get(EDIT)
    assert answer.context["rows"]["P1"]["limit_minutes"].value() == "2 d"
    assert answer.context["form"]["reopen"].value() == "5 d"
    assert answer.context["examples"]["cases"][0].title == "Friday, 16:59"
    assert 'name="preview"' in answer.content.decode(), "without JavaScript"


def test_a_preview_computes_the_draft_and_saves_nothing(admin):
    sent = typed(admin, P1_response_minutes="90 min", P1_response_text="", preview="1")
    answer = admin.post(EDIT, sent)
    assert answer.status_code == 200
    response = answer.context["examples"]["cases"][0].rows[0][1][0]
    assert response.budget.total_seconds() == 90 * 60
    assert PolicyVersion.objects.filter(policy__key="standard").count() == 1
    part = admin.post(EDIT, sent, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div class="stack" id="examples">')


def test_a_save_is_a_version_with_words_for_what_was_left_empty(admin):
    sent = typed(
        admin, P1_response_minutes="4h", P1_response_text="", P2_limit_minutes="4,5 d", P2_resolution_text="",
        reason="Faster", waiting_pauses_response="", save="1",
    )  # fmt: skip
    published(admin, sent)
    version = newest_version(Policy.objects.get(key="standard"))
    rows = {row.severity: row for row in version.targets.all()}
    assert (rows["P1"].response_minutes, rows["P1"].response_text) == (240, "within 240 minutes of support time")
    assert (rows["P2"].limit_minutes, rows["P2"].resolution_text) == (2430, "within 2430 minutes of support time")
    assert (version.waiting_pauses_response, version.waiting_pauses_resolution) == (False, True)
    assert version.users_part == PolicyVersion.objects.get(number=1, policy__key="standard").users_part
    page = admin.get(ONE).content.decode()
    assert "P1, first response, minutes: 540 → 240" in page
    assert "Faster" in page


def test_published_words_follow_the_times_unless_they_are_changed_too(admin):
    own = {"P2_response_text": "within two days, at the latest"}
    sent = typed(admin, P1_response_minutes="1 h", P2_response_minutes="1 d", P3_limit_minutes="8 d", **own)
    published(admin, {**sent, "reason": "Faster", "save": "1"})
    rows = {row.severity: row for row in newest_version(Policy.objects.get(key="standard")).targets.all()}
    assert rows["P1"].response_text == "within 60 minutes of support time"
    assert rows["P2"].response_text == "within two days, at the latest"
    assert (rows["P3"].response_text, rows["P3"].resolution_text) == (
        "within 3 working days",
        "within 7-8 working days",
    )
    assert rows["P2"].resolution_text == "within 3-5 business days"


@pytest.mark.parametrize(
    ("other", "where", "said"),
    [
        ({"P1_response_minutes": "soon"}, ("P1", "response_minutes"), "no span of support time"),
        ({"P1_response_minutes": "0.5"}, ("P1", "response_minutes"), "counted in whole minutes"),
        (
            {"P1_response_minutes": "3 d"},
            ("P1", "response_minutes"),
            "would be due after the resolution’s limit",
        ),
        ({"P3_limit_minutes": ""}, ("P3", "limit_minutes"), "Target and limit go together"),
        ({"reopen": "later"}, ("reopen",), "no span of support time"),
        ({"effective_on": "2026-02-30"}, ("effective_on",), "2026-02-30"),
        ({"effective_on": "2020-01-01"}, ("effective_on",), "This date is past"),
        ({"working_day_minutes": ""}, ("working_day_minutes",), "how many support minutes"),
        ({"not_covered": " \n "}, ("not_covered",), "An empty list"),
        ({"organisation": "NOBODY"}, ("organisation",), "not one of the available choices"),
        ({"reason": ""}, ("reason",), "Say why"),
    ],
)
def test_a_refusal_stands_beside_its_field(admin, other, where, said):
    answer = admin.post(EDIT, typed(admin, **{"reason": "Tried", "P2_name": "Greater", "save": "1", **other}))
    assert answer.status_code == 422
    found = answer.context["form"] if len(where) == 1 else answer.context["rows"][where[0]]
    assert said in str(found.errors[where[-1]])
    assert said.replace("’", "’") in answer.content.decode()
    assert PolicyVersion.objects.filter(policy__key="standard").count() == 1


def test_an_edit_that_began_from_an_older_version_is_refused(admin):
    sent = typed(admin, warn_percent="60", reason="First", save="1")
    published(admin, sent)
    again = admin.post(EDIT, {**sent, "warn_percent": "50"})
    assert again.status_code == 409
    assert "Version 2 was published meanwhile" in again.content.decode()


def test_a_client_reads_the_new_version_on_the_public_page(admin, world, signed_in):
    own = {"P1_response_minutes": "90", "P1_response_text": "", "organisation": "ACME", "reason": "Agreed"}
    published(admin, typed(admin, **own, save="1"))
    assert "within 90 minutes of support time" in signed_in(world.alice).get("/policy/").content.decode()
    assert "within 90 minutes of support time" not in signed_in(world.bob).get("/policy/").content.decode()


def test_the_list_asks_as_much_of_the_database_for_one_policy_as_for_twenty(admin):
    def statements():
        with CaptureQueriesContext(connection) as told:
            assert admin.get(LIST).status_code == 200
        return len(told)

    few = statements()
    first = PolicyVersion.objects.get(policy__key="standard", number=1)
    for n in range(20):
        version, _rows = drawn(spec_of(first))
        version.policy = Policy.objects.create(key=f"more-{n}", name=f"More {n}")
        version.number, version.effective_from, version.reason = 1, timezone.now(), "More"
        version.save()
    assert statements() == few


def test_an_unknown_policy_is_not_found(admin):
    assert admin.get("/settings/policies/none/").status_code == 404
    assert admin.get("/settings/policies/none/edit/").status_code == 404


def test_the_preview_of_an_edit_tells_what_it_would_move_and_offers_the_choice(admin, world, submit_one):
    there = admin.post(EDIT, typed(admin, P1_limit_minutes="4 d", reason="Longer", save="1")).headers["Location"]
    work_off_plans()
    answer = admin.get(there)
    assert (answer.context["impact"]["clocks"], answer.context["impact"]["tickets"]) == (1, 1)
    page = answer.content.decode()
    assert 'id="reach-new" checked' in page
    assert "P1, resolution limit, minutes: 1080 → 2160" in page
    assert "Longer" in page
    refused = admin.post(f"{there}confirmation/", {"reach": ""})
    assert refused.status_code == 422
    assert PolicyVersion.objects.filter(policy__key="standard").count() == 1
    assert admin.get("/settings/calendars/plans/").context["rows"][0][1].startswith("P1, resolution limit")


def test_running_tickets_are_moved_from_the_policys_page_with_a_reason(admin, world, signed_in, submit_one):
    published(admin, typed(admin, P1_limit_minutes="4 d", reason="Longer", save="1"))
    assert admin.post(ONE, {"reason": ""}).status_code == 422
    there = admin.post(ONE, {"reason": "The client agreed"}).headers["Location"]
    work_off_plans()
    assert 'name="reach" value="running"' in admin.get(there).content.decode()
    assert admin.post(f"{there}confirmation/", {"reach": "running"}).status_code == 302
    work_off_plans()
    assert "running tickets are counted by it" in admin.get(there).content.decode()
    page = signed_in(world.alice).get(submit_one.path).content.decode()
    assert "Policy version 1 → 2: The client agreed" in page
    assert "The support policy changed: resolution limit moved later." in page


def test_a_version_for_a_day_to_come_is_offered_for_new_tickets_alone(admin, submit_one):
    typed_later = typed(admin, P1_limit_minutes="4 d", effective_on="2031-01-01", reason="Later", save="1")
    there = admin.post(EDIT, typed_later).headers["Location"]
    work_off_plans()
    page = admin.get(there).content.decode()
    assert "For tickets opened from 01 January 2031 on" in page
    assert "reach-running" not in page
    refused = admin.post(f"{there}confirmation/", {"reach": "running"})
    assert refused.status_code == 422
    assert "reaches new tickets only" in refused.content.decode()


@pytest.fixture
def submit_one(world):
    """A P1 of Alice's, opened now."""
    with system_scope("a test opens a ticket"):
        return open_ticket(
            organisation=world.acme, requester=world.alice, subject="Invoices fail", description="Every invoice.",
            severity="P1", actor=actor_of(world.alice),
        )  # fmt: skip
