"""The escalation matrix: who is told, when, and how often (POLICY 7)."""

from datetime import timedelta

import pytest

from helpdesk.accounts.models import Organisation, StaffMember, Team
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.notifications.models import DeliveryState, Notice, OwnAddress, Suppression
from sla.models import Calendar, MatrixLevel
from sla.operations.calendars import confirm_year
from tests.support import actor_of, colombo
from tickets.models import Escalation, Ticket, TimelineEntry
from tickets.operations import settling
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.handling import acknowledge, assign, change_severity, escalate
from tickets.operations.sweep import sweep

OVERDUE = colombo("2026-11-17 10:01")


def told(event):
    return sorted(Notice.objects.filter(event=event).values_list("recipient", flat=True))


def test_t36_each_level_is_told_exactly_once_however_often_the_sweep_runs(submit):
    submit("P1", "2026-11-16 10:00")
    for minutes in range(0, 60, 10):
        sweep(at=OVERDUE + timedelta(minutes=minutes))
    assert told("response_overdue") == ["malini@ravingcrm.example"]
    assert Escalation.objects.count() == 1


def test_t37_a_first_sweep_after_a_long_silence_tells_each_breach_once_and_no_stale_warning(submit):
    for _ in range(3):
        submit("P1", "2026-06-01 10:00")
    sweep(at=colombo("2026-11-16 09:00"))
    assert Notice.objects.filter(event="warning").count() == 0
    assert Notice.objects.filter(event="response_overdue").count() == 3
    assert Notice.objects.filter(event="limit_passed").count() == 6


def test_the_deputy_stands_in_for_an_account_manager_who_is_away(submit, world):
    StaffMember.objects.filter(pk=world.manager.pk).update(away_from=OVERDUE - timedelta(days=1))
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    notice = Notice.objects.get(event="response_overdue")
    assert (notice.recipient, notice.role) == ("dinesh@ravingcrm.example", "Deputy of ACME")


def test_the_account_manager_is_back_when_the_absence_has_ended(submit, world):
    StaffMember.objects.filter(pk=world.manager.pk).update(
        away_from=OVERDUE - timedelta(days=5), away_until=OVERDUE - timedelta(days=1)
    )
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    assert told("response_overdue") == ["malini@ravingcrm.example"]


def test_the_admins_are_told_with_a_warning_when_a_client_has_nobody_at_level_2(submit, world):
    Organisation.objects.filter(pk=world.acme.pk).update(account_manager=None, deputy=None)
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    notice = Notice.objects.get(event="response_overdue")
    assert notice.recipient == "indra@ravingcrm.example"
    assert "Nobody could be reached at level 2 (Account Manager)" in notice.reason


def test_an_inactive_account_manager_is_not_told(submit, world):
    world.manager.user.is_active = False
    world.manager.user.save()
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    assert told("response_overdue") == ["dinesh@ravingcrm.example"]


def test_a_level_whose_address_is_our_own_reaches_its_team_and_never_the_address(submit, world):
    OwnAddress.objects.create(address="Product@ravingcrm.example", team_key="product")
    submit("P1", "2026-11-16 10:00")
    sweep(at=colombo("2026-11-18 10:01"))
    assert told("limit_passed") == ["malini@ravingcrm.example", "priya@ravingcrm.example"]


def test_the_assignee_gets_the_warning_in_place_of_the_team(submit, world):
    Team.objects.get(key="support").members.add(world.admin)
    ticket = submit("P1", "2026-11-16 10:00")
    assign(ticket=ticket, assignee=world.agent, actor=actor_of(world.admin), at=colombo("2026-11-16 10:05"))
    sweep(at=colombo("2026-11-16 16:50"))
    assert told("warning") == ["nimal@ravingcrm.example"]


def test_a_warning_is_due_at_once_when_a_severity_held_before_puts_it_behind_us(submit, world):
    ticket, agent = submit("P1", "2026-11-16 08:00"), actor_of(world.agent)
    change_severity(ticket=ticket, severity="P3", reason="Few of us", actor=agent, at=colombo("2026-11-16 13:00"))
    again = colombo("2026-11-16 16:20")
    change_severity(ticket=ticket, severity="P1", reason="All of us", actor=agent, at=again)
    assert sweep(at=again + timedelta(minutes=1)) == 1
    assert TimelineEntry.objects.get(kind="warning").at == again
    assert told("warning") == ["nimal@ravingcrm.example"]


def test_a_breach_at_closing_time_goes_at_once(submit):
    submit("P1", "2026-11-16 08:00")
    at = colombo("2026-11-16 17:00") + timedelta(seconds=5)
    sweep(at=at)
    assert Notice.objects.get(event="response_overdue").next_at == at


