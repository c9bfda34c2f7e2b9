"""Uptime on stored data: the figures equal the engine's, months freeze and are revised, and nobody's own leaks."""

import json
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.accounts.operations import add_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import AccountNotice
from status.conformance import run
from status.models import ExclusionDecision, MaintenanceWindow, UptimeMonth, WindowAnnouncement
from status.operations.budgets import tell_budgets
from status.operations.exclusions import ExclusionText, approve_exclusion, decline_exclusion, propose_exclusion
from status.operations.incidents import retract_incident
from status.operations.months import freeze_due, freeze_month, revise_frozen
from status.operations.terms import TermsText, set_terms
from status.reckoning.budget import budget_left
from status.reckoning.frozen import chain_faults, revisions_of
from status.reckoning.listing import Lines, PartLine, lines
from status.reckoning.months import document_of, month_named, read_document, reckon
from status.reckoning.words import budget_text
from status.uptime.figures import display
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db
APRIL, MAY_6 = "2026-04", "2026-05-06 00:00"
NAMES = ("uptime_month", "uptime_json", "uptime_csv", "own_uptime_month", "own_uptime_json", "own_uptime_csv")
MISSING = ("2025-01/", "2026-13/", "x.json", "2026-04/?revision=9")


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def outage(tell, go_on):
    """`outage("2026-04-11 00:30", "2026-04-11 03:30")`: an incident with its resolution."""

    def make(begins, ends, title="Sign-in fails", **more):
        incident = tell(title, at=begins, **more)
        go_on(incident, "resolved", ends)
        return incident

    return make


@pytest.fixture
def storm(world):
    """A force majeure proposed by the agent, as `storm("2026-04-11 02:00", "2026-04-11 04:00")`."""

    def propose(begins, ends, *, at="2026-04-20 10:00", only=None, reason="force_majeure", **more):
        text = ExclusionText(
            reason=reason,
            begins_at=colombo(begins),
            ends_at=colombo(ends),
            evidence="https://news.example/storm",
            **more,
        )
        with scope({world.acme.pk, world.globex.pk}):
            return propose_exclusion(actor=actor_of(world.agent), text=text, organisations=only, at=colombo(at))

    return propose


@pytest.fixture
def approve(world):
    def run_it(exclusion, at="2026-04-21 10:00", person=None):
        with scope({world.acme.pk, world.globex.pk}):
            return approve_exclusion(exclusion=exclusion, actor=actor_of(person or world.admin), at=colombo(at))

    return run_it


def window(begins, ends, told, queued=None):
    """A published window that was announced once."""
    first, last, said = colombo(begins), colombo(ends), colombo(told)
    with system_scope("the test's window"):
        made = MaintenanceWindow.objects.create(
            title="New disks", for_all=True, begins_at=first, ends_at=last, published_at=said, created_at=said,
            updated_at=said,
        )  # fmt: skip
        WindowAnnouncement.objects.create(
            window=made, revision=0, begins_at=first, ends_at=last, published_at=said, author_name="Ava",
            queued_at=colombo(queued) if queued else said,
        )  # fmt: skip
    return made


def figure(month=APRIL, *, of=None, at=MAY_6):
    return reckon(month_named(month), organisation=of, at=colombo(at))


def minutes(found):
    totals = found.whole.totals
    return totals.raw, totals.excluded, totals.counted


def test_the_example_of_the_docs_lived_through_the_operations(outage, storm, approve):
    window("2026-04-11 01:00", "2026-04-11 03:00", "2026-04-06 01:00")
    outage("2026-04-11 00:30", "2026-04-11 03:30")
    approve(storm("2026-04-11 02:00", "2026-04-11 04:00"))
    found = figure()
    assert minutes(found) == (180, 150, 30)
    assert display(found.whole.totals.uptime) == "99.930"
    assert {reason.value: int(left) for reason, left in found.whole.by_reason.items()} == {
        "scheduled_maintenance": 120,
        "force_majeure": 30,
    }


