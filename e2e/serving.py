"""The product as `dev.py demo` serves it, over a data folder of its own that goes when the run ends.

The same data are open to the tests' own process, so that a test can find a thing by its rows, or bring one into a
state that would take a person weeks.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.launching import HOST, first_page, free_port, running
from bench.report import BenchError
from helpdesk.embedded.places import BASE, throw_away_folder
from helpdesk.embedded.servers import Servers

TICKETS = 24


@dataclass(frozen=True)
class Place:
    """Where a run's demo lives."""

    data: Path
    port: int

    @property
    def url(self) -> str:
        """The address of its front door, without a slash at the end."""
        return f"http://{HOST}:{self.port}"


def choose_place() -> Place:
    """A new data folder; the port is HELPDESK_PORT, or one on which nobody listens."""
    return Place(data=throw_away_folder(), port=int(os.environ.get("HELPDESK_PORT") or free_port()))


def surroundings(place: Place) -> dict[str, str]:
    """The environment in which Django works over the demo's data."""
    return Servers(data=place.data).environment | {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "HELPDESK_DATA": str(place.data),
        "HELPDESK_DEMO": "1",
        "HELPDESK_FILES": str(place.data / "files"),
        "HELPDESK_PORT": str(place.port),
        # The driver of the browser runs an event loop in this thread; our queries stand between its steps.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }


def given_place() -> Place:
    """The place that `surroundings` names. Raises `LookupError` in any other environment."""
    if not os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE"):
        raise LookupError("The journeys need a demo of their own: run `python3 dev.py e2e`.")
    return Place(data=Path(os.environ["HELPDESK_DATA"]), port=int(os.environ["HELPDESK_PORT"]))


@contextmanager
def serving(place: Place, *, tickets: int = TICKETS) -> Iterator[None]:
    """The demo, within the block: servers, a small seed that is the same every time, web, worker and beat.

    Raises `BenchError` when it does not come up, ends by itself, or leaves something running.
    """
    events = free_port()
    os.environ |= {"HELPDESK_DEMO_TICKETS": str(tickets), "HELPDESK_EVENTS_PORT": str(events)}
    argv = [sys.executable, "-m", "helpdesk.embedded", "demo"]
    log = place.data.with_suffix(".log")
    try:
        with running(argv, cwd=BASE, data=place.data, port=place.port) as child:
            first_page(child, port=place.port, began=time.monotonic())
            # It is started after the first page; a page that came before it would tell of a refused connection.
            first_page(child, port=events, path="/healthz", began=time.monotonic())
            yield
            if child.poll() is not None:
                raise BenchError(f"the demo has ended by itself, with exit code {child.returncode}")
    finally:
        shutil.rmtree(place.data, ignore_errors=True)
        log.unlink(missing_ok=True)
