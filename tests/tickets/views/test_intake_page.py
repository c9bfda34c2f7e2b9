"""The form of a new ticket: what it promises, what it refuses, and that nothing typed is lost."""

import re
import uuid

import pytest

from helpdesk.lib.errors import DomainError
from tests.support import actor_of, colombo
from tickets.models import Ticket, TimelineEntry
from tickets.operations.intake import faults, open_ticket
from tickets.operations.status import close, resolve

pytestmark = pytest.mark.usefixtures("everything", "monday")
NEW = "/tickets/new/"


def typed(**more):
    return {
        "subject": "Invoices fail",
        "severity": "P2",
        "description": "Every invoice ends in an error.",
        "steps": "Open any invoice.",
        "affected_users": "everybody",
        "since": "Friday",
        "submission_key": str(uuid.uuid4()),
        **more,
    }


@pytest.fixture
def closed(submit, world):
    ticket = submit("P3", "2026-11-02 10:00")
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-02 11:00"))
    close(ticket=ticket, actor=actor_of(world.alice), at=colombo("2026-11-02 12:00"))
    return ticket


def test_the_form_says_what_each_severity_means_and_by_when_we_act(signed_in, world):
    page = signed_in(world.alice).get(NEW).content.decode()
    assert "Complete outage or major functionality loss" in page
    assert "The desk is open" in page
    assert re.findall(r"by <b>([^<]+)</b>", page) == [
        "Tue 17 Nov 11:00",  # P1: the response, then the limit
        "Wed 18 Nov 11:00",
        "Wed 18 Nov 11:00",  # P2
        "Mon 23 Nov 11:00",
        "Thu 19 Nov 11:00",  # P3
        "Thu 26 Nov 11:00",  # Tuesday 24 is a Poya day
        "Thu 19 Nov 11:00",  # P4 has no resolution deadline
    ]
    assert "Describe the steps that lead to the problem" in page


def test_outside_support_hours_the_form_says_when_the_clocks_start(signed_in, world, at_instant):
    at_instant("2026-11-21 10:00")
    page = signed_in(world.alice).get(NEW).content.decode()
    assert "It is outside support hours: the clocks start when the desk opens, <b>Mon 23 Nov 2026, 08:00" in page


def test_a_client_submits_and_lands_on_the_ticket(signed_in, world):
    answer = signed_in(world.alice).post(NEW, typed(), follow=True)
    ticket = Ticket.objects.get()
    assert answer.redirect_chain == [(ticket.path, 302)]
    assert (ticket.reference, ticket.severity, ticket.requester, ticket.steps) == (
        "ACME-1",
        "P2",
        world.alice,
        "Open any invoice.",
    )
    assert "ACME-1 is submitted" in answer.content.decode()


def test_a_second_submit_of_the_same_form_shows_the_same_ticket(signed_in, world):
    browser, form = signed_in(world.alice), typed()
    browser.post(NEW, form)
    answer = browser.post(NEW, form, follow=True)
    assert Ticket.objects.count() == 1
    assert "You have already submitted this as ACME-1" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"subject": "  "}, "Give the ticket a subject"),
        ({"subject": "x" * 201}, "201 characters long; at most 200 fit"),
        ({"description": ""}, "Describe what happens"),
        ({"description": "Long " * 209_716}, "1,048,580 characters long; at most 50,000 fit"),
        ({"severity": "P9"}, "“P9” is no severity"),
        ({"severity": ""}, "Choose a severity: P1, P2, P3 or P4."),
        ({"since": "x" * 201}, "201 characters long"),
        ({"description": "a\x00b"}, "Null characters are not allowed"),
    ],
    ids=["no subject", "long subject", "no description", "1 MB", "unknown severity", "no severity", "since", "NUL"],
)
def test_bad_input_is_refused_with_a_message_and_everything_typed_is_still_there(signed_in, world, wrong, message):
    form = typed(**wrong)
    answer = signed_in(world.alice).post(NEW, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    for name in ("subject", "description", "steps", "affected_users", "since"):
        assert form[name] in page, name
    assert form["submission_key"] in page
    assert Ticket.objects.count() == 0


def test_everything_that_is_missing_is_said_at_once(signed_in, world):
    form = typed(organisation="ACME", subject=" ", severity="", description="", since="x" * 201)
    answer = signed_in(world.agent).post(NEW, form)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "subject": ["Give the ticket a subject: one line that says what is wrong."],
        "severity": ["Choose a severity: P1, P2, P3 or P4."],
        "description": ["Describe what happens, and what you expected instead."],
        "since": ["This is 201 characters long; at most 200 fit."],
        "requester": ["Choose the person at the client who asked for this."],
    }
    assert Ticket.objects.count() == 0


