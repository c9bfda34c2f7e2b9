"""Where the servers keep their data, and where their sockets are."""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.identity import Identity, reachable_by_all

BASE = Path(__file__).resolve().parent.parent.parent
LOCK = "embedded.lock"
# A socket's path is limited to 107 bytes, of which PostgreSQL's file name takes 18.
_LONGEST_RUN_FOLDER = 80
_THROW_AWAY = "helpdesk-throwaway-"
_ABANDONED_AFTER_S = 60


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


def data_folder() -> Path:
    """`HELPDESK_DATA`, else a folder for this checkout: for root one that the servers' user can reach."""
    if given := os.environ.get("HELPDESK_DATA"):
        return Path(given).expanduser().absolute()
    if os.geteuid() == 0:
        return Path(f"/var/lib/helpdesk-dev-{_digest(BASE)}")
    if os.access(BASE, os.W_OK):
        return BASE / ".data"
    return Path.home() / ".local" / "state" / f"helpdesk-dev-{_digest(BASE)}"


def throw_away_folder(*, within: Path | None = None) -> Path:
    """A new folder for one run, on the disk of `within` (else of the machine's temporary files).

    Sweeps away what killed runs left there: folders over a minute old whose lock nobody holds.
    """
    parent = within or Path(tempfile.gettempdir())
    if os.geteuid() == 0 and not reachable_by_all(parent):
        parent = Path("/var/tmp")
    for folder in parent.glob(f"{_THROW_AWAY}*"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_THROW_AWAY, dir=parent))


def _is_abandoned(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < _ABANDONED_AFTER_S:
            return False
        with (folder / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by a running command, another user's, or gone already
        return False
    return True


def prepare_data_folder(data: Path, *, identity: Identity) -> None:
    """Make `data`; raise `EmbeddedError` when the servers' user could not reach it."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        if identity.uid is not None:
            data.chmod(0o755)
    except OSError as error:
        raise EmbeddedError(f"The data folder cannot be used ({error}); set HELPDESK_DATA to another one.") from error
    if identity.uid is not None and not reachable_by_all(data):
        raise EmbeddedError(
            f"As root the servers run as `nobody`, who cannot reach {data}.\n"
            "Set HELPDESK_DATA to a folder that others may enter, such as one in /var/lib."
        )


def run_folder(data: Path) -> Path:
    """The folder of the sockets: within `data`, or a short one elsewhere when that is too long a path."""
    inside = data / "run"
    if len(os.fsencode(inside)) <= _LONGEST_RUN_FOLDER:
        return inside
    short = Path("/run" if os.geteuid() == 0 else "/tmp")
    return short / f"helpdesk-{os.geteuid()}-{_digest(data)}"
