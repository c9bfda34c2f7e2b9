"""Every service of the Compose file runs its own exact command, with production's settings, on embedded servers.

Only what belongs to a container differs: addresses of servers, the web server's port, and folders outside the app.
All in one file, so that one machine is migrated.
"""

import copy
import json
import subprocess
from contextlib import closing

import psycopg2

from tests.platform.image import SERVICES as COMPOSED
from tests.platform.machine import Machine, until

COOKIES = ({}, {"Cookie": f"__Host-sessionid={'a' * 32}; __Host-csrftoken={'b' * 32}"})
OLD = "cannot be made anew"


def rows(machine: Machine, query: str) -> list[tuple]:
    """What the app's role reads in the system's scope, which the query's first statement opens."""
    with closing(psycopg2.connect(machine.urls["app_url"])) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.system', 'on', true)")
        cursor.execute(query)
        return cursor.fetchall()


def test_migrate_makes_the_tables_and_loads_the_policy_for_the_vendors_domain(machine):
    assert rows(machine, "SELECT count(*) FROM sla_policy")[0][0] >= 1
    addresses = [row[0] for row in rows(machine, "SELECT address FROM notifications_ownaddress")]
    assert addresses != []
    assert {address.partition("@")[2] for address in addresses} == {"vendor.example"}


def test_web_serves_under_its_own_command_and_is_healthy_by_its_own_check(machine):
    with machine.running("web"):
        check = [machine.moved(word) for word in COMPOSED["web"]["healthcheck"]["test"][1:]]
        healthy = {"cwd": machine.app, "env": machine.environment("web"), "stderr": subprocess.DEVNULL}
        until(lambda: subprocess.run(check, **healthy, check=False).returncode == 0, lambda: machine.said("web"))
        page = machine.get("/accounts/login/")
        assert page.status == 200
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        assert page.headers["Set-Cookie"].startswith("__Host-csrftoken=")
        sheet = next(word for word in page.text.split('"') if word.startswith("/static/app."))
        assert machine.get(sheet).status == 200
        assert machine.get("/", **{"X-Forwarded-Proto": "http"}).status == 301
        assert machine.get("/accounts/login/", Host="evil.example").status == 400
        for _ in range(20):  # answered by either process
            machine.get("/accounts/login/")
        told = machine.get("/metrics", Authorization="Bearer monitor-token").text
        assert 'helpdesk_requests_total{method="GET",status="200",view="account_login"} 21.0' in told
        assert machine.get("/metrics").status == 404
    lines = [json.loads(line) for line in machine.log("web")]
    logins = [line for line in lines if line.get("view") == "account_login" and line["status"] == 200]
    assert len(logins) == 21
    assert {line["client"] for line in logins} == {"198.51.100.4"}


def test_events_lets_nobody_in_unasked_is_healthy_by_its_own_check_and_stops_at_once(machine):
    with machine.running("events") as events:
        check = [machine.moved(word) for word in COMPOSED["events"]["healthcheck"]["test"][1:]]
        healthy = {"cwd": machine.app, "env": machine.environment("events"), "stderr": subprocess.DEVNULL}
        until(lambda: subprocess.run(check, **healthy, check=False).returncode == 0, lambda: machine.said("events"))
        refused = machine.get("/events/")
        assert (refused.status, refused.text) == (403, "Sign in first.\n")
        assert [name for name in refused.headers if name.startswith("Access-Control-")] == []
        assert machine.get("/events/", Cookie="__Host-sessionid=abcdefgh12345678").status == 403
        assert machine.get("/tickets/").status == 404
        events.terminate()
        assert events.wait(10) == 0


def test_worker_and_beat_sweep_under_their_own_commands_and_stop_when_asked(machine):
    def runs() -> int:
        found = rows(machine, "SELECT runs FROM tickets_sweeprun")
        return found[0][0] if found else 0

    with machine.running("worker") as worker, machine.running("beat") as beat:
        until(lambda: runs() >= 2, lambda: machine.said("worker") + machine.said("beat"))
        worker.terminate()
        beat.terminate()
        assert worker.wait(30) == 0
        assert beat.wait(30) == 0
    lines = [json.loads(line) for line in machine.log("worker") if line.startswith("{")]
    done = [line for line in lines if line["event"] == "task" and line["task"] == "tickets.sweep"]
    assert {line["outcome"] for line in done} == {"success"}
    assert len({line["task_id"] for line in done}) == len(done) >= 2


def test_the_deploy_check_finds_nothing_in_productions_settings(machine):
    check = ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    proven = {"HELPDESK_MAIL_AUTHENTICATORS": "mx.example.com"}  # without a server that proves senders it warns
    done = subprocess.run(
        check, cwd=machine.app, env=machine.environment("web") | proven, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_the_status_page_answers_while_both_servers_are_stopped(machine, servers, tmp_path):
    """Last in this file: the servers are really stopped. The folder of its files is a new one."""
    machine = copy.copy(machine)
    machine.folder = tmp_path
    with machine.running("web"):
        until(lambda: machine.get("/healthz").status == 200, lambda: machine.said("web"))
        before = machine.get("/status/")
        assert (before.status, OLD in before.text) == (200, False)
        servers.stop()
        until(lambda: OLD in machine.get("/status/").text, lambda: machine.said("web"))
        for path in ("/status/", "/status/api/v2/summary.json", "/status/history.atom", "/status/calendar.ics",
                     "/status/badge.svg", "/status/history/", "/status/uptime/"):  # fmt: skip
            for cookies in COOKIES:
                answer = machine.get(path, **cookies)
                assert (answer.status, int(answer.headers["Age"]) >= 0) == (200, True), (path, cookies)
        for cookies in COOKIES:
            elsewhere = machine.get("/tickets/", **cookies)
            assert (elsewhere.status, 'href="/status/"' in elsewhere.text) == (503, True)
            assert elsewhere.headers["Retry-After"] == "30"
        assert machine.get("/readyz").status == 503
