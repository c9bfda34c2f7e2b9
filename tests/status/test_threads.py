"""Tickets on incidents: one update answers every thread, whichever organisation's, and "me too" joins it."""

import pytest

from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import Notice
from status.models import IncidentTicket, ThreadAnswer
from status.operations.incidents import retract_incident
from status.operations.threads import answer_threads, attach_ticket, detach_ticket, me_too
from tests.support import actor_of, colombo
from tickets.models import EntryKind, Ticket, TimelineEntry
from tickets.operations.intake import open_ticket
from tickets.operations.replay import differences
from tickets.operations.status import close, resolve

pytestmark = pytest.mark.django_db
OPENED, LATER = colombo("2026-11-16 10:05"), colombo("2026-11-16 10:30")


@pytest.fixture
def ask(world):
    """A ticket of Alice's at ACME, or of Bob's at Globex."""

    def make(person=None):
        requester = person or world.alice
        organisation = world.globex if requester == world.bob else world.acme
        with scope({organisation.pk}):
            return open_ticket(
                organisation=organisation, requester=requester, subject="I cannot sign in", description="It says no.",
                severity="P2", actor=actor_of(requester), at=OPENED,
            )  # fmt: skip

    return make


@pytest.fixture
def put(world, serving):
    def on(incident, *tickets):
        for ticket in tickets:
            attach_ticket(incident=incident, ticket=ticket, actor=actor_of(world.agent), at=OPENED)

    return on


def replies(ticket):
    with scope({ticket.organisation_id}):
        return [entry.body for entry in TimelineEntry.objects.filter(ticket=ticket, kind=EntryKind.REPLY)]


def outcomes():
    with system_scope("what became of the answers"):
        return list(ThreadAnswer.objects.order_by("pk").values_list("outcome", "message"))


def test_one_update_answers_the_threads_of_several_organisations(world, tell, go_on, put, ask):
    incident, mine, theirs = tell(), ask(), ask(world.bob)
    put(incident, mine, theirs)
    go_on(incident, "identified", "2026-11-16 10:30", promise="2026-11-16 11:30", body="A certificate has expired.")
    assert (answer_threads(), outcomes()) == (2, [("done", ""), ("done", "")])
    for ticket in (mine, theirs):
        (said,) = replies(ticket)
        assert said.startswith("Sign-in fails: Identified\n\nA certificate has expired.\n\nThe next update follows by ")
        assert said.endswith(f"/status/incidents/{incident.public_id}/")
    assert answer_threads() == 0, "no thread is answered twice"
    with system_scope("what was queued, and the clocks"):
        told = Notice.objects.filter(event="reply").values_list("recipient", flat=True)
        assert sorted(told) == ["alice@acme.example", "bob@globex.example"]
        for ticket in (mine, theirs):
            fresh = Ticket.objects.get(pk=ticket.pk)
            entry = TimelineEntry.objects.get(ticket=fresh, kind=EntryKind.REPLY)
            assert (entry.actor_kind, entry.actor_name, entry.data["answers"]) == ("staff", "Nimal", True)
            assert list(differences(fresh, at=database_now())) == [], "the record replays"


def test_drafts_and_postmortems_answer_nobody(world, tell, go_on, put, ask):
    incident, ticket = tell(), ask()
    put(incident, ticket)
    go_on(incident, "resolved", "2026-11-16 10:30")
    go_on(incident, "postmortem", "2026-11-16 10:40")
    assert (answer_threads(), len(replies(ticket))) == (1, 1)
    with pytest.raises(DomainError, match="may not know"):
        put(tell(published=False), ticket)


def test_a_closed_ticket_is_not_answered_and_the_row_says_why(world, tell, go_on, put, ask):
    incident, ticket, other = tell(), ask(), ask(world.bob)
    put(incident, ticket, other)
    with scope({world.acme.pk}):
        resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=OPENED)
        close(ticket=ticket, actor=actor_of(world.alice), at=OPENED)
    go_on(incident, "identified", "2026-11-16 10:30")
    assert answer_threads() == 2
    assert [outcome for outcome, _ in outcomes()] == ["refused", "done"]
    assert "closed" in outcomes()[0][1]


