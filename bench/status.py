"""The public status page: answers a second with and without a session cookie, and with PostgreSQL and Redis stopped."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench.browsing import Browser
from bench.hammer import Rate, hammered
from bench.report import BenchError, Figure, Options, Report
from bench.serving import HOW, serving
from helpdesk.embedded.places import BASE, throw_away_folder
from helpdesk.embedded.servers import Servers

SECONDS, ROUNDS, GOAL = 4.0, 3, 500.0
PAGE, SUMMARY = "/status/", "/status/api/v2/summary.json"
# Of a session that was never begun: whoever reads it would look for it in the database.
COOKIE = {"Cookie": f"sessionid={'a' * 32}; csrftoken={'b' * 32}"}
PATIENCE_S = 30.0
WAYS: tuple[tuple[str, dict[str, str]], ...] = (("without a cookie", {}), ("with a session cookie", COOKIE))


def run(_options: Options) -> Report:
    """Serve a seeded desk from servers of its own, ask in turns, stop both servers, and ask again."""
    servers = Servers(data=throw_away_folder(), durable=True, throw_away=True)
    servers.start()
    try:
        _seed(servers)
        with serving("helpdesk", **{**servers.environment, "DATABASE_OWNER_URL": ""}) as (port,):
            browser = Browser(port, {})
            sizes = {path: len(browser.get(path).body) for path in (PAGE, SUMMARY)}
            floor = _floor_of(sizes[PAGE])
            figures = _figures("", port, floor)
            servers.stop()
            waited = _until_it_says_so(browser)
            figures += _figures(", PostgreSQL and Redis stopped", port, floor)
    finally:
        servers.stop()
    cpu = max(rate.cpu for _, rate in figures)
    notes = (
        f"{PAGE}: {sizes[PAGE]:,} bytes, {SUMMARY}: {sizes[SUMMARY]:,}. The floor: {floor}, a file of about that size,",
        "answered by the same server's WhiteNoise, behind fewer layers and without a mark of its content.",
        f"{ROUNDS} times {SECONDS:.0f} s each, in turns, over 8 kept connections, from the same machine: asking took",
        f"{100 * cpu:.0f} % of one core. {waited:.1f} s after the servers had stopped the page said that it was old.",
        HOW,
    )
    return Report("status", tuple(figure for figure, _ in figures), notes)


def _seed(servers: Servers) -> None:
    given = {**os.environ, **servers.environment, "HELPDESK_DEMO": "1", "HELPDESK_DEMO_TICKETS": "12"}
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare_demo"], cwd=BASE, env=given, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchError(f"the desk could not be seeded:\n{done.stdout[-500:]}{done.stderr[-1500:]}")


def _floor_of(size: int) -> str:
    """The address of the static file whose size is nearest to that."""
    files = Path(BASE / "helpdesk" / "static").glob("*.css")
    return f"/static/{min(files, key=lambda file: abs(file.stat().st_size - size)).name}"


def _figures(when: str, port: int, floor: str) -> list[tuple[Figure, Rate]]:
    asked: dict[tuple[str, str], list[Rate]] = {}
    for _ in range(ROUNDS):
        asked.setdefault((floor, ""), []).append(hammered(port, floor, seconds=SECONDS))
        for path in (PAGE, SUMMARY):
            for way, headers in WAYS:
                asked.setdefault((path, way), []).append(hammered(port, path, seconds=SECONDS, headers=headers))
    least = median(rate.per_second for rate in asked.pop((floor, "")))
    return [(_figure(f"{path} {way}{when}", rates, least), rates[0]) for (path, way), rates in asked.items()]


def _figure(name: str, rates: list[Rate], floor: float) -> Figure:
    found = [rate.per_second for rate in rates]
    value = median(found)
    return Figure(
        name=name,
        value=value,
        unit="/s",
        spread=(min(found), max(found)),
        floor=floor,
        goal=f"≥ {GOAL:.0f}/s",
        passed=value >= GOAL,
    )


def _until_it_says_so(browser: Browser) -> float:
    """The seconds until the page tells that it is old. Raises `BenchError` where it never does."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_S:
        if b"cannot be made anew" in browser.get(PAGE).body:
            return time.monotonic() - began
        time.sleep(0.05)
    raise BenchError("the page does not say that it is old")
