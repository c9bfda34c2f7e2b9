"""Raw mails into the intake: from files, or one from standard input, as a mail server's pipe gives it."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from tickets.mail.shapes import Verdict
from tickets.models import MailChannel, MailState, RawMail
from tickets.operations.inbound.reading import Read, look_into, process_mail
from tickets.operations.inbound.receiving import receive_mail

TRY_AGAIN = 75  # EX_TEMPFAIL: a mail server keeps the mail and comes back


class Command(BaseCommand):
    """Ends with 0 when every mail is stored, and with 75 when some must be brought again."""

    help = "Take raw mails in: files, or one mail from standard input."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The envelope, when to read the mails, and where they lie."""
        parser.add_argument("files", nargs="*", metavar="FILE", help="Mails; without any, one from standard input.")
        parser.add_argument("--rcpt", action="append", default=[], metavar="ADDRESS", help="A recipient's address.")
        parser.add_argument("--mail-from", metavar="ADDRESS", help="The envelope's sender; empty: the null sender.")
        parser.add_argument("--now", action="store_true", help="Read the mails here and now, too.")
        parser.add_argument("--json", action="store_true", help="One line of JSON for each mail.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Take each mail in. One that fails does not stop the others; a database that is away does."""
        missed = 0
        for name in options["files"] or ["-"]:
            began = time.perf_counter()
            try:
                raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
                row = receive_mail(
                    raw=raw, channel=MailChannel.COMMAND, mail_from=options["mail_from"], recipients=options["rcpt"],
                    ring=not options["now"],
                )  # fmt: skip
            except (OperationalError, InterfaceError, OSError) as error:
                self.stderr.write(f"{name}: not taken in, bring it again: {error}")
                missed += 1
                continue
            read = self._read(row) if options["now"] else None
            self._tell(name, row, read, (time.perf_counter() - began) * 1000, as_json=options["json"])
        if missed:
            sys.exit(TRY_AGAIN)

    def _read(self, row: RawMail) -> Read | None:
        """It is stored by now: what fails here is found again by whoever reads what waits."""
        try:
            return process_mail(mail_id=row.pk, raw=bytes(row.raw)) or look_into(row)
        except (OperationalError, InterfaceError) as error:
            self.stderr.write(f"mail {row.pk}: stored, but not read yet: {error}")
            return None

    def _tell(self, name: str, row: RawMail, read: Read | None, ms: float, *, as_json: bool) -> None:
        found = facts_of(name, read.row if read else row, read)
        if as_json:
            self.stdout.write(json.dumps({**found, "ms": round(ms, 1)}, ensure_ascii=True))
        else:
            became = found["ticket"] or found["quarantine"] or found["reason"]
            self.stdout.write(f"{name}: {found['state']} {found['verdict']} {became}".rstrip())


def facts_of(name: str, row: RawMail, read: Read | None) -> dict[str, Any]:
    """What is told of one mail. Whoever waits for a person is told by the reason; what it says is told all the same."""
    waits = row.state in (MailState.QUARANTINED, MailState.FAILED, MailState.BLOCKED)
    mail = read.mail if read else None
    return {
        "file": name,
        "state": row.state,
        "verdict": row.verdict or (read.finding.verdict.value if read else Verdict.HUMAN.value),
        "ticket": row.reference or None,
        "outcome": row.outcome,
        "quarantine": (row.reason or row.error or row.state) if waits else None,
        "reason": row.reason,
        "from": mail.sender.address if mail else row.sender,
        "subject": mail.subject if mail else row.subject,
        "text": mail.text if mail else None,
        "reply": read.reply.visible if read else None,
        "attachments": [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in mail.attachments]
        if mail
        else [],
    }
