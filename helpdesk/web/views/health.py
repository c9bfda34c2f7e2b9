"""For load balancers and monitors: is the process alive, and can it do its work."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.sending import oldest_queued_age

LATEST_NOTICE = 900.0  # seconds: a provider's bad quarter of an hour is no reason to take the pages away
LATEST_SWEEP = 300.0
PING_SECONDS = 1.0

UNSWEPT = """
    SELECT coalesce(extract(epoch FROM statement_timestamp() - min(next_event_at)), 0)
    FROM sla_clock WHERE next_event_at < statement_timestamp()
"""
LAST_SWEEP = "SELECT extract(epoch FROM statement_timestamp() - ran_at) FROM tickets_sweeprun"


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Liveness: this process answers. Asks neither the database nor Redis."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view's signature
    """For monitors: 200 when everything answers and nothing is late, else 503; says which, never why.

    Not for a balancer that takes traffic away: every check is of something that all web processes share, and pages
    answer without Redis and without a sweep. Such a one asks `/healthz`.
    """
    checks = {
        "database": _check(_database_answers),
        "redis": _check(_redis_answers),
        "oldest_notice": _check_age(oldest_queued_age, LATEST_NOTICE),
        "sweep": _check_age(unswept_age, LATEST_SWEEP),
        "last_sweep": _check_age(last_sweep_age, LATEST_SWEEP),
    }
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def unswept_age() -> float:
    """Seconds by which the earliest due event of a clock waits for the sweep; 0.0 when none does."""
    with system_scope("health: the earliest event not yet swept"), connection.cursor() as cursor:
        cursor.execute(UNSWEPT)
        return float(cursor.fetchone()[0])


def last_sweep_age() -> float:
    """Seconds since a sweep ran to its end; raises `LookupError` when none ever did."""
    with system_scope("health: when the last sweep ended"), connection.cursor() as cursor:
        cursor.execute(LAST_SWEEP)
        row = cursor.fetchone()
    if row is None:
        raise LookupError("no sweep has run yet")
    return float(row[0])


def _database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis_answers() -> None:
    options = {"socket_timeout": PING_SECONDS, "socket_connect_timeout": PING_SECONDS}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        client.ping()


def _check(ask: Callable[[], None]) -> dict[str, object]:
    try:
        ask()
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        return {"ok": False}
    return {"ok": True}


def _check_age(ask: Callable[[], float], latest: float) -> dict[str, object]:
    try:
        seconds = ask()
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        return {"ok": False, "seconds": None}
    return {"ok": seconds <= latest, "seconds": round(seconds, 1)}
