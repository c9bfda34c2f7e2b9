"""`manage.py lint_ladder`: what is wrong with the escalation matrix in force, each with the page that mends it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.accounts.models import Organisation
from helpdesk.lib.clock import database_now
from sla.queries import matrix_in_force
from tickets.ladder.judging import judged


class Command(BaseCommand):
    help = "Says which rules and levels reach nobody or never fire, and which clients have nobody; exit 1 if any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = database_now()
        faults = judged(matrix_in_force(at=at), Organisation.objects.order_by("name"), at=at)
        if options["json"]:
            found = [{"fault": one.words, "mend": one.mend} for one in faults]
            self.stdout.write(json.dumps({"faults": found}, ensure_ascii=False))
        else:
            for one in faults:
                self.stdout.write(f"{one.words} {one.mend}")
            self.stdout.write("Nothing is wrong with the ladder." if not faults else f"{len(faults)} found.")
        if faults:
            raise SystemExit(1)
