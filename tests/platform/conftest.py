"""A machine with the built image and an empty database, made once for the tests that want it."""

import fcntl
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from psycopg2 import sql

from tests.conftest import owner_connection
from tests.platform.image import build
from tests.platform.machine import Machine


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
    return Machine(tmp_path_factory.mktemp("machine"), str(settings.DATABASES["default"]["NAME"]), app)


@pytest.fixture(scope="session")
def machine(tmp_path_factory, app) -> Iterator[Machine]:
    name = f"test_services_{os.getpid()}_{secrets.token_hex(3)}"
    main = str(settings.DATABASES["default"]["NAME"])
    with closing(owner_connection("helpdesk" if main.startswith("test_") else main)) as admin, admin.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            made = Machine(tmp_path_factory.mktemp("machine"), name, app)
            done = subprocess.run(
                made.command("migrate"), cwd=made.app, env=made.environment("migrate"), capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            yield made
        finally:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
