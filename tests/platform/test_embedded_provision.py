"""The roles' rights, as every database gets them from template1: the demo's, the tests' and production's."""

import os
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from psycopg2 import errors

from helpdesk.embedded.provision import APP, OWNER

NEW = f"provision_trial_{os.getpid()}"


def connection(name: str, *, database: str) -> Any:
    url = urlsplit(os.environ[name])
    host = parse_qs(url.query).get("host", [url.hostname])[0]
    opened = psycopg2.connect(host=host, port=url.port, user=url.username, password=url.password, dbname=database)
    opened.autocommit = True
    return opened


@pytest.fixture(scope="module")
def new_database() -> Iterator[None]:
    server = connection("DATABASE_OWNER_URL", database="postgres")
    server.cursor().execute(f"DROP DATABASE IF EXISTS {NEW}")
    server.cursor().execute(f"CREATE DATABASE {NEW}")
    owner = connection("DATABASE_OWNER_URL", database=NEW)
    owner.cursor().execute("CREATE TABLE note (id bigserial PRIMARY KEY, words text)")
    owner.cursor().execute("CREATE FUNCTION seven() RETURNS int LANGUAGE sql AS 'SELECT 7'")
    owner.close()
    yield
    drop_when_left(server)
    server.close()


def drop_when_left(server: "psycopg2.extensions.connection") -> None:
    """A connection of the app's role that was just closed may take a moment to go; the owner may not end it."""
    for last in (*[False] * 50, True):
        try:
            server.cursor().execute(f"DROP DATABASE {NEW}")
        except psycopg2.errors.ObjectInUse:
            if last:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def app(new_database) -> Iterator[Any]:
    opened = connection("DATABASE_URL", database=NEW)
    yield opened.cursor()
    opened.close()


def test_neither_role_is_a_superuser_or_passes_row_level_security_by(app):
    app.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles "
        "WHERE rolname IN (%s, %s) ORDER BY rolname",
        [APP, OWNER],
    )
    assert app.fetchall() == [(APP, False, False, False), (OWNER, False, False, False)]


def test_the_app_reads_and_writes_what_the_owner_makes(app):
    app.execute("INSERT INTO note (words) VALUES ('a') RETURNING id")
    assert app.fetchone() == (1,)
    app.execute("UPDATE note SET words = 'b'")
    app.execute("SELECT words, seven() FROM note")
    assert app.fetchall() == [("b", 7)]
    app.execute("DELETE FROM note")
    assert app.rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE note",
        "ALTER TABLE note DISABLE ROW LEVEL SECURITY",
        "TRUNCATE note",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "SELECT setval('note_id_seq', 1)",
        f"SET ROLE {OWNER}",
    ],
)
def test_the_app_may_not_change_the_schema_or_become_the_owner(app, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_app_owns_nothing(app):
    owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = %s::regrole AND deptype = 'o'"
    app.execute(owned, [APP])
    assert app.fetchone() == (0,)


def test_the_extensions_are_there_without_a_migration(app):
    app.execute("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")
    assert [name for (name,) in app.fetchall()] == [
        "btree_gin",
        "btree_gist",
        "citext",
        "pg_trgm",
        "unaccent",
    ]
