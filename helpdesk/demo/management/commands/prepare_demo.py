"""`manage.py prepare_demo`: migrate as the owner, seed as the app, in one process because that is quick."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.demo.operations import seed_demo
from helpdesk.settings import DATABASE_OWNER_URL, database


class Command(BaseCommand):
    help = "Brings a demo's database up to date and fills it if it is empty."

    def handle(self, *args: Any, **options: Any) -> None:
        if self._is_behind():
            self._migrate_as_owner()
        seed_demo(seed=1, tickets=settings.DEMO_TICKETS, progress=lambda text: self.stdout.write(f"  seeding: {text}"))

    def _is_behind(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def _migrate_as_owner(self) -> None:
        self.stdout.write("  preparing the database …")
        app = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(database(DATABASE_OWNER_URL))
        call_command("migrate", verbosity=0, skip_checks=True)
        connection.close()
        connection.settings_dict.update(app)
