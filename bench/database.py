"""A database of the bench's own, made and migrated as the owner, used as the app; given data stay untouched."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named so by the library

from helpdesk.settings import DATABASE_OWNER_URL, DATABASE_URL, database


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """Point Django at a new, migrated database within the block, under the app's role; it is dropped after."""
    wanted = f"helpdesk_bench_{name}_{os.getpid()}"
    app = dict(connection.settings_dict)
    with as_owner() as owner:
        owner.cursor().execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(wanted)))
    try:
        connection.close()
        connection.settings_dict.update(database(DATABASE_OWNER_URL), NAME=wanted)
        call_command("migrate", verbosity=0, skip_checks=True)
        connection.close()
        connection.settings_dict.update(database(DATABASE_URL), NAME=wanted)
        yield
    finally:
        connection.close()
        connection.settings_dict.update(app)
        with as_owner() as owner:
            # Without FORCE: PostgreSQL itself asks an autovacuum worker to leave, which the owner may not.
            owner.cursor().execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(wanted)))


@contextmanager
def as_owner(name: str | None = None) -> Iterator[Connection]:
    """An autocommitting connection of the owner's role, to the given database or the configured one."""
    wanted = database(DATABASE_OWNER_URL)
    made = psycopg2.connect(
        dbname=name or wanted["NAME"],
        user=wanted["USER"],
        password=wanted["PASSWORD"],
        host=wanted["HOST"],
        port=wanted["PORT"] or None,
    )
    with closing(made):
        made.autocommit = True
        yield made


def analyze() -> None:
    """Vacuum and analyse the current database, as its owner, and write what is dirty to disk."""
    with as_owner(str(connection.settings_dict["NAME"])) as owner:
        owner.cursor().execute("VACUUM (ANALYZE)")