def test_a_client_asks_with_a_reason_and_the_next_level_is_told(submit, world):
    ticket = submit("P3", "2026-11-16 10:00")
    at = colombo("2026-11-16 20:00")
    assert escalate(ticket=ticket, reason="Month end", actor=actor_of(world.alice), at=at) == 2
    assert escalate(ticket=ticket, reason="Still", actor=actor_of(world.alice), at=at) == 3
    assert told("asked") == ["malini@ravingcrm.example", "product@ravingcrm.example"]
    with pytest.raises(Conflict, match="level 3 already"):
        escalate(ticket=ticket, reason="More", actor=actor_of(world.alice), at=at)
    assert Ticket.objects.get().level == 3


def test_asking_needs_a_reason(submit, world):
    ticket = submit("P3", "2026-11-16 10:00")
    with pytest.raises(DomainError, match="Say why") as refused:
        escalate(ticket=ticket, reason="  ", actor=actor_of(world.alice))
    assert refused.value.field == "reason"


def test_reminders_repeat_every_270_support_minutes_until_somebody_acknowledges(submit, world):
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    for at in ("2026-11-17 14:32", "2026-11-18 10:03"):
        sweep(at=colombo(at))
    assert Notice.objects.filter(event="unacknowledged", level=2).count() == 2
    for rung in Escalation.objects.all():
        acknowledge(escalation=rung, actor=actor_of(world.manager), at=colombo("2026-11-18 10:30"))
    sweep(at=colombo("2026-11-20 16:00"))
    assert Notice.objects.filter(event="unacknowledged").count() == 2


def test_an_acknowledgement_names_who_holds_it_and_another_persons_is_refused(submit, world):
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    rung = Escalation.objects.get()
    acknowledge(escalation=rung, actor=actor_of(world.manager), at=OVERDUE + timedelta(hours=1))
    acknowledge(escalation=rung, actor=actor_of(world.manager), at=OVERDUE + timedelta(hours=2))
    entry = TimelineEntry.objects.get(kind="acknowledged")
    assert entry.body == "Malini has taken the escalation to level 2."
    with pytest.raises(Conflict, match="Malini has acknowledged"):
        acknowledge(escalation=rung, actor=actor_of(world.deputy), at=OVERDUE + timedelta(hours=3))


def test_a_client_cannot_acknowledge(submit, world):
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    with pytest.raises(Forbidden):
        acknowledge(escalation=Escalation.objects.get(), actor=actor_of(world.alice))


def test_every_rung_is_in_the_audit_log_with_who_was_told(submit):
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    entry = AuditEntry.objects.get(action="ladder.response_overdue")
    assert (entry.subject, entry.data["level"], entry.data["told"]) == (
        "ACME-1",
        2,
        ["Malini (Account manager of ACME)"],
    )


def test_the_matrix_reaches_a_suppressed_person_on_paper_only(submit, world):
    Suppression.objects.create(address="MALINI@ravingcrm.example", reason="mailbox is gone")
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    notice = Notice.objects.get(event="response_overdue")
    assert (notice.state, notice.last_error) == (DeliveryState.SUPPRESSED, "mailbox is gone")


@pytest.mark.django_db
def test_the_seeded_levels_are_the_policys():
    levels = MatrixLevel.objects.order_by("level").values_list("level", "name", "address")
    assert list(levels) == [
        (1, "Support Team", "support@ravingcrm.example"),
        (2, "Account Manager", ""),
        (3, "Product Team", "product@ravingcrm.example"),
    ]


def test_a_breach_just_before_a_calendar_edit_is_recorded_though_no_sweep_had_claimed_it(submit):
    ticket, due = submit("P1", "2026-11-16 10:00"), colombo("2026-11-17 10:00")
    calendar = Calendar.objects.get(key="sri-lanka")
    confirm_year(calendar=calendar, year=2027, actor=SYSTEM, at=due + timedelta(seconds=3))
    sweep(at=due + timedelta(seconds=10))
    assert told("response_overdue") == ["malini@ravingcrm.example"]
    assert Ticket.objects.get(pk=ticket.pk).level == 2
    sweep(at=due + timedelta(seconds=20))
    assert TimelineEntry.objects.filter(kind="breach").count() == 1


