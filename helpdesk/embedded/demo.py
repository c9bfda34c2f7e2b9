"""The demo: servers, seeded data, then web, events, worker, beat and the mail listener until Ctrl-C."""

import hashlib
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.places import BASE, data_folder
from helpdesk.embedded.processes import spawn, wait_for
from helpdesk.embedded.session import running_servers
from helpdesk.embedded.supervise import Supervisor

_ANSWERS_WITHIN_S = 60
_HOST = "127.0.0.1"
_SMTP_PORT = 2525  # where it is free and none is given

PASSWORD = "demo-password"  # published on purpose: the demo's people exist nowhere else
LOGINS = (
    ("client of ACME", "client@acme.example", ""),
    ("client admin of ACME", "clientadmin@acme.example", ""),
    ("client of Globex", "client@globex.example", ""),
    ("client of Initech", "client@initech.example", "its policy counts minutes: submit a P1 and watch it climb"),
    ("agent", "agent@ravingcrm.example", ""),
    ("account manager", "manager@ravingcrm.example", "of ACME, Initech and Stark"),
    ("account manager", "manager2@ravingcrm.example", "of Globex, Hooli and Wayne; deputy of the first"),
    ("admin", "admin@ravingcrm.example", ""),
)


def run_demo() -> int:
    """Serve the demo until a signal or a failure; returns the exit code."""
    began = time.monotonic()
    port = demo_port()
    data = data_folder()
    with running_servers(data=data) as servers:
        refuse_busy_port(port)
        environment = {**os.environ, **(servers.environment if servers else {}), "HELPDESK_DEMO": "1"}
        events_port = given_port("HELPDESK_EVENTS_PORT") or neighbour_of(port)
        smtp_port = given_port("HELPDESK_SMTP_PORT") or neighbour_of(_SMTP_PORT - 1)
        environment |= {"HELPDESK_PORT": str(port), "HELPDESK_EVENTS_PORT": str(events_port), "PYTHONUNBUFFERED": "1"}
        environment["HELPDESK_SMTP_PORT"] = str(smtp_port)
        environment.setdefault("HELPDESK_FILES", str(data / "files"))
        environment.setdefault("HELPDESK_STATUS_FOLDER", str(data / "status"))
        data.mkdir(parents=True, exist_ok=True)
        # Within the cluster, so that it goes when the cluster is made anew.
        prepare_once(data / "pg" / "helpdesk-prepared", environment=environment, servers_are_ours=servers is not None)
        supervisor = Supervisor(servers=servers, environment=environment)
        # One schedule a port: two demos may share the servers.
        programs = demo_programs(port=port, events_port=events_port, schedule=data / f"celerybeat-schedule-{port}")
        supervisor.start("web", programs.pop("web"))
        programs["mail"] = [sys.executable, "manage.py", "receive_mail", "--port", str(smtp_port)]
        announce = _announcer(supervisor, ports=(port, smtp_port), later=programs, began=began)
        return supervisor.run(on_tick=announce)


def prepare_once(mark: Path, *, environment: Mapping[str, str], servers_are_ours: bool) -> None:
    """Migrate and seed, unless the mark says that these data have seen these migrations: that costs seconds.

    With given servers the mark says nothing, since it lies beside our own data. Raises `EmbeddedError`.
    """
    wanted = migrations_fingerprint()
    if servers_are_ours and mark.exists() and mark.read_text() == wanted:
        return
    argv = [sys.executable, "manage.py", "prepare_demo"]
    if wait_for(spawn(argv, death_signal=signal.SIGTERM, environment=environment, cwd=BASE)) != 0:
        raise EmbeddedError("The demo's data could not be prepared; the reason stands above.")
    if servers_are_ours:
        mark.write_text(wanted)


