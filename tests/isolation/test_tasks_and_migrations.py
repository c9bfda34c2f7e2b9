"""Work without a request: tasks and data migrations see nothing that they did not ask for by name."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection, connections, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ProgrammingError

from helpdesk.celery import app
from helpdesk.lib.tenancy import ScopeError, current_scope, scope, system_scope
from helpdesk.notifications.tasks import deliver
from tests.conftest import owner_settings
from tests.isolation.conftest import CANARY
from tickets.models import Ticket
from tickets.tasks import refresh_stale_clocks_task, replay_clocks_task, sweep_task


def subjects_by_raw_sql() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM tickets_ticket ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_task_without_a_scope_reads_and_writes_nothing(committed_world, committed_pair):
    @app.task(name="tests.no_scope", shared=False)
    def no_scope():
        with pytest.raises(ScopeError):
            Ticket.objects.count()
        with pytest.raises(ScopeError):
            Ticket.objects.update(subject="x")
        return subjects_by_raw_sql(), Ticket._base_manager.update(subject="x")

    try:
        assert no_scope.apply().get() == ([], 0)
    finally:
        app.tasks.pop("tests.no_scope")


def test_a_task_in_one_organisations_scope_reads_and_writes_that_one(committed_world, committed_pair):
    @app.task(name="tests.one_scope", shared=False)
    def one_scope(*, organisation_id):
        with scope({organisation_id}):
            return subjects_by_raw_sql(), Ticket._base_manager.update(subject="of the task")

    try:
        found = one_scope.apply(kwargs={"organisation_id": committed_world.acme.pk}).get()
    finally:
        app.tasks.pop("tests.one_scope")
    assert found == (["Invoices fail acme"], 1)
    with system_scope("Globex's is untouched"):
        assert subjects_by_raw_sql() == ["of the task", f"Invoices fail {CANARY}"]


@pytest.mark.parametrize("task", [sweep_task, refresh_stale_clocks_task, replay_clocks_task, deliver])
def test_our_own_tasks_leave_no_scope_behind_for_the_next_one(committed_world, committed_pair, task):
    task()
    with pytest.raises(ScopeError):
        current_scope()
    assert subjects_by_raw_sql() == []


@contextmanager
def as_owner():
    """The default connection under the owner's role, as `migrate` has it."""
    default = connections["default"]
    app_settings = dict(default.settings_dict)
    default.close()
    default.settings_dict.update(owner_settings(app_settings["NAME"]))
    try:
        yield
    finally:
        default.close()
        default.settings_dict.update(app_settings)
        assert settings.DATABASES["default"]["USER"] == app_settings["USER"]


def run_data_migration(*functions) -> None:
    """Apply a migration of these functions on top of the present schema, as the owner."""
    migration = migrations.Migration("0999_data", "tickets")
    migration.operations = [migrations.RunPython(function, migrations.RunPython.noop) for function in functions]
    with as_owner():
        executor = MigrationExecutor(connection)
        state = executor.loader.project_state()
        with connection.schema_editor(atomic=True) as editor:
            migration.apply(state, editor)


def test_a_data_migration_sees_and_changes_no_row_without_asking(committed_world, committed_pair):
    """FORCE binds the owner too: a migration that forgets the organisations does nothing instead of too much."""
    seen = []

    def forgetful(state_apps, editor):
        tickets = state_apps.get_model("tickets", "Ticket").objects
        seen.append((tickets.count(), tickets.update(subject="migrated"), subjects_by_raw_sql()))

    run_data_migration(forgetful)
    assert seen == [(0, 0, [])]
    with system_scope("what stands in the database"):
        assert subjects_by_raw_sql() == ["Invoices fail acme", f"Invoices fail {CANARY}"]


def test_a_data_migration_inserts_no_row_without_asking(committed_world, committed_pair):
    globex = committed_world.globex.pk

    def planting(state_apps, editor):
        state_apps.get_model("accounts", "StaffService").objects.create(organisation_id=globex, staff_id=1)

    with pytest.raises(ProgrammingError, match="violates row-level security policy"):
        run_data_migration(planting)


def test_a_data_migration_that_names_one_organisation_reaches_that_one_only(committed_world, committed_pair):
    acme = committed_world.acme.pk

    def narrow(state_apps, editor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organisations', %s, true)", [str(acme)])
        state_apps.get_model("tickets", "Ticket").objects.update(subject="migrated")

    run_data_migration(narrow)
    with system_scope("what stands in the database"):
        assert subjects_by_raw_sql() == ["migrated", f"Invoices fail {CANARY}"]
