"""The production server over a bench's database: the image's own command, production settings, fsync as given."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings

from bench.database import address
from bench.launching import HOST, answers, free_port
from bench.report import BenchError
from helpdesk.embedded.places import BASE

READY_WITHIN_S, STOPS_WITHIN_S = 60, 40
HOW = "Served by the image's own gunicorn command under production settings, over plain HTTP (TLS is the proxy's)."
# The demo's switches would make other settings than production's.
FORGOTTEN = ("HELPDESK_DEMO", "HELPDESK_TEST", "HELPDESK_DEBUG", "HELPDESK_PORT", "HELPDESK_SITE_URL")


@contextmanager
def serving(*names: str, **more: str) -> Iterator[list[int]]:
    """One server for each database, by name; their ports. All are stopped after, as a container is.

    `more` goes over the environment that each is given.
    """
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        static = Path(folder) / "static"
        _manage("collectstatic", "--noinput", "--verbosity", "0", static=static)
        ports = [free_port() for _ in names]
        servers: list[subprocess.Popen[bytes]] = []
        log = Path(folder) / "server.log"
        try:
            with log.open("ab") as output:
                for name, port in zip(names, ports, strict=True):
                    servers.append(_start(name, port, static=static, output=output, more=more))
            for server, port in zip(servers, ports, strict=True):
                _wait(server, port, log)
            yield ports
        finally:
            stop(servers)


def command(port: int) -> list[str]:
    """The Dockerfile's CMD, at our port and under our interpreter. Raises `BenchError` when it is not gunicorn's."""
    text = (BASE / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.search(r"^CMD (\[.*\])\s*$", text, re.MULTILINE)
    argv: list[str] = json.loads(found.group(1)) if found else []
    if argv[:1] != ["gunicorn"] or "--bind" not in argv:
        raise BenchError("the Dockerfile's CMD is not `gunicorn … --bind …`")
    argv[argv.index("--bind") + 1] = f"{HOST}:{port}"
    return [sys.executable, "-m", *argv]


def environment(static: Path, **more: str) -> dict[str, str]:
    """What a process of the product is given: production's settings, our key, and a folder of static files."""
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    ours = {
        "DJANGO_SETTINGS_MODULE": "bench.served.settings",
        "HELPDESK_SECRET_KEY": settings.SECRET_KEY,  # the sessions are made here
        "HELPDESK_BENCH_STATIC": str(static),
        "HELPDESK_FILES": str(static.with_name("files")),
        "HELPDESK_STATUS_FOLDER": str(static.with_name("status")),
    }
    return {**kept, **ours, **more}


def _manage(*arguments: str, static: Path) -> None:
    argv = [sys.executable, "manage.py", *arguments]
    subprocess.run(argv, cwd=BASE, env=environment(static), check=True, stdout=subprocess.DEVNULL)


def _start(
    name: str, port: int, *, static: Path, output: IO[bytes], more: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    given = environment(static, **{"DATABASE_URL": address(name), **more})
    return subprocess.Popen(command(port), cwd=BASE, env=given, stdout=output, stderr=output)


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while not answers(port, "/accounts/login/"):
        if server.poll() is not None or time.monotonic() > until:
            raise BenchError(f"the server does not answer:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def stop(servers: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask them to end, as a container is asked, and kill those that do not."""
    for server in servers:
        server.terminate()
    for server in servers:
        with suppress(subprocess.TimeoutExpired):
            server.wait(STOPS_WITHIN_S)
        if server.poll() is None:
            server.kill()
            server.wait()