def test_who_wrote_the_update_answers_also_where_they_do_not_serve(world, tell, go_on, put, ask):
    incident, ticket = tell(), ask()
    put(incident, ticket)
    go_on(incident, "identified", "2026-11-16 10:30", person=world.narrow)
    answer_threads()
    with scope({world.acme.pk}):
        assert TimelineEntry.objects.get(ticket=ticket, kind=EntryKind.REPLY).actor_name == "Nadia"


def test_a_ticket_stands_only_at_what_its_organisation_may_know(world, tell, put, ask):
    with pytest.raises(DomainError, match="may not know"):
        put(tell(only=[world.globex]), ask())
    with pytest.raises(Forbidden):
        attach_ticket(incident=tell(), ticket=ask(), actor=actor_of(world.alice), at=OPENED)
    incident = tell()
    retract_incident(incident=incident, actor=actor_of(world.agent), reason="None.", at=OPENED)
    with pytest.raises(Conflict):
        put(incident, ask())


def test_a_ticket_that_is_taken_off_is_answered_no_more(world, tell, go_on, put, ask):
    incident, ticket = tell(), ask()
    put(incident, ticket, ticket)
    assert IncidentTicket.objects.count() == 1, "attached twice is attached once"
    go_on(incident, "identified", "2026-11-16 10:30")
    detach_ticket(incident=incident, ticket=ticket, actor=actor_of(world.agent), at=LATER)
    go_on(incident, "monitoring", "2026-11-16 10:40")
    assert (answer_threads(), replies(ticket)) == (0, []), "also what had waited for its turn"
    with pytest.raises(DomainError, match="does not stand"):
        detach_ticket(incident=incident, ticket=ticket, actor=actor_of(world.agent), at=LATER)


def join(world, incident, **typed):
    with scope({world.acme.pk}):
        alice = actor_of(world.alice)
        return me_too(
            incident=incident, organisation=world.acme, requester=world.alice, actor=alice, at=OPENED, **typed
        )


def test_me_too_opens_one_ticket_at_the_incident_as_urgent_as_that_is(world, tell, go_on, web):
    incident = tell()
    ticket = join(world, incident)
    assert (ticket.subject, ticket.severity) == ("Me too: Sign-in fails", "P1")
    assert join(world, incident).pk == ticket.pk, "a second click is no second ticket"
    go_on(incident, "identified", "2026-11-16 10:30")
    assert (answer_threads(), len(replies(ticket))) == (1, 1)
    slow = tell("Slow", {web: "degraded_performance"})
    other = join(world, slow, subject="Reports take minutes", description="Since nine.")
    assert (other.subject, other.description, other.severity) == ("Reports take minutes", "Since nine.", "P3")


def test_after_the_first_is_closed_me_too_opens_another(world, tell):
    incident = tell()
    first = join(world, incident)
    with scope({world.acme.pk}):
        resolve(ticket=first, actor=actor_of(world.agent), message="Done.", at=OPENED)
        close(ticket=first, actor=actor_of(world.alice), at=OPENED)
    assert join(world, incident).pk != first.pk


def test_me_too_is_for_what_lasts_and_what_one_may_know(world, tell, go_on):
    over, foreign = tell(), tell(only=[world.globex])
    go_on(over, "resolved", "2026-11-16 10:30")
    with pytest.raises(Conflict, match="is over"):
        join(world, over)
    with pytest.raises(DomainError, match="may not know"):
        join(world, foreign)
    with scope({world.acme.pk}):
        assert not Ticket.objects.exists(), "the refused one left no ticket behind"


def test_nobody_sees_others_tickets_on_an_incident_that_is_for_all(world, tell, put, ask):
    put(tell(), ask(), ask(world.bob))
    with scope({world.acme.pk}):
        assert [row.organisation_id for row in IncidentTicket.objects.all()] == [world.acme.pk]
