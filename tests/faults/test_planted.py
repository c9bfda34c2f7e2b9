"""A fault run on a small scale, over real rows: sound code passes, and a sender or sweep with a defect is reported."""

import random
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import count
from uuid import uuid4

import pytest
from django.core import mail

from faults import gather
from faults.evidence import Evidence, Journal, Kill, Mail
from faults.sink import digest
from faults.verify import verify
from faults.world import BUDGET, WARNED, archive_past, plan_escalations, queue_poison, settle_in
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications import sending
from helpdesk.notifications.models import DeliveryState
from helpdesk.notifications.sending import deliver_due
from sla.models import Clock
from tickets.ladder.occurrences import Occurrence
from tickets.operations.sweep import sweep

LATE = (("P1", BUDGET), ("P1", BUDGET), ("P4", BUDGET), ("P4", WARNED))


@pytest.fixture
def desk(db):
    """Eight escalations that fell due a minute ago, and a poison row; returns what is expected and the history."""
    houses = settle_in()
    begin = database_now() - timedelta(minutes=1)
    chance = random.Random(1)
    _, expected = plan_escalations(houses, begin=begin, seconds=30, chance=chance, late=LATE)
    archive_past(begin=begin)
    queue_poison(houses[0])
    assert (len(expected.due), len(expected.owed)) == (8, 10)
    return expected, gather.history()


def failed(desk) -> set[str]:
    expected, history = desk
    evidence = Evidence(
        expected=expected,
        history=history,
        record=gather.record(late_after=4.0),
        sink=tuple(taken()),
        journal=Journal(),
        kills=(Kill("sender", "sender.claimed"),),
        late_after=4.0,
    )
    return {check.name for check in verify(evidence, kills_wanted=1) if not check.holds}


def taken():
    for message in mail.outbox:
        parsed = message_from_bytes(message.message().as_bytes(), policy=policy.default)
        yield Mail(str(parsed["Message-ID"]), message.to[0], digest(parsed))


def forget_the_claim() -> None:
    """As if the sweep had not changed the clocks that it recorded."""
    with system_scope("the test plants a defect"):
        breached = Clock.objects.filter(breached_at__isnull=False)
        for clock in breached:
            Clock.objects.filter(pk=clock.pk).update(
                verdict="pending", breached_at=None, next_event_at=clock.breached_at
            )


def test_sound_code_loses_nothing_and_the_poison_holds_nobody_up(desk):
    sweep()
    deliver_due()
    assert failed(desk) == set()
    assert gather.unsettled() == 0


def test_before_the_sweep_everything_is_missing(desk):
    names = failed(desk)
    assert {"escalations recorded on the timeline", "clocks due for longer than two sweeps"} <= names
    assert gather.unsettled() == 8


def test_a_sender_that_marks_before_it_sends_and_dies_is_reported(desk, monkeypatch):
    attempt, number = sending._attempt, count()

    def marks_first(notice):
        if next(number) == 3:
            notice.state = DeliveryState.SENT  # the process ends here, after the mark and before the mail
        else:
            attempt(notice)

    monkeypatch.setattr(sending, "_attempt", marks_first)
    sweep()
    deliver_due()
    assert failed(desk) == {"notices at the sink", "lost: marked as sent, not at the sink"}


def test_a_sweep_that_does_not_keep_its_claim_is_reported(desk):
    sweep()
    forget_the_claim()
    sweep()
    deliver_due()
    assert failed(desk) == {"recorded twice: timeline", "recorded twice: audit log"}


def test_notices_without_a_fixed_key_are_reported(desk, monkeypatch):
    monkeypatch.setattr(Occurrence, "key", property(lambda _: str(uuid4())))
    sweep()
    forget_the_claim()
    sweep()
    deliver_due()
    assert {"recorded twice: notices", "distinct keys of their notices"} <= failed(desk)


def test_a_sender_that_makes_a_new_message_id_for_each_attempt_is_reported(desk, monkeypatch):
    message = sending.message_of

    def renamed(notice):
        made = message(notice)
        made.extra_headers["Message-ID"] = f"<{uuid4()}@elsewhere.example>"
        return made

    monkeypatch.setattr(sending, "message_of", renamed)
    sweep()
    deliver_due()
    assert "mails at the sink without a notice" in failed(desk)


def test_a_refused_mail_waits_and_hurrying_lets_the_wait_pass(desk, monkeypatch):
    sweep()
    message = sending.message_of

    def refused(notice):
        raise OSError("the provider is away")

    monkeypatch.setattr(sending, "message_of", refused)
    deliver_due()
    monkeypatch.setattr(sending, "message_of", message)
    assert deliver_due() == 0, "the retries wait"
    gather.hurry_retries()
    deliver_due()
    assert failed(desk) == set()
    with system_scope("how often each was tried"):
        attempts = Counter(sending.Notice.objects.filter(state="sent").values_list("attempts", flat=True))
    assert attempts == Counter({2: 10})
