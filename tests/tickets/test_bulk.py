"""One thing done to many tickets: each by the same operation, with its person's rights of that moment."""

import uuid

import pytest

from helpdesk.accounts.models import StaffService
from helpdesk.accounts.operations import deactivate_person
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope
from tests.support import actor_of
from tickets.models import BulkItem, BulkRun, EntryKind, Ticket, TicketState, TimelineEntry
from tickets.operations import bulk_verbs
from tickets.operations.bulk import MOST, start_run, stop_run, work_off
from tickets.operations.labels import tag_ticket
from tickets.operations.status import resolve

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def three(submit, world):
    """ACME-1, ACME-2 and GLOBEX-1."""
    bob = {"organisation": world.globex, "requester": world.bob, "actor": actor_of(world.bob)}
    return [submit("P2"), submit("P2"), submit("P2", **bob)]


def start(person, verb, tickets, *, key=None, **arguments) -> BulkRun:
    return start_run(
        verb=verb, arguments=arguments, tickets=[getattr(one, "public_id", one) for one in tickets],
        actor=actor_of(person), submission_key=key or uuid.uuid4(),
    )  # fmt: skip


def results() -> list[tuple[str, str]]:
    return list(BulkItem.objects.order_by("pk").values_list("outcome", "message"))


@pytest.mark.parametrize(
    ("verb", "arguments", "said", "kind"),
    [
        ("assign", {"assignee": ""}, "Assigned to nobody.", EntryKind.ASSIGNED),
        ("reply", {"body": "We look."}, "The reply is sent.", EntryKind.REPLY),
        ("severity", {"severity": "P1", "reason": "All sites."}, "From P2 to P1.", EntryKind.SEVERITY),
        ("waiting", {"question": "Which?"}, "The question is sent; the clocks are paused.", EntryKind.WAITING),
        ("resolution", {"message": "Done."}, "Resolved.", EntryKind.RESOLVED),
    ],
)
def test_each_verb_does_its_work_on_each_ticket_as_the_person_who_asked(world, three, verb, arguments, said, kind):
    run = start(world.agent, verb, three, **arguments)
    assert work_off() == 3
    assert results() == [("done", said)] * 3
    entries = TimelineEntry.objects.filter(kind=kind)
    assert {(entry.ticket_id, entry.actor_name) for entry in entries} == {(one.pk, "Nimal") for one in three}
    run.refresh_from_db()
    assert run.finished_at is not None
    assert AuditEntry.objects.filter(actor_id=world.agent.user_id).count() == 3


def test_tags_are_put_on_and_taken_off(world, three):
    tag_ticket(ticket=three[0], add=["old"], actor=actor_of(world.agent))
    start(world.agent, "tags", three, add="VPN, outage", remove="old")
    work_off()
    assert results() == [("done", "Its tags are now: outage, vpn.")] * 3
    start(world.agent, "tags", three[:1], remove="vpn,outage")
    work_off()
    assert results()[-1] == ("done", "It has no tags now.")


def test_several_are_merged_into_one_of_the_same_organisation(world, three):
    start(world.agent, "merge", three, into=f" {three[0].reference.lower()} ")
    work_off()
    assert results() == [
        ("refused", "A ticket cannot be merged into itself."),
        ("done", f"Merged into {three[0].reference}."),
        ("refused", f"There is no ticket {three[0].reference.lower()} of its organisation."),
    ]
    merged = Ticket.objects.get(pk=three[1].pk)
    assert (merged.merged_into_id, merged.state) == (three[0].pk, TicketState.CLOSED)


def test_a_ticket_that_refuses_says_why_and_the_others_go_on(world, three):
    resolve(ticket=three[1], actor=actor_of(world.agent))
    start(world.agent, "assign", three, assignee=str(world.narrow.pk))  # who serves Globex only
    work_off()
    assert results() == [
        ("refused", "Nadia does not serve Acme Trading."),
        ("refused", f"{three[1].reference} is resolved, so it cannot be assigned."),
        ("done", "Assigned to Nadia."),
    ]


