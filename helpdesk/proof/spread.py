"""Ids that say whose they are: every table numbers its rows from a number of its own."""

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named so by the library

# Low enough that a page which looks back through a log's ids comes to their beginning in a few steps.
FIRST_ID = 1_000_000
IDS_PER_TABLE = 100_000


def spread_ids(owner: Connection) -> None:
    """Let each sequence of the database go on from a number of its own."""
    with owner.cursor() as cursor:
        cursor.execute("SELECT c.oid::regclass::text FROM pg_class c WHERE relkind = 'S' ORDER BY 1")
        for place, (sequence,) in enumerate(cursor.fetchall()):
            cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, FIRST_ID + place * IDS_PER_TABLE])
