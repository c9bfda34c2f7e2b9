"""Filling tables without their keys and indexes, and making all of them again, checked by PostgreSQL, before use."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.database import as_owner
from bench.report import BenchError

FILLED = ("tickets_ticket", "tickets_timelineentry", "sla_clock", "audit_auditentry", "tickets_searchrow")
# Unique keys come before the foreign keys that point at them. The primary keys stay.
KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype
    FROM pg_constraint
    WHERE contype IN ('f', 'u')
      AND (conrelid = ANY (%(tables)s::regclass[]) OR confrelid = ANY (%(tables)s::regclass[]))
    ORDER BY contype DESC, conname
"""
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid = ANY (%(tables)s::regclass[])
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f')
    ORDER BY 1
"""
# Everything that guards or serves the tables, the same before and after; PostgreSQL words some conditions otherwise
# when it reads its own words again.
ALL = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text FROM pg_constraint
    WHERE conrelid = ANY (%(tables)s::regclass[]) OR confrelid = ANY (%(tables)s::regclass[])
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text,
           split_part(pg_get_indexdef(indexrelid), ' WHERE ', 1), indisvalid::text
    FROM pg_index WHERE indrelid = ANY (%(tables)s::regclass[])
    ORDER BY 1, 2, 3
"""


@contextmanager
def without_keys_and_indexes(name: str) -> Iterator[None]:
    """Take the big tables' unique and foreign keys and indexes away for the block, and make them all again after it.

    A key made anew is checked against every row, so none is left out. Raises `BenchError` when the catalogue does not
    end as it began. After a fault in the block nothing is made again: the database is of no use then.
    """
    with as_owner(name) as owner, owner.cursor() as cursor:
        before = _ask(cursor, ALL)
        keys, indexes = _ask(cursor, KEYS), _ask(cursor, INDEXES)
        for table, key, _, _ in reversed(keys):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
        for index, _ in indexes:
            cursor.execute(f"DROP INDEX {index}")
        yield
        # Row-level security is forced on the owner too: without the system scope the check would see no row at all.
        cursor.execute(
            "SELECT set_config('maintenance_work_mem', '256MB', false), set_config('app.system', 'on', false)"
        )
        for _, definition in indexes:
            cursor.execute(definition)
        for table, key, definition, _ in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}")
        if changed := set(before) ^ set(_ask(cursor, ALL)):
            raise BenchError(f"the tables' keys and indexes are not what they were before the load: {changed}")


def _ask(cursor: Any, statement: str) -> Sequence[tuple[Any, ...]]:
    cursor.execute(statement, {"tables": list(FILLED)})
    found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return found
