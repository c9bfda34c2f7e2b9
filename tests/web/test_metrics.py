"""Prometheus' figures: who may read them, what they count, and that they are right over several processes."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as real_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, Notice
from helpdesk.notifications.operations import queue_account_notice
from helpdesk.web import standing as module
from tests.conftest import SignIn, World
from tests.support import actor_of
from tickets.models import ReplayRun
from tickets.operations.intake import open_ticket
from tickets.operations.sweep import sweep

TOKEN = "a-long-token-for-the-monitor"


@pytest.fixture(autouse=True)
def _token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def figures(**headers: str) -> dict[str, float]:
    answer = Client().get("/metrics", **(headers or {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_without_the_token_there_is_no_such_page(given: str) -> None:
    answer = Client().get("/metrics", HTTP_AUTHORIZATION=given)
    assert answer.status_code == 404
    assert b"helpdesk_requests" not in answer.content


@pytest.mark.django_db
def test_without_a_setting_nobody_reads_them(settings) -> None:
    settings.METRICS_TOKEN = ""
    for given in ("", "Bearer ", "Bearer"):
        assert Client().get("/metrics", HTTP_AUTHORIZATION=given).status_code == 404


@pytest.mark.django_db
def test_a_listed_network_reads_them_without_a_token_under_any_host_name(settings) -> None:
    settings.METRICS_NETWORKS = ["10.7.0.0/16"]
    figures(REMOTE_ADDR="10.7.3.4", HTTP_HOST="web:8000")
    assert Client().get("/metrics", REMOTE_ADDR="10.8.3.4").status_code == 404
    assert Client().get("/metrics", REMOTE_ADDR="10.8.3.4", HTTP_X_FORWARDED_FOR="10.7.3.4").status_code == 404


def test_requests_are_counted_by_method_view_and_status(world: World, signed_in: SignIn) -> None:
    name = 'helpdesk_requests_total{method="GET",status="200",view="tickets:list"}'
    before = figures().get(name, 0)
    browser = signed_in(world.alice)
    browser.get("/tickets/")
    browser.get("/tickets/?page=2")
    after = figures()
    assert after[name] == before + 2
    assert after['helpdesk_request_seconds_count{method="GET",view="tickets:list"}'] >= 2
    assert 'helpdesk_requests_total{method="GET",status="200",view="unmatched"}' not in after


def test_no_label_comes_from_a_visitor(world: World, signed_in: SignIn) -> None:
    Client().generic("BREW", "/no/such/<page>/")
    signed_in(world.alice).get("/tickets/?state=ACME")
    labels = {text for line in figures() for text in re.findall(r'(\w+)="', line)}
    assert labels == {"method", "view", "status", "le", "state"}
    page = str(figures())
    assert "BREW" not in page
    assert "ACME" not in page
    assert "such" not in page


def test_what_waits_is_told_in_one_statement(world: World) -> None:
    with system_scope("what waits"):
        ticket = open_ticket(
            organisation=world.acme, requester=world.alice, subject="s", description="d", severity="P1",
            actor=actor_of(world.alice), at=database_now() - timedelta(days=30),
        )  # fmt: skip
        Notice.objects.update(next_at=database_now() - timedelta(minutes=2))
        queued = Notice.objects.count()
        Notice.objects.create(
            organisation=world.acme, key="k", event="reply", recipient="x@acme.example", reference=ticket.reference,
            path="/", template="reply", state="dead",
        )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        before = figures()
    assert len([one for one in asked if "tickets_sweeprun" in one["sql"]]) == 1
    assert queued > 0
    assert "helpdesk_last_sweep_seconds" not in before
    assert {name: before[name] for name in COUNTS} == {
        "helpdesk_database_up": 1, "helpdesk_sweeps_total": 0, "helpdesk_sweep_events_total": 0,
        'helpdesk_notices{state="queued"}': queued, 'helpdesk_notices{state="dead"}': 1,
        "helpdesk_open_tickets": 1, "helpdesk_overdue_clocks": 3,
    }  # fmt: skip
    assert 115 < before["helpdesk_notice_seconds"] < 240
    assert before["helpdesk_unswept_seconds"] > 86_400
    events = sweep()
    after = figures()
    assert events >= 3
    assert (after["helpdesk_sweeps_total"], after["helpdesk_sweep_events_total"]) == (1, events)
    assert (after["helpdesk_overdue_clocks"], after["helpdesk_unswept_seconds"]) == (0, 0)
    assert after["helpdesk_last_sweep_seconds"] < 60


COUNTS = (
    "helpdesk_database_up", "helpdesk_sweeps_total", "helpdesk_sweep_events_total", 'helpdesk_notices{state="queued"}',
    'helpdesk_notices{state="dead"}', "helpdesk_open_tickets", "helpdesk_overdue_clocks",
)  # fmt: skip


def test_mails_about_accounts_are_told_too(world: World) -> None:
    for number in range(3):
        queue_account_notice(recipient=f"{number}@acme.example", event="reset", subject="Reset", text="The link.")
    with system_scope("one waits, two were given up"):
        AccountNotice.objects.update(next_at=database_now() - timedelta(minutes=2))
        AccountNotice.objects.exclude(recipient="0@acme.example").update(state="dead")
    found = figures()
    assert found['helpdesk_account_mails{state="queued"}'] == 1
    assert found['helpdesk_account_mails{state="dead"}'] == 2
    assert found['helpdesk_notices{state="dead"}'] == 0
    assert 115 < found["helpdesk_notice_seconds"] < 240


def test_the_last_replay_tells_its_age_and_what_it_found_to_differ(world: World) -> None:
    assert not {"helpdesk_clock_differences", "helpdesk_last_replay_seconds"} & set(figures())
    now = database_now()
    with system_scope("runs are the vendor's"):
        ReplayRun.objects.create(begun_at=now, ended_at=now - timedelta(hours=30), differing=9)
        ReplayRun.objects.create(begun_at=now, ended_at=now - timedelta(hours=6), differing=2)
        ReplayRun.objects.create(begun_at=now)
    found = figures()
    assert found["helpdesk_clock_differences"] == 2, "of the newest that has ended"
    assert 0 <= found["helpdesk_last_replay_seconds"] - 6 * 3600 < 60


def test_counts_end_at_the_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CAP", 2)
    with system_scope("many"):
        for number in range(3):
            Notice.objects.create(
                organisation=world.acme, key=f"k{number}", event="reply", recipient="x@acme.example",
                reference="ACME-1",
                path="/", template="reply",
            )  # fmt: skip
    assert figures()['helpdesk_notices{state="queued"}'] == 2


def test_without_the_database_the_requests_are_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # No database mark: the statement fails.
    found = figures()
    assert found["helpdesk_database_up"] == 0
    assert "helpdesk_open_tickets" not in found


COUNTING = """
import os, django
django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from helpdesk.web import metrics
for _ in range(3):
    metrics.count(RequestFactory().get("/"), HttpResponse(), seconds=0.02)
if os.environ.get("ASKED"):
    print(metrics.metrics(RequestFactory().get("/metrics")).content.decode())
"""


def test_the_figures_of_several_processes_are_added_up_also_of_those_that_are_gone(tmp_path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "helpdesk.settings", "HELPDESK_METRICS_DIR": str(tmp_path / "m")}

    def process(**more: str) -> str:
        command = [sys.executable, "-c", COUNTING]
        done = subprocess.run(
            command, env={**env, **more}, cwd=real_settings.BASE_DIR, capture_output=True, text=True, check=True
        )
        return done.stdout

    process()
    told = process(ASKED="1")
    assert 'helpdesk_requests_total{method="GET",status="200",view="unmatched"} 6.0' in told
    assert 'helpdesk_request_seconds_bucket{le="0.025",method="GET",view="unmatched"} 6.0' in told
