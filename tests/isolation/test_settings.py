"""Settings as an admin of one organisation sees them: nothing there tells that there are others."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import timezone

from helpdesk.accounts.models import StaffService
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import system_scope
from helpdesk.web.urls import settings_urls
from sla.models import Agreement, Calendar, CalendarWeek, Policy
from sla.operations.agreements import set_calendar
from sla.operations.calendars import add_holiday, make_calendar, set_support_hours
from sla.operations.planning import plan_calendar_edit
from sla.operations.policies import newest_version, publish_policy
from sla.operations.policy_planning import plan_policy_edit
from sla.policy_spec import spec_of
from status.operations.terms import TermsText, set_terms
from tests.api.conftest import Caller, token_for
from tests.isolation.conftest import CANARY, world_with_a_pair
from tests.support import actor_of
from tickets.operations.edits.impact import work_off_plans

TOLD = re.compile(rf"globex|{CANARY}|their-hours|their hours", re.IGNORECASE)
WEEK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def make_stage():
    """A policy, a calendar and planned edits of Globex's own; every name would tell that it is there."""
    world = world_with_a_pair()
    whole, at = actor_of(world.admin), timezone.now()
    with system_scope("the tests' other organisation has everything of its own"):
        standard = Policy.objects.get(key="standard")
        draft = {**spec_of(newest_version(standard)), "warn_percent": 60}
        facts = {"spec": draft, "effective_on": None, "reason": "For Globex", "actor": whole}
        publish_policy(policy=standard, organisation=world.globex, seen=1, **facts)
        policy = Agreement.objects.get(organisation=world.globex).policy
        calendar = make_calendar(
            key="their-hours", name="Their hours", time_zone="Asia/Colombo", hours=WEEK, actor=whole
        )
        set_calendar(organisation=world.globex, calendar=calendar, actor=whole)
        add_holiday(
            calendar=calendar, day=date(2031, 6, 3), name=CANARY, categories=["public"], source=CANARY, actor=whole
        )
        set_support_hours(calendar=calendar, hours=WEEK, effective_from=date(2032, 1, 5), reason=CANARY, actor=whole)
        closed = {"do": "day.set", "date": "2031-07-01", "hours": [], "note": CANARY}
        plans = [
            plan_calendar_edit(calendar=calendar, changes=[closed], year=2031, actor=whole, at=at),
            plan_policy_edit(policy=policy, **{**facts, "spec": {**draft, "warn_percent": 50}}, seen=2),
            plan_calendar_edit(
                calendar=Calendar.objects.get(key="sri-lanka"), changes=[closed], year=2031, actor=whole, at=at
            ),
        ]
        work_off_plans()
        terms = TermsText(effective_from=at.date(), reason=f"Agreed with {CANARY}", target_percent=Decimal("99.9"))
        set_terms(actor=whole, text=terms, organisation=world.globex)
        set_terms(actor=whole, text=TermsText(effective_from=at.date(), reason="For all"))
    world.theirs = {"policy": policy, "calendar": calendar, "plans": plans}
    return world


@pytest.fixture
def theirs(world):
    return world.theirs


@pytest.fixture
def part(world):
    """An admin who serves ACME alone, as `world.admin` does from here on."""
    world.admin.serves_all = False
    world.admin.save()
    with system_scope("the tests' admin serves less"):
        StaffService.objects.create(staff=world.admin, organisation=world.acme)
    return world.admin


def plain_pages() -> list[str]:
    """The addresses of Settings that name nothing."""
    found = []
    for one in settings_urls:
        assert isinstance(one, URLPattern)
        try:
            found.append(reverse(f"settings:{one.name}"))
        except NoReverseMatch:
            continue
    return sorted(set(found))


def of_everybody() -> list[str]:
    """Pages about what everybody has, with the forms that somebody with limits cannot send."""
    day = ["sri-lanka", "2026-12-25"]
    return [
        reverse("settings:policy", args=["standard"]),
        reverse("settings:policy_edit", args=["standard"]),
        reverse("settings:calendar", args=["sri-lanka"]),
        reverse("settings:calendar_day", args=day),
        reverse("settings:calendar_swap", args=["sri-lanka"]),
        reverse("settings:calendar_import", args=["sri-lanka"]),
        f"{reverse('settings:hours')}?calendar=sri-lanka",
        f"{reverse('settings:matrix')}?organisation=ACME&severity=P1&at=2026-11-20+16:50",
        reverse("settings:organisation", args=["ACME"]),
        f"{reverse('settings:audit')}?log=vendor",
        f"{reverse('settings:people')}?text=a",
    ]


