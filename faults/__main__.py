"""`python -m faults [--seconds N] [--seed N] [--logs FOLDER]`: break a helpdesk for N seconds, then count what is left.

Exit 0 when nothing was lost or recorded twice and every other count holds, else 1. It runs servers of its own, which
write to disk as production's do, and stops them; servers named in the environment are left alone.
"""

import argparse
import os
import random
import secrets
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import django

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.places import data_folder, throw_away_folder
from helpdesk.embedded.servers import Servers
from helpdesk.embedded.session import running_servers

LEAST_S, MOST_S = 5, 600
SWEEP_S, LOOP_S = "2", "3"
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "HELPDESK_DB_ROLE")


def main(arguments: Sequence[str]) -> int:
    """Run and return the exit code; tells in plain words when the servers cannot be started."""
    wanted = parse(arguments)
    for name in GIVEN:
        os.environ.pop(name, None)
    if wanted.logs:
        wanted.logs.mkdir(parents=True, exist_ok=True)
    disk = data_folder()  # temporary files may lie in memory, where a sync costs nothing
    disk.mkdir(parents=True, exist_ok=True)
    try:
        with running_servers(data=throw_away_folder(within=disk), durable=True, throw_away=True) as servers:
            assert servers is not None
            return inject(servers, seconds=wanted.seconds, seed=wanted.seed, logs=wanted.logs or servers.data)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line; exits with 2 for a wrong one."""
    parser = argparse.ArgumentParser(prog="dev.py faults", description="Break everything, lose nothing.")
    parser.add_argument("--seconds", type=_seconds, default=60, metavar="N", help="how long things break (60)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), metavar="N", help="repeat a schedule")
    parser.add_argument("--logs", type=_new_folder, metavar="FOLDER", help="keep the logs of the processes there")
    return parser.parse_args(arguments)


def _seconds(text: str) -> int:
    seconds = int(text)
    if not LEAST_S <= seconds <= MOST_S:
        raise argparse.ArgumentTypeError(f"between {LEAST_S} and {MOST_S} seconds")
    return seconds


def inject(servers: Servers, *, seconds: int, seed: int, logs: Path) -> int:
    """Run the faults on these servers, print the counts, return 0 when all of them hold."""
    print(f"seed {seed}, {seconds} s of faults; PostgreSQL with fsync and synchronous_commit on", flush=True)
    listening = listen_somewhere()  # first: its port belongs into the settings
    os.environ.update(servers.environment | environment(port=listening.getsockname()[1]))
    django.setup()
    from faults import report, run, schedule, verify  # noqa: PLC0415 - they read the settings made just now

    stage = run.Stage(servers, folder=logs, chance=random.Random(seed), seconds=seconds)
    evidence = run.run(stage, listening=listening)
    wanted = {"kills_wanted": schedule.kills_wanted(seconds), "mails_wanted": schedule.mail_kills_wanted(seconds)}
    checks = verify.verify(evidence, **wanted)
    print(report.table(checks), *report.summary(evidence), *stage.notes, report.verdict(checks), sep="\n", flush=True)
    return 0 if all(check.holds for check in checks) else 1


def _new_folder(text: str) -> Path:
    folder = Path(text)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise argparse.ArgumentTypeError(f"{folder} is no empty folder")
    return folder


def listen_somewhere() -> socket.socket:
    """A socket on a free port of this machine's own address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    return listening


def environment(*, port: int) -> dict[str, str]:
    """The settings of a fault run: mail goes to the sink, and the bells ring often."""
    return {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "HELPDESK_SECRET_KEY": secrets.token_urlsafe(50),
        "HELPDESK_DEMO": "1",
        "HELPDESK_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "HELPDESK_SMTP_HOST": "127.0.0.1",
        "HELPDESK_SMTP_RELAY_PORT": str(port),
        "HELPDESK_SWEEP_SECONDS": SWEEP_S,
        "HELPDESK_LOOP_SECONDS": LOOP_S,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
