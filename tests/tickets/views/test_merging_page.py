"""Merging on the page: a second look at both subjects first, and where replies then lead."""

import pytest

from tests.support import actor_of
from tickets.models import Ticket
from tickets.operations.merging import merge

pytestmark = pytest.mark.usefixtures("everything", "monday")


@pytest.fixture
def pair(submit, world):
    """ACME-1 of Alice's, and ACME-2 of Amara's."""
    given = {"requester": world.amara, "actor": actor_of(world.amara), "subject": "The same fault"}
    return submit("P3", "2026-11-16 10:00"), submit("P3", "2026-11-16 10:05", **given)


def test_both_subjects_are_shown_before_anything_is_merged(pair, world, signed_in):
    agent, path = signed_in(world.agent), f"{pair[0].path}merging/"
    look = agent.get(path, {"into": "2"}).content.decode()
    assert "Invoices fail" in look
    assert "The same fault" in look
    assert Ticket.objects.get(pk=pair[0].pk).merged_into_id is None
    done = agent.post(path, {"into": "ACME-2"}, follow=True)
    assert "ACME-1 is merged into this ticket." in done.content.decode()
    assert Ticket.objects.get(pk=pair[0].pk).merged_into_id == pair[1].pk


@pytest.mark.parametrize("typed", ["", "ACME-77", "GLOBEX-1", "12x", "²"])
def test_a_number_that_is_none_here_is_refused_and_stays(pair, world, signed_in, typed):
    answer = signed_in(world.agent).get(f"{pair[0].path}merging/", {"into": typed})
    assert answer.status_code == 422
    assert "There is no such ticket of this organisation" in answer.content.decode()


def test_merging_into_itself_is_refused_with_the_reason(pair, world, signed_in):
    answer = signed_in(world.agent).post(f"{pair[0].path}merging/", {"into": "1"})
    assert answer.status_code == 422
    assert "cannot be merged into itself" in answer.content.decode()


def test_clients_do_not_merge_and_strangers_find_nothing(pair, world, signed_in):
    assert signed_in(world.alice).get(f"{pair[0].path}merging/").status_code == 403
    assert signed_in(world.narrow).post(f"{pair[0].path}merging/", {"into": "2"}).status_code == 404


def test_a_reply_to_the_merged_ticket_leads_to_the_other_with_its_text(pair, world, signed_in):
    merge(ticket=pair[0], into=pair[1], actor=actor_of(world.agent))
    answer = signed_in(world.alice).post(f"{pair[0].path}reply/", {"body": "Still broken here"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ACME-1 was merged into this ticket. Nothing is sent yet" in page
    assert "Still broken here" in page
    assert f'action="{pair[1].path}reply/"' in page


def test_both_tickets_name_each_other(pair, world, signed_in):
    merge(ticket=pair[0], into=pair[1], actor=actor_of(world.agent))
    alice = signed_in(world.alice)
    assert f'href="{pair[1].path}"' in alice.get(pair[0].path).content.decode()
    assert f'href="{pair[0].path}"' in alice.get(pair[1].path).content.decode()
