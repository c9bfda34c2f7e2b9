"""The nightly replay: what differs from a timeline is found, kept, shown and told, and nothing is repaired."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.operations import add_staff
from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice
from sla.models import Clock
from sla.operations.calendars import add_holiday
from tests.support import actor_of, colombo
from tickets.models import ClockDifference, ReplayRun, Ticket
from tickets.operations import replay, replay_runs
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.replay import replay_clocks
from tickets.operations.replay_runs import begin_replay, go_on_replaying
from tickets.operations.status import close, resolve
from tickets.operations.sweep import sweep
from tickets.replays import replays

AT = colombo("2026-11-16 12:00")
PAGE = "/settings/clock-check/"
DAY = timedelta(days=1)


@pytest.fixture
def closed(submit, world):
    """A ticket that is out of the queue, long since."""
    ticket = submit("P2", "2026-11-02 10:00")
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-02 12:00"))
    close(ticket=ticket, actor=SYSTEM, at=colombo("2026-11-10 12:00"))
    assert not Ticket.objects.get(pk=ticket.pk).in_queue
    return ticket


def run(at=AT, actor=SYSTEM) -> ReplayRun:
    """A whole replay."""
    begun = begin_replay(actor=actor, at=at)
    while go_on_replaying(at=at):
        pass
    return ReplayRun.objects.get(pk=begun.pk)


def corrupt(ticket, kind: str, **figures) -> None:
    """What no operation does: a stored clock is written over."""
    assert Clock.objects.filter(ticket=ticket, kind=kind).update(**figures) == 1


def found(one: ReplayRun) -> list[tuple[int, str, str, str, str, bool]]:
    rows = ClockDifference.objects.filter(run=one).order_by("ticket_id", "pk")
    return list(rows.values_list("ticket_id", "kind", "field", "stored", "folded", "is_new"))


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(event="clock_differs").order_by("pk")
    return list(rows.values_list("recipient", "reference", "path"))


def test_clocks_that_agree_are_counted_and_nobody_is_told(submit, closed, world):
    submit("P1", "2026-11-16 10:00")
    waiting = submit("P3", "2026-11-16 10:00")
    wait_for_client(ticket=waiting, actor=actor_of(world.agent), question="Which?", at=colombo("2026-11-16 10:30"))
    late = submit("P1", "2026-11-13 10:00")
    sweep(at=AT)
    assert Clock.objects.get(ticket=late, kind="response").verdict == "breached"
    one = run()
    assert (one.tickets, one.sampled, one.clocks, one.waiting, one.differing) == (3, 1, 12, 0, 0)
    assert (one.begun_at, one.ended_at, one.asked_by) == (AT, AT, "")
    assert (found(one), told()) == ([], [])
    logged = VendorAuditEntry.objects.get(action="clocks.replayed")
    counted = {"tickets": 3, "sampled": 1, "clocks": 12, "waiting": 0, "differing": 0}
    assert (logged.subject, logged.data) == (str(one.pk), counted)


def test_a_clock_written_over_is_reported_told_and_left_as_it_is(submit, world, caplog):
    ticket = submit("P1", "2026-11-16 10:00")
    before = Clock.objects.get(ticket=ticket, kind="limit")
    wrong = before.due_at + timedelta(hours=1)
    corrupt(ticket, "limit", due_at=wrong, state="paused")
    one = run()
    due = (ticket.pk, "limit", "due_at", wrong.isoformat(), before.due_at.isoformat(), True)
    assert found(one) == [(ticket.pk, "limit", "state", "paused", "running", True), due]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert told() == [("indra@ravingcrm.example", "ACME", PAGE)]
    after = Clock.objects.get(ticket=ticket, kind="limit")
    assert (after.due_at, after.state) == (wrong, "paused"), "told, and not repaired"
    assert Ticket.objects.get(pk=ticket.pk).timeline.count() == ticket.timeline.count()


def test_the_mail_says_whose_and_how_many_and_answers_no_ticket(submit):
    corrupt(submit("P1", "2026-11-16 10:00"), "limit", budget=timedelta(hours=1), promised_at=None)
    run()
    mail = render_notice(Notice.objects.get(event="clock_differs"))
    assert mail.subject == "[ACME] 2 figures of stored clocks differ from their timelines"
    assert "2 figures of Acme Trading that differ from" in mail.text
    assert "/settings/clock-check/" in mail.text
    assert "/settings/clock-check/" in mail.html
    assert (mail.reply_to, "Severity" in mail.text) == ("", False)


@pytest.mark.parametrize(
    "figures",
    [
        {"verdict": "met"},
        {"verdict": "breached", "breached_at": AT},
        {"started_at": AT},
        {"due_at": None},
        {"promised_at": AT},
        {"warn_at": None},
        {"next_event_at": None},
        {"paused_at": AT},
        {"stopped_at": AT},
        {"budget": timedelta(hours=2)},
        {"provisional": True},
        {"due_at": AT - DAY},
    ],
)
def test_every_figure_of_a_running_clock_is_compared(submit, figures):
    corrupt(submit("P1", "2026-11-16 10:00"), "response", **figures)
    one = run()
    assert [row[2] for row in found(one)] == list(figures)


def test_a_clock_without_a_row_and_a_ticket_that_cannot_be_folded_are_differences_too(submit, monkeypatch):
    ticket, other = submit("P1", "2026-11-16 10:00"), submit("P2", "2026-11-16 10:00")
    Clock.objects.filter(ticket=ticket, kind="target").delete()
    fold = replay.fold_clocks

    def falls(*, subject, **facts):
        if subject.ticket_id == other.pk:
            raise ValueError("no such severity")
        return fold(subject=subject, **facts)

    monkeypatch.setattr(replay, "fold_clocks", falls)
    assert found(run()) == [
        (ticket.pk, "target", "row", "", "running", True),
        (other.pk, "", "fold", "3 clocks", "ValueError: no such severity", True),
    ]


def test_a_closed_clock_is_compared_whatever_its_calendar_has_become(submit, closed):
    calendar = closed.calendar
    add_holiday(
        calendar=calendar, day=colombo("2026-11-05 10:00").date(), name="A day", categories=["mercantile"],
        source="A gazette", actor=SYSTEM, at=colombo("2026-11-11 10:00"),
    )  # fmt: skip
    assert (run().clocks, found(run())) == (3, [])
    corrupt(closed, "limit", verdict="breached", breached_at=AT)
    assert [row[:3] for row in found(run(at=AT + DAY))] == [
        (closed.pk, "limit", "verdict"),
        (closed.pk, "limit", "breached_at"),
    ]


def test_what_differed_is_looked_at_again_and_told_once(submit, closed, settings):
    corrupt(closed, "limit", verdict="void")
    first = run()
    settings.REPLAY_SAMPLE = 0
    assert [row[-1] for row in found(first)] == [True]
    again = run(at=AT + DAY)
    assert again.sampled == 1, "drawn because it differed, not by chance"
    assert [row[-1] for row in found(again)] == [False]
    assert len(told()) == 1
    corrupt(closed, "limit", verdict="breached", breached_at=AT)
    changed = run(at=AT + 2 * DAY)
    assert ([row[-1] for row in found(changed)], len(told())) == ([True, True], 2)
    corrupt(closed, "limit", verdict="met", breached_at=None)
    assert (run(at=AT + 3 * DAY).differing, run(at=AT + 4 * DAY).sampled) == (0, 0)


def test_of_closed_tickets_a_sample_is_drawn(submit, closed, world, settings):
    settings.REPLAY_SAMPLE = 2
    for _ in range(3):
        one = submit("P4", "2026-11-02 10:00")
        resolve(ticket=one, actor=actor_of(world.agent), message="Done.", at=colombo("2026-11-02 12:00"))
    assert run().sampled == 2


def test_a_clock_that_waits_for_the_sweep_or_a_refolding_is_counted_and_not_compared(submit):
    submit("P1", "2026-11-13 10:00")  # its response is overdue, and no sweep has run
    one = run(at=colombo("2026-11-16 10:30"))
    assert (one.clocks, one.waiting, one.differing) == (1, 2, 0), "response and target; the limit is ahead"
    sweep(at=AT)
    ticket = submit("P1", "2026-11-16 10:00")
    add_holiday(
        calendar=ticket.calendar, day=colombo("2026-11-17 10:00").date(), name="A day", categories=["mercantile"],
        source="A gazette", actor=SYSTEM, at=AT,
    )  # fmt: skip
    one = run()
    assert (one.clocks, one.waiting, one.differing) == (0, 6, 0)


def test_a_run_goes_on_where_it_was_and_only_one_goes_on_at_a_time(submit, closed, monkeypatch):
    tickets = [submit("P1", "2026-11-16 10:00") for _ in range(5)]
    monkeypatch.setattr(replay, "BATCH", 2)
    monkeypatch.setattr(replay_runs, "BATCH", 2)
    monkeypatch.setattr(replay_runs, "BATCHES", 2)
    begun = begin_replay(actor=SYSTEM, at=AT)
    assert begin_replay(actor=SYSTEM, at=AT + DAY) == begun
    assert go_on_replaying(at=AT) == 2
    half = ReplayRun.objects.get(pk=begun.pk)
    assert (half.open_after, half.tickets, half.clocks, half.ended_at) == (tickets[3].pk, 4, 12, None)
    corrupt(tickets[0], "limit", verdict="met")  # had its turn: the night after finds it
    corrupt(tickets[4], "limit", verdict="met")
    assert (go_on_replaying(at=AT), go_on_replaying(at=AT), go_on_replaying(at=AT)) == (2, 0, 0)
    whole = ReplayRun.objects.get(pk=begun.pk)
    assert (whole.tickets, whole.sampled, whole.clocks, whole.differing) == (5, 1, 18, 1)
    assert [row[0] for row in found(whole)] == [tickets[4].pk]


def test_a_batch_takes_as_many_statements_whatever_its_size(submit, monkeypatch):
    counts = []
    for size in (1, 6):
        while Ticket.objects.count() < size:
            submit("P1", "2026-11-16 10:00")
        begin_replay(actor=SYSTEM, at=AT)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert go_on_replaying(at=AT) == 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_of_very_many_differences_all_are_counted_and_the_first_kept(submit, monkeypatch):
    monkeypatch.setattr(replay_runs, "LISTED", 2)
    for _ in range(3):
        corrupt(submit("P1", "2026-11-16 10:00"), "limit", verdict="met")
    one = run()
    assert (one.differing, len(found(one))) == (3, 2)


def test_runs_are_forgotten_after_ninety_days(submit):
    corrupt(submit("P4", "2026-11-16 10:00"), "response", state="paused")
    old = run()
    assert old.differing == 1
    new = begin_replay(actor=SYSTEM, at=AT + 91 * DAY)
    assert list(ReplayRun.objects.values_list("pk", flat=True)) == [new.pk]
    assert not ClockDifference.objects.exists()


def test_who_reads_no_audit_log_begins_none(world, everything):
    with pytest.raises(Forbidden):
        begin_replay(actor=actor_of(world.agent))


def test_the_page_tells_what_differs_and_when_and_begins_a_check(submit, world, signed_in):
    admin = signed_in(world.admin)
    page = admin.get(PAGE).content.decode()
    assert "No check yet" in page
    assert "No check has ended for over a night" in page
    ticket = submit("P1", "2026-11-16 10:00")
    assert admin.post(f"{PAGE}now/").status_code == 302
    assert "A check goes on: 0 tickets of the queue" in admin.get(PAGE).content.decode()
    while go_on_replaying(at=AT):
        pass
    assert "All 3 clocks were what their timelines give" in admin.get(PAGE).content.decode()
    assert "differs from its timeline" not in admin.get("/settings/").content.decode()
    due = Clock.objects.get(ticket=ticket, kind="limit").due_at
    corrupt(ticket, "limit", due_at=due + timedelta(seconds=2))
    bad = run(at=AT + timedelta(hours=1))
    page = admin.get(PAGE).content.decode()
    for words in (
        "1 figure differs from its timeline.", ticket.reference, "Resolution limit", "Mon 16 Nov 12:00",
        "Wed 18 Nov 2026, 10:00:02", "Wed 18 Nov 2026, 10:00:00", f"/tickets/{ticket.public_id}/clocks/",
    ):  # fmt: skip
        assert words in page, words
    assert "1 figure of a stored clock differs" in admin.get("/settings/").content.decode()
    corrupt(ticket, "limit", due_at=due)
    run(at=AT + timedelta(hours=2))
    assert "All 3 clocks were" in admin.get(PAGE).content.decode()
    assert "Wed 18 Nov 2026, 10:00:02" in admin.get(f"{PAGE}?run={bad.pk}").content.decode(), "kept"
    assert VendorAuditEntry.objects.filter(action="clocks.replay", actor_name="Indra").count() == 1
    assert "A stored clock differs from its timeline" in admin.get("/inbox/").content.decode()


def test_who_does_not_serve_an_organisation_learns_nothing_of_its_clocks(submit, world, signed_in):
    narrow = add_staff(email="ravi@ravingcrm.example", name="Ravi", role="admin", serves=[world.globex], actor=SYSTEM)
    ticket = submit("P1", "2026-11-16 10:00")
    corrupt(ticket, "limit", verdict="met")
    run()
    assert told() == [("indra@ravingcrm.example", "ACME", PAGE)]
    with scope({world.globex.pk}):
        assert (replays().differences, replays().seen, replays().differing) == ([], 0, {})
    page = signed_in(narrow).get(PAGE).content.decode()
    assert "All clocks of your organisations that were compared were what their timelines give" in page
    assert [words for words in (ticket.reference, "Clocks compared", "differs from its") if words in page] == []


def test_only_admins_see_the_page(world, signed_in):
    assert [signed_in(one).get(PAGE).status_code for one in (world.agent, world.amara)] == [403, 403]


def test_the_short_form_finds_the_same(submit, world):
    ticket = submit("P1", "2026-11-16 10:00")
    reply(ticket=ticket, actor=actor_of(world.agent), body="Soon.", at=colombo("2026-11-16 10:30"))
    assert replay_clocks(at=AT) == []
    corrupt(ticket, "response", stopped_at=AT)
    (one,) = replay_clocks(at=AT)
    assert (one.ticket_id, one.clock, one.field, one.stored) == (ticket.pk, "response", "stopped_at", AT)
    with system_scope("look"):
        assert not ReplayRun.objects.exists()
