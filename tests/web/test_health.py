"""Liveness and readiness, also while the database or Redis is away."""

from datetime import timedelta

import pytest
from django.conf import settings as real_settings
from django.db import connection
from django.test import Client, RequestFactory

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, Notice
from helpdesk.notifications.operations import queue_account_notice
from helpdesk.web.middleware import HealthMiddleware
from helpdesk.web.views import health
from tests.conftest import World
from tickets.models import SweepRun
from tickets.operations.sweep import sweep


def test_liveness_asks_nothing_of_the_database() -> None:
    # No database mark: any query at all would fail this test.
    def unreachable(request: object) -> None:
        raise AssertionError("health answers come before everything else")

    answer = HealthMiddleware(unreachable)(RequestFactory(HTTP_HOST="10.0.0.7").get("/healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_readiness_is_200_when_everything_answers() -> None:
    sweep()
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    found = answer.json()
    assert 0 <= found["checks"]["last_sweep"].pop("seconds") < 60
    assert found == {
        "ready": True,
        "checks": {
            "database": {"ok": True},
            "redis": {"ok": True},
            "oldest_notice": {"ok": True, "seconds": 0.0},
            "sweep": {"ok": True, "seconds": 0.0},
            "last_sweep": {"ok": True},
        },
    }


def late_checks() -> set[str]:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    return {name for name, check in answer.json()["checks"].items() if not check["ok"]}


@pytest.mark.django_db
def test_readiness_is_503_until_a_sweep_has_run() -> None:
    assert late_checks() == {"last_sweep"}


@pytest.mark.django_db
def test_readiness_is_503_when_no_sweep_ran_lately_though_nothing_is_late() -> None:
    sweep()
    with system_scope("the workers went away"):
        SweepRun.objects.update(ran_at=database_now() - timedelta(minutes=6))
    assert late_checks() == {"last_sweep"}


@pytest.mark.django_db
def test_each_sweep_leaves_word_and_a_rehearsed_one_does_not() -> None:
    sweep()
    sweep()
    sweep(at=database_now())
    with system_scope("the test looks"):
        assert [(row.runs, row.events) for row in SweepRun.objects.all()] == [(2, 0)]


@pytest.mark.django_db
def test_readiness_is_503_without_redis(settings: object) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    sweep()
    assert late_checks() == {"redis"}


def test_readiness_is_503_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise ConnectionError("gone, with a secret in the text")

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(health, "oldest_queued_age", refuse)
    monkeypatch.setattr(health, "unswept_age", refuse)
    monkeypatch.setattr(health, "last_sweep_age", refuse)
    answer = health.readyz(RequestFactory().get("/readyz"))
    assert answer.status_code == 503
    assert b"secret" not in answer.content


def test_readiness_is_503_when_a_notice_waits_too_long(world: World) -> None:
    with system_scope("an old notice"):
        Notice.objects.create(
            organisation=world.acme, key="k", event="reply", recipient="x@acme.example", reference="ACME-1",
            path="/tickets/", template="reply", next_at=database_now() - timedelta(hours=2),
        )  # fmt: skip
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    late = answer.json()["checks"]["oldest_notice"]
    assert not late["ok"]
    assert 7190 < late["seconds"] < 7260


def test_readiness_is_503_when_a_mail_about_an_account_waits_too_long(db: None) -> None:
    queue_account_notice(recipient="x@acme.example", event="reset", subject="Reset", text="The link.")
    with system_scope("an old mail"):
        AccountNotice.objects.update(next_at=database_now() - timedelta(hours=2))
    sweep()
    assert late_checks() == {"oldest_notice"}


def test_health_comes_before_whatever_may_redirect_refuse_or_need_the_database() -> None:
    assert real_settings.MIDDLEWARE[:3] == [
        "helpdesk.web.middleware.FrontMiddleware",
        "csp.middleware.CSPMiddleware",
        "helpdesk.web.middleware.HealthMiddleware",
    ]
