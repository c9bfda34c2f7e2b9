"""One send of the composer does all of it in one transaction, or nothing."""

import pytest

from helpdesk.lib.errors import Conflict, DomainError, Stale
from helpdesk.notifications.models import Notice
from sla.models import Clock
from tests.support import actor_of, colombo
from tickets.models import Ticket, TimelineEntry
from tickets.operations.composing import send_reply
from tickets.operations.conversation import add_note
from tickets.operations.status import resolve
from tickets.queries import version_of

AT = colombo("2026-11-16 10:10")


def kinds(ticket):
    return list(TimelineEntry.objects.filter(ticket=ticket).order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize(("then", "state"), [("", "open"), ("wait", "waiting"), ("resolve", "resolved")])
def test_t11_a_reply_with_a_status_change_in_one_save_is_the_first_response(world, submit, then, state):
    ticket = submit("P2")
    send_reply(ticket=ticket, actor=actor_of(world.agent), body="Which one?", then=then, at=AT)
    clock = Clock.objects.get(ticket=ticket, kind="response")
    assert (clock.verdict, clock.stopped_at) == ("met", AT)
    assert Ticket.objects.get().state == state


def test_the_client_gets_one_mail_for_one_send(world, submit):
    ticket = submit("P2")
    before = Notice.objects.filter(recipient=world.alice.email).count()
    send_reply(ticket=ticket, actor=actor_of(world.agent), body="Which one?", then="wait", at=AT)
    assert Notice.objects.filter(recipient=world.alice.email).count() == before + 1


def test_files_go_with_a_reply_that_waits(world, submit, attach):
    ticket, file = submit("P2"), attach(world.agent)
    send_reply(
        ticket=ticket, actor=actor_of(world.agent), body="Look.", then="wait", attachments=[file.public_id], at=AT
    )
    file.refresh_from_db()
    assert (file.entry.kind, file.is_public) == ("reply", True)


def test_a_file_that_cannot_be_bound_stops_the_wait_too(world, submit, attach):
    ticket, file = submit("P2"), attach(world.alice)
    with pytest.raises(DomainError):
        send_reply(
            ticket=ticket, actor=actor_of(world.agent), body="Look.", then="wait", attachments=[file.public_id], at=AT
        )
    assert (kinds(ticket), Ticket.objects.get().state) == (["opened"], "open")


def test_an_unknown_follow_up_an_empty_text_and_a_state_that_does_not_allow_it_are_refused(world, submit):
    ticket, agent = submit("P2"), actor_of(world.agent)
    with pytest.raises(DomainError, match="Choose one of the buttons"):
        send_reply(ticket=ticket, actor=agent, body="x", then="explode", at=AT)
    with pytest.raises(DomainError, match="Write the reply first") as refusal:
        send_reply(ticket=ticket, actor=agent, body=" ", then="wait", at=AT)
    assert refusal.value.field == "body"
    resolve(ticket=ticket, actor=agent, message="Done.", at=AT)
    with pytest.raises(Conflict):
        send_reply(ticket=ticket, actor=agent, body="x", then="wait", at=AT)


@pytest.mark.parametrize("then", ["", "wait", "resolve"])
def test_nothing_goes_out_over_a_change_that_the_writer_has_not_seen(world, submit, then):
    ticket = submit("P2")
    seen = version_of(ticket, staff=True)
    add_note(ticket=ticket, actor=actor_of(world.manager), body="Wait, do not answer.", at=AT)
    with pytest.raises(Stale):
        send_reply(ticket=ticket, actor=actor_of(world.agent), body="Done.", then=then, at=AT, seen=seen)
    assert kinds(ticket) == ["opened", "note"]
