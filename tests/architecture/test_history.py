"""History is append-only: neither the app nor the owner can change or delete a row of it."""

from contextlib import closing

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from helpdesk.lib.tenancy import system_scope
from tests.conftest import owner_connection
from tests.support import actor_of
from tickets.operations.intake import open_ticket

# Table, and a column that somebody might want to change.
HISTORY = {
    "audit_auditentry": "action",
    "audit_vendorauditentry": "action",
    "sla_calendarversion": "reason",
    "sla_matrixlevel": "name",
    "sla_matrixrule": "event",
    "sla_matrixversion": "reason",
    "sla_policyversion": "reason",
    "sla_target": "name",
    "tickets_timelineentry": "body",
}
STATEMENTS = ("UPDATE {table} SET {column} = {column}", "DELETE FROM {table}")


@pytest.fixture
def some_history(world):
    with system_scope("a ticket writes to the timeline and the log"):
        make_history(world)
        yield


def make_history(world) -> None:
    open_ticket(
        organisation=world.acme, requester=world.alice, subject="Invoices fail", description="All of them.",
        severity="P1", actor=actor_of(world.alice),
    )  # fmt: skip


def test_the_list_names_every_table_with_the_trigger(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' AND tgenabled = 'O' "
            # BEFORE (2), FOR EACH ROW (1), DELETE (8), UPDATE (16)
            "AND tgtype = 1 + 2 + 8 + 16"
        )
        assert {table for (table,) in cursor.fetchall()} == set(HISTORY)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_app_cannot_change_history(some_history, statement):
    for table, column in HISTORY.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own table names
            assert cursor.fetchone()[0] > 0, "a trigger for each row needs a row"
            with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
                cursor.execute(statement.format(table=table, column=column))


def test_the_owner_cannot_change_history_either(committed_world):
    with system_scope("a ticket writes to the timeline and the log"):
        make_history(committed_world)
    with closing(owner_connection(str(connection.settings_dict["NAME"]))) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT set_config('app.system', 'on', false)")
        for table, column in HISTORY.items():
            for statement in STATEMENTS:
                with pytest.raises(psycopg2.DatabaseError, match=f"{table} is append-only"):
                    cursor.execute(statement.format(table=table, column=column))
