"""From `python3 dev.py demo` to the first page: seeded, from an empty data folder, and from nothing installed."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.launching import first_page, free_port, machine_python, running
from bench.report import BenchError, Figure, Options, Report, middle
from helpdesk.embedded.places import BASE, data_folder
from helpdesk.embedded.servers import Servers

ROUNDS = 3
SEEDED_S, NOTHING_S = 8, 60


def run(options: Options) -> Report:
    """Start the demo and stop it again, some times; and the floor, over the same data folder, in turns."""
    python = machine_python(BASE)
    with own_folder() as folder:
        data = folder / "data"
        fresh = demo(python, BASE, data)
        warm, floor = [], []
        for _ in range(ROUNDS):
            floor.append(bare_start(data))
            warm.append(demo(python, BASE, data))
        figures = [seeded(warm, floor), Figure(name="installed, empty data folder", value=fresh, unit="s")]
        if options.full:
            figures.append(from_nothing(python, folder))
    notes = [
        "From the process's start until / (which leads to the sign-in page) answers with 200; stopped by SIGINT,",
        f"after which no process was left. {ROUNDS} rounds, in turns with the floor: the embedded servers over the",
        "same data, then gunicorn with an empty WSGI application, until it answers.",
    ]
    if not options.full:
        notes.append("From nothing installed: `--full`.")
    return Report("start", tuple(figures), tuple(notes))


def seeded(warm: list[float], floor: list[float]) -> Figure:
    """The figure of a start with everything in place."""
    value, spread = middle(warm)
    return Figure(
        name="installed and seeded",
        value=value,
        unit="s",
        spread=spread,
        floor=middle(floor)[0],
        goal=f"≤ {SEEDED_S} s",
        passed=value <= SEEDED_S,
    )


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder on the data's disk that the servers' user can enter; removed after."""
    parent = data_folder()
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-start-", dir=parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def demo(python: str, checkout: Path, data: Path) -> float:
    """Seconds from the start of `dev.py demo` to its first page."""
    port, began = free_port(), time.monotonic()
    with running([python, "dev.py", "demo"], cwd=checkout, data=data, port=port) as child:
        return first_page(child, port=port, began=began)


def bare_start(data: Path) -> float:
    """Seconds that the servers and an empty web application take over the same data folder."""
    began = time.monotonic()
    servers = Servers(data=data)
    servers.start()
    try:
        port = free_port()
        argv = [sys.executable, "-m", "gunicorn", "bench.empty:application", "-b", f"127.0.0.1:{port}"]
        argv += ["-k", "gthread", "--threads", "8", "--log-level", "warning", "--no-control-socket"]
        with running(argv, cwd=BASE, data=data.with_name("bare"), port=port) as child:
            return first_page(child, port=port, began=began)
    finally:
        servers.stop()


def from_nothing(python: str, folder: Path) -> Figure:
    """A copy of the tree, without an environment or data, to its first page."""
    checkout = copy_of_tree(folder / "checkout")
    value = demo(python, checkout, folder / "nothing")
    return Figure(
        name="nothing installed",
        value=value,
        unit="s",
        goal=f"≤ {NOTHING_S} s",
        passed=value <= NOTHING_S,
    )


def copy_of_tree(target: Path) -> Path:
    """What git knows of the checkout, and new files that it does not ignore, in `target`."""
    argv = ["git", "-C", str(BASE), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, check=False, capture_output=True)
    if listed.returncode != 0:
        raise BenchError(f"the tree cannot be listed: {listed.stderr.decode().strip()}")
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        source, place = BASE / name, target / name
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place)
    return target
