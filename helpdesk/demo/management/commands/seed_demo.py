"""`manage.py seed_demo --seed N --tickets N [--open N] [--organisations N]`: the demo's data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.demo.operations import FAST_FROM, seed_demo


class Command(BaseCommand):
    help = "Fills an empty helpdesk with six organisations and a year of tickets. Does nothing to a filled one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed tells the same story")
        parser.add_argument("--tickets", type=int, default=60, help="how many tickets (at least 12)")
        large = f"of a large demo ({FAST_FROM:,} tickets or more, loaded in bulk)"
        parser.add_argument("--open", type=int, help=f"how many are open, {large}; a tenth by default")
        parser.add_argument(
            "--organisations", type=int, default=500, help=f"how many organisations, {large} (7 to 9999)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tickets"] < 12:
            raise CommandError("--tickets must be at least 12.")
        if options["open"] is not None and not 0 <= options["open"] <= options["tickets"]:
            raise CommandError("--open must be a number of the tickets.")
        if not 7 <= options["organisations"] <= 9999:
            raise CommandError("--organisations must be from 7 to 9999.")
        made = seed_demo(
            seed=options["seed"],
            tickets=options["tickets"],
            still_open=options["open"],
            organisations=options["organisations"],
            progress=self.stdout.write,
        )
        self.stdout.write("The demo's data are made." if made else "There are organisations already: nothing done.")
