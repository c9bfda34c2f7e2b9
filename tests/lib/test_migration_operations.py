"""The migration operations of our own, on tables that hold rows already."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from helpdesk.lib.migrations import composite_key, tenant_table
from tests.conftest import owner_connection

TABLES = """
    CREATE TABLE parents (id bigint PRIMARY KEY, organisation_id bigint, UNIQUE (id, organisation_id));
    CREATE TABLE children (id bigint PRIMARY KEY, parent_id bigint, organisation_id bigint)
"""


@pytest.fixture
def owner(db: None) -> Iterator["psycopg2.extensions.cursor"]:
    """A cursor of the owner's in a transaction with two secured tables; everything is rolled back."""
    with closing(owner_connection(str(connection.settings_dict["NAME"]))) as made:
        made.autocommit = False
        with made.cursor() as cursor:
            cursor.execute(TABLES)
            for table in ("parents", "children"):
                for statement in tenant_table(table).sql:
                    cursor.execute(statement)
            cursor.execute("SELECT set_config('app.system', 'on', true)")
            cursor.execute("INSERT INTO parents VALUES (1, 10)")
            yield cursor
        made.rollback()


def add_key(cursor: "psycopg2.extensions.cursor") -> None:
    cursor.execute("SELECT set_config('app.system', '', true)")  # as a migration begins
    for statement in composite_key("children", "parent_id", "parents").sql:
        cursor.execute(statement)


def test_a_key_over_rows_of_another_organisation_is_refused(owner):
    owner.execute("INSERT INTO children VALUES (1, 1, 20)")
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        add_key(owner)


def test_a_key_over_good_rows_is_made_and_the_system_setting_ends_with_it(owner):
    owner.execute("INSERT INTO children VALUES (1, 1, 10)")
    add_key(owner)
    owner.execute("SELECT current_setting('app.system', true), count(*) FROM children")
    assert owner.fetchone() == ("", 0)
