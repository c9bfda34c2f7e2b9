"""A mail that names no severity: one acknowledgement, with a link for its reader to say how severe it is, once."""

import uuid

import pytest

from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.confirming import confirmation_path
from tickets.models import Channel, EntryKind, Ticket, TimelineEntry
from tickets.operations.confirming import confirm_severity
from tickets.operations.handling import change_severity
from tickets.operations.intake import open_ticket

BODY = "All invoices fail since this morning."
ANSWERS = {"scope": "all", "workaround": "none", "data_risk": "no"}
KEY = uuid.UUID(int=7)


def by_mail(world, **more) -> Ticket:
    given = {"severity_named": False, "submission_key": KEY, "channel": Channel.MAIL, "severity": "P3", **more}
    return open_ticket(
        organisation=world.acme, requester=world.alice, subject="Invoices", description=BODY,
        actor=actor_of(world.alice), at=colombo("2026-01-19 10:00"), **given,
    )  # fmt: skip


@pytest.fixture
def inside(world):
    with scope({world.acme.pk}):
        yield world


def acknowledgements() -> list[Notice]:
    return list(Notice.objects.filter(event="acknowledgement"))


def test_a_ticket_by_mail_has_one_acknowledgement_with_its_deadlines_and_without_its_text(inside):
    ticket = by_mail(inside)
    assert by_mail(inside) == ticket, "the same mail again"
    (notice,) = acknowledgements()
    mail = render_notice(notice)
    link = f"{notice.facts['confirm_path']}"
    assert link == confirmation_path(ticket, inside.alice)
    for part in (mail.text, mail.html):
        assert BODY not in part
        assert link in part
        assert "Resolution limit" in part
        assert "named no severity" in part
    by_mail(inside, submission_key=uuid.UUID(int=8), severity_named=True)
    assert "confirm_path" not in acknowledgements()[1].facts


def test_who_is_not_proved_to_have_written_gets_nothing(inside):
    by_mail(inside, acknowledge=False)
    assert acknowledgements() == []
    assert Notice.objects.filter(event="new_ticket").exists(), "the team is told all the same"


def test_the_client_says_how_severe_it_is_once(inside):
    ticket, alice = by_mail(inside), actor_of(inside.alice)
    given = {"ticket": ticket, "actor": alice, "answers": ANSWERS, "at": colombo("2026-01-19 10:30")}
    with pytest.raises(DomainError):
        confirm_severity(**given, severity="P9")
    assert confirm_severity(**given, severity="P1").severity == "P1"
    entry = TimelineEntry.objects.get(ticket=ticket, kind=EntryKind.SEVERITY)
    assert (entry.data["from"], entry.data["to"], entry.is_public) == ("P3", "P1", True)
    assert "Nobody can work" in entry.body
    assert Clock.objects.get(ticket=ticket, kind="limit").due_at == colombo("2026-01-21 10:30"), "counted from then"
    assert Notice.objects.filter(event="confirmed").exists()
    with pytest.raises(Conflict, match="set already"):
        confirm_severity(**given, severity="P4")


def test_a_confirmed_severity_moves_no_deadline(inside):
    ticket = by_mail(inside)
    before = {clock.kind: clock.due_at for clock in Clock.objects.filter(ticket=ticket)}
    confirm_severity(
        ticket=ticket, actor=actor_of(inside.alice), answers={}, severity="P3", at=colombo("2026-01-19 15:00")
    )
    assert {clock.kind: clock.due_at for clock in Clock.objects.filter(ticket=ticket)} == before


def test_after_staff_have_set_it_or_where_the_mail_named_it_there_is_nothing_to_confirm(inside):
    named = by_mail(inside, severity_named=True)
    other = by_mail(inside, submission_key=uuid.UUID(int=8))
    at = colombo("2026-01-19 10:30")
    change_severity(ticket=other, severity="P2", reason="Half of them.", actor=actor_of(inside.agent), at=at)
    for ticket in (named, other):
        with pytest.raises(Conflict):
            confirm_severity(ticket=ticket, severity="P1", answers=ANSWERS, actor=actor_of(inside.alice), at=at)


def test_the_link_opens_the_questions_for_its_reader_alone(world, signed_in):
    with system_scope("the test's ticket"):
        ticket, other = by_mail(world), by_mail(world, submission_key=uuid.UUID(int=8))
        link = confirmation_path(ticket, world.alice)
        foreign = confirmation_path(other, world.alice).split("/")[-2]
    alice = signed_in(world.alice)
    page = alice.get(link)
    assert page.status_code == 200
    assert "How much is affected?" in page.text
    for person in (world.amara, world.bob, world.agent):
        assert signed_in(person).get(link).status_code == 404, person
    for bad in (link[:-2] + "/", link[:-1] + "x/", f"{ticket.path}severity/{foreign}/", f"{ticket.path}severity/1/"):
        assert alice.get(bad).status_code == 404, bad
    asked = alice.post(link, {**ANSWERS, "propose": "1"})
    assert "we propose <b>P1" in asked.text
    refused = alice.post(link, ANSWERS)
    assert refused.status_code == 422
    assert 'value="all" checked' in refused.text, "nothing chosen is lost"
    assert alice.post(link, {**ANSWERS, "severity": "P1"}, follow=True).redirect_chain[-1][0] == ticket.path
    with system_scope("the test looks"):
        assert Ticket.objects.get(pk=ticket.pk).severity == "P1"
    assert alice.get(link).status_code == 302
    assert alice.post(link, {"severity": "P4"}).status_code == 409
