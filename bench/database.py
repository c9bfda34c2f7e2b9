"""Databases of the bench's own, made and migrated as the owner, used as the app; given data stay untouched."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg2
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named so by the library

from helpdesk.settings import DATABASE_OWNER_URL, DATABASE_URL, database
from sla.versions import forget_versions


@contextmanager
def scratch_database(name: str, *, copy_of: str = "") -> Iterator[str]:
    """A new, migrated database, by its name, that is dropped after; Django is not pointed at it: see `using`.

    It is a copy of the named database, which is migrated and which nobody uses; without a name it is migrated here.
    """
    wanted = f"helpdesk_bench_{name}_{os.getpid()}"
    with as_owner() as owner:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(wanted), sql.Identifier(copy_of or "template1")
        )
        owner.cursor().execute(made)
    try:
        if not copy_of:
            with _pointed_at(wanted, url=DATABASE_OWNER_URL):
                call_command("migrate", verbosity=0, skip_checks=True)
        yield wanted
    finally:
        with as_owner() as owner:
            # Without FORCE: PostgreSQL itself asks an autovacuum worker to leave, which the owner may not.
            owner.cursor().execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(wanted)))


@contextmanager
def using(name: str) -> Iterator[None]:
    """Point Django at that database within the block, under the app's role."""
    with _pointed_at(name, url=DATABASE_URL):
        yield


@contextmanager
def _pointed_at(name: str, *, url: str) -> Iterator[None]:
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(database(url), NAME=name)
    forget_versions()  # kept by id, and each database has ids of its own
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        forget_versions()


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


@contextmanager
def as_superuser(name: str) -> Iterator[Connection | None]:
    """An autocommitting connection of the superuser's to that database; None on servers that do not let us be one."""
    wanted = database(DATABASE_OWNER_URL)
    try:
        made = psycopg2.connect(dbname=name, user="postgres", host=wanted["HOST"], port=wanted["PORT"] or None)
    except psycopg2.OperationalError:
        yield None
        return
    with closing(made):
        made.autocommit = True
        yield made


def address(name: str) -> str:
    """The app's `DATABASE_URL`, but for this database."""
    return urlsplit(DATABASE_URL)._replace(path=f"/{name}").geturl()


def analyze(name: str) -> None:
    """Vacuum and analyse a database, as its owner, and write what is dirty to disk."""
    with as_owner(name) as owner:
        owner.cursor().execute("VACUUM (ANALYZE)")