def test_a_late_answer_on_a_clock_that_awaits_refolding_finds_its_breach_recorded(submit, world):
    ticket, due = submit("P1", "2026-11-16 10:00"), colombo("2026-11-17 10:00")
    calendar = Calendar.objects.get(key="sri-lanka")
    confirm_year(calendar=calendar, year=2027, actor=SYSTEM, at=due - timedelta(seconds=3))
    reply(ticket=ticket, actor=actor_of(world.agent), body="Sorry.", at=due + timedelta(seconds=10))
    sweep(at=due + timedelta(seconds=20))
    entry = TimelineEntry.objects.get(kind="breach")
    assert (entry.at, entry.data["clock"]) == (due, "response")
    assert told("response_overdue") == ["malini@ravingcrm.example"]


def test_the_warning_to_the_vendor_is_no_part_of_what_the_client_may_read(submit, world):
    Organisation.objects.filter(pk=world.acme.pk).update(account_manager=None, deputy=None)
    submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    entry = TimelineEntry.objects.get(kind="breach")
    assert (entry.is_public, "Nobody could" in entry.body, "Nobody could" in entry.data["warning"]) == (
        True,
        False,
        True,
    )


def test_a_clock_that_the_ladder_cannot_answer_is_put_back_and_stops_no_other(submit, monkeypatch):
    bad, good = submit("P1", "2026-11-16 10:00"), submit("P1", "2026-11-16 10:00", subject="Another")
    real = settling.climb

    def breaks_on_the_first(found, **given):
        if found[0].ticket_id == bad.pk:
            raise RuntimeError("a poison ticket")
        return real(found, **given)

    monkeypatch.setattr(settling, "climb", breaks_on_the_first)
    sweep(at=OVERDUE)
    assert Notice.objects.filter(reference=good.reference, event="response_overdue").count() == 1
    assert Notice.objects.filter(reference=bad.reference, event="response_overdue").count() == 0
    monkeypatch.undo()
    sweep(at=OVERDUE + timedelta(minutes=11))
    assert Notice.objects.filter(reference=bad.reference, event="response_overdue").count() == 1
    entry = TimelineEntry.objects.get(ticket=bad, kind="breach")
    assert entry.at == colombo("2026-11-17 10:00")


def test_a_team_member_who_does_not_serve_the_client_reads_nothing_of_its_tickets(submit, world):
    Team.objects.get(key="support").members.add(world.narrow)
    ticket = submit("P1", "2026-11-16 10:00")
    assert told("new_ticket") == ["nimal@ravingcrm.example"]
    Ticket.objects.filter(pk=ticket.pk).update(assignee=world.narrow)
    reply(ticket=ticket, actor=actor_of(world.alice), body="ACME secret", at=colombo("2026-11-16 10:05"))
    assert told("client_reply") == ["nimal@ravingcrm.example"]


def test_a_breach_taken_back_reminds_nobody_and_mails_nobody_who_was_not_mailed_yet(submit, world):
    ticket = submit("P1", "2026-11-16 10:00")
    sweep(at=OVERDUE)
    received, parsed = colombo("2026-11-17 09:00"), OVERDUE + timedelta(minutes=5)
    reply(ticket=ticket, actor=actor_of(world.agent), body="Sent at nine.", received_at=received, at=parsed)
    assert Escalation.objects.get(event="response_overdue").remind_at is None
    assert Notice.objects.get(event="response_overdue").state == DeliveryState.ARCHIVED


def test_a_requester_who_has_left_is_told_nothing_and_the_client_admin_is(submit, world):
    ticket, agent = submit("P1", "2026-11-16 10:00"), actor_of(world.agent)
    world.alice.is_active = False
    world.alice.save()
    reply(ticket=ticket, actor=agent, body="We see it.", at=colombo("2026-11-16 10:30"))
    assert told("reply") == ["amara@acme.example"]


def test_a_clients_answer_parsed_late_ends_the_wait_when_it_was_received(submit, world):
    ticket, agent = submit("P1", "2026-11-16 10:00"), actor_of(world.agent)
    wait_for_client(ticket=ticket, actor=agent, question="Which?", at=colombo("2026-11-16 11:00"))
    alice, parsed = actor_of(world.alice), colombo("2026-11-16 16:30")
    reply(ticket=ticket, actor=alice, body="Before", received_at=colombo("2026-11-16 10:50"), at=parsed)
    assert Ticket.objects.get().state == "waiting", "a message from before the question is no answer"
    reply(ticket=ticket, actor=alice, body="This one", received_at=colombo("2026-11-16 11:30"), at=parsed)
    entry = TimelineEntry.objects.get(kind="resumed")
    assert (Ticket.objects.get().state, entry.at) == ("open", colombo("2026-11-16 11:30"))
