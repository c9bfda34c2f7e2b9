"""`manage.py seed_demo --seed N --tickets N`: the demo's data, through the operations."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.demo.operations import seed_demo


class Command(BaseCommand):
    help = "Fills an empty helpdesk with six organisations and a year of tickets. Does nothing to a filled one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed tells the same story")
        parser.add_argument("--tickets", type=int, default=60, help="how many tickets (at least 12)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tickets"] < 12:
            raise CommandError("--tickets must be at least 12.")
        made = seed_demo(seed=options["seed"], tickets=options["tickets"], progress=self.stdout.write)
        self.stdout.write("The demo's data are made." if made else "There are organisations already: nothing done.")
