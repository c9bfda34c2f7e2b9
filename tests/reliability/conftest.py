"""Real processes, real commits, and mail that lands in files."""

import os
import time
import traceback
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import NoReturn

import pytest
from django.db import connection, connections

from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from tests.support import actor_of, colombo
from tickets.models import Ticket
from tickets.operations.intake import open_ticket

FILES = "django.core.mail.backends.filebased.EmailBackend"
BETWEEN = b"-" * 79


@pytest.fixture
def overdue(committed_world) -> list[Ticket]:
    """Three tickets that nobody answered, opened on Monday 19 January 2026 at 10:00."""
    return open_tickets(committed_world, 3)


OPENED, RESPONSE_PASSED, LIMIT_PASSED = "2026-01-19 10:00", colombo("2026-01-20 10:01"), colombo("2026-01-21 10:01")


def open_tickets(world, number: int, *, severity: str = "P1", at: str = OPENED) -> list[Ticket]:
    """Committed tickets of ACME and Globex by turns."""
    with system_scope("the tests' tickets"):
        return [
            open_ticket(
                organisation=(world.acme, world.globex)[i % 2], requester=(world.alice, world.bob)[i % 2],
                subject=f"Ticket {i}", description="It fails.", severity=severity,
                actor=actor_of((world.alice, world.bob)[i % 2]), at=colombo(at),
            )
            for i in range(number)
        ]  # fmt: skip


@pytest.fixture
def mailbox(tmp_path, settings) -> "Mailbox":
    """A folder into which this process and the workers deliver."""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = FILES, str(tmp_path / "mail")
    return Mailbox(tmp_path / "mail")


class Mailbox:
    """What the mail provider has accepted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def messages(self) -> list[Message]:
        texts = (text for file in sorted(self.folder.iterdir()) for text in file.read_bytes().split(BETWEEN))
        return [message_from_bytes(text.strip()) for text in texts if text.strip()]

    def ids(self) -> list[str]:
        """The Message-ID of every accepted mail, repeats included."""
        return sorted(str(message["Message-ID"]) for message in self.messages())


Work = Callable[[], object]
FAILED = 1


@pytest.fixture
def run_process(transactional_db) -> Callable[..., int]:
    """`run_process(work, crash_at="sweep.claimed")`: one worker process from start to end; returns its exit code.

    It is forked from this one, which has everything loaded, and makes its own connection to the database. The bell
    is muted in it: a socket to Redis cannot be shared with the parent.
    """

    def run(work: Work, *, crash_at: str = "") -> int:
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            _be_a_worker(work, crash_at)
        _, status = os.waitpid(pid, 0)
        until_alone()
        return os.waitstatus_to_exitcode(status)

    return run


def _be_a_worker(work: Work, crash_at: str) -> NoReturn:
    code = FAILED
    try:
        os.environ["HELPDESK_CRASH_AT"] = crash_at
        with muted():
            work()
        connections.close_all()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        traceback.print_exc()
    finally:
        os._exit(code)  # never back into the test run


def until_alone(patience: float = 10.0) -> None:
    """Wait until the database has noticed that the dead process is gone: its locks go with its connection."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)
    raise AssertionError("another connection stays open")
