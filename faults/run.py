"""One fault run from the first ticket to the evidence."""

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from socket import socket

import redis
from django.conf import settings
from django.core.mail import DNS_NAME
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, connection, connections

from faults import gather, sink
from faults.board import Board
from faults.crew import ROLES, Crew
from faults.evidence import Due, Evidence, Expected
from faults.forking import ended_within, fork, kill
from faults.load import Loader, read_journals
from faults.post import WAYS, Letter, Post, write_letters
from faults.programs import Programs
from faults.schedule import Step, steps
from faults.world import archive_past, plan_escalations, queue_poison, seconds_to_plan, settle_in
from helpdesk.embedded.provision import DATABASE, connect
from helpdesk.embedded.servers import Servers
from helpdesk.lib.clock import database_now
from helpdesk.settings import DATABASE_OWNER_URL, DATABASE_URL, database
from tickets.operations.sweep import sweep

SETS_UP_S = 5  # about what comes after the planned tickets are open: a sweep, a checkpoint, Celery's start
SETTLES_WITHIN_S = 120
LOADERS = 2
LOADERS_END_WITHIN_S = 30
TERMINATE = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND pid %% %s = 0
"""


@dataclass
class Stage:
    """What a run works with, and what it notes for its report."""

    servers: Servers
    folder: Path
    chance: random.Random
    seconds: float
    board: Board = field(default_factory=lambda: Board(workers=len(ROLES)))
    say: Callable[[str], None] = print
    notes: list[str] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)  # the mails that are brought
    others: list[int] = field(default_factory=list)  # process ids of the loaders and, last, of the sink

    def path(self, name: str) -> Path:
        return self.folder / name

    def journals(self) -> list[Path]:
        return [self.path(f"journal-{number}") for number in range(LOADERS)]


def run(stage: Stage, *, listening: socket) -> Evidence:
    """Set the desk up, break what can be broken for `stage.seconds`, let it settle, and read the evidence.

    Whatever happens, every process started here is gone at the end. The servers are the caller's.
    """
    crew = Crew(board=stage.board, log=stage.path("crew.log"), chance=stage.chance)
    programs = Programs(folder=stage.folder)
    try:
        expected, history, loaders = _set_up(stage, programs)
        _start(stage, crew, loaders, listening)
        _break_things(stage, crew, programs)
        _settle(stage, programs)
    finally:
        crew.stop()
        programs.stop()
        for pid in stage.others:
            kill(pid)
    _look_back(stage, programs)
    return _evidence(stage, crew, expected, history)


# --- before -------------------------------------------------------------------------------------------------


def _set_up(stage: Stage, programs: Programs) -> tuple[Expected, Counter[Due], list[Loader]]:
    _migrate()
    houses = settle_in()
    stage.letters = write_letters(houses, seconds=stage.seconds)
    begin = database_now() + timedelta(seconds=1.2 * seconds_to_plan(houses) + SETS_UP_S)
    planned, expected = plan_escalations(houses, begin=begin, seconds=stage.seconds, chance=stage.chance)
    archive_past(begin=begin)
    queue_poison(houses[0])
    history = gather.history()
    seeds = [stage.chance.randrange(2**32) for _ in range(LOADERS)]
    loaders = [Loader(houses, planned, board=stage.board, seed=seed) for seed in seeds]
    stage.say(f"{len(planned)} tickets will be late: {len(expected.due)} escalations, {len(expected.owed)} mails")
    _checkpoint(stage.servers)
    connections.close_all()
    programs.start()
    time.sleep(max(0.0, (begin - database_now()).total_seconds()))
    under_way = sum(one.events for one in planned if one.due_at > database_now())
    stage.notes.append(f"{under_way} of the {len(expected.due)} escalations fell due while things broke")
    connections.close_all()
    return expected, history, loaders


def _checkpoint(servers: Servers) -> None:
    """Write to disk what the setting up has changed, so that a crash recovers the run's own work only."""
    with closing(connect(servers.sockets)) as admin:
        admin.cursor().execute("CHECKPOINT")


def _migrate() -> None:
    """Make the tables as the owner, then go on as the app."""
    connection.close()
    connection.settings_dict.update(database(DATABASE_OWNER_URL))
    call_command("migrate", verbosity=0, skip_checks=True)
    connection.close()
    connection.settings_dict.update(database(DATABASE_URL))


