"""The loop inside the worker: neither beat nor Redis is needed, and a failing task does not silence the other."""

import threading
from types import SimpleNamespace

import pytest
from celery.signals import worker_init

from helpdesk.celery import app
from helpdesk.lib import loop
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from helpdesk.notifications.models import DeliveryState, Notice
from tests.reliability.conftest import open_tickets
from tickets.models import Escalation


def test_the_second_bell_sweeps_and_delivers_by_itself(committed_world, mailbox):
    tickets = open_tickets(committed_world, 2)
    app.loader.import_default_modules()
    loop.ring(app)
    with system_scope("what stands in the database"):
        assert set(Escalation.objects.values_list("ticket_id", flat=True)) == {ticket.pk for ticket in tickets}
        sent = Notice.objects.filter(state=DeliveryState.SENT).values_list("message_id", flat=True)
        assert mailbox.ids() == sorted(sent)
        assert "response_overdue" in set(Notice.objects.values_list("event", flat=True))


@pytest.mark.parametrize("failing", loop.RUNG)
def test_a_failing_task_is_logged_and_does_not_silence_the_other(db, failing, caplog):
    rung = []

    def bell(name):
        def task(*, alone):
            rung.append(name)
            if name == failing:
                raise RuntimeError("the database is away")

        return task

    loop.ring(SimpleNamespace(tasks={name: bell(name) for name in loop.RUNG}))
    assert rung == list(loop.RUNG)
    assert f"the second bell could not run {failing}" in caplog.text


def test_the_loop_rings_again_and_again_until_it_is_stopped(monkeypatch, settings):
    settings.LOOP_SECONDS = 0.01
    rounds, third = [], threading.Event()

    def ring(_app):
        rounds.append(1)
        if len(rounds) >= 3:
            third.set()

    monkeypatch.setattr(loop, "ring", ring)
    monkeypatch.setattr(loop, "_stop", threading.Event())
    monkeypatch.setattr("helpdesk.lib.checks.role_faults", list)
    loop.start_loop(sender=SimpleNamespace(app=app))
    assert third.wait(10)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "second-bell"]
    loop.stop_loop()
    thread.join(10)
    assert not thread.is_alive()


def test_a_worker_under_an_unfit_role_does_not_start(monkeypatch):
    """Celery swallows an exception of a signal's receiver: only an exit ends the worker."""
    monkeypatch.setattr("helpdesk.lib.checks.role_faults", lambda: ["is a superuser"])
    with pytest.raises(SystemExit, match="is a superuser"):
        worker_init.send(sender=app.Worker)
    assert "second-bell" not in {thread.name for thread in threading.enumerate()}


@pytest.fixture
def no_redis(monkeypatch):
    """The bell's line leads to a port where nothing listens."""
    away = app.connection_for_write("redis://127.0.0.1:1/0")
    send_task = app.send_task
    monkeypatch.setattr(app, "send_task", lambda *args, **more: send_task(*args, **more, connection=away))
    yield
    monkeypatch.undo()


def test_an_unreachable_redis_keeps_nobody_waiting(no_redis, db, monkeypatch, django_capture_on_commit_callbacks):
    """One try and no more: the wait would be the client's, between their submit and their ticket's page."""
    waits = []
    monkeypatch.setattr("kombu.utils.functional.sleep", waits.append)
    with django_capture_on_commit_callbacks(execute=True):
        wake("tickets.sweep")
    assert waits == [], "broker_transport_options must say max_retries 0"


def test_an_unreachable_redis_loses_nothing(no_redis, committed_world, mailbox, monkeypatch, caplog):
    """The rows are found by the second bell."""
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    (ticket,) = open_tickets(committed_world, 1)
    assert "could not wake notifications.deliver" in caplog.text
    app.loader.import_default_modules()
    loop.ring(app)
    with system_scope("what stands in the database"):
        assert Escalation.objects.get(event="response_overdue").ticket_id == ticket.pk
        assert set(mailbox.ids()) == set(Notice.objects.filter(state="sent").values_list("message_id", flat=True))
        assert Notice.objects.filter(state="sent", event="response_overdue").count() == 1
