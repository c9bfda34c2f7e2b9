"""Starting the demo as a person would, waiting for its first page, and seeing that nothing of it is left."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.report import BenchError

HOST = "127.0.0.1"
POLL_S = 0.02
PATIENCE_S = 600
STOP_WITHIN_S = 60
# Ours, which would lead the demo to other servers, another folder or another interpreter.
FORGOTTEN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "HELPDESK_DEMO",
    "HELPDESK_SECRET_KEY",
    "DJANGO_SETTINGS_MODULE",
    "VIRTUAL_ENV",
    "PYTHONPATH",
)


@contextmanager
def running(argv: Sequence[str], *, cwd: Path, data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The program, with a data folder and port of its own, until the block ends; then SIGINT, as Ctrl-C sends.

    Raises `BenchError` when it does not stop, or when a process of its remains.
    """
    environment = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    environment |= {"HELPDESK_DATA": str(data), "HELPDESK_PORT": str(port)}
    log = data.with_suffix(".log")
    with log.open("ab") as output:
        child = subprocess.Popen(argv, cwd=cwd, env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        yield child
    except BenchError as error:
        said = log.read_text(errors="replace")[-2000:]
        raise BenchError(f"{error}\n{said}") from None
    finally:
        child.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_WITHIN_S)
        left = left_overs(data)
        if left:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise BenchError(f"still running after SIGINT: {'; '.join(left.values())}")


def first_page(child: subprocess.Popen[bytes], *, port: int, began: float, path: str = "/") -> float:
    """Seconds from `began` until a page answers with 200, redirects followed; raises `BenchError` if none does."""
    while time.monotonic() - began < PATIENCE_S:
        if answers(port, path):
            return time.monotonic() - began
        if child.poll() is not None:
            raise BenchError(f"it ended with exit code {child.returncode}")
        time.sleep(POLL_S)
    raise BenchError(f"no page within {PATIENCE_S} s")


def answers(port: int, path: str, hops: int = 5) -> bool:
    """Whether the path leads to a page with status 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if response.status in (301, 302, 303) and hops:
        return answers(port, response.headers["Location"].removeprefix(f"http://{HOST}:{port}"), hops - 1)
    return response.status == http.HTTPStatus.OK


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def left_overs(data: Path) -> dict[int, str]:
    """The live processes that name the data folder in their environment or command line, by pid (Linux only)."""
    needle, found = str(data).encode(), {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes()
            if command and (needle in command or needle in (entry / "environ").read_bytes()):
                found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
    found.pop(os.getpid(), None)
    return found


def machine_python(checkout: Path) -> str:
    """The interpreter that .venv was made from; raises `BenchError` when dev.py would install it anew with it.

    dev.py under the environment's own interpreter would take it for another Python's.
    """
    python = str(getattr(sys, "_base_executable", sys.executable))
    question = (
        "import dev, sys; sys.exit(not any(dev.is_installed(dev.VENV, wanted=dev.fingerprint(slim=s)) for s in (0, 1)))"
    )
    asked = subprocess.run([python, "-c", question], cwd=checkout, check=False, capture_output=True)
    if asked.returncode != 0:
        raise BenchError(f"{checkout / '.venv'} is not what {python} installs: run dev.py with it once first")
    return python
