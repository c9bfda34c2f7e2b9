"""One at a time, among all processes that share the database: a lock of the session, which ends with its connection."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

LOCK, UNLOCK = "SELECT pg_try_advisory_lock(%s, %s)", "SELECT pg_advisory_unlock(%s, %s)"


@contextmanager
def alone(family: int, number: int) -> Iterator[bool]:
    """Hold the lock of this number within the block; yields False, at once, where somebody else holds it.

    `family` keeps the numbers of one use apart from another's. Nothing waits, and no transaction is held open.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [family, number])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with suppress(Error), connection.cursor() as cursor:  # a broken connection has let go of it already
                cursor.execute(UNLOCK, [family, number])
