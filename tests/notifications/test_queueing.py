"""A notice is a row first: once for each occurrence and recipient, in the transaction that caused it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.lib import wake as bell
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, Forbidden
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, DeliveryState, Notice, Suppression
from helpdesk.notifications.operations import archive_history, queue_account_notice, queue_notices, retry_notice
from helpdesk.notifications.queries import blocked_addresses, dead_count
from helpdesk.notifications.sending import deliver_due, oldest_queued_age
from tests.support import actor_of


def test_the_same_occurrence_is_told_to_the_same_person_once_whatever_is_queued_again(queue):
    first = queue("malini@ravingcrm.example")
    again = queue("malini@ravingcrm.example", reason="the matrix was edited meanwhile")
    assert (again.pk, again.message_id, again.reason) == (first.pk, first.message_id, "")
    with transaction.atomic():
        other_case = queue("malini@ravingcrm.example", key="ACME-1:response:response_overdue:2:1")
    assert other_case.pk != first.pk, "another cycle is another occurrence"


def test_the_case_of_an_address_makes_no_second_notice(queue):
    first = queue("malini@ravingcrm.example")
    with suppress(Notice.DoesNotExist):
        queue("Malini@RavingCRM.example")
    assert list(Notice.objects.values_list("pk", flat=True)) == [first.pk]


def test_a_notice_goes_with_the_transaction_that_caused_it(queue):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_our_own_inbound_address_gets_a_row_that_says_so_and_no_mail(queue, provider):
    notice = queue("Support@ravingcrm.example")
    assert (notice.state, notice.last_error) == (DeliveryState.SUPPRESSED, "our own inbound address")
    deliver_due()
    assert provider.accepted == []


def test_a_suppressed_address_gets_a_row_with_the_reason_and_no_mail(queue, provider):
    Suppression.objects.create(address="Gone@acme.example", reason="bounced for good")
    notice = queue("gone@acme.example")
    assert (notice.state, notice.last_error) == (DeliveryState.SUPPRESSED, "bounced for good")
    deliver_due()
    assert provider.accepted == []


def test_the_block_lists_do_not_mind_the_case(everything):
    Suppression.objects.create(address="Gone@acme.example", reason="bounced")
    asked = ["GONE@acme.example", "SUPPORT@ravingcrm.example", "alice@acme.example"]
    assert blocked_addresses(asked) == {
        "gone@acme.example": "bounced",
        "support@ravingcrm.example": "our own inbound address",
    }


def test_each_notice_has_a_message_id_of_its_own_from_the_moment_it_is_written(queue):
    made = {queue(f"person{i}@acme.example").message_id for i in range(3)}
    assert len(made) == 3
    assert all(one.startswith("<") and one.endswith("@helpdesk.ravingcrm.example>") for one in made)


def test_queueing_rings_the_senders_bell_after_the_commit(queue, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(bell.current_app, "send_task", lambda name, **options: rung.append((name, options)))
    with django_capture_on_commit_callbacks(execute=True):
        queue()
        assert rung == []
    assert rung == [("notifications.deliver", {"retry": False, "expires": 60})]


def test_a_broker_that_cannot_be_reached_costs_nobody_anything(
    queue, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def unreachable(*args, **options):
        raise ConnectionError("Error 111 connecting to 127.0.0.1:1")

    monkeypatch.setattr(bell.current_app, "send_task", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        notice = queue()
    assert "could not wake notifications.deliver" in caplog.text
    assert notice.state == DeliveryState.QUEUED


def test_queueing_nothing_rings_for_nothing(world, monkeypatch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hooks:
        queue_notices([])
    assert hooks == []


def test_a_muted_bell_is_silent(queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hooks, bell.muted():
        queue()
    assert hooks == []


def test_an_account_mail_is_queued_and_sent_like_any_other(world, provider):
    queue_account_notice(recipient="alice@acme.example", event="reset", subject="Reset", text="The link.")
    with system_scope("the vendor's table"):
        row = AccountNotice.objects.get()
        row.next_at = database_now() - timedelta(seconds=1)
        row.save()
    assert deliver_due() == 1
    (mail,) = provider.accepted
    assert (mail.to, mail.subject, mail.body) == (["alice@acme.example"], "Reset", "The link.")
    assert mail.extra_headers["Message-ID"] == row.message_id


# --- retry --------------------------------------------------------------------------------------------------


def given_up(notice: Notice) -> Notice:
    notice.state, notice.attempts, notice.last_error = DeliveryState.DEAD, 10, "refused"
    notice.save()
    return notice


def test_an_admin_queues_a_failed_notice_again_under_the_same_message_id(queue, world, provider):
    notice = given_up(queue())
    assert dead_count() == 1
    retry_notice(notice=notice, actor=actor_of(world.admin))
    again = Notice.objects.get()
    assert (again.state, again.attempts, again.message_id) == (DeliveryState.QUEUED, 0, notice.message_id)
    assert dead_count() == 0


@pytest.mark.parametrize("state", ["queued", "sent", "suppressed", "archived"])
def test_only_a_failed_notice_can_be_retried(queue, world, state):
    notice = queue()
    Notice.objects.update(state=state)
    with pytest.raises(Conflict, match="only a failed one"):
        retry_notice(notice=notice, actor=actor_of(world.admin))


def test_only_an_admin_may_retry(queue, world):
    notice = given_up(queue())
    with pytest.raises(Forbidden):
        retry_notice(notice=notice, actor=actor_of(world.agent))
    assert Notice.objects.get().state == DeliveryState.DEAD


def test_history_that_was_seeded_is_never_sent(queue, provider):
    old, new = queue("old@acme.example"), queue("new@acme.example", key="ACME-2:x:y:1:1", reference="ACME-2")
    Notice.objects.filter(pk=old.pk).update(created_at=database_now() - timedelta(days=30))
    assert archive_history(before=database_now() - timedelta(days=1)) == 1
    assert Notice.objects.get(pk=new.pk).state == DeliveryState.QUEUED
    assert deliver_due() == 1
    assert [mail.to for mail in provider.accepted] == [["new@acme.example"]]


def test_the_age_of_the_oldest_notice_counts_what_is_due_only(queue):
    assert oldest_queued_age() == 0
    queue("later@acme.example", send_at=database_now() + timedelta(hours=1))
    assert oldest_queued_age() == 0
    queue("now@acme.example", send_at=database_now() - timedelta(minutes=5))
    assert 300 <= oldest_queued_age() < 400
