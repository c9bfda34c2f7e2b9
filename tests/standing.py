"""A world that stands while a file's tests come and go: made once in an outer transaction, kept by savepoints.

Making the world takes longer than most tests do. Within an outer transaction of the file, each test's own
transaction is a savepoint, so what a test does to the world is rolled back and the next finds it as it was made.
"""

import copy
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


class Standing:
    """At most one world at a time, in an open transaction of the default connection."""

    def __init__(self) -> None:
        self._place: object = None
        self._outer: transaction.Atomic | None = None
        self._world: Any = None

    def is_at(self, place: object) -> bool:
        """Whether a world stands for this place (a test file), and no test has closed the connection under it."""
        return self._outer is not None and self._place == place and not connection.closed_in_transaction

    def build(self, place: object, make: Callable[[], Any]) -> None:
        """Open the transaction and make the world in it; an earlier one is taken down first."""
        self.take_down()
        outer = transaction.atomic()
        outer.__enter__()
        self._outer, self._place = outer, place
        try:
            self._world = make()
        except BaseException:
            self.take_down()
            raise

    def copy(self) -> Any:
        """The world as it was made, in objects that no other test holds; None where none stands."""
        return copy.deepcopy(self._world) if self._outer is not None else None

    def take_down(self) -> None:
        """Roll the world back, so that the next test meets an empty database."""
        outer, self._outer, self._world = self._outer, None, None
        if outer is not None:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            connection.run_on_commit.clear()
