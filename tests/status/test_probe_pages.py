"""The staff's pages of probes: define, look, ask once, pause; and what an incident's page says of what they saw."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from status.models import Incident, Probe, ProbeHour, ProbeResult, ProbeRun
from status.operations.probe_news import tell_runs
from status.operations.probes import ProbeText, define_probe
from tests.status.answering import answering, says, serving
from tests.support import actor_of

pytestmark = pytest.mark.django_db
LIST, NEW = "/settings/probes/", "/settings/probes/new/"


@pytest.fixture
def admin(signed_in, world):
    return signed_in(world.admin)


@pytest.fixture
def make(world, web):
    def one(name="Front door", **more) -> Probe:
        text = ProbeText(name=name, address="https://app.example/health", component=web, **more)
        return define_probe(actor=actor_of(world.admin), text=text)

    return one


def text_of(answer):
    return answer.content.decode()


def typed(web, **more):
    given = {"component": web.pk, "name": "Front door", "kind": "http", "address": "https://app.example/health"}
    counts = {"timeout": 10, "connect_timeout": 5, "interval": 60, "fail_threshold": 3, "success_threshold": 2}
    return {**given, **counts, "statuses": "200-299", **more}


def test_an_administrator_defines_changes_pauses_and_resumes_a_probe(admin, web):
    assert "No probes yet" in text_of(admin.get(LIST))
    answer = admin.post(NEW, typed(web))
    probe = Probe.objects.get()
    here = f"{LIST}{probe.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    assert "No result yet" in text_of(admin.get(here))
    admin.post(f"{here}change/", typed(web, name="Back door", interval=600))
    probe.refresh_from_db()
    assert (probe.name, probe.interval) == ("Back door", 60), "how often it asks stays"
    admin.post(f"{here}pause/")
    assert "Paused" in text_of(admin.get(LIST))
    admin.post(f"{here}pause/", {"wanted": "off"})
    probe.refresh_from_db()
    assert probe.paused_at is None


def test_a_refusal_stands_beside_its_input_and_loses_nothing(admin, web):
    answer = admin.post(NEW, typed(web, address="ftp://app.example/", text="all well"))
    assert (answer.status_code, Probe.objects.count()) == (422, 0)
    assert all(words in text_of(answer) for words in ("ftp://app.example/", "all well", "without a password"))


def test_whoever_may_write_of_incidents_looks_and_asks_once_but_defines_nothing(signed_in, world, make, settings):
    settings.PROBE_INSIDE = ["127.0.0.0/8"]
    probe, desk = make(), signed_in(world.agent)
    assert "Ask it now" in text_of(desk.get(f"{LIST}{probe.pk}/"))
    assert [desk.get(NEW).status_code, desk.post(f"{LIST}{probe.pk}/pause/").status_code] == [403, 403]
    with serving(answering(says("well"))) as port:
        Probe.objects.update(address=f"http://127.0.0.1:{port}/")
        assert "It answered as expected" in text_of(desk.post(f"{LIST}{probe.pk}/ask/"))
    settings.PROBE_INSIDE = []
    assert "inside a network that probes may not reach" in text_of(desk.post(f"{LIST}{probe.pk}/ask/"))
    assert signed_in(world.alice).get(LIST).status_code == 403
    assert desk.get(f"{LIST}{probe.pk + 1}/").status_code == 404


def test_the_list_tells_what_is_up_down_and_not_measured_with_as_many_statements_at_any_size(admin, make):
    now = database_now()
    well, down, silent = make("Well"), make("Lying down"), make("Silent")
    Probe.objects.filter(pk=well.pk).update(last_at=now, last_outcome="up", last_ms=42)
    Probe.objects.filter(pk=down.pk).update(
        last_at=now, last_outcome="failed", state="down", last_why="status", last_detail="503"
    )
    Probe.objects.filter(pk=silent.pk).update(began_at=now - timedelta(hours=1))
    hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    ProbeHour.objects.create(
        probe=well, hour=hour, marks="U" * 59 + "F", up=59, failed=1, ms_median=40, ms_p95=90, ms_max=95
    )
    admin.get(LIST)
    with CaptureQueriesContext(connection) as few:
        page = text_of(admin.get(LIST))
    assert all(
        words in page for words in ("98.33", "40 ms", "42 ms", "answered with status 503", "Not measured", ">Down<")
    )
    for number in range(60):
        make(f"More {number}")
    with CaptureQueriesContext(connection) as many:
        assert "Next page" in text_of(admin.get(LIST))
    assert len(many) == len(few)


def test_the_incident_tells_what_was_seen_and_proposes_its_end(signed_in, world, make):
    now = database_now()
    probe = make()
    first, good = now - timedelta(minutes=20), now - timedelta(minutes=5)
    ProbeResult.objects.create(probe=probe, slot_at=first, outcome="failed", why="slow", detail="10 s")
    run = ProbeRun.objects.create(probe=probe, first_failed_at=first, confirmed_at=now, why="slow", detail="10 s")
    tell_runs()
    desk = signed_in(world.agent)
    with system_scope("what was opened"):
        here = f"/incidents/{Incident.objects.get().public_id}/"
    page = text_of(desk.get(here))
    assert "What probes saw" in page
    assert "No answer within 10 s." in page
    assert "recovered=1" not in page
    assert "clients are told nothing yet" in page, "every page of staff says so"
    ProbeRun.objects.update(recovered_at=good, recovery_confirmed_at=now)
    tell_runs()
    assert "recovered=1" in text_of(desk.get(here))
    form = text_of(desk.get(f"{here}?recovered=1"))
    assert "It works again." in form
    assert '<option value="resolved" selected>' in form
    run.refresh_from_db()
    assert run.recovery_told_at is not None
    assert "No answer within 10 s." in text_of(desk.get(f"{LIST}{probe.pk}/"))
