"""Whether it helped: who may say so and when, and what comes of it."""

import pytest

from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.notifications.models import Notice
from tests.support import actor_of, colombo
from tickets.models import Feedback, TimelineEntry
from tickets.operations.feedback import give_feedback
from tickets.operations.replay import differences
from tickets.operations.status import close, resolve

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def resolved(submit, world):
    ticket = submit("P3", "2026-11-16 10:00")
    return resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-16 11:00"))


def test_a_clients_word_is_kept_on_the_ticket_and_moves_no_clock(resolved, world):
    state, due = resolved.state, resolved.queue_due_at
    give_feedback(
        ticket=resolved, helped="yes", comment=" Thanks. ", actor=actor_of(world.alice), at=colombo("2026-11-16 12:00")
    )
    found = Feedback.objects.get()
    assert (found.helped, found.comment, found.given_by) == ("yes", "Thanks.", world.alice)
    resolved.refresh_from_db()
    assert (resolved.state, resolved.queue_due_at) == (state, due)
    assert differences(resolved, at=colombo("2026-11-16 13:00")) == []
    assert Notice.objects.filter(event="rated").count() == 0


def test_the_latest_word_counts_and_the_earlier_one_stays_in_the_timeline(resolved, world):
    for helped, hour in (("no", 12), ("yes", 13)):
        give_feedback(ticket=resolved, helped=helped, actor=actor_of(world.alice), at=colombo(f"2026-11-16 {hour}:00"))
    assert Feedback.objects.get().helped == "yes"
    entries = TimelineEntry.objects.filter(kind="rated").order_by("at")
    assert [entry.data["helped"] for entry in entries] == ["no", "yes"]


def test_a_no_is_told_to_level_one(resolved, world):
    give_feedback(
        ticket=resolved,
        helped="no",
        comment="Still broken.",
        actor=actor_of(world.alice),
        at=colombo("2026-11-16 12:00"),
    )
    notice = Notice.objects.get(event="rated")
    assert notice.recipient == world.agent.user.email
    assert notice.facts["message"] == "Still broken."


def test_a_closed_ticket_can_be_rated_too(resolved, world):
    closed = close(ticket=resolved, actor=actor_of(world.alice), at=colombo("2026-11-16 12:00"))
    give_feedback(ticket=closed, helped="partly", actor=actor_of(world.amara), at=colombo("2026-11-16 13:00"))
    assert Feedback.objects.get().given_by == world.amara


def test_an_open_ticket_cannot_be_rated(submit, world):
    with pytest.raises(Conflict, match="ACME-1 is open, so it cannot be rated"):
        give_feedback(ticket=submit("P3"), helped="yes", actor=actor_of(world.alice))


def test_staff_do_not_rate_themselves(resolved, world):
    with pytest.raises(Forbidden):
        give_feedback(ticket=resolved, helped="yes", actor=actor_of(world.agent))


@pytest.mark.parametrize(("given", "field"), [({"helped": "very"}, "helped"), ({"comment": "x" * 50_001}, "comment")])
def test_a_bad_answer_is_refused_with_its_field(resolved, world, given, field):
    with pytest.raises(DomainError) as refused:
        give_feedback(**{"ticket": resolved, "helped": "yes", "actor": actor_of(world.alice), **given})
    assert refused.value.field == field


def test_the_page_asks_the_client_once_and_tells_both_sides_what_was_said(resolved, world, signed_in):
    alice, agent = signed_in(world.alice), signed_in(world.agent)
    asked = '<details id="do-rating" open>'
    assert asked in alice.get(resolved.path).content.decode()
    assert "do-rating" not in agent.get(resolved.path).content.decode()
    refused = alice.post(f"{resolved.path}rating/", {"comment": "It took long"})
    assert refused.status_code == 422
    assert "Say whether it helped" in refused.content.decode()
    assert "It took long" in refused.content.decode()
    answer = alice.post(f"{resolved.path}rating/", {"helped": "partly", "comment": "It took long"}, follow=True)
    assert "said that it helped partly" in answer.content.decode()
    assert asked not in answer.content.decode()
    assert "said that it helped partly" in agent.get(resolved.path).content.decode()
    assert signed_in(world.bob).post(f"{resolved.path}rating/", {"helped": "no"}).status_code == 404
