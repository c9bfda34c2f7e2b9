"""`manage.py prove_isolation`: walk every address as somebody of another organisation; see docs/isolation.md."""

import gc
import os
import signal
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from psycopg2 import Error as DatabaseError

from helpdesk.proof.proving import prove, stage
from helpdesk.proof.report import Report
from helpdesk.proof.routes import routes


class Command(BaseCommand):
    """Exit 0 without a finding, 1 with one or when the proof could not run."""

    help = "Proves in a throw-away database that no organisation reaches another's data. Prints counts."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", metavar="NAME", help="only the routes whose name contains this")
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes; one for each core")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _leave)
        gc.set_threshold(50_000)  # a walk makes much that soon goes; looking for cycles less often saves a tenth
        began = time.monotonic()
        report = Report(progress=lambda line: self.stderr.write(f"{time.monotonic() - began:6.1f} s  {line}"))
        wanted = [route for route in routes() if (options["only"] or "") in route.name]
        try:
            with stage() as ready:
                prove(ready, wanted, report, workers=options["workers"])
        except DatabaseError as error:
            raise CommandError(f"The throw-away database could not be made or used: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted; the throw-away database is dropped.") from None
        for line in report.lines():
            self.stdout.write(line)
        self.stdout.write(f"{'seconds':>26}  {time.monotonic() - began:.0f}")
        if report.findings:
            sys.exit(1)
        self.stdout.write("Isolation holds: nothing of another organisation was shown, told or touched.")


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