def test_no_page_of_settings_tells_that_there_is_another_organisation(world, theirs, part, signed_in):
    browser = signed_in(part)
    read = 0
    for path in [*plain_pages(), *of_everybody()]:
        answer = browser.get(path)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert TOLD.findall(text) == [], path
        read += answer.status_code == 200
    assert read > 30


def test_who_serves_everybody_sees_all_of_it(world, theirs, signed_in):
    browser = signed_in(world.admin)
    told = [path for path in plain_pages() if TOLD.search(browser.get(path).content.decode())]
    lists = {reverse(f"settings:{name}") for name in ("policies", "calendars", "plans", "organisations", "hours")}
    assert lists <= set(told), "what must not leak is there to leak"


def test_what_another_organisation_has_of_its_own_is_not_there(world, theirs, part, signed_in):
    browser, policy, calendar = signed_in(part), theirs["policy"], theirs["calendar"]
    week = CalendarWeek.objects.get(calendar=calendar, effective_from=date(2032, 1, 5))
    plans = [reverse("settings:plan", args=[plan.public_id]) for plan in theirs["plans"]]
    reads = [
        reverse("settings:policy", args=[policy.key]),
        reverse("settings:policy_edit", args=[policy.key]),
        reverse("settings:calendar", args=[calendar.key]),
        reverse("settings:calendar_day", args=[calendar.key, "2031-06-03"]),
        reverse("settings:calendar_swap", args=[calendar.key]),
        reverse("settings:calendar_import", args=[calendar.key]),
        f"{reverse('settings:hours')}?calendar={calendar.key}",
        f"{reverse('settings:holidays')}?calendar={calendar.key}",
        reverse("settings:withdrawal", args=[week.pk]),
        *plans,
    ]
    posts = [
        reverse("settings:calendar_rule", args=[calendar.key]),
        reverse("settings:year_confirmation", args=[calendar.key]),
        reverse("settings:calendar_taking", args=[calendar.key]),
        *(f"{plan}{verb}/" for plan in plans for verb in ("confirmation", "leaving", "recount")),
    ]
    answers = [browser.get(path) for path in reads] + [browser.post(path, {"reach": "new"}) for path in posts]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert [answer for answer in answers if TOLD.search(answer.content.decode())] == []


def test_a_new_organisation_is_offered_only_what_who_adds_it_sees(world, theirs, part, signed_in):
    browser = signed_in(part)
    form = browser.get(reverse("settings:organisations")).context["form"]
    assert [one.key for one in form.fields["calendar"].queryset] == ["sri-lanka"]
    assert [one.key for one in form.fields["policy"].queryset] == ["standard"]
    sent = {"key": "INITECH", "name": "Initech", "account_manager": world.manager.pk, "deputy": ""}
    sent |= {"calendar": theirs["calendar"].pk, "policy": theirs["policy"].pk}
    refused = browser.post(reverse("settings:organisations"), sent)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"calendar", "policy"}
    taken = browser.post(reverse("settings:organisation_calendar", args=["ACME"]), {"calendar": theirs["calendar"].pk})
    assert taken.status_code == 422
    with system_scope("a test looks"):
        assert Agreement.objects.get(organisation=world.acme).calendar.key == "sri-lanka"


def test_a_calendar_is_seen_by_its_maker_before_an_organisation_has_it(world, part, signed_in):
    browser = signed_in(part)
    week = dict.fromkeys(WEEK, "08:00-17:00")
    made = browser.post("/settings/calendars/", {"key": "ours", "name": "Ours", "time_zone": "UTC", **week})
    assert made.headers["Location"] == "/settings/calendars/ours/"
    assert browser.get("/settings/calendars/ours/").status_code == 200
    form = browser.get(reverse("settings:organisation", args=["ACME"])).context["calendar_form"]
    assert {one.key for one in form.fields["calendar"].queryset} == {"ours", "sri-lanka"}
    make_calendar(key="unused", name="Unused", time_zone="UTC", hours=WEEK, actor=SYSTEM)
    assert browser.get("/settings/calendars/unused/").status_code == 404


