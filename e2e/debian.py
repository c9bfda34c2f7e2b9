"""Programs of Debian's that the journeys need, installed where that is ours to do."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path


def is_ours_to_install() -> bool:
    """Whether this is Debian and we are root."""
    release = Path("/etc/os-release")
    is_debian = release.exists() and "\nID=debian\n" in f"\n{release.read_text()}\n"
    return is_debian and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(name: str, packages: Sequence[str]) -> str:
    """Install packages; returns why it did not go, empty where it did."""
    print(f"Installing {name} from Debian's packages …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wanted = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *packages]
    for argv in (["apt-get", "update", "--quiet=2"], wanted):
        done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)
    return "" if done.returncode == 0 else done.stderr.strip()[-1000:] or "apt-get failed"
