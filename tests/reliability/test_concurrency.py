"""Several workers at once: being second is normal. Threads with connections of their own, over committed rows."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Stale
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.sending import deliver_due, deliver_one
from helpdesk.notifications.tasks import deliver
from sla.models import Clock, MatrixVersion
from sla.queries import matrix_in_force
from tests.reliability.conftest import RESPONSE_PASSED, open_tickets
from tests.support import actor_of, colombo
from tests.tickets.test_matrix_editor import copied
from tickets.models import Escalation, Ticket, TicketCounter, TimelineEntry
from tickets.operations import sweep as sweeping
from tickets.operations.conversation import reply
from tickets.operations.handling import acknowledge
from tickets.operations.intake import open_ticket
from tickets.operations.matrix import publish_matrix
from tickets.operations.sweep import remind, sweep
from tickets.tasks import sweep_task

PATIENCE = 20.0


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread with its own connection, all starting together; returns their results or errors."""
    barrier = threading.Barrier(len(works), timeout=PATIENCE)

    def run(work: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@contextmanager
def meanwhile(work: Callable[[], object]):
    """Run the work in another thread while the block runs; its result is in the list after the block."""
    results: list[object] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield results
    thread.join(PATIENCE)
    assert not thread.is_alive(), "the work hangs"


def wait_until_somebody_waits_for_a_lock() -> None:
    """Until another connection of this database stands still before a lock of ours."""
    for _ in range(int(PATIENCE / 0.02)):
        with connection.cursor() as cursor:
            # Within a transaction the view is a snapshot of its first use.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def events() -> Counter:
    with system_scope("what stands in the database"):
        kinds = ("warning", "breach", "target_missed")
        return Counter(
            (row.ticket_id, row.kind, row.data["clock"]) for row in TimelineEntry.objects.filter(kind__in=kinds)
        )


def test_t36_two_sweeps_at_once_record_each_event_once(committed_world):
    tickets = open_tickets(committed_world, 12)
    results = at_once(*[lambda: sweep(at=RESPONSE_PASSED, batch=3)] * 2)
    sweep(at=RESPONSE_PASSED)  # what both had skipped because the other held it
    assert all(isinstance(result, int) for result in results), results
    wanted = {(t.pk, *what) for t in tickets for what in (("breach", "response"), ("target_missed", "target"))}
    assert events() == Counter(wanted)
    with system_scope("rungs and notices"):
        assert Counter(Escalation.objects.values_list("ticket_id", flat=True)) == Counter(t.pk for t in tickets)
        overdue = Notice.objects.filter(event="response_overdue")
        assert Counter(overdue.values_list("reference", flat=True)) == Counter(str(t) for t in tickets)


def test_two_beats_ring_both_bells_twice_and_each_event_and_mail_goes_once(committed_world, mailbox):
    tickets = open_tickets(committed_world, 4)  # of January: overdue by today's clock whatever the day
    at_once(sweep_task, sweep_task)
    at_once(deliver, deliver, sweep_task)
    sweep_task()
    deliver()
    assert set(events().values()) == {1}
    assert {ticket for ticket, _, _ in events()} == {ticket.pk for ticket in tickets}
    with system_scope("every notice that is due"):
        sent = Notice.objects.filter(state=DeliveryState.SENT)
        assert mailbox.ids() == sorted(sent.values_list("message_id", flat=True))
        waiting = Notice.objects.exclude(state=DeliveryState.SENT)
        assert set(waiting.values_list("event", flat=True)) <= {"unacknowledged"}, "reminders wait for hours"


def test_a_sweep_skips_the_ticket_that_a_reply_holds_and_records_no_wrong_breach(committed_world):
    (held, other) = open_tickets(committed_world, 2)
    with transaction.atomic(), system_scope("an agent answers just in time"):
        reply(ticket=held, actor=actor_of(committed_world.agent), body="We are on it.", at=colombo("2026-01-20 09:59"))
        (swept,) = at_once(lambda: sweep(at=RESPONSE_PASSED))
        assert swept == 2, "the other ticket's response and target; the held one is left alone, and not waited for"
    assert sweep(at=RESPONSE_PASSED) == 1, "the held ticket's target; its response was met"
    assert events() == Counter(
        [
            (held.pk, "warning", "response"),
            (held.pk, "target_missed", "target"),
            (other.pk, "breach", "response"),
            (other.pk, "target_missed", "target"),
        ]
    )
    with system_scope("the held ticket's response"):
        assert Clock.objects.get(ticket=held, kind="response").verdict == "met"


def test_a_reply_waits_for_the_sweep_that_holds_its_ticket_and_finds_the_breach_recorded(committed_world):
    (ticket,) = open_tickets(committed_world, 1)

    def answer() -> object:
        with transaction.atomic(), system_scope("an agent answers too late"):
            return reply(ticket=ticket, actor=actor_of(committed_world.agent), body="Sorry.", at=RESPONSE_PASSED)

    with transaction.atomic(), system_scope("a sweep between claim and commit"):
        assert len(sweeping.claim_batch(at=RESPONSE_PASSED, limit=10)[0]) == 2
        thread = meanwhile(answer)
        results = thread.__enter__()
        wait_until_somebody_waits_for_a_lock()
    thread.__exit__(None, None, None)
    assert isinstance(results[0], TimelineEntry), results
    assert set(events().values()) == {1}
    with system_scope("the response"):
        assert Clock.objects.get(ticket=ticket, kind="response").verdict == "breached"


def test_an_acknowledgement_and_a_reminder_of_one_rung_at_once_do_not_block_each_other(committed_world, monkeypatch):
    """A reminder holds the rung and writes on the ticket, an acknowledgement holds the ticket and wants the rung."""
    (ticket,) = open_tickets(committed_world, 1)
    sweep(at=RESPONSE_PASSED)
    with system_scope("the rung"):
        rung = Escalation.objects.get(ticket=ticket)
    later = colombo("2026-01-20 14:45")

    def take_it() -> object:
        with transaction.atomic(), system_scope("the account manager takes it"):
            return acknowledge(escalation=rung, actor=actor_of(committed_world.manager), at=later)

    threads = []
    write_climb = sweeping.write_climb

    def slow(*args, **kwargs):
        threads.append(meanwhile(take_it))
        threads.append(threads[0].__enter__())
        wait_until_somebody_waits_for_a_lock()
        return write_climb(*args, **kwargs)

    monkeypatch.setattr(sweeping, "write_climb", slow)
    assert remind(at=later) == 1
    threads[0].__exit__(None, None, None)
    assert threads[1] == [rung], threads[1]
    with system_scope("the rung is taken, after one reminder"):
        rung.refresh_from_db()
        assert (rung.acknowledged_by, rung.reminders) == (committed_world.manager.user, 1)


def test_two_who_acknowledge_at_once_one_holds_it_and_the_other_is_told(committed_world):
    (ticket,) = open_tickets(committed_world, 1)
    sweep(at=RESPONSE_PASSED)
    with system_scope("the rung"):
        rung = Escalation.objects.get(ticket=ticket)

    def take(person) -> Callable[[], object]:
        def work() -> object:
            with transaction.atomic(), system_scope("somebody takes it"):
                return acknowledge(escalation=rung, actor=actor_of(person), at=RESPONSE_PASSED)

        return work

    results = at_once(take(committed_world.manager), take(committed_world.deputy))
    assert sorted(type(result).__name__ for result in results) == [Conflict.__name__, Escalation.__name__]


def test_two_senders_at_once_send_each_notice_once(committed_world, mailbox):
    open_tickets(committed_world, 10)
    sweep(at=RESPONSE_PASSED)
    with system_scope("what is to be sent"):
        wanted = sorted(Notice.objects.values_list("message_id", flat=True))
    results = at_once(deliver_due, deliver_due)
    assert sum(results) == len(wanted) == 40
    assert mailbox.ids() == wanted


def test_a_second_sender_passes_by_the_notice_that_the_first_one_holds(committed_world, mailbox):
    open_tickets(committed_world, 1)
    with transaction.atomic(), system_scope("a sender in the middle of the first notice"):
        held = Notice.objects.select_for_update().order_by("next_at", "id")[0]
        assert at_once(lambda: (deliver_one(Notice), deliver_one(Notice))) == [(True, False)]
        assert held.message_id not in mailbox.ids()


def test_two_submits_of_one_form_at_the_same_moment_are_one_ticket(committed_world, signed_in):
    form = {
        "subject": "Twice", "description": "The button was pressed twice.", "severity": "P2",
        "submission_key": str(uuid.uuid4()), "organisation": "ACME",
    }  # fmt: skip
    browsers = [signed_in(committed_world.alice) for _ in range(2)]
    answers = at_once(*[lambda browser=browser: browser.post("/tickets/new/", form) for browser in browsers])
    with system_scope("what stands in the database"):
        (ticket,) = Ticket.objects.all()
        assert TimelineEntry.objects.filter(ticket=ticket, kind="opened").count() == 1
        assert Notice.objects.filter(event="acknowledgement").count() == 1
        assert TicketCounter.objects.get().last_number == 1
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, ticket.path)] * 2


