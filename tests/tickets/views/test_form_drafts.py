"""The form of a new ticket survives a lost session: kept while it is filled in, gone once it is submitted."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import scope
from tests.support import actor_of, colombo
from tickets.models import FormDraft, Ticket
from tickets.operations.drafts import remove_old_drafts
from tickets.operations.form_drafts import save_form
from tickets.operations.status import close, resolve

pytestmark = pytest.mark.usefixtures("everything", "monday")
NEW, KEEP = "/tickets/new/", "/tickets/new/draft/"
AT = colombo("2026-11-16 10:30")


def typed(**more):
    return {
        "subject": "Invoices fail",
        "description": "Since Friday every invoice",
        "scope": "much",
        "severity": "P2",
        "submission_key": str(uuid.uuid4()),
        **more,
    }


@pytest.fixture
def keep(world):
    def make(person=None, **more):
        given = {"organisation": world.acme, "actor": actor_of(person or world.alice), "at": AT}
        return save_form(**{**given, "typed": typed(), "submission_key": uuid.uuid4(), **more})

    return make


def test_after_signing_in_again_the_form_is_as_it_was(signed_in, world):
    kept = signed_in(world.alice).post(KEEP, typed())
    assert (kept.status_code, "Draft kept" in kept.content.decode()) == (200, True)
    assert Client().post(NEW, typed(subject="lost")).status_code == 401, "the session is lost"
    page = signed_in(world.alice).get(NEW).content.decode()
    assert "This is your form as you left it" in page
    assert 'value="Invoices fail"' in page
    assert "Since Friday every invoice</textarea>" in page
    assert 'name="scope" value="much" checked' in page
    assert 'name="severity" value="P2" checked' in page


def test_a_refused_submit_is_kept_and_a_submitted_form_is_forgotten(signed_in, world):
    alice, form = signed_in(world.alice), typed(description="")
    assert alice.post(NEW, form).status_code == 422
    assert FormDraft.objects.get().fields["subject"] == "Invoices fail"
    assert alice.post(NEW, typed()).status_code == 302
    assert (FormDraft.objects.count(), Ticket.objects.count()) == (0, 1)


def test_a_save_that_was_under_way_while_the_form_was_submitted_keeps_nothing(signed_in, world):
    alice, form = signed_in(world.alice), typed()
    alice.post(NEW, form)
    alice.post(KEEP, form)
    assert FormDraft.objects.count() == 0


def test_each_person_has_one_and_reads_no_other(signed_in, world, keep):
    keep()
    keep(typed=typed(subject="Later"))
    keep(world.amara, typed=typed(subject="Hers"))
    assert FormDraft.objects.count() == 2
    page = signed_in(world.alice).get(NEW).content.decode()
    assert 'value="Later"' in page
    assert "Hers" not in page
    with scope([world.globex.pk]):
        assert FormDraft.objects.count() == 0


def test_staff_have_one_for_each_client(signed_in, world, keep):
    keep(world.agent)
    agent = signed_in(world.agent)
    assert "Invoices fail" in agent.get(NEW, {"organisation": "ACME"}).content.decode()
    assert "Invoices fail" not in agent.get(NEW, {"organisation": "GLOBEX"}).content.decode()
    assert signed_in(world.narrow).post(KEEP, typed(organisation="ACME")).status_code == 404


def test_the_form_of_a_follow_up_is_another_than_that_of_a_new_matter(signed_in, world, keep, submit):
    ticket = submit("P3", "2026-11-02 10:00")
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-02 11:00"))
    close(ticket=ticket, actor=actor_of(world.alice), at=colombo("2026-11-02 12:00"))
    keep(typed=typed(subject="It is back", follows=str(ticket.public_id)))
    alice = signed_in(world.alice)
    assert "It is back" in alice.get(NEW, {"follows": str(ticket.public_id)}).content.decode()
    assert "It is back" not in alice.get(NEW).content.decode()


def test_it_can_be_discarded_and_an_empty_form_is_not_kept(signed_in, world, keep):
    keep()
    alice = signed_in(world.alice)
    assert alice.post(KEEP, typed(discard="1")).status_code == 302
    assert FormDraft.objects.count() == 0
    keep()
    keep(typed={"severity": "P1"})
    assert FormDraft.objects.count() == 0


def test_an_over_long_text_is_refused_and_so_is_who_is_no_person(signed_in, world, keep):
    answer = signed_in(world.alice).post(KEEP, typed(description="x" * 50_001))
    assert answer.status_code == 422
    assert "at most 50,000 fit" in answer.content.decode()
    with pytest.raises(DomainError, match="at most 100 fit"):
        keep(typed=typed(scope="x" * 101))
    with pytest.raises(Forbidden):
        keep(actor=SYSTEM)


def test_old_forms_are_removed(keep):
    keep()
    assert remove_old_drafts(at=AT + timedelta(days=30, hours=1)) == 1
    assert FormDraft.objects.count() == 0