def test_what_open_tickets_are_still_counted_by_stays_in_sight(world, pair, part, signed_in):
    with system_scope("the tests' calendars"):
        old = make_calendar(key="old", name="Old", time_zone="UTC", hours=WEEK, actor=SYSTEM)
    browser = signed_in(part)
    assert browser.get("/settings/calendars/old/").status_code == 404
    with system_scope("a ticket stands on it"):
        pair.acme.clocks.filter(state__in=("running", "paused")).update(calendar=old)
    assert browser.get("/settings/calendars/old/").status_code == 200


@pytest.mark.parametrize("page", of_everybody()[:8])
def test_who_serves_only_some_reads_what_they_cannot_change_and_who_can(world, pair, part, signed_in, page):
    """No dead button: a form that would be refused is not there, and the sentence in its place names who may."""
    world.product.role, world.product.serves_all = "admin", True
    world.product.save()
    text = signed_in(part).get(page).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    if not page.endswith("standard/edit/"):
        assert "This is for every organisation, and you serve only some." in main
        assert "An admin who serves every one can change it: Priya." in main
    sent = re.findall(r'<button class="button[^>]*>([^<]*)</button>', main)
    left = {"Preview", "Go on to what it would move", "Rehearse it"}
    assert set(sent) <= left, "what is left is for one's own organisation, or saves nothing"


def test_for_ones_own_organisation_the_published_policy_is_edited_and_for_no_other(world, theirs, part, signed_in):
    answer = signed_in(part).get(reverse("settings:policy_edit", args=["standard"]))
    form = answer.context["form"]
    assert [key for key, _label in form.fields["organisation"].choices] == ["ACME"]
    assert form.fields["organisation"].required


def test_the_matrix_may_be_tried_by_who_cannot_save_it(world, part, signed_in):
    page = signed_in(part).get(reverse("settings:matrix_edit")).content.decode()
    assert 'name="try"' in page
    assert 'name="save"' not in page
    assert "This is for every organisation, and you serve only some." in page


@pytest.mark.parametrize("path", ["policies", "calendars"])
def test_the_api_lists_what_its_caller_sees(world, theirs, part, path):
    asking = Caller(token_for(part))
    assert len(asking.get(f"/{path}/").json()["items"]) == 1
    thing = theirs["policy"] if path == "policies" else theirs["calendar"]
    assert asking.get(f"/{path}/{thing.key}/").status_code == 404
    for agent, seen in ((world.narrow, 2), (world.agent, 2)):
        assert len(Caller(token_for(agent)).get(f"/{path}/").json()["items"]) == seen


def test_the_api_takes_only_what_its_caller_sees_for_a_new_organisation(world, theirs, part):
    body = {"key": "INITECH", "name": "Initech", "account_manager": world.manager.user_id, "calendar": "sri-lanka"}
    answer = Caller(token_for(part)).post("/organisations/", {**body, "policy": theirs["policy"].key})
    assert answer.status_code == 422


def test_a_calendar_that_others_have_too_is_read_and_not_changed(world, theirs, part, signed_in):
    """Whether there are others is asked past the request's own scope; how many there are is not told."""
    with system_scope("ACME is counted by it too"):
        set_calendar(organisation=world.acme, calendar=theirs["calendar"], actor=SYSTEM)
    browser = signed_in(part)
    holiday = {"date": "2031-06-04", "name": "A day", "categories": ["public"], "source": "A list"}
    page = browser.get("/settings/calendars/their-hours/").content.decode()
    assert "This is also for organisations that you do not serve." in page
    assert 'id="add"' not in page
    assert browser.post("/settings/calendars/their-hours/", holiday).status_code == 403
    assert not theirs["calendar"].holidays.filter(date=date(2031, 6, 4)).exists()
    assert browser.get(reverse("settings:plan", args=[theirs["plans"][0].public_id])).status_code == 404


def test_uptime_terms_of_others_are_not_listed_and_those_of_everybody_are_set_by_who_serves_everybody(
    world, theirs, part, signed_in
):
    browser, page = signed_in(part), reverse("settings:uptime_terms")
    answer = browser.get(page)
    assert [one.reason for one, _name in answer.context["rows"]] == ["For all"]
    form = answer.context["form"]
    assert [key for key, _label in form.fields["organisation"].choices] == ["ACME"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None} | {"reason": "Agreed"}
    refused = browser.post(page, {**sent, "organisation": ""})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"organisation"})
    with pytest.raises(Forbidden), system_scope("past the form"):
        set_terms(actor=actor_of(part), text=TermsText(effective_from=timezone.now().date(), reason="For all"))
    assert browser.post(page, {**sent, "organisation": "ACME"}).status_code == 302