def test_numbers_are_free_of_gaps_under_eight_who_open_at_once(committed_world):
    """Each opens three; one of each three fails after its number was drawn, and rolls back."""

    def opener(organisation, requester, actor) -> Callable[[], None]:
        def one(subject: str) -> None:
            with scope({organisation.pk}):
                open_ticket(
                    organisation=organisation, requester=requester, subject=subject, description="It fails.",
                    severity="P3", actor=actor,
                )  # fmt: skip
                if subject == "fails":
                    raise DomainError("after the ticket was written")

        def work() -> None:
            one("first")
            with pytest.raises(DomainError):
                one("fails")
            one("last")

        return work

    with system_scope("who they are"):
        alice, bob = actor_of(committed_world.alice), actor_of(committed_world.bob)
    acme = opener(committed_world.acme, committed_world.alice, alice)
    globex = opener(committed_world.globex, committed_world.bob, bob)
    assert at_once(*[acme] * 6, *[globex] * 2) == [None] * 8
    with system_scope("what stands in the database"):
        numbers = Ticket.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers.filter(organisation=committed_world.acme)) == list(range(1, 13))
        assert list(numbers.filter(organisation=committed_world.globex)) == list(range(1, 5))


def test_of_two_who_publish_a_matrix_at_once_the_second_is_told_and_nothing_is_overwritten(committed_world):
    def publish(reason: str) -> MatrixVersion:
        levels, rules = copied(matrix_in_force(at=database_now()))
        facts = {"reminder_minutes": 270, "seen": 1, "actor": actor_of(committed_world.admin)}
        return publish_matrix(levels=levels, rules=rules, reason=reason, **facts)

    with transaction.atomic():
        first = publish("The first")
        thread = meanwhile(lambda: publish("The second"))
        results = thread.__enter__()
        wait_until_somebody_waits_for_a_lock()
    thread.__exit__(None, None, None)
    assert [type(result) for result in results] == [Stale]
    assert list(MatrixVersion.objects.order_by("number").values_list("number", "reason"))[1:] == [(2, "The first")]
    assert first.number == 2
