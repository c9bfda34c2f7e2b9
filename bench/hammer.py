"""As many requests a second as a server answers, over kept connections, from processes of their own."""

import multiprocessing
import resource
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.launching import HOST
from bench.report import BenchError

PROCESSES, CONNECTIONS = 2, 4
END = b"\r\n\r\n"


@dataclass(frozen=True)
class Rate:
    """What came of it: answers a second, and the share of one core that asking took."""

    per_second: float
    cpu: float
    bytes: int


def hammered(port: int, path: str, *, seconds: float, headers: Mapping[str, str] | None = None) -> Rate:
    """Ask for this path again and again. Raises `BenchError` for any answer but 200."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    ask = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{lines}\r\n".encode()
    fork = multiprocessing.get_context("fork")
    ends = []
    for _ in range(PROCESSES):
        ours, theirs = fork.Pipe()
        fork.Process(target=_process, args=(theirs, port, ask, seconds), daemon=True).start()
        ends.append(ours)
    found = [end.recv() for end in ends]
    faults = [one for one in found if isinstance(one, str)]
    if faults:
        raise BenchError(f"{path}: {faults[0]}")
    answers, cpu, size = (sum(one[at] for one in found) for at in range(3))
    return Rate(answers / seconds, cpu / seconds, size // PROCESSES)


def _process(end: Connection, port: int, ask: bytes, seconds: float) -> None:
    try:
        end.send(_ask(port, ask, seconds))
    except Exception as error:  # noqa: BLE001 - told to whoever waits
        end.send(f"{type(error).__name__}: {error}")


def _ask(port: int, ask: bytes, seconds: float) -> tuple[int, float, int]:
    """One request under way on each connection: whoever is answered asks again."""
    links = [socket.create_connection((HOST, port), timeout=30) for _ in range(CONNECTIONS)]
    answers, size, before = 0, 0, resource.getrusage(resource.RUSAGE_SELF)
    until = time.monotonic() + seconds
    for link in links:
        link.sendall(ask)
    while time.monotonic() < until:
        for link in links:
            size = _read(link)
            answers += 1
            link.sendall(ask)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return answers, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, size


def _read(link: socket.socket) -> int:
    """Read one answer; returns the bytes of its body."""
    got = link.recv(1 << 18)
    while END not in got:
        more = link.recv(1 << 18)
        if not more:
            raise BenchError("the connection was closed")
        got += more
    head, _, body = got.partition(END)
    if not head.startswith(b"HTTP/1.1 200"):
        raise BenchError(head.partition(b"\r\n")[0].decode())
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    left = length - len(body)
    while left > 0:
        left -= len(link.recv(1 << 18))
    return length