@pytest.mark.parametrize(("told", "queued", "counted"), [
    ("2026-04-09 01:00", None, 0),
    ("2026-04-09 01:01", None, 120),
    ("2026-04-06 01:00", "2026-04-09 01:01", 120),
])  # fmt: skip
def test_a_late_notice_or_a_late_queue_makes_maintenance_count(outage, told, queued, counted):
    window("2026-04-11 01:00", "2026-04-11 03:00", told, queued)
    outage("2026-04-11 01:00", "2026-04-11 03:00")
    assert figure().whole.totals.counted == counted


def test_drafts_count_and_what_was_retracted_does_not(world, outage, tell, go_on):
    outage("2026-04-11 10:00", "2026-04-11 10:25", published=False)
    false_alarm = tell("No outage at all", at="2026-04-12 10:00")
    with scope({world.acme.pk, world.globex.pk}):
        retract_incident(
            incident=false_alarm, actor=actor_of(world.agent), reason="A wrong probe", at=colombo("2026-04-12 11:00")
        )
    assert minutes(figure()) == (25, 0, 25)


def test_what_no_second_person_approved_leaves_nothing_out(world, outage, storm, approve):
    outage("2026-04-11 02:00", "2026-04-11 03:00")
    proposed = storm("2026-04-11 02:00", "2026-04-11 04:00")
    assert minutes(figure()) == (60, 0, 60)
    with pytest.raises(Forbidden):
        approve(proposed, person=world.agent)
    approve(proposed)
    assert minutes(figure()) == (60, 60, 0)
    with scope({world.acme.pk, world.globex.pk}):
        decline_exclusion(exclusion=proposed, actor=actor_of(world.admin), why="It was elsewhere")
        with pytest.raises(Conflict):
            decline_exclusion(exclusion=proposed, actor=actor_of(world.admin), why="Again")
    assert minutes(figure()) == (60, 0, 60)


def test_the_database_too_refuses_whoever_proposed_it(world, storm):
    proposed = storm("2026-04-11 02:00", "2026-04-11 04:00")
    row = {"exclusion": proposed, "verdict": "approved", "decider_name": "A", "decided_at": colombo(MAY_6)}
    with system_scope("the test tries"):
        with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
            ExclusionDecision.objects.create(proposed_by=world.agent, decided_by=world.agent, **row)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="names_proposer"), transaction.atomic():
            ExclusionDecision.objects.create(proposed_by=world.admin, decided_by=world.agent, **row)


def test_what_is_proposed_is_checked_beside_its_input(world, storm, web):
    for field, changes in {
        "reason": {"reason": "scheduled_maintenance"},
        "organisations": {"reason": "customer_caused"},
        "components": {"component_ids": [0]},
    }.items():
        with pytest.raises(DomainError) as refused:
            storm("2026-04-11 02:00", "2026-04-11 04:00", **changes)
        assert refused.value.field == field
    for begins, ends in (("2026-04-11 02:00", "2026-04-11 02:00"), ("2026-04-19 02:00", "2026-04-21 02:00")):
        with pytest.raises(DomainError) as refused:
            storm(begins, ends)
        assert refused.value.field == "ends_at"


def test_one_organisations_trouble_counts_in_its_figure_alone(world, outage, storm, approve, signed_in):
    outage("2026-04-11 10:00", "2026-04-11 10:40", "Only at Acme", only=[world.acme])
    approve(storm("2026-04-11 10:00", "2026-04-11 10:10", only=[world.acme], reason="customer_network"))
    assert minutes(figure()) == minutes(figure(of=world.globex)) == (0, 0, 0)
    assert minutes(figure(of=world.acme)) == (40, 10, 30)
    freeze_due(at=colombo(MAY_6))
    own = signed_in(world.alice)
    assert "Only at Acme" in own.get(reverse("status:own_uptime_month", args=[APRIL])).content.decode()
    for browser in (Client(), signed_in(world.bob)):
        for name in NAMES:
            answer = browser.get(reverse(f"status:{name}", args=[APRIL]))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in (200, 302), name
            assert not any(word in body.decode() for word in ("Only at Acme", "ACME", "news.example")), name
    assert [row.only_for for row in revisions_of_all(APRIL)] == [0, world.acme.pk]


