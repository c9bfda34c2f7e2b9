"""Tables filled without keys have all of them again afterwards, checked against every row."""

import psycopg2
import pytest
from django.db import connection

from bench import database as bench_database
from bench.bare_tables import ALL, FILLED, without_keys_and_indexes
from bench.database import as_owner, scratch_database
from helpdesk.settings import DATABASE_OWNER_URL, database

STRAY = """
    SELECT set_config('app.system', 'on', false);
    INSERT INTO tickets_timelineentry
        (organisation_id, ticket_id, kind, at, actor_kind, actor_name, is_public, body, data)
    VALUES (1, 1, 'note', now(), 'staff', '', false, '', '{}')
"""


@pytest.fixture(scope="module")
def name(migrated, django_db_blocker):
    """A database whose keys may go; the last test leaves it without."""
    with django_db_blocker.unblock(), scratch_database("guards", copy_of=migrated) as made:
        yield made


def guards(name):
    with as_owner(name) as owner, owner.cursor() as cursor:
        cursor.execute(ALL, {"tables": list(FILLED)})
        return cursor.fetchall()


def fill_with_a_stray_row(name):
    with without_keys_and_indexes(name), as_owner(name) as owner, owner.cursor() as cursor:
        cursor.execute(STRAY)


def test_keys_and_indexes_are_gone_within_and_the_same_after(name):
    before = guards(name)
    with without_keys_and_indexes(name):
        within = guards(name)
    assert guards(name) == before
    kinds = {definition.split()[0] for _, _, definition, _ in within}
    assert "FOREIGN" not in kinds
    assert "CHECK" in kinds, "conditions on a row hold all the time"
    assert len(before) - len(within) > 20


def test_a_row_that_breaks_a_key_is_found_when_the_keys_are_made_again(name):
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        fill_with_a_stray_row(name)


def test_a_database_that_is_no_copy_is_migrated_by_its_owner(monkeypatch, django_db_blocker):
    asked = []

    def note(command, **options):
        asked.append((command, connection.settings_dict["USER"], connection.settings_dict["NAME"]))

    monkeypatch.setattr(bench_database, "call_command", note)
    with django_db_blocker.unblock(), scratch_database("empty") as made:
        assert asked == [("migrate", database(DATABASE_OWNER_URL)["USER"], made)]
