"""Make what the search reads anew for all tickets: after an upgrade, or when the way words are made has changed."""

from typing import Any

from django.core.management.base import BaseCommand

from tickets.operations.indexing import refresh_all_search


class Command(BaseCommand):
    """Some hundreds of tickets a transaction, while people work; may be stopped and run again."""

    help = "Make what the search reads anew for all tickets, while people work."

    def handle(self, *_: Any, **options: Any) -> None:
        """Report how many tickets were read."""
        self.stdout.write(f"{refresh_all_search():,} tickets")