def revisions_of_all(month):
    with system_scope("the test looks"):
        return list(UptimeMonth.objects.filter(month=month).order_by("only_for", "revision"))


def test_every_number_of_a_page_is_computed_again_from_its_file(outage, storm, approve, component):
    component("Reports", core=False, beta=True)
    work = window("2026-04-20 01:00", "2026-04-20 03:00", "2026-04-06 01:00")
    outage("2026-04-11 02:00", "2026-04-11 03:00")
    outage("2026-04-30 23:30", "2026-05-01 00:30")
    approve(storm("2026-04-11 02:00", "2026-04-11 02:20"))
    page = Client().get(reverse("status:uptime_month", args=[APRIL])).content.decode()
    told = json.loads(Client().get(reverse("status:uptime_json", args=[APRIL])).content)
    assert run(told) == [(case["id"], True, "") for case in told["cases"]]
    assert len(told["cases"]) == 3
    for name in ("uptime_display", "raw_uptime_display"):
        assert f"{told['cases'][0]['expected'][name]} %" in page
    assert "70 min count" in page
    assert f'<h3><a href="/status/maintenance/{work.public_id}/">New disks</a></h3>' in page
    told["cases"][0]["expected"]["downtime_minutes"] = "69"
    assert [passed for _, passed, _ in run(told)] == [False, True, True]


def test_a_month_freezes_five_days_after_its_end_in_the_zone_of_the_page(outage):
    outage("2026-04-11 02:00", "2026-04-11 03:00")
    with pytest.raises(Conflict):
        freeze_month(month=APRIL, at=colombo(MAY_6) - timedelta(microseconds=1))
    assert freeze_due(at=colombo(MAY_6) - timedelta(seconds=1)) == 3  # January to March
    assert freeze_due(at=colombo(MAY_6)) == 1
    first = freeze_month(month=APRIL, at=colombo("2026-05-09 10:00"))
    assert (first.revision, freeze_due(at=colombo("2026-05-09 10:00"))) == (1, 0)


def test_a_late_edit_makes_a_public_revision_with_its_reason_and_the_chain_holds(world, outage, storm, approve):
    outage("2026-04-11 02:00", "2026-04-11 03:00")
    freeze_due(at=colombo(MAY_6))
    assert revise_frozen(at=colombo("2026-05-10 10:00")) == 0
    outage("2026-05-10 10:00", "2026-05-10 10:30", "Told late", display="2026-04-12 10:00")
    revise_frozen(at=colombo("2026-05-10 11:00"))
    approve(storm("2026-04-11 02:00", "2026-04-11 03:00", at="2026-05-11 10:00"), at="2026-05-12 10:00")
    assert revise_frozen(at=colombo("2026-05-12 11:00")) == 1
    rows = revisions_of(APRIL, None)
    assert [row.revision for row in rows] == [1, 2, 3]
    assert "Told late" in rows[1].reason
    assert "Force majeure" in rows[2].reason
    assert chain_faults(rows) == []
    page = Client().get(reverse("status:uptime_month", args=[APRIL])).content.decode()
    assert all(row.reason in page and row.content_hash in page for row in rows)
    first = Client().get(reverse("status:uptime_json", args=[APRIL]), {"revision": "1"}).json()
    assert first["cases"][0]["expected"]["downtime_minutes"] == "60"
    assert run(first)[0][1]
    rows[1].reason = "Nothing happened"
    assert chain_faults(rows) == [2]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), system_scope("the test tries"):
        UptimeMonth.objects.filter(revision=2).update(reason="Nothing happened")


