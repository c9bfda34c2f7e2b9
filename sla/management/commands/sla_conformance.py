"""`manage.py sla_conformance FILE`: run a conformance file through the engine that the product uses."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sla.conformance.runner import run


class Command(BaseCommand):
    help = "Runs a conformance file through the production engine; exit 1 if a case fails."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the cases, in the format of deadline_cases.json")

    def handle(self, *args: Any, **options: Any) -> None:
        results = run(self._read(options["file"]))
        failed = [(name, detail) for name, passed, detail in results if not passed]
        for name, detail in failed:
            self.stdout.write(f"{name}: {detail}")
        self.stdout.write(f"{len(results) - len(failed)} passed, {len(failed)} failed")
        if failed:
            sys.exit(1)

    def _read(self, file: Path) -> Any:
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise CommandError(f"{file} is no JSON: {error}") from error
