"""When what breaks: the same seed and length give the same schedule."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

# Faults of the servers and the programs, each at its share of the run's length. Redis is up whenever PostgreSQL
# is restarted: the launcher waits for both to answer.
SERVERS = (
    (0.08, "redis killed"),
    (0.16, "redis flushed"),
    (0.24, "redis stopped"),
    (0.38, "redis started"),
    (0.46, "postgres restarted"),
    (0.56, "half of the connections terminated"),
    (0.64, "beat one killed"),
    (0.70, "worker killed"),
    (0.82, "postgres restarted"),
    (0.90, "all connections terminated"),
)
KILL_EVERY_S = (0.5, 1.1)
SENDERS_SHARE = 0.65
KILL_AT_MAIL_EVERY_S = (0.7, 1.3)
READERS_SHARE = 0.6
HURRY_EVERY_S = 2.5
FULL_S = 60


@dataclass(frozen=True, order=True)
class Step:
    """What is done so many seconds after the beginning."""

    after: float
    what: str


def steps(*, seconds: float, chance: random.Random) -> list[Step]:
    """The whole run in order: server faults, two kills about every second, and retries hurried."""
    servers = [Step(share * seconds, what) for share, what in SERVERS]
    hurries = [Step(after, "hurry") for after in _every(HURRY_EVERY_S, HURRY_EVERY_S, seconds, chance)]
    kills = [
        Step(after, "sender" if chance.random() < SENDERS_SHARE else "sweeper")
        for after in _every(*KILL_EVERY_S, seconds, chance)
    ]
    mails = [
        Step(after, "reader" if chance.random() < READERS_SHARE else "postman")
        for after in _every(*KILL_AT_MAIL_EVERY_S, seconds, chance)
    ]
    return sorted([*servers, *hurries, *kills, *mails])


def _every(least: float, most: float, seconds: float, chance: random.Random) -> Iterator[float]:
    after = chance.uniform(least, most)
    while after < seconds:
        yield after
        after += chance.uniform(least, most)


def kills_wanted(seconds: float) -> int:
    """How many kills must hit a sender between claim and mark: thirty in a full run of 60 s, fewer in a shorter one."""
    return max(1, int(30 * min(seconds, FULL_S) / FULL_S))


def mail_kills_wanted(seconds: float) -> int:
    """How many kills must hit who brings or reads a mail at one of its steps: fifteen in a full run."""
    return max(1, int(15 * min(seconds, FULL_S) / FULL_S))