def migrations_fingerprint() -> str:
    """What the data must have been prepared with: this version's migrations and the installed packages."""
    lock = [BASE / "requirements-dev.lock"]
    files = [*sorted(BASE.glob("*/migrations/0*.py")), *sorted(BASE.glob("helpdesk/*/migrations/0*.py")), *lock]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def demo_port() -> int:
    """The port from HELPDESK_PORT, 8000 by default; raises `EmbeddedError` for anything that is no port."""
    return given_port("HELPDESK_PORT") or 8000


def given_port(name: str) -> int | None:
    """The port that this variable names; None when it is not set. Raises `EmbeddedError` for what is no port."""
    text = os.environ.get(name)
    if text is None:
        return None
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise EmbeddedError(f"{name}={text} is not a port number.")
    return int(text)


def refuse_busy_port(port: int) -> None:
    """Raise `EmbeddedError` when somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise EmbeddedError(f"Port {port} is taken ({error.strerror}); name another in HELPDESK_PORT.") from error


def neighbour_of(port: int) -> int:
    """The port for `/events/` (no proxy leads there) or mail: the next one, or any free one where that is taken."""
    for wanted in (port + 1, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError, OverflowError):
                probe.bind((_HOST, wanted))
                return int(probe.getsockname()[1])
    raise EmbeddedError("No port is free.")


def demo_programs(*, port: int, events_port: int, schedule: Path) -> dict[str, list[str]]:
    """The command lines by name. The pool is of threads: worker processes would be grandchildren."""
    python = [sys.executable, "-m"]
    web = [
        "gunicorn",
        "helpdesk.wsgi:application",
        "-b",
        f"{_HOST}:{port}",
        "-k",
        "gthread",
        "--threads",
        "8",
    ]
    web += ["--workers", "1", "--graceful-timeout", "3", "--log-level", "warning", "--no-control-socket"]
    events = ["gunicorn", "helpdesk.asgi:application", "-b", f"{_HOST}:{events_port}", "-k", "asgi"]
    events += ["--graceful-timeout", "1", "--log-level", "error", "--no-control-socket"]
    celery = ["celery", "--quiet", "-A", "helpdesk"]
    worker = [
        "worker",
        "--pool",
        "threads",
        "-c",
        "4",
        "--without-gossip",
        "--without-mingle",
        "-l",
        "warning",
    ]
    beat = ["beat", "--pidfile=", "-s", str(schedule), "-l", "warning"]
    programs = {"web": web, "events": events, "worker": [*celery, *worker], "beat": [*celery, *beat]}
    return {name: [*python, *argv] for name, argv in programs.items()}


def _announcer(
    supervisor: Supervisor, *, ports: tuple[int, int], later: Mapping[str, list[str]], began: float
) -> Callable[[], None]:
    """A function for every tick: once the first page answers it starts the rest and tells the logins.

    The web server has the machine to itself until then, which brings the first page sooner.
    """
    answered, started = False, time.monotonic()

    def tick() -> None:
        nonlocal answered
        if answered:
            return
        answered = answers(ports[0])
        if answered:
            for name, argv in later.items():
                supervisor.start(name, argv)
            print(welcome(port=ports[0], smtp_port=ports[1], seconds=time.monotonic() - began), flush=True)
        elif time.monotonic() - started > _ANSWERS_WITHIN_S:
            raise EmbeddedError(f"The web server did not answer within {_ANSWERS_WITHIN_S} s.")

    return tick


def answers(port: int) -> bool:
    """Whether /healthz answers with 200."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(*, port: int, smtp_port: int, seconds: float) -> str:
    """What the person at the terminal reads once the demo is up."""
    people = "\n".join(f"  {role:<20}  {address:<26}  {hint}".rstrip() for role, address, hint in LOGINS)
    return (
        f"\nThe helpdesk is up after {seconds:.1f} s:  http://{_HOST}:{port}/\n\n"
        f"Sign in with the password {PASSWORD} as\n{people}\n\n"
        f"Mail to support@ravingcrm.example from one of the clients is taken in by SMTP at {_HOST}:{smtp_port}.\n\n"
        "Ctrl-C stops everything; the data are kept."
    )
