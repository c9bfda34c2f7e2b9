"""Inbound mail: mails over SMTP until each is a ticket, steadily and all at once, by the processes of production."""

import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from statistics import median

from django.db import connection

from bench.database import address, scratch_database, using
from bench.launching import HOST, free_port
from bench.loading import HOW as HOW_LOADED
from bench.loading import load
from bench.report import BenchError, Figure, Options, Report, quantile
from bench.serving import READY_WITHIN_S, environment, stop
from helpdesk.accounts.models import ClientRole, Membership
from helpdesk.embedded.places import BASE
from helpdesk.lib.tenancy import system_scope
from tickets.models import MailOutcome, RawMail

OPEN, CLOSED = 10_000, 90_000  # the desk that is there already
PER_SECOND, STEADY_S, FULL_STEADY_S, BURST, ALONE = 10, 60, 600, 300, 10
AT_ONCE, GOAL_PER_SECOND, P95_S, PATIENCE_S = 8, 10.0, 5.0, 180.0
SUPPORT = "support@ravingcrm.example"
REASON = "the bench counts what became of its mails"
WORKER = ("celery", "-A", "helpdesk", "worker", "--pool", "prefork", "--concurrency", "2", "--without-gossip",
          "--without-mingle")  # fmt: skip
TEXT = "Good morning,\n\n" + "every invoice that we send since this morning ends with an error. " * 8 + "\n\nRegards\n"


@dataclass(frozen=True)
class Outcome:
    """What a run gave: seconds from each mail's planned moment to its committed ticket, and how many have none."""

    latencies: list[float]
    lost: int
    wall: float

    @property
    def rate(self) -> float:
        """Tickets a second, from the first mail's planned moment to the last ticket."""
        return len(self.latencies) / self.wall


def run(options: Options) -> Report:
    """Mails one by one, then a steady stream, then a burst."""
    seconds = FULL_STEADY_S if options.full else STEADY_S
    with scratch_database("mail") as name:
        load(name, open_tickets=OPEN, closed_tickets=CLOSED)
        with using(name), _serving(name) as port:
            people = _people(PER_SECOND * seconds + BURST + ALONE)
            sender = Sender(port, people)
            sender.send(1, apart=0.0)  # the first one also connects and imports
            alone = sender.send(ALONE - 1, apart=1.0)
            steady = sender.send(PER_SECOND * seconds, apart=1 / PER_SECOND)
            burst = sender.send(BURST, apart=0.0)
    notes = (
        HOW_LOADED,
        "SMTP listener and a worker of two processes, as in docker-compose.yml; mails of one client each, in turn.",
        "The worker also sends each ticket's acknowledgement and notices, into files.",
    )
    return Report("mail", tuple(_figures(alone, steady, burst, seconds=seconds)), notes)


def _figures(alone: Outcome, steady: Outcome, burst: Outcome, *, seconds: int) -> Iterator[Figure]:
    base = median(alone.latencies)
    p95 = quantile(steady.latencies, 0.95)
    yield Figure(
        name=f"{PER_SECOND} mails a second for {seconds} s, tickets", value=steady.rate, unit="/s",
        goal=f"≥ {GOAL_PER_SECOND:.0f}/s", passed=steady.rate >= 0.98 * GOAL_PER_SECOND,
    )  # fmt: skip
    spread = (median(steady.latencies), max(steady.latencies))
    yield Figure(
        name="p95 from the planned moment to the ticket", value=p95, unit="s", spread=spread, floor=base,
        goal=f"< {P95_S:.0f} s", passed=p95 < P95_S,
    )  # fmt: skip
    yield Figure(name=f"{BURST} mails at once, tickets", value=burst.rate, unit="/s")
    lost = alone.lost + steady.lost + burst.lost
    yield Figure(name="mails without a ticket", value=lost, unit="", goal="0", passed=lost == 0)


def _people(wanted: int) -> list[str]:
    """Addresses of client users, so many that nobody writes often enough to be held back."""
    with system_scope(REASON):
        found = Membership.objects.filter(role=ClientRole.USER).order_by("pk").values_list("user__email", flat=True)
        people = list(found[:wanted])
    connection.close()
    if not people:
        raise BenchError("the loaded desk has no client users")
    return people


class Sender:
    """Sends mails at their planned moments over a few connections at once, and waits for their tickets."""

    def __init__(self, port: int, people: Sequence[str]) -> None:
        self._port, self._people, self._sent = port, people, 0
        self._connections = threading.local()

    def send(self, number: int, *, apart: float) -> Outcome:
        """So many mails, so many seconds apart."""
        began = time.time()
        planned = {self._sent + place: began + place * apart for place in range(number)}
        self._sent += number
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._one, planned, planned.values()))
        return self._await(planned, began=began)

    def _one(self, number: int, planned: float) -> None:
        time.sleep(max(0.0, planned - time.time()))
        mail = EmailMessage()
        mail["From"], mail["To"] = self._people[number % len(self._people)], SUPPORT
        mail["Subject"], mail["Message-ID"] = f"P3: invoices fail, {number}", f"<bench-{number}@client.example>"
        mail["Date"] = datetime.now(UTC)
        mail.set_content(TEXT)
        self._connection().send_message(mail)

    def _connection(self) -> smtplib.SMTP:
        if not hasattr(self._connections, "kept"):
            self._connections.kept = smtplib.SMTP(HOST, self._port, timeout=60)
        kept: smtplib.SMTP = self._connections.kept
        return kept

    def _await(self, planned: dict[int, float], *, began: float) -> Outcome:
        ids = {f"bench-{number}@client.example": at for number, at in planned.items()}
        until = time.monotonic() + PATIENCE_S
        while True:
            with system_scope(REASON):
                opened = RawMail.objects.filter(message_id__in=ids, outcome=MailOutcome.OPENED)
                settled = dict(opened.values_list("message_id", "settled_at"))
            connection.close()
            if len(settled) == len(ids) or time.monotonic() > until:
                break
            time.sleep(0.2)
        ends = {key: at.timestamp() for key, at in settled.items() if at is not None}
        if not ends:
            raise BenchError("no mail became a ticket")
        return Outcome([end - ids[key] for key, end in ends.items()], len(ids) - len(ends), max(ends.values()) - began)


@contextmanager
def _serving(name: str) -> Iterator[int]:
    """The listener and the worker over this database; the listener's port."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        outbox = Path(folder) / "outbox"  # mails are made and handed over, as to a relay on the same machine
        outbox.mkdir()
        given = environment(
            Path(folder) / "static",
            DATABASE_URL=address(name),
            HELPDESK_MAIL_TRUST_FROM="1",
            HELPDESK_EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
            HELPDESK_MAIL_FOLDER=str(outbox),
        )
        log = Path(folder) / "mail.log"
        listener = (sys.executable, "manage.py", "receive_mail", "--host", HOST, "--port", str(port))
        with log.open("ab") as output:
            processes = [
                subprocess.Popen(argv, cwd=BASE, env=given, stdout=output, stderr=output)
                for argv in (listener, (sys.executable, "-m", *WORKER))
            ]
            try:
                _wait(port, processes, log)
                yield port
            finally:
                stop(processes)


def _wait(port: int, processes: "Sequence[subprocess.Popen[bytes]]", log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while True:
        with suppress(OSError), smtplib.SMTP(HOST, port, timeout=2) as greeted:
            greeted.noop()
            return
        if any(one.poll() is not None for one in processes) or time.monotonic() > until:
            raise BenchError(f"mail is not taken in:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
