"""Figures for Prometheus: what this installation answers and how fast, and what waits in the database.

Labels are views, methods and states: never an organisation, a person or a path.
"""

import hmac
import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from helpdesk.lib.peers import client_address, is_listed
from helpdesk.web.standing import CAP, Standing, standing

logger = logging.getLogger(__name__)
if settings.METRICS_FOLDER:
    # With several processes each writes its figures into a file there, and whoever is asked adds them up.
    Path(settings.METRICS_FOLDER).mkdir(parents=True, exist_ok=True)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
OWN = CollectorRegistry()
REQUESTS = Counter("helpdesk_requests", "Answered requests.", ["method", "view", "status"], registry=OWN)
DURATION = Histogram(
    "helpdesk_request_seconds", "From the request to its answer.", ["method", "view"], buckets=SECONDS, registry=OWN
)


def view_name(request: HttpRequest) -> str:
    """The name of the view that answered, `tickets:detail`; `unmatched` where no address matched."""
    match = request.resolver_match
    return match.view_name or "unnamed" if match else "unmatched"


def count(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    """Count one answered request."""
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, view_name(request), str(response.status_code)).inc()
    DURATION.labels(method, view_name(request)).observe(seconds)


def may_read(request: HttpRequest) -> bool:
    """Whether the figures are for this visitor: from a listed network, or with the token."""
    if is_listed(client_address(request), settings.METRICS_NETWORKS):
        return True
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), wanted.encode())


def metrics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """All figures in Prometheus' text form: of every web process, and of the database."""
    registry = OWN
    if settings.METRICS_FOLDER:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=settings.METRICS_FOLDER)
    waiting = CollectorRegistry()
    waiting.register(WaitingWork())
    answer = HttpResponse(generate_latest(registry) + generate_latest(waiting), content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer


class WaitingWork(Collector):
    """What stands in the database, asked at each scrape: counts are capped, so that a scrape stays cheap."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing is asked of the database for a registration."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        try:
            found = standing()
        except Exception:
            logger.exception("the database did not answer the metrics")
            yield _gauge("helpdesk_database_up", "Whether the database answered.", 0)
            return
        yield _gauge("helpdesk_database_up", "Whether the database answered.", 1)
        yield from _families(found)


def _families(found: Standing) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
    capped = f"Counted up to {CAP}."
    yield _gauge("helpdesk_unswept_seconds", "By how much the earliest due clock event waits.", found.unswept_seconds)
    if found.last_sweep_seconds is not None:
        yield _gauge("helpdesk_last_sweep_seconds", "Since a sweep ended.", found.last_sweep_seconds)
    yield CounterMetricFamily("helpdesk_sweeps", "Sweeps that have ended.", value=found.sweeps)
    yield CounterMetricFamily(
        "helpdesk_sweep_events", "Warnings, breaches, reminders and closings that sweeps recorded.", value=found.events
    )
    yield _gauge("helpdesk_notice_seconds", "By how much the oldest due mail is late.", found.notice_seconds)
    yield _by_state("helpdesk_notices", f"Notices by state. {capped}", queued=found.queued, dead=found.dead)
    yield _by_state(
        "helpdesk_account_mails",
        f"Mails about people's accounts by state. {capped}",
        queued=found.account_queued,
        dead=found.account_dead,
    )
    yield _gauge("helpdesk_open_tickets", f"Tickets in the queue. {capped}", found.open_tickets)
    if found.last_replay_seconds is not None and found.differing is not None:
        yield _gauge("helpdesk_last_replay_seconds", "Since a replay of the clocks ended.", found.last_replay_seconds)
        yield _gauge(
            "helpdesk_clock_differences", "Figures of clocks that the last replay found to differ.", found.differing
        )
    yield _gauge("helpdesk_overdue_clocks", f"Due clock events not yet swept. {capped}", found.unswept)


def _by_state(name: str, text: str, **counts: int) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["state"])
    for state, number in counts.items():
        family.add_metric([state], number)
    return family


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
