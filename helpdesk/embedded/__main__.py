"""`python -m helpdesk.embedded demo | manage ARGS… | bench ARGS…`: what `dev.py` runs in its environment."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from helpdesk.embedded.demo import run_demo
from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.places import BASE, data_folder, throw_away_folder
from helpdesk.embedded.processes import dies_with_us
from helpdesk.embedded.session import running_servers, servers_are_given


def main(arguments: Sequence[str]) -> int:
    """Run one of the three commands and return its exit code; tell in plain words what a person can mend."""
    command, *rest = arguments or [""]
    try:
        if command == "demo" and not rest:
            return run_demo()
        if command == "manage":
            return run_manage(rest)
        if command == "bench":
            return run_bench(rest)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    print(__doc__, file=sys.stderr)
    return 2


def run_manage(arguments: Sequence[str]) -> int:
    """Run a management command against the given servers, or the demo's, started if nobody runs them."""
    argv = [sys.executable, "manage.py", *arguments]
    with running_servers(data=data_folder(), wait_for_sharers=True) as servers:
        return run_attached(argv, environment=servers.environment | {"HELPDESK_DEMO": "1"} if servers else {})


def run_bench(arguments: Sequence[str]) -> int:
    """Run the benchmarks against given servers, or new ones as durable as production's."""
    argv = [sys.executable, "-m", "bench", *arguments]
    if servers_are_given():
        return run_attached(argv, environment={})
    disk = data_folder()  # temporary files may lie in memory, where a sync costs nothing
    disk.mkdir(parents=True, exist_ok=True)
    data = throw_away_folder(within=disk)
    with running_servers(data=data, durable=True, throw_away=True) as servers:
        extra = {"HELPDESK_SECRET_KEY": secrets.token_urlsafe(50), "HELPDESK_DEMO": "1"}
        return run_attached(argv, environment=(servers.environment if servers else {}) | extra)


def run_attached(argv: Sequence[str], *, environment: Mapping[str, str]) -> int:
    """Run a program at our terminal, as part of our own process group, and return its exit code.

    Ctrl-C reaches the program directly and is its business; a SIGTERM to us ends it.
    """
    child = subprocess.Popen(
        argv,
        env={**os.environ, **environment},
        cwd=BASE,
        preexec_fn=dies_with_us(death_signal=signal.SIGTERM),  # noqa: PLW1509 - the launcher has a single thread
    )
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        if child.poll() is None:
            child.terminate()
            child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