def test_work_that_fails_leaves_nothing_of_it_behind_and_the_others_go_on(world, three, monkeypatch, caplog):
    real = bulk_verbs.reply

    def breaks(*, ticket, **given):
        real(ticket=ticket, **given)
        if ticket.pk == three[0].pk:
            raise RuntimeError("a fault of ours")

    monkeypatch.setattr(bulk_verbs, "reply", breaks)
    start(world.agent, "reply", three, body="Hello.")
    work_off()
    assert [outcome for outcome, _ in results()] == ["failed", "done", "done"]
    replied = TimelineEntry.objects.filter(kind=EntryKind.REPLY).values_list("ticket_id", flat=True)
    assert sorted(replied) == sorted(one.pk for one in three[1:])
    assert "a fault of ours" in caplog.text


def test_a_ticket_out_of_scope_is_no_such_ticket(world, three):
    with scope([world.globex.pk]):
        with pytest.raises(DomainError, match=r"^No such ticket\.$"):
            start(world.narrow, "reply", three[:2], body="Hello.")
        with pytest.raises(DomainError, match=r"^No such ticket\.$"):
            start(world.narrow, "reply", [uuid.uuid4()], body="Hello.")
        run = start(world.narrow, "reply", three, body="Hello.")
    assert run.missing == 2
    assert list(BulkItem.objects.values_list("ticket_id", flat=True)) == [three[2].pk]


def test_rights_are_those_of_the_moment_of_the_work(world, three):
    StaffService.objects.create(staff=world.narrow, organisation=world.acme)
    start(world.narrow, "reply", three, body="Hello.")
    work_off(limit=1)
    StaffService.objects.filter(staff=world.narrow, organisation=world.acme).delete()
    work_off()
    assert results() == [("done", "The reply is sent."), ("refused", "No such ticket."), ("done", "The reply is sent.")]


def test_who_may_not_sign_in_any_more_does_nothing_more(world, three):
    start(world.agent, "reply", three, body="Hello.")
    deactivate_person(user=world.agent.user, actor=actor_of(world.admin))
    work_off()
    assert results() == [("refused", "The person who asked for this may not do it any more.")] * 3


def test_stopping_leaves_out_what_has_not_had_its_turn(world, three):
    run = start(world.agent, "resolution", three, message="")
    work_off(limit=1)
    assert stop_run(run=run, actor=actor_of(world.agent)) == 2
    assert work_off() == 0
    assert [outcome for outcome, _ in results()] == ["done", "stopped", "stopped"]
    assert Ticket.objects.filter(state=TicketState.RESOLVED).count() == 1
    with pytest.raises(Conflict):
        stop_run(run=run, actor=actor_of(world.agent))
    with pytest.raises(DomainError, match="No such run"):
        stop_run(run=run, actor=actor_of(world.manager))
    assert VendorAuditEntry.objects.filter(action__in=("bulk.start", "bulk.stop")).count() == 2


def test_the_same_form_sent_twice_is_one_run(world, three):
    key = uuid.uuid4()
    first, second = (start(world.agent, "reply", three, key=key, body="Hello.") for _ in range(2))
    assert first.pk == second.pk
    assert BulkItem.objects.count() == 3


@pytest.mark.parametrize(
    ("verb", "arguments", "field"),
    [
        ("reply", {"body": "  "}, "body"),
        ("reply", {"body": "a\0b"}, "body"),
        ("severity", {"severity": "P9", "reason": "x"}, "severity"),
        ("severity", {"severity": "P1", "reason": ""}, "reason"),
        ("waiting", {}, "question"),
        ("assign", {"assignee": "999999"}, "assignee"),
        ("assign", {"assignee": "nobody"}, "assignee"),
        ("resolution", {"message": "x" * 200_000}, "message"),
        ("tags", {"add": " , ", "remove": ""}, "add"),
        ("tags", {"add": "vpn", "remove": "x" * 100}, "remove"),
        ("merge", {"into": "12"}, "into"),
        ("merge", {"into": ""}, "into"),
        ("escalation", {}, "verb"),
    ],
)
def test_what_no_ticket_would_take_is_refused_before_anything_begins(world, three, verb, arguments, field):
    with pytest.raises(DomainError) as refused:
        start(world.agent, verb, three, **arguments)
    assert refused.value.field == field
    assert BulkRun.objects.count() == 0


def test_a_run_has_a_bounded_number_of_tickets_and_is_not_for_clients(world, three):
    with pytest.raises(DomainError, match="At most 200"):
        start(world.agent, "reply", [uuid.uuid4() for _ in range(MOST + 1)], body="Hello.")
    with pytest.raises(Forbidden):
        start(world.alice, "reply", three, body="Hello.")
