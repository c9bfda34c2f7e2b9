"""`python -m bench [NAME …] [--json FILE] [--size N] [--full]`: run benches and print their tables.

Exit 0 when all ran, whether or not they met their goals: figures are read, never asserted. Exit 1 when one
could not run or a conformance case failed, 2 for a wrong argument.
"""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import django

from bench.report import BenchError, Options, Report, machine, table

NAMES = (
    "start",
    "deadlines",
    "sweep",
    "queue",
    "ticket",
    "portal",
    "search",
    "submit",
    "recompute",
    "events",
    "mail",
    "banner",
    "probes",
    "status",
)


def main(arguments: Sequence[str]) -> int:
    """Run the named benches, or all; returns the exit code."""
    wanted = parse(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    django.setup()
    line = machine()
    print(line, flush=True)
    options = Options(size=wanted.size, full=wanted.full)
    reports, broken = [], False
    for name in wanted.names:
        try:
            report = bench(name)(options)
        except BenchError as error:
            print(f"== {name}\ncannot run: {error}", file=sys.stderr, flush=True)
            broken = True
        except Exception:  # noqa: BLE001 - one broken bench must not cost the others their figures
            traceback.print_exc()
            broken = True
        else:
            print(table(report), flush=True)
            reports.append(report)
    if wanted.json:
        write_json(wanted.json, line=line, reports=reports)
    return 1 if broken else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line; exits with 2 and the list of names for an unknown one."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Figures, each beside its floor.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {' '.join(NAMES)}; all without one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--size", type=_size, default=100_000, help="open tickets for `sweep` and `recompute` (100000)")
    parser.add_argument(
        "--full", action="store_true", help="`start` also from nothing installed, `submit` steadily for ten minutes"
    )
    wanted = parser.parse_args(arguments)
    unknown = [name for name in wanted.names if name not in NAMES]
    if unknown:
        parser.error(f"unknown bench: {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    wanted.names = wanted.names or list(NAMES)
    return wanted


def _size(text: str) -> int:
    size = int(text)
    if size < 1000:
        raise argparse.ArgumentTypeError("at least 1000 tickets")
    return size


def bench(name: str) -> Callable[[Options], Report]:
    """The `run` function of a bench's module."""
    found: Callable[[Options], Report] = import_module(f"bench.{name}").run
    return found


def write_json(path: Path, *, line: str, reports: Sequence[Report]) -> None:
    """Write the figures for a machine to read."""
    document = {"machine": line, "reports": [report.as_json() for report in reports]}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
