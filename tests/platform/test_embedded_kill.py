"""Real processes, really killed: nothing may be left behind, and the next start must work."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg2
import pytest

from helpdesk.embedded.places import run_folder
from helpdesk.embedded.provision import APP, OWNER, connect
from tests.platform.processes import (
    PATIENCE_S,
    ROOT,
    bare_environment,
    cleaned_up,
    finish,
    launch,
    pid_of,
    processes_of,
    said_by,
    start,
    wait_until,
)

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's death signal is Linux's own")


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    # Not pytest's tmp_path: as root that one is closed to the servers' user.
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-kill-", dir="/tmp"))
    folder.chmod(0o755)
    with cleaned_up(folder):
        yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """One data folder for all: every test begins with what the one before left on disk."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-kill-", dir="/tmp"))
    folder.chmod(0o755)
    with cleaned_up(folder):
        assert finish(start(folder)) == 0
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(cluster: Path) -> Iterator[Path]:
    with cleaned_up(cluster):
        yield cluster


def nothing_left(data: Path) -> bool:
    return wait_until(lambda: not processes_of(data))


def starts_again(data: Path) -> bool:
    supervisor = start(data)
    connect(run_folder(data), database="helpdesk", role=APP).close()
    return finish(supervisor) == 0 and not processes_of(data)


@pytest.mark.parametrize("ask", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_polite_request_stops_everything_and_exits_with_0(data, ask):
    supervisor = start(data)
    assert finish(supervisor, ask) == 0
    assert processes_of(data) == {}


def test_a_killed_supervisor_leaves_nothing_behind_and_its_data_stay(data):
    supervisor = start(data)
    with closing(connect(run_folder(data), database="helpdesk", role=OWNER)) as owner:
        owner.cursor().execute("CREATE TABLE kept AS SELECT 7 AS answer")
    finish(supervisor, signal.SIGKILL)
    assert nothing_left(data)
    supervisor = start(data)
    with closing(connect(run_folder(data), database="helpdesk", role=APP)) as app:
        cursor = app.cursor()
        cursor.execute("SELECT answer FROM kept")
        assert cursor.fetchone() == (7,)
    assert finish(supervisor) == 0


@pytest.mark.parametrize("server", ["/postgres -D", "-server unixsocket:"])
def test_a_killed_server_ends_the_supervisor_with_1(data, server):
    supervisor = start(data)
    os.kill(pid_of(data, server), signal.SIGKILL)
    assert supervisor.wait(PATIENCE_S) == 1
    assert nothing_left(data)
    assert starts_again(data)


def test_a_program_that_ends_by_itself_ends_everything_with_1(data):
    supervisor = start(data, "sleep", "0.2")
    assert supervisor.wait(PATIENCE_S) == 1
    assert "program (exit code 0) has ended" in said_by(data).read_text()
    assert processes_of(data) == {}


def test_after_everything_is_killed_at_once_the_next_start_works_at_once(data):
    supervisor = start(data)
    for pid in processes_of(data):
        with suppress(ProcessLookupError):  # the death of one takes others along
            os.kill(pid, signal.SIGKILL)
    assert starts_again(data)
    assert supervisor.wait(PATIENCE_S) == -signal.SIGKILL


def test_the_next_start_ends_a_grandchild_that_outlived_a_kill(data):
    supervisor = start(data, "sh", "-c", "sleep 602 & wait")
    assert wait_until(lambda: any(command == "sleep 602" for command in processes_of(data).values()))
    finish(supervisor, signal.SIGKILL)
    assert wait_until(lambda: list(processes_of(data).values()) == ["sleep 602"])
    assert starts_again(data)


def test_a_lock_file_of_another_running_process_does_not_stop_a_start(data):
    (data / "pg" / "postmaster.pid").write_text(f"{os.getppid()}\n{data}/pg\n")
    assert starts_again(data)


def test_an_interrupted_first_start_leaves_nothing_and_the_next_one_works(empty_folder):
    supervisor = launch(empty_folder)
    assert wait_until(lambda: list(empty_folder.glob("pg.new/base")))
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(PATIENCE_S) != 0
    assert nothing_left(empty_folder)
    assert not (empty_folder / "pg").exists()
    assert starts_again(empty_folder)


def test_a_second_command_shares_the_servers_and_ends_when_they_do(data):
    first = start(data)
    postmaster = pid_of(data, "/postgres -D")
    second = start(data)
    assert pid_of(data, "/postgres -D") == postmaster
    assert finish(second) == 0
    connect(run_folder(data), database="helpdesk", role=APP).close()
    third = start(data)
    assert finish(first) == 0
    assert third.wait(PATIENCE_S) == 1
    assert processes_of(data) == {}


def test_a_folder_too_deep_for_sockets_works_all_the_same(empty_folder):
    deep = empty_folder / ("long" * 20) / ("path" * 20)
    supervisor = start(deep)
    assert not str(run_folder(deep)).startswith(str(deep))
    with pytest.raises(psycopg2.OperationalError, match="too long"):
        connect(deep / "run")
    connect(run_folder(deep), database="helpdesk", role=APP).close()
    assert finish(supervisor) == 0
    shutil.rmtree(run_folder(deep))


def test_a_killed_test_run_leaves_no_process(empty_folder):
    sleeper = empty_folder / "test_sleep.py"
    sleeper.write_text("import time\ndef test_sleep():\n    time.sleep(600)\n")
    options = ["-c", "/dev/null", "-p", "helpdesk.pytest_embedded", "-p", "no:django", "-p", "no:valkey"]
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", str(sleeper)],
        cwd=ROOT,
        env=bare_environment(TMPDIR=str(empty_folder)),
        stdout=subprocess.DEVNULL,
    )
    assert wait_until(lambda: list(empty_folder.glob("helpdesk-throwaway-*/run/ready")))
    run.kill()
    run.wait(PATIENCE_S)
    assert nothing_left(empty_folder)
