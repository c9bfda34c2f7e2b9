"""What the commands that run a file of worked cases through an engine of the product have in common."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class ConformanceCommand(BaseCommand):
    """Prints each failing case and `N passed, M failed`; exit 1 if one failed, or the file is no such file."""

    requires_system_checks: list[str] = []
    format_of = ""  # the published file whose format is taken

    def results(self, cases: Any) -> Sequence[tuple[str, bool, str]]:
        """Each case's name, whether it passed, and what differed."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=f"the cases, in the format of {self.format_of}")

    def handle(self, *args: Any, **options: Any) -> None:
        results = self.results(read_cases(options["file"]))
        failed = [(name, detail) for name, passed, detail in results if not passed]
        for name, detail in failed:
            self.stdout.write(f"{name}: {detail}")
        self.stdout.write(f"{len(results) - len(failed)} passed, {len(failed)} failed")
        if failed:
            sys.exit(1)


def read_cases(file: Path) -> Any:
    """The JSON in the file. Raises `CommandError` where it cannot be read or is none."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except (RecursionError, ValueError) as error:
        raise CommandError(f"{file} is no JSON that can be read: {error}") from error
