"""History is append-only: neither the app nor the owner can change or delete a row of it."""

from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from helpdesk.lib.tenancy import system_scope
from status.models import MaintenanceWindow, UptimeMonth, UptimeTerms, WindowAnnouncement, WindowCorrection
from status.operations.components import ComponentText, define_component
from status.operations.exclusions import ExclusionText, approve_exclusion, propose_exclusion
from status.operations.incidents import UpdateText, open_incident
from tests.conftest import owner_connection
from tests.support import actor_of, colombo
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
    "status_exclusion": "evidence",
    "status_exclusioncomponent": "component_id",
    "status_exclusiondecision": "why",
    "status_incidentimpact": "level",
    "status_incidentupdate": "body",
    "status_windowannouncement": "reason",
    "status_windowcorrection": "title",
    "status_uptimemonth": "reason",
    "status_uptimeterms": "reason",
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
    web = define_component(actor=actor_of(world.admin), text=ComponentText(name="Web"))
    told = UpdateText(phase="investigating", body="We look into it.", impacts={web.pk: "major_outage"})
    made = open_incident(actor=actor_of(world.agent), title="Sign-in fails", update=told)
    begins, ends = made.created_at, made.created_at + timedelta(hours=1)
    window = MaintenanceWindow.objects.create(
        title="Disks", for_all=True, begins_at=begins, ends_at=ends, published_at=begins, created_at=begins,
        updated_at=begins,
    )  # fmt: skip
    WindowAnnouncement.objects.create(
        window=window, revision=0, begins_at=begins, ends_at=ends, published_at=begins, author_name="Ava"
    )  # fmt: skip
    WindowCorrection.objects.create(window=window, title="Diks", corrected_at=begins, author_name="Ava")
    storm = ExclusionText(
        reason="force_majeure", begins_at=colombo("2026-01-10 10:00"), ends_at=colombo("2026-01-10 11:00"),
        evidence="The storm in the news", component_ids=[web.pk],
    )  # fmt: skip
    approve_exclusion(exclusion=propose_exclusion(actor=actor_of(world.agent), text=storm), actor=actor_of(world.admin))
    told_at = colombo("2026-02-06 00:00")
    UptimeTerms.objects.create(
        number=1, effective_from=told_at.date().replace(day=1), reasons=[], reason="Agreed", recorded_at=told_at
    )
    UptimeMonth.objects.create(
        month="2026-01",
        revision=1,
        reason="Frozen",
        figures={},
        document={},
        content_hash="0" * 64,
        recorded_at=told_at,
    )


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
