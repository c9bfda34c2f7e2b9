"""Tags: how they are written, who may change them and who sees them."""

import pytest
from django.db import IntegrityError, transaction

from helpdesk.audit.models import AuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import scope
from tests.support import actor_of, colombo
from tickets.labels import known_tags, tags_of
from tickets.models import TicketTag
from tickets.operations.labels import set_tags, tag_ticket
from tickets.operations.replay import differences
from tickets.operations.status import close, resolve
from tickets.queries import version_of

pytestmark = pytest.mark.usefixtures("everything")
AT = colombo("2026-11-16 10:30")


@pytest.fixture
def tag(submit, world):
    """`tag(add=[…])` on a ticket of ACME's, by the agent."""
    ticket = submit("P3")

    def change(**given):
        return tag_ticket(**{"ticket": ticket, "actor": actor_of(world.agent), "at": AT, **given})

    change.ticket = ticket
    return change


def test_tags_are_kept_in_lower_case_once_each_and_shown_by_name(tag):
    assert tag(add=[" VIP ", "#Invoices  late", "vip"]) == ["invoices late", "vip"]
    assert tag(add=["vip"], remove=["Invoices Late", "never there"]) == ["vip"]
    assert tags_of(tag.ticket) == ["vip"]


def test_tagging_moves_no_clock_and_stops_nobodys_reply(tag):
    before = (tag.ticket.queue_due_at, version_of(tag.ticket, staff=True))
    tag(add=["vip"])
    tag.ticket.refresh_from_db()
    assert (tag.ticket.queue_due_at, version_of(tag.ticket, staff=True)) == before
    assert tag.ticket.updated_at == AT
    assert differences(tag.ticket, at=AT) == []


def test_the_log_tells_who_changed_the_tags_and_only_when_something_changed(tag):
    tag(add=["vip", "late"])
    tag(add=["vip"], remove=["gone"])
    tag(remove=["late"])
    rows = AuditEntry.objects.filter(action="ticket.tag").order_by("pk")
    assert [(row.actor_name, row.subject, row.data) for row in rows] == [
        ("Nimal", "ACME-1", {"added": ["late", "vip"], "removed": []}),
        ("Nimal", "ACME-1", {"added": [], "removed": ["late"]}),
    ]


def test_all_tags_can_be_given_at_once(tag, world):
    tag(add=["a", "b"])
    assert set_tags(ticket=tag.ticket, tags=["C", "b"], actor=actor_of(world.agent)) == ["b", "c"]
    assert set_tags(ticket=tag.ticket, tags=[], actor=actor_of(world.agent)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  ", "Type a tag"),
        ("#", "Type a tag"),
        ("x" * 41, "41 characters long"),
        ("one, two", "holds a character"),
        ("nul\x00", "holds a character"),
        ("zero\u200bwidth", "holds a character"),
    ],
)
def test_what_is_no_tag_is_refused_at_its_field(tag, text, said):
    with pytest.raises(DomainError, match=said) as refused:
        tag(add=["fine", text])
    assert (refused.value.field, tags_of(tag.ticket)) == ("tags", [])


def test_a_ticket_has_at_most_twenty_tags(tag):
    tag(add=[f"tag {number}" for number in range(20)])
    with pytest.raises(DomainError, match="at most 20 tags"):
        tag(add=["one more"])
    assert len(tag(add=["one more"], remove=["tag 0"])) == 20


def test_a_closed_ticket_can_be_tagged_too(tag, world):
    resolve(ticket=tag.ticket, actor=actor_of(world.agent), at=AT)
    close(ticket=tag.ticket, actor=actor_of(world.alice), at=AT)
    assert tag(add=["lesson"]) == ["lesson"]


def test_clients_do_not_tag(tag, world):
    for person in (world.alice, world.amara):
        with pytest.raises(Forbidden):
            tag(add=["vip"], actor=actor_of(person))


def test_the_database_takes_no_tag_that_is_not_as_written(tag):
    for name in ("", "VIP", " vip", "a,b"):
        with pytest.raises(IntegrityError, match="tickets_tag_as_written"), transaction.atomic():
            TicketTag.objects.create(organisation=tag.ticket.organisation, ticket=tag.ticket, name=name)


def test_proposals_are_of_the_organisations_in_scope_and_capped(tag, submit, world):
    tag(add=["acme only"])
    foreign = submit("P3", organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    tag_ticket(ticket=foreign, actor=actor_of(world.agent), add=["globex only"])
    assert known_tags(organisation_id=world.acme.pk) == ["acme only"]
    with scope({world.globex.pk}):
        assert known_tags() == ["globex only"]
    for first in (0, 20, 40):
        ticket = submit("P3", at="2026-11-16 10:00")
        tag_ticket(ticket=ticket, actor=actor_of(world.agent), add=[f"tag {first + more:02}" for more in range(20)])
    assert len(known_tags(organisation_id=world.acme.pk)) == 50


def test_staff_tag_on_the_page_and_a_client_sees_none_of_it(tag, world, signed_in):
    path, agent, alice = tag.ticket.path, signed_in(world.agent), signed_in(world.alice)
    answer = agent.post(f"{path}tags/", {"tags": "VIP, late payer"}, follow=True)
    assert "The tags of ACME-1 are changed." in answer.content.decode()
    assert tags_of(tag.ticket) == ["late payer", "vip"]
    assert "Take off the tag late payer" in answer.content.decode()
    assert "late payer" not in alice.get(path).content.decode()
    assert alice.post(f"{path}tags/", {"tags": "mine"}).status_code == 403
    assert signed_in(world.narrow).post(f"{path}tags/", {"tags": "theirs"}).status_code == 404
    agent.post(f"{path}tags/removal/", {"tags": "vip"})
    assert tags_of(tag.ticket) == ["late payer"]


def test_a_refused_tag_stays_in_its_field_with_the_reason(tag, world, signed_in):
    answer = signed_in(world.agent).post(f"{tag.ticket.path}tags/", {"tags": f"fine,{'x' * 41}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "41 characters long" in page
    assert f'value="fine,{"x" * 41}"' in page
