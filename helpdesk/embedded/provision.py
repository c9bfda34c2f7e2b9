"""The two roles and the database of a new cluster, alike in the demo, the tests and production."""

from pathlib import Path
from typing import Any

import psycopg2

from helpdesk.embedded.places import BASE

OWNER = "helpdesk_owner"
APP = "helpdesk_app"
DATABASE = "helpdesk"
# One text for all: production's first start runs the same file.
PRIVILEGES = BASE / "deploy" / "postgres" / "privileges.sql"


def connect(sockets: Path, *, database: str = "postgres", role: str = "postgres") -> Any:
    """An autocommitting connection; raises `psycopg2.OperationalError` while nobody answers."""
    connection = psycopg2.connect(host=str(sockets), dbname=database, user=role, connect_timeout=5)
    connection.autocommit = True
    return connection


def database_url(sockets: Path, *, role: str) -> str:
    """The address of our database under `role`."""
    return f"postgresql://{role}@/{DATABASE}?host={sockets}"


def provision(sockets: Path) -> None:
    """Make what is missing of the roles, template1 and the database; repeatable, also after an interruption.

    Neither role is a superuser: superusers pass row-level security by. The owner makes test databases.
    """
    server = connect(sockets)
    try:
        cursor = server.cursor()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone():  # it is made last, so all the rest stands
            return
        _ensure_role(cursor, name=OWNER, rights="LOGIN CREATEDB")
        _ensure_role(cursor, name=APP, rights="LOGIN")
        _prepare_template(sockets)
        cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    finally:
        server.close()


def _ensure_role(cursor: Any, *, name: str, rights: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    if not cursor.fetchone():
        cursor.execute(f"CREATE ROLE {name} {rights}")


def _prepare_template(sockets: Path) -> None:
    template = connect(sockets, database="template1")
    try:
        template.cursor().execute(PRIVILEGES.read_text())
    finally:
        template.close()
