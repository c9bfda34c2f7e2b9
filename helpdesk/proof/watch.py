"""What an answer was made from: the statements behind it, and whether the cache or a stored file was asked.

An answer for which nothing was looked up but who asks cannot tell a foreign id from a missing one.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection

from helpdesk.lib.storage import FolderStorage

BRACKETS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")  # their names are new each time
_looks: ContextVar[set[str] | None] = ContextVar("helpdesk_proof_looks", default=None)


@contextmanager
def watching() -> Iterator[set[str]]:
    """Collects every look of the block: statements with their values, `the cache`, `a file`."""
    looks: set[str] = set()
    token = _looks.set(looks)
    with ExitStack() as stack:
        stack.callback(_looks.reset, token)
        stack.enter_context(connection.execute_wrapper(_statement))
        yield looks


class WatchedFolder(FolderStorage):
    """The store of files; whatever is asked of it begins with a file's path."""

    def path(self, name: str) -> str:
        note("a file")
        return super().path(name)


def note(look: str) -> None:
    """Add a look to what is being collected, if anything is."""
    looks = _looks.get()
    if looks is not None:
        looks.add(look)


def _statement(go_on: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
    if not statement.startswith(BRACKETS):
        note(f"{statement} {_plain(values)}")
    return go_on(statement, values, many, context)


def _plain(values: Any) -> Any:
    """The values but for instants, which are new each time."""
    if isinstance(values, list | tuple):
        return ["an instant" if isinstance(one, datetime) else one for one in values]
    return values
