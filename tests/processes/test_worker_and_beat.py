"""The main job with real processes: a worker, a beat, the real Redis protocol, mails as files."""

import email
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import DeliveryState, Notice
from sla.models import Agreement, Clock
from sla.operations.calendars import publish
from sla.operations.seeding import create_calendar, create_policy
from tests.support import actor_of
from tickets.models import Escalation, Ticket
from tickets.operations.conversation import reply
from tickets.operations.handling import acknowledge
from tickets.operations.intake import open_ticket

PATIENCE = 60
ALL_DAY = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
BROKEN_REDIS = "redis://127.0.0.1:1"


def environment(mails: Path, **more: str) -> dict[str, str]:
    """The environment of a real worker on this test's database, mailing into a folder."""
    found = connection.settings_dict
    url = f"postgresql://{found['USER']}@/{found['NAME']}?host={quote(str(found['HOST']), safe='')}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "DATABASE_URL": url,
        "HELPDESK_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "HELPDESK_MAIL_FOLDER": str(mails),
        "HELPDESK_SWEEP_SECONDS": "1",
        "HELPDESK_LOOP_SECONDS": "600",
        **more,
    }


@contextmanager
def running(*arguments: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery process in a session of its own, gone at the end whatever happens."""
    argv = [sys.executable, "-m", "celery", "-A", "helpdesk", *arguments]
    process = subprocess.Popen(argv, env=env, start_new_session=True, cwd=settings.BASE_DIR)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(env: dict[str, str]):
    return running(
        "worker",
        "--pool",
        "threads",
        "-c",
        "2",
        "--without-gossip",
        "--without-mingle",
        "-l",
        "error",
        env=env,
    )


def beat(env: dict[str, str], folder: Path):
    return running("beat", "--pidfile=", "-s", str(folder / f"schedule-{time.monotonic_ns()}"), "-l", "error", env=env)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that other processes do; fails after a minute."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen within a minute"
        time.sleep(0.2)


@pytest.fixture
def fast(committed_world):
    """ACME with support around the clock and minutes for days."""
    with system_scope("a fast policy"):
        calendar = create_calendar(
            key="always",
            name="Always",
            time_zone="Asia/Colombo",
            week={"effective_from": "2021-01-01", "hours": ALL_DAY},
        )
        publish(calendar=calendar, reason="always", actor=SYSTEM)
        version = {
            "effective_from": "2021-01-01T00:00:00+00:00",
            "reason": "fast",
            "working_day_minutes": 1440,
        }
        target = {
            "severity": "P1", "name": "Critical", "definition": "-", "response_text": "-", "resolution_text": "-",
            "response_minutes": 2, "target_minutes": 3, "limit_minutes": 4,
        }  # fmt: skip
        policy = create_policy(key="fast", name="Fast", version=version, targets=[target])
        Agreement.objects.filter(organisation=committed_world.acme).update(policy=policy, calendar=calendar)
    return committed_world


def submitted(world, *, minutes_ago: int) -> Ticket:
    with system_scope("a client submits"):
        return open_ticket(
            organisation=world.acme,
            requester=world.alice,
            subject="Invoices fail",
            description="All of them.",
            severity="P1",
            actor=actor_of(world.alice),
            at=database_now() - timedelta(minutes=minutes_ago),
        )


def sent(event: str) -> list[str]:
    with system_scope("the test reads the outbox"):
        found = Notice.objects.filter(event=event, state=DeliveryState.SENT)
        return sorted(found.values_list("recipient", flat=True))


def mails_in(folder: Path) -> list[tuple[str, str]]:
    parsed = [email.message_from_bytes(file.read_bytes()) for file in folder.glob("*.log")]
    return sorted((mail["To"], mail["Message-ID"]) for mail in parsed)


def test_a_late_ticket_climbs_to_level_3_and_an_answer_and_an_acknowledgement_stop_it(fast, tmp_path):
    env = environment(tmp_path)
    ticket = submitted(fast, minutes_ago=10)
    with worker(env), beat(env, tmp_path):
        until(lambda: sent("limit_passed") == ["malini@ravingcrm.example", "product@ravingcrm.example"])
        assert sent("response_overdue") == ["malini@ravingcrm.example"]
        until(lambda: len(mails_in(tmp_path)) == 6)
    with system_scope("the account manager takes it"):
        assert Ticket.objects.get(pk=ticket.pk).level == 3
        for rung in Escalation.objects.order_by("level"):
            acknowledge(escalation=rung, actor=actor_of(fast.manager))
        reply(ticket=ticket, actor=actor_of(fast.manager), body="We have it.")
        assert Clock.objects.get(ticket=ticket, kind="response").state == "stopped"
        assert Escalation.objects.filter(remind_at__isnull=False).count() == 0
    by_id = [message_id for _, message_id in mails_in(tmp_path)]
    assert len(by_id) == len(set(by_id)), "nothing was sent twice"


def test_two_beats_and_two_workers_double_nothing(fast, tmp_path):
    env = environment(tmp_path)
    for _ in range(5):
        submitted(fast, minutes_ago=10)
    with worker(env), worker(env), beat(env, tmp_path), beat(env, tmp_path):
        until(lambda: len(sent("limit_passed")) == 10)
    assert sent("response_overdue") == ["malini@ravingcrm.example"] * 5
    by_id = [message_id for _, message_id in mails_in(tmp_path)]
    assert len(by_id) == len(set(by_id))


def test_without_redis_and_without_beat_the_workers_own_loop_finds_what_is_late(fast, tmp_path):
    submitted(fast, minutes_ago=10)
    with worker(environment(tmp_path, REDIS_URL=BROKEN_REDIS, HELPDESK_LOOP_SECONDS="1")):
        until(lambda: len(sent("limit_passed")) == 2)
    assert sent("response_overdue") == ["malini@ravingcrm.example"]