def test_the_operation_refuses_by_itself_what_the_form_refuses(world):
    texts = {"subject": "Invoices fail", "description": "Always.", "severity": "P2"}
    for wrong in ({"subject": " "}, {"severity": ""}, {"description": ""}, {"since": "x" * 201}):
        [fault] = faults(**{**texts, **wrong})
        with pytest.raises(DomainError) as refused:
            open_ticket(
                organisation=world.acme, requester=world.alice, actor=actor_of(world.alice), **{**texts, **wrong}
            )
        assert (refused.value.field, refused.value.message) == (fault.field, fault.message)
        assert [fault.field] == list(wrong)


def test_markup_in_a_subject_is_shown_as_text(signed_in, world):
    page = signed_in(world.alice).post(NEW, typed(subject="<script>alert(1)</script>"), follow=True)
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()


def test_staff_open_a_ticket_on_behalf_of_a_client(signed_in, world):
    browser = signed_in(world.agent)
    assert "Which client is it for?" in browser.get(NEW).content.decode()
    page = browser.get(f"{NEW}?organisation=GLOBEX").content.decode()
    assert "bob@globex.example" in page
    assert "alice@acme.example" not in page
    browser.post(NEW, typed(organisation="GLOBEX", requester=str(world.bob.pk)))
    ticket = Ticket.objects.get()
    assert (ticket.reference, ticket.requester, ticket.channel) == ("GLOBEX-1", world.bob, "staff")


