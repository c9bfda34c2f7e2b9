"""The image's web service with servers of its own, which are then really stopped: the status page goes on answering."""

import copy
import subprocess

import pytest

from helpdesk.embedded.places import throw_away_folder
from helpdesk.embedded.servers import Servers
from tests.platform.machine import Machine, until

COOKIES = ({}, {"Cookie": f"__Host-sessionid={'a' * 32}; __Host-csrftoken={'b' * 32}"})
OLD = "cannot be made anew"


@pytest.fixture
def doomed(built: Machine, tmp_path):
    """A machine whose PostgreSQL and Valkey nobody else uses, and these."""
    servers = Servers(data=throw_away_folder(), durable=False, throw_away=True)
    servers.start()
    made = copy.copy(built)
    made.folder = tmp_path
    given = servers.environment
    made.urls = {
        "app_url": given["DATABASE_URL"], "owner_url": given["DATABASE_OWNER_URL"], "redis_url": given["REDIS_URL"],
    }  # fmt: skip
    done = subprocess.run(
        made.command("migrate"),
        cwd=made.app,
        env=made.environment("migrate"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    yield made, servers
    servers.stop()


def test_the_status_page_answers_while_both_servers_are_stopped(doomed):
    machine, servers = doomed
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
