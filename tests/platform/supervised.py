"""Run by the kill tests: the real launcher and supervisor, with `sleep` for the web server.

usage: supervised.py DATA [PROGRAM…]
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from helpdesk.embedded.session import running_servers
from helpdesk.embedded.supervise import Supervisor


def say_once() -> Callable[[], None]:
    """Tells the waiting test at the first tick: from then on signals are the supervisor's."""
    words = ["up"]
    return lambda: print(words.pop(), flush=True) if words else None  # noqa: T201 - the test reads it


if __name__ == "__main__":
    # A shell has its background jobs ignore it, and so what they start; here it is what a terminal would send.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with running_servers(data=Path(sys.argv[1])) as servers:
        supervisor = Supervisor(servers=servers, environment=os.environ)
        supervisor.start("program", sys.argv[2:] or ["sleep", "600"])
        code = supervisor.run(on_tick=say_once())
    sys.exit(code)
