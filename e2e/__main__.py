"""`python -m e2e [PYTEST ARGUMENTS]`: what `dev.py e2e` runs in its environment."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from bench.report import BenchError
from e2e.chromium import NoBrowser, ensure_chromium
from e2e.serving import choose_place, serving, surroundings

HERE = Path(__file__).resolve().parent
# Two browsers at one demo, the files in the order of conftest.py; a chosen part runs in one.
WHOLE_RUN = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    """Serve the demo and run the journeys over it; returns pytest's exit code, or 1 with what has to be mended."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # leave nothing running
    runner = [sys.executable, "-m", "pytest", "-c", str(HERE / "pytest.ini"), "--rootdir", str(HERE.parent)]
    try:
        ensure_chromium()
        place = choose_place()
        with serving(place):
            # Settings are read as soon as anything of the product is imported: a new process finds them in place.
            environment = os.environ | surroundings(place)
            return subprocess.run([*runner, *(arguments or WHOLE_RUN)], check=False, env=environment).returncode
    except (NoBrowser, BenchError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
