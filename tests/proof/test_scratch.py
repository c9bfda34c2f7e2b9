"""The proof's database: migrated by its owner, unless it is a copy of one that is."""

import pytest
from django.db import connection

from helpdesk.proof import scratch
from helpdesk.settings import DATABASE_OWNER_URL, database


@pytest.fixture
def migrations(monkeypatch) -> list[tuple]:
    """As whom and where it was migrated; nothing is."""
    asked: list[tuple] = []

    def note(command, **options):
        asked.append((command, connection.settings_dict["USER"], connection.settings_dict["NAME"]))

    monkeypatch.setattr(scratch, "call_command", note)
    return asked


def test_it_is_migrated_as_the_owner_and_then_used_as_the_app(migrations, django_db_blocker):
    before = dict(connection.settings_dict)
    with django_db_blocker.unblock(), scratch.scratch_database() as owner:
        name = owner.info.dbname
        assert migrations == [("migrate", database(DATABASE_OWNER_URL)["USER"], name)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            assert cursor.fetchone() == (name, before["USER"])
    assert connection.settings_dict == before


def test_a_copy_has_the_tables_of_what_it_is_a_copy_of(migrations, migrated, django_db_blocker):
    with django_db_blocker.unblock(), scratch.scratch_database(copy_of=migrated), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 50
    assert migrations == []
