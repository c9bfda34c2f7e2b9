"""`manage.py seed_policy`: the published policy, calendar and matrix, into a fresh installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.lib.tenancy import system_scope
from sla.operations.seeding import PUBLISHED_DOMAIN, seed_policy


class Command(BaseCommand):
    help = "Loads the published support policy once; does nothing when a policy is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--domain", default=PUBLISHED_DOMAIN, help="the vendor's mail domain")

    def handle(self, *args: Any, **options: Any) -> None:
        with system_scope("installing the published policy"):
            made = seed_policy(domain=options["domain"])
        self.stdout.write("The policy is loaded." if made else "A policy is there already: nothing done.")
