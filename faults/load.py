"""The load: people who go on submitting tickets and replies, and remember what they were told."""

import logging
import random
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TextIO

from django.db import DatabaseError, InterfaceError, close_old_connections

from faults.board import Board
from faults.evidence import Journal
from faults.world import House, Planned
from helpdesk.lib.tenancy import scope
from tickets.operations.conversation import reply
from tickets.operations.intake import open_ticket

logger = logging.getLogger(__name__)
EVERY_S = 0.2
AGAIN_S = 0.2
TOKEN = "token "


class Loader:
    """One person after another, until the faults are over. Writes a line before each piece of work and one after."""

    def __init__(self, houses: Sequence[House], planned: Sequence[Planned], *, board: Board, seed: int) -> None:
        self._houses, self._planned, self._board = houses, planned, board
        self._chance = random.Random(seed)

    def run(self, path: Path) -> None:
        """Work until the board is calm."""
        with path.open("a") as journal:
            while not self._board.is_calm:
                token = uuid.UUID(int=self._chance.getrandbits(128))
                if self._chance.random() < 0.5:
                    self._submit(token, journal)
                else:
                    self._reply(token, journal)
                time.sleep(EVERY_S)

    def _submit(self, token: uuid.UUID, journal: TextIO) -> None:
        """A form is sent until it is answered, with the same submission key, as a person does who gets an error."""
        house = self._chance.choice(self._houses)
        _write(journal, "submits", token)
        while not self._tried(lambda: self._open(house, token), house):
            time.sleep(AGAIN_S)
        _write(journal, "opened", token)

    def _open(self, house: House, token: uuid.UUID) -> None:
        open_ticket(
            organisation=house.organisation,
            requester=house.requester,
            subject="Something else",
            description=f"Sent while things break: {TOKEN}{token}",
            severity="P3",
            actor=house.actor,
            submission_key=token,
        )

    def _reply(self, token: uuid.UUID, journal: TextIO) -> None:
        """A client's reply to a ticket that is falling due; without an answer it is not sent again."""
        planned = self._chance.choice(self._planned)
        _write(journal, "writes", token)
        body = f"{TOKEN}{token}"
        if self._tried(lambda: reply(ticket=planned.ticket, actor=planned.house.actor, body=body), planned.house):
            _write(journal, "replied", token)

    def _tried(self, work: Callable[[], object], house: House) -> bool:
        """Whether the work was done and committed."""
        close_old_connections()
        try:
            with scope({house.organisation.pk}):
                work()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("no answer: %s", error)
            return False
        return True


def _write(journal: TextIO, word: str, token: uuid.UUID) -> None:
    journal.write(f"{word} {token}\n")
    journal.flush()


def read_journals(paths: Iterable[Path]) -> Journal:
    """What the loaders noted, as tokens."""
    noted: dict[str, set[str]] = {word: set() for word in ("submits", "opened", "writes", "replied")}
    for path in paths:
        for line in path.read_text().splitlines():
            word, token = line.split()
            noted[word].add(token)
    unsure = (noted["submits"] - noted["opened"]) | (noted["writes"] - noted["replied"])
    return Journal(frozenset(noted["opened"]), frozenset(noted["replied"]), frozenset(unsure))