def test_terms_of_later_do_not_move_a_frozen_month_and_a_renamed_component_neither(world, outage, web):
    outage("2026-04-11 02:00", "2026-04-11 03:00", impacts={web: "partial_outage"})
    freeze_due(at=colombo(MAY_6))
    text = TermsText(
        effective_from=colombo("2026-05-01 00:00").date(), reason="Agreed anew", partial_weight=Decimal("0.5")
    )
    set_terms(actor=actor_of(world.admin), text=text, at=colombo("2026-05-07 10:00"))
    web.name = "Portal"
    web.save()
    assert revise_frozen(at=colombo("2026-05-10 10:00")) == 0
    with pytest.raises(DomainError):
        set_terms(actor=actor_of(world.admin), text=text, at=colombo("2026-06-07 10:00"))


def test_a_late_trouble_of_one_organisation_branches_off_everybodys_month(world, outage):
    outage("2026-04-11 02:00", "2026-04-11 03:00")
    freeze_due(at=colombo(MAY_6))
    outage("2026-05-10 10:00", "2026-05-10 10:30", "At Acme", display="2026-04-12 10:00", only=[world.acme])
    revise_frozen(at=colombo("2026-05-10 11:00"))
    with scope({world.acme.pk}):
        rows = revisions_of(APRIL, world.acme)
    assert [(row.revision, row.only_for) for row in rows] == [(1, 0), (2, world.acme.pk)]
    assert chain_faults(rows) == []
    assert [row.revision for row in revisions_of(APRIL, None)] == [1]


def test_a_hundred_and_one_incidents_all_count_by_the_same_statements(outage):
    first = colombo("2026-04-02 00:00")
    counts = []
    for number in range(101):
        begins = first + timedelta(hours=number)
        outage(f"{begins:%Y-%m-%d %H:%M}", f"{begins + timedelta(minutes=1):%Y-%m-%d %H:%M}")
        if number in (1, 100):
            with CaptureQueriesContext(connection) as told:
                found = figure()
            counts.append(len(told))
    assert minutes(found) == (101, 0, 101)
    assert counts[0] == counts[1]


def test_quarters_and_years_add_minutes(outage):
    outage("2026-02-11 00:00", "2026-02-11 06:40")
    told = lines(organisation=None, at=colombo("2026-05-07 10:00"))
    assert [line.name for line in told.months] == ["2026-05", "2026-04", "2026-03", "2026-02", "2026-01"]
    quarter = next(line for line in told.quarters if line.name == "2026-Q1")
    assert (quarter.whole.total, quarter.whole.counted) == (129_600, 400)
    assert [line.name for line in told.years] == ["2026"]


def test_each_component_of_the_newest_months_is_one_row_however_they_come_and_go():
    def month(*parts):
        return SimpleNamespace(parts=[PartLine(ref, name, None, False) for ref, name in parts])

    told = Lines(
        [month(("1", "Web"), ("2", "Mail")), month(("1", "Website"), ("3", "Fax")), month(), month(("9", "Old"))],
        (),
        (),
    )
    shown = [(name, [part.name if part else None for part in parts]) for name, parts in told.of_parts]
    assert shown == [("Web", ["Web", "Website", None]), ("Mail", ["Mail", None, None]), ("Fax", [None, "Fax", None])]


def test_a_budget_that_is_used_up_says_by_how_much_it_is_over():
    assert budget_text(Fraction(216), Fraction(45), Fraction(171)) == "216 min this month, 45 used, 171 left"
    assert budget_text(Fraction(216), Fraction(300), Fraction(-84)) == "216 min this month, 300 used, 84 over budget"


def test_the_budget_is_told_once_at_each_step(world, tell, web):
    tell(at="2026-04-11 00:00")
    at = colombo("2026-04-11 00:00")
    assert tell_budgets(at=at + timedelta(minutes=107)) == 0
    assert tell_budgets(at=at + timedelta(minutes=109)) == 1
    assert tell_budgets(at=at + timedelta(minutes=110)) == 0
    assert tell_budgets(at=at + timedelta(minutes=216)) == 2
    left = budget_left(at=at + timedelta(minutes=45))
    assert (left.total, left.used, left.left, left.percent) == (216, 45, 171, 20)
    with system_scope("the test looks"):
        told = AccountNotice.objects.filter(event="uptime_budget")
        people = {row.recipient for row in told}
        assert told.count() == 2 * len(people)
    assert {world.admin.user.email, world.manager.user.email} <= people
    assert world.agent.user.email not in people