def _start(stage: Stage, crew: Crew, loaders: list[Loader], listening: socket) -> None:
    """Fork the loaders, the sink and the crew from this process."""
    DNS_NAME.get_fqdn()  # asked once here, not by every new sender
    for loader, journal in zip(loaders, stage.journals(), strict=True):
        stage.others.append(fork(partial(loader.run, journal), log=stage.path("loader.log")))
    taken, tally = stage.path("sink.jsonl"), stage.path("moods")
    serve = partial(sink.serve, listening, board=stage.board, taken=taken, tally=tally)
    stage.others.append(fork(serve, log=stage.path("sink.log")))
    listening.close()
    crew.start(Post(stage.letters, seconds=stage.seconds))


# --- the faults ---------------------------------------------------------------------------------------------


def _break_things(stage: Stage, crew: Crew, programs: Programs) -> None:
    began = time.monotonic()
    for step in steps(seconds=stage.seconds, chance=stage.chance):
        time.sleep(max(0.0, began + step.after - time.monotonic()))
        programs.revive()
        _take(step, stage, crew, programs, began)
    time.sleep(max(0.0, began + stage.seconds - time.monotonic()))
    stage.board.calm()
    stage.say(f"{time.monotonic() - began:5.1f} s  the faults are over: {len(crew.kills)} workers killed")


def _take(step: Step, stage: Stage, crew: Crew, programs: Programs, began: float) -> None:
    if step.what in ROLES:
        crew.kill_one(step.what)
        return
    if step.what == "hurry":
        _hurry()
        return
    started = time.monotonic()
    said = _server_fault(step.what, stage.servers, programs)
    stage.say(f"{started - began:5.1f} s  {step.what}{said} ({time.monotonic() - started:.1f} s)")


def _server_fault(what: str, servers: Servers, programs: Programs) -> str:
    """Do it; returns what there is to add."""
    if what == "redis killed":
        servers.kill_redis()
        servers.start_redis()
    elif what == "redis flushed":
        with redis.Redis(unix_socket_path=str(servers.sockets / "redis.sock")) as client:
            client.flushall()
    elif what == "redis stopped":
        servers.kill_redis()
    elif what == "redis started":
        servers.start_redis()
    elif what == "postgres restarted":
        servers.crash_postgres()
    elif what.endswith("terminated"):
        return f": {_terminate(servers, every=2 if what.startswith('half') else 1)}"
    else:
        programs.kill(what.removesuffix(" killed"))
    return ""


def _terminate(servers: Servers, *, every: int) -> int:
    """End the backends of every second connection, or of all; returns how many."""
    with closing(connect(servers.sockets)) as admin:
        cursor = admin.cursor()
        cursor.execute(TERMINATE, [DATABASE, every])
        return int(cursor.fetchone()[0])


def _hurry() -> None:
    """Let retries come at once; our own connection is as mortal as any, and is closed before the next fork."""
    with suppress(DatabaseError, InterfaceError):
        gather.hurry_retries()
    connections.close_all()


# --- afterwards ---------------------------------------------------------------------------------------------


def _settle(stage: Stage, programs: Programs) -> None:
    """Wait until the workers have done what there is to do, and then two sweeps more."""
    began = time.monotonic()
    if not all(ended_within(pid, seconds=LOADERS_END_WITHIN_S) for pid in stage.others[:LOADERS]):
        stage.notes.append("a loader did not end by itself")
    while gather.unsettled(mails=len(WAYS) * len(stage.letters)) and time.monotonic() - began < SETTLES_WITHIN_S:
        programs.revive()
        gather.hurry_retries()
        time.sleep(0.5)
    stage.notes.append(f"settled {time.monotonic() - began:.1f} s after the last fault")
    time.sleep(2 * settings.SWEEP_SECONDS)


def _look_back(stage: Stage, programs: Programs) -> None:
    moods = Counter(stage.path("moods").read_text().split())
    counted = ", ".join(f"{times} {name}" for name, times in sorted(moods.items()))
    stage.notes.append(f"the sink while the faults lasted: {counted}")
    if programs.gave_up:
        stage.notes.append(f"ended by themselves and started anew: {', '.join(programs.gave_up)}")


def _evidence(stage: Stage, crew: Crew, expected: Expected, history: Counter[Due]) -> Evidence:
    late_after = 2 * settings.SWEEP_SECONDS
    stage.notes.append(f"one more sweep records {sweep()} events")
    return Evidence(
        expected=expected,
        history=history,
        record=gather.record(late_after=late_after),
        sink=sink.read(stage.path("sink.jsonl")),
        journal=read_journals(stage.journals()),
        kills=tuple(crew.kills),
        late_after=late_after,
        letters=frozenset(letter.token for letter in stage.letters),
    )
