"""Following a ticket: who may be added, what they then read and are told, and that nobody else does."""

import pytest

from helpdesk.accounts.operations import add_client, deactivate_person
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.notifications.models import Notice
from tests.support import actor_of, colombo
from tickets.models import Watcher
from tickets.operations.conversation import add_note, reply
from tickets.operations.watching import unwatch, watch

pytestmark = pytest.mark.usefixtures("everything")
CANARY = "canary-note-12"


@pytest.fixture
def cara(world):
    """A colleague of Alice's, no admin."""
    return add_client(
        organisation=world.acme, email="cara@acme.example", name="Cara", role="user", actor=SYSTEM,
        at=colombo("2026-01-05 08:00"), password="secret-1",
    )  # fmt: skip


@pytest.fixture
def ticket(submit):
    return submit("P3", "2026-11-16 10:00")


def told(event: str) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("recipient_name", flat=True))


def test_a_colleague_reads_the_ticket_once_they_follow_it_and_its_public_part_only(world, ticket, cara, signed_in):
    add_note(ticket=ticket, actor=actor_of(world.agent), body=CANARY, at=colombo("2026-11-16 10:10"))
    browser = signed_in(cara)
    assert browser.get(ticket.path).status_code == 404
    watch(ticket=ticket, user=cara, actor=actor_of(world.alice))
    page = browser.get(ticket.path)
    assert page.status_code == 200
    assert CANARY not in page.content.decode()
    assert ticket.subject in browser.get("/tickets/").content.decode()
    unwatch(ticket=ticket, user=cara, actor=actor_of(cara))
    assert browser.get(ticket.path).status_code == 404
    assert ticket.subject not in browser.get("/tickets/").content.decode()


def test_each_follower_gets_a_mail_of_their_own(world, ticket, cara):
    watch(ticket=ticket, user=cara, actor=actor_of(world.alice))
    reply(ticket=ticket, actor=actor_of(world.agent), body="On it.", at=colombo("2026-11-16 11:00"))
    assert told("reply") == {"Alice", "Cara"}
    assert Notice.objects.filter(event="reply").values("recipient").distinct().count() == 2


def test_staff_who_follow_are_told_of_a_clients_reply_but_not_of_their_own_doing(world, ticket):
    watch(ticket=ticket, user=world.manager.user, actor=actor_of(world.agent))
    reply(ticket=ticket, actor=actor_of(world.alice), body="More.", at=colombo("2026-11-16 11:00"))
    assert told("client_reply") == {"Nimal", "Malini"}


def test_who_has_left_or_serves_no_more_is_not_told(world, ticket, cara):
    watch(ticket=ticket, user=cara, actor=actor_of(world.alice))
    deactivate_person(user=cara, reason="Left.", actor=actor_of(world.admin))
    reply(ticket=ticket, actor=actor_of(world.agent), body="On it.", at=colombo("2026-11-16 11:00"))
    assert told("reply") == {"Alice"}


def test_nobody_of_another_organisation_can_be_added(world, ticket):
    for user, actor in ((world.bob, world.alice), (world.bob, world.agent), (world.narrow.user, world.agent)):
        with pytest.raises(DomainError, match="Choose somebody who may follow"):
            watch(ticket=ticket, user=user, actor=actor_of(actor))
    with pytest.raises(DomainError, match="Choose somebody"):  # clients add no staff
        watch(ticket=ticket, user=world.agent.user, actor=actor_of(world.alice))
    with pytest.raises(DomainError, match="told of everything already"):
        watch(ticket=ticket, user=world.alice, actor=actor_of(world.agent))
    assert Watcher.objects.count() == 0


def test_the_same_again_changes_nothing_and_both_ways_are_recorded(world, ticket, cara):
    for _ in range(2):
        watch(ticket=ticket, user=cara, actor=actor_of(world.alice))
    for _ in range(2):
        unwatch(ticket=ticket, user=cara, actor=actor_of(world.alice))
    changes = AuditEntry.objects.filter(action__endswith="watch").order_by("pk").values_list("action", "data")
    assert list(changes) == [(f"ticket.{verb}", {"person": cara.email}) for verb in ("watch", "unwatch")]


def test_there_is_an_end_to_followers(world, ticket, cara, monkeypatch):
    monkeypatch.setattr("tickets.operations.watching.MOST", 1)
    watch(ticket=ticket, user=world.amara, actor=actor_of(world.alice))
    with pytest.raises(Conflict, match="1 people follow ACME-1 already"):
        watch(ticket=ticket, user=cara, actor=actor_of(world.alice))


def test_clients_do_not_see_which_staff_follow_and_cannot_take_them_out(world, ticket, signed_in):
    watch(ticket=ticket, user=world.manager.user, actor=actor_of(world.agent))
    assert "Malini" not in signed_in(world.alice).get(ticket.path).content.decode()
    assert "Malini" in signed_in(world.agent).get(ticket.path).content.decode()
    unwatch(ticket=ticket, user=world.manager.user, actor=actor_of(world.alice))
    assert Watcher.objects.count() == 1


def test_the_page_adds_and_takes_out(world, ticket, cara, signed_in):
    browser = signed_in(world.alice)
    page = browser.post(f"{ticket.path}followers/", {"person": cara.pk}, follow=True).content.decode()
    assert "They follow ACME-1 from now on." in page
    assert browser.post(f"{ticket.path}followers/out/", {"person": cara.pk}).url == ticket.path
    for person in ("", "x", "9" * 30, "0", str(world.bob.pk)):
        answer = browser.post(f"{ticket.path}followers/", {"person": person})
        assert answer.status_code == 422
        assert "Choose somebody who may follow this ticket." in answer.content.decode()
    assert signed_in(world.bob).post(f"{ticket.path}followers/", {"person": world.bob.pk}).status_code == 404
    for person in ("", "0", str(world.bob.pk)):  # foreign, missing and damaged are answered alike
        assert browser.post(f"{ticket.path}followers/out/", {"person": person}).url == ticket.path
