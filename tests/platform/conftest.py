"""A machine with the built image and servers of its own, made once for the tests that want it."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.embedded.places import throw_away_folder
from helpdesk.embedded.servers import Servers
from tests.platform.image import build
from tests.platform.machine import Machine, urls_of


@pytest.fixture(scope="session")
def app(tmp_path_factory) -> Path:
    """The image's folder of the app, built once for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "image"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            build(folder)
            (folder / "done").touch()
    return folder / "app"


@pytest.fixture(scope="session")
def built(tmp_path_factory, app) -> Machine:
    """The image alone, for services that are pointed at the tests' own database."""
    return Machine(tmp_path_factory.mktemp("machine"), urls_of(os.environ), app)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """A PostgreSQL and a Valkey that nobody else uses."""
    own = Servers(data=throw_away_folder(), durable=False, throw_away=True)
    own.start()
    yield own
    own.stop()


@pytest.fixture(scope="module")
def machine(tmp_path_factory, app, servers) -> Machine:
    """The image and servers of its own, migrated by its own command."""
    made = Machine(tmp_path_factory.mktemp("machine"), urls_of(servers.environment), app)
    done = subprocess.run(
        made.command("migrate"), cwd=made.app, env=made.environment("migrate"), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return made
