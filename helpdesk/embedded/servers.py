"""The embedded servers as one thing: started or shared, watched, stopped."""

import fcntl
import shutil
import signal
import socket
import subprocess
import time
from io import TextIOWrapper
from pathlib import Path

import psycopg2

from helpdesk.embedded import binaries, places, postgres
from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.identity import current_identity
from helpdesk.embedded.processes import end, kill_group, marked_with, spawn, wait_then_kill, working_in
from helpdesk.embedded.provision import APP, OWNER, connect, database_url, provision

_READY_WITHIN_S = 60
_STOP_WITHIN_S = 20
_POLL_S = 0.02


class Servers:
    """PostgreSQL and Valkey over one data folder.

    Whoever holds the lock on the folder owns the servers and stops them; every other command over the same
    folder shares them. Call it from the main thread.
    """

    def __init__(self, *, data: Path, durable: bool = True, throw_away: bool = False) -> None:
        self.data = data
        self.sockets = places.run_folder(data)
        self._durable = durable
        self._throw_away = throw_away
        self._identity = current_identity()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._lock: TextIOWrapper | None = None
        self._use: TextIOWrapper | None = None
        self._alone: TextIOWrapper | None = None  # held while stopping: a newcomer waits for its own turn

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to reach the servers."""
        return {
            "DATABASE_URL": database_url(self.sockets, role=APP),
            "DATABASE_OWNER_URL": database_url(self.sockets, role=OWNER),
            "REDIS_URL": f"unix://{self.sockets}/redis.sock",
        }

    # --- starting -----------------------------------------------------------------------------------------
    def start(self) -> None:
        """Start the servers, or share those that another command started over the same data folder.

        Returns when they answer and the roles and the database exist. Raises `EmbeddedError` with what to do.
        """
        places.prepare_data_folder(self.data, identity=self._identity)
        until = time.monotonic() + _READY_WITHIN_S
        while not self._take(places.LOCK):
            if self._share():
                return
            if time.monotonic() > until:
                raise EmbeddedError(f"Another command holds {self.data}, but its servers do not answer.")
            time.sleep(_POLL_S)
        try:
            self._start_ours()
        except BaseException:
            self.stop()
            raise

    def _take(self, name: str) -> bool:
        lock = _locked(self.data / name, how=fcntl.LOCK_EX)
        if lock is not None:
            self._lock = lock
        return lock is not None

    def _share(self) -> bool:
        """Use the other command's servers if they are ready; our shared lock tells it that somebody does."""
        use = _locked(self.data / "use.lock", how=fcntl.LOCK_SH)
        if use is None:  # the other command is stopping
            return False
        if (self.sockets / "ready").exists() and self._fault() is None:
            self._use = use
            return True
        use.close()
        return False

    def _start_ours(self) -> None:
        self._identity.own(self.sockets)
        (self.sockets / "ready").unlink(missing_ok=True)
        self._clear_left_overs()
        self._start_redis()
        self._start_postgres()
        self._wait_until_ready()
        provision(self.sockets)
        (self.sockets / "ready").touch()

    def _clear_left_overs(self) -> None:
        """End what an earlier run left, which was told to end if it was killed, and remove its lock files."""
        wait_then_kill(lambda: marked_with(self.data), seconds=1)
        wait_then_kill(lambda: working_in(self.data / "pg", self.data / "redis"), seconds=10)
        postgres.clear_stale_locks(self.data / "pg", sockets=self.sockets)
        (self.sockets / "redis.sock").unlink(missing_ok=True)

    def _start_redis(self) -> None:
        folder = self.data / "redis"
        self._identity.own(folder)
        program = binaries.reachable_redis(binaries.redis_program(), identity=self._identity)
        argv: list[str | Path] = [
            program,
            "--port",
            "0",
            "--unixsocket",
            self.sockets / "redis.sock",
            "--unixsocketperm",
            "700",
        ]
        argv += ["--dir", folder, "--daemonize", "no", "--appendonly", "no"]
        argv += ["--save", "" if self._throw_away else "60 1"]
        self._children["redis"] = spawn(
            argv, death_signal=signal.SIGTERM, identity=self._identity, log=self.data / "redis.log"
        )

    def _start_postgres(self) -> None:
        cluster = self.data / "pg"
        programs = binaries.reachable_postgres(binaries.postgres_folder(), identity=self._identity)
        postgres.ensure_cluster(cluster, programs=programs, identity=self._identity, log=self.data / "initdb.log")
        self._children["postgres"] = spawn(
            postgres.command_line(cluster, programs=programs, sockets=self.sockets, durable=self._durable),
            death_signal=postgres.STOP_SIGNAL,
            identity=self._identity,
            log=self.data / "postgres.log",
            cwd="/",
        )

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + _READY_WITHIN_S
        while (fault := self._fault()) is not None:
            if (name := self.ended()) is not None:
                log = (self.data / f"{name}.log").read_text(errors="replace")[-2000:]
                raise EmbeddedError(f"The embedded {name} ended at once:\n{log}")
            if time.monotonic() > until:
                raise EmbeddedError(f"The embedded servers did not answer within {_READY_WITHIN_S} s: {fault}")
            time.sleep(_POLL_S)

    def _fault(self) -> Exception | None:
        """Why a client could not work now; None when both servers answer."""
        try:
            _ping_redis(self.sockets / "redis.sock")
            connect(self.sockets).close()
        except (OSError, psycopg2.OperationalError) as error:
            return error
        return None

    # --- breaking them on purpose: for fault runs over throw-away data --------------------------------------
    def crash_postgres(self) -> None:
        """End PostgreSQL at once, without a checkpoint, and start it again; returns when both servers answer."""
        child = self._children["postgres"]
        child.send_signal(postgres.ABANDON_SIGNAL)
        child.wait()
        self._start_postgres()
        self._wait_until_ready()

    def kill_redis(self) -> None:
        """Kill Redis with signal 9. Until `start_redis`, PostgreSQL must not be crashed: that waits for both."""
        kill_group(self._children["redis"])

    def start_redis(self) -> None:
        """Start Redis anew; throw-away data come back empty. Returns when both servers answer."""
        self._start_redis()
        self._wait_until_ready()

    # --- watching and stopping ----------------------------------------------------------------------------
    def ended(self) -> str | None:
        """The name of a server that has ended by itself; for shared servers, whether their command has."""
        if self._use is not None:
            free = _locked(self.data / places.LOCK, how=fcntl.LOCK_EX)
            if free is not None:
                free.close()
                return "the command that started the servers"
            return None
        return next((name for name, child in self._children.items() if child.poll() is not None), None)

    def wait_for_sharers(self) -> None:
        """Return when no other command uses our servers any more; says so when it has to wait."""
        if self._lock is None:
            return
        said = False
        while (alone := _locked(self.data / "use.lock", how=fcntl.LOCK_EX)) is None:
            if not said:
                print("Another command still uses the servers; waiting for it. Ctrl-C stops them.", flush=True)
                said = True
            time.sleep(0.2)
        self._alone = alone

    def stop(self) -> None:
        """Stop our servers, leave shared ones alone; throw-away data are removed. May be called twice."""
        if self._use is not None:
            self._use.close()
            self._use = None
        if self._lock is None:
            return
        (self.sockets / "ready").unlink(missing_ok=True)
        stop = postgres.ABANDON_SIGNAL if self._throw_away else postgres.STOP_SIGNAL
        redis_stop = signal.SIGKILL if self._throw_away else signal.SIGTERM
        end(self._children, signals={"postgres": stop, "redis": redis_stop}, seconds=_STOP_WITHIN_S)
        self._children.clear()
        if self._throw_away:
            shutil.rmtree(self.sockets, ignore_errors=True)
            shutil.rmtree(self.data, ignore_errors=True)
        for lock in (self._alone, self._lock):
            if lock is not None:
                lock.close()
        self._alone = self._lock = None


def _locked(path: Path, *, how: int) -> TextIOWrapper | None:
    """The open lock file, or None when others hold it. Closing it, or ending in whatever way, lets go."""
    lock = path.open("a")
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _ping_redis(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(path))
        client.sendall(b"PING\r\n")
        if client.recv(64) != b"+PONG\r\n":
            raise ConnectionError("the Redis server is still loading")
