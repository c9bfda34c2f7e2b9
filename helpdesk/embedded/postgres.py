"""The PostgreSQL cluster: making it, and the command line that runs it."""

import shutil
import signal
from pathlib import Path

from helpdesk.embedded.binaries import postgres_version
from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.identity import Identity
from helpdesk.embedded.processes import spawn, wait_for

# Since 17 a locale of PostgreSQL's own: the same order everywhere, whatever the machine's C library knows.
_BUILTIN_LOCALE_SINCE = 17

_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For a cluster that nobody will miss: no disk is waited for.
_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "checkpoint_timeout": "30min",
    "max_wal_size": "4GB",
}


def ensure_cluster(cluster: Path, *, programs: Path, identity: Identity, log: Path) -> None:
    """Make the cluster unless it is there.

    initdb works in a folder of another name: a run cut short leaves nothing that looks finished.
    Raises `EmbeddedError` when it fails, or when the cluster is another major version's.
    """
    version = postgres_version(programs)
    if (cluster / "PG_VERSION").exists():
        made_by = (cluster / "PG_VERSION").read_text().strip()
        if made_by != str(version):
            raise EmbeddedError(
                f"{cluster} was made by PostgreSQL {made_by}, and {programs} is PostgreSQL {version}.\n"
                "Remove the data folder to begin anew, or name the older programs in HELPDESK_PG_BIN."
            )
        return
    unfinished = cluster.with_name("pg.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    identity.own(unfinished)
    argv: list[str | Path] = [
        programs / "initdb",
        "-D",
        unfinished,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
    ]
    argv += ["--no-instructions", "--no-sync", *_locale(version)]
    child = spawn(argv, death_signal=signal.SIGTERM, identity=identity, log=log, cwd="/")
    if wait_for(child) != 0:
        raise EmbeddedError(f"initdb failed:\n{log.read_text(errors='replace')[-2000:]}")
    unfinished.rename(cluster)


def _locale(version: int) -> list[str]:
    if version >= _BUILTIN_LOCALE_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def command_line(cluster: Path, *, programs: Path, sockets: Path, durable: bool) -> list[str | Path]:
    """The server's command line; not `durable` trades the safety of the data for speed."""
    options = {**_OPTIONS, "unix_socket_directories": str(sockets), **({} if durable else _CARELESS)}
    argv: list[str | Path] = [programs / "postgres", "-D", cluster]
    for name, value in options.items():
        argv += ["-c", f"{name}={value}"]
    return argv


def clear_stale_locks(cluster: Path, *, sockets: Path) -> None:
    """Remove the lock files of a server that is known to be gone.

    After a kill the old postmaster may stay a zombie (PID 1 of many containers reaps nobody), and PostgreSQL
    takes a zombie for a running server. The socket has a lock file of its own.
    """
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for leftover in sockets.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


# A fast shutdown; SIGTERM would wait for every client to leave.
STOP_SIGNAL = signal.SIGINT
# At once and without a checkpoint, for data that is thrown away.
ABANDON_SIGNAL = signal.SIGQUIT