def test_the_budget_of_one_organisation_is_told_to_nobody_who_does_not_serve_it(world, tell, web):
    with system_scope("the test's staff"):
        add_staff(email="nadun@ravingcrm.example", name="Nadun", role="admin", serves=[world.globex], actor=SYSTEM)
    tell(only=[world.acme], at="2026-04-11 00:00")
    assert tell_budgets(at=colombo("2026-04-11 02:00")) == 1
    with system_scope("the test looks"):
        told = {row.recipient for row in AccountNotice.objects.filter(event="uptime_budget")}
    assert told == {one.user.email for one in (world.admin, world.manager, world.deputy)}


def test_a_document_reads_back_as_it_was_written(outage, storm, approve):
    window("2026-04-11 01:00", "2026-04-11 03:00", "2026-04-06 01:00")
    outage("2026-04-11 00:30", "2026-04-11 03:30")
    approve(storm("2026-04-11 02:00", "2026-04-11 04:00"))
    found = figure(at="2026-04-25 10:00")
    again = read_document(json.loads(json.dumps(document_of(found))))
    assert (again.facts, again.terms, again.whole, again.now) == (found.facts, found.terms, found.whole, found.now)


def test_the_pages_stand_for_everybody_and_a_month_that_is_none_is_not_found(world, outage, signed_in):
    outage("2026-04-11 02:00", "2026-04-11 03:00")
    for address in ("/status/uptime/", "/status/uptime/2026-04/", "/status/uptime/2026-04.csv"):
        assert Client().get(address).status_code == 200, address
    for missing in MISSING:
        assert Client().get(f"/status/uptime/{missing}").status_code == 404, missing
    assert signed_in(world.agent).get("/status/known/uptime/?organisation=NOBODY").status_code == 404


def test_two_people_lead_an_exclusion_through_the_pages(world, outage, signed_in):
    outage("2026-04-11 02:00", "2026-04-11 03:00")
    one, other = signed_in(world.agent), signed_in(world.admin)
    form = {
        "reason": "force_majeure", "begins_at": "2026-04-11 02:00", "ends_at": "2026-04-11 02:30",
        "audience": "all", "evidence": "The storm",
    }  # fmt: skip
    assert one.post(reverse("status:new_exclusion"), {**form, "ends_at": ""}).status_code == 422
    address = one.post(reverse("status:new_exclusion"), form).url
    assert "You proposed it" in one.get(address).content.decode()
    one.post(f"{address}approval/")
    assert "waits" in other.get(reverse("status:exclusions")).content.decode()
    assert "30 min" not in Client().get("/status/uptime/2026-04/").content.decode()
    other.post(f"{address}approval/")
    assert "30 min" in Client().get("/status/uptime/2026-04/").content.decode()
    assert other.post(f"{address}refusal/", {"why": ""}).status_code == 422
    assert other.post(f"{address}refusal/", {"why": "It was elsewhere"}).status_code == 302
    assert signed_in(world.alice).get(address).status_code == 403


def test_the_lists_take_as_many_statements_for_many_as_for_few(world, outage, storm, approve, component, signed_in):
    browser, counts = signed_in(world.admin), []
    for number in range(2):
        for hour in range(1 + number * 8):
            begins, ends = (f"2026-04-{11 + number} {hour:02}:{minute}" for minute in ("00", "30"))
            outage(begins, ends)
            approve(storm(begins, ends))
            storm(begins, ends, only=[world.acme])
        component(f"Part {number}")
        freeze_due(at=colombo("2026-11-26 10:00"))
        for address in ("/uptime/exclusions/", "/status/uptime/", "/uptime/"):
            cache.clear()
            browser.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as told:
                assert browser.get(address).status_code == 200
            counts.append(len(told))
    assert counts[:3] == counts[3:]