def test_staff_cannot_open_a_ticket_for_another_organisations_person(signed_in, world):
    answer = signed_in(world.agent).post(NEW, typed(organisation="GLOBEX", requester=str(world.alice.pk)))
    assert answer.status_code == 422
    assert "Choose the person at the client" in answer.content.decode()
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("requester", ["1" * 5000, "1" * 19, "²", "١", "-1", "x"])
def test_a_requester_that_is_no_persons_number_is_refused_with_all_that_was_typed(signed_in, world, requester):
    answer = signed_in(world.agent).post(NEW, typed(organisation="GLOBEX", requester=requester))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"requester": ["Choose the person at the client who asked for this."]}
    assert typed()["description"] in answer.content.decode()
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("key", ["ACME", "NOBODY", "", "A\x00"])
def test_staff_cannot_open_a_ticket_for_an_organisation_that_they_do_not_serve(signed_in, world, key):
    form = typed(organisation=key, requester=str(world.alice.pk))
    answer = signed_in(world.narrow).post(NEW, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing is submitted yet: you do not serve that client" in page
    assert re.findall(r'<option value="([A-Z]{3,})"', page) == ["GLOBEX"]
    for name in ("subject", "description", "steps", "affected_users", "since", "submission_key"):
        assert form[name] in page, name
    assert '<option value="P2" selected>' in page
    assert Ticket.objects.count() == 0


def test_with_another_client_chosen_the_typed_text_goes_on_to_the_form(signed_in, world):
    browser, form = signed_in(world.narrow), typed(organisation="ACME")
    browser.post(NEW, form)
    answer = browser.post(NEW, {**form, "organisation": "GLOBEX"})
    assert answer.context["form"].errors == {"requester": ["Choose the person at the client who asked for this."]}
    assert form["description"] in answer.content.decode()
    browser.post(NEW, {**form, "organisation": "GLOBEX", "requester": str(world.bob.pk)})
    assert Ticket.objects.get().reference == "GLOBEX-1"


def test_a_client_cannot_name_another_organisation(signed_in, world):
    signed_in(world.alice).post(NEW, typed(organisation="GLOBEX", requester=str(world.bob.pk)))
    assert [(one.organisation, one.requester) for one in Ticket.objects.all()] == [(world.acme, world.alice)]


def test_a_reply_to_a_closed_ticket_becomes_a_new_one_with_the_typed_text(signed_in, world, closed):
    browser = signed_in(world.alice)
    answer = browser.post(f"{closed.path}reply/", {"body": "It is back, worse."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ACME-1 is closed, so it cannot take a reply" in page
    assert "It is back, worse." in page
    assert f'value="{closed.public_id}"' in page
    browser.post(NEW, typed(follows=str(closed.public_id), description="It is back, worse."))
    assert Ticket.objects.get(number=2).follows == closed
    assert TimelineEntry.objects.filter(ticket=closed, kind="reply").count() == 0
    assert "follows <a" in browser.get(Ticket.objects.get(number=2).path).content.decode()


def test_a_ticket_that_is_still_open_is_not_followed_but_answered(signed_in, world, submit):
    ticket = submit("P3", "2026-11-16 10:00")
    answer = signed_in(world.alice).get(f"{NEW}?follows={ticket.public_id}")
    assert (answer.status_code, answer["Location"]) == (302, ticket.path)


@pytest.mark.parametrize("follows", ["nonsense", "6d0f1f5e-0000-4000-8000-000000000000"])
def test_following_a_ticket_that_is_not_there_is_404(signed_in, world, follows):
    assert signed_in(world.alice).get(f"{NEW}?follows={follows}").status_code == 404


def test_a_foreign_closed_ticket_cannot_be_followed(signed_in, world, closed):
    browser = signed_in(world.bob)
    assert browser.get(f"{NEW}?follows={closed.public_id}").status_code == 404
    assert browser.post(NEW, typed(follows=str(closed.public_id))).status_code == 404
    assert Ticket.objects.count() == 1


def test_staffs_reply_to_a_closed_ticket_keeps_its_requester(signed_in, world, closed):
    page = signed_in(world.agent).post(f"{closed.path}reply/", {"body": "One more thing."}).content.decode()
    assert "One more thing." in page
    assert f'<option value="{world.alice.pk}" selected>' in page


ANSWERS = {"scope": "all", "workaround": "none", "data_risk": "no"}


def checked(page: str) -> list[str]:
    """The severity that stands chosen."""
    return re.findall(r'name="severity" value="(P\d)" checked', page)


def test_three_answers_propose_a_severity_with_its_deadlines(signed_in, world):
    answer = signed_in(world.alice).post(f"{NEW}proposal/", {**ANSWERS, "severity": "P4"})
    page = answer.content.decode()
    assert "From your answers we propose <b>P1</b>" in page
    assert checked(page) == ["P1"]
    assert "Tue 17 Nov 11:00" in page
    assert "<html" not in page


def test_too_few_answers_propose_nothing_and_keep_the_choice(signed_in, world):
    page = signed_in(world.alice).post(f"{NEW}proposal/", {"scope": "all", "severity": "P3"}).content.decode()
    assert "Answer all three questions for a proposal" in page
    assert checked(page) == ["P3"]


def test_the_proposal_is_of_the_named_client_that_staff_serve(signed_in, world):
    browser = signed_in(world.narrow)
    assert browser.post(f"{NEW}proposal/", {**ANSWERS, "organisation": "GLOBEX"}).status_code == 200
    assert browser.post(f"{NEW}proposal/", {**ANSWERS, "organisation": "ACME"}).status_code == 404


def test_without_scripts_a_button_proposes_and_nothing_typed_is_lost_or_submitted(signed_in, world):
    form = typed(**ANSWERS, severity="", propose="1")
    answer = signed_in(world.alice).post(NEW, form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert checked(page) == ["P1"]
    for name in ("subject", "description", "steps", "affected_users", "since"):
        assert form[name] in page, name
    assert 'value="all" checked' in page
    assert "Nothing is submitted yet" not in page
    assert Ticket.objects.count() == 0


def test_the_answers_stay_with_the_ticket_and_the_client_may_choose_another_severity(signed_in, world):
    signed_in(world.alice).post(NEW, typed(**ANSWERS, severity="P2"))
    entry = TimelineEntry.objects.get(kind="opened")
    assert Ticket.objects.get().severity == "P2"
    assert (entry.data["answers"], entry.data["proposed"]) == (ANSWERS, "P1")
    page = signed_in(world.agent).get(Ticket.objects.get().path).content.decode()
    assert "Nobody can work" in page
    assert "<dt>Proposed</dt><dd>P1</dd>" in page


def test_a_reader_elsewhere_sees_the_desks_time_beside_their_own(signed_in, world):
    world.alice.time_zone = "Europe/London"
    world.alice.save(update_fields=["time_zone"])
    page = signed_in(world.alice).get(NEW).content.decode()
    assert "by <b>Tue 17 Nov 05:30</b>" in page
    assert "Tue 17 Nov 2026, 11:00 (Colombo)" in page
