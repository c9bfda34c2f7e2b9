"""`manage.py rehearse_ladder`: the whole ladder of a ticket that nobody touches, with instants and recipients."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.management.options import instant_option, organisation_option
from helpdesk.lib.errors import DomainError
from helpdesk.lib.instants import instant_text
from helpdesk.lib.tenancy import scope
from sla.queries import matrix_in_force
from tickets.ladder.cases import case_of
from tickets.ladder.rehearsal import Rehearsed, rehearsed


class Command(BaseCommand):
    help = "Prints what the escalation matrix does with a ticket that nobody touches."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", metavar="KEY", required=True, help="whose ticket it is")
        parser.add_argument("--severity", required=True, help="P1, P2, P3 or P4")
        parser.add_argument("--at", required=True, help="ISO 8601 with an offset: 2026-11-20T16:50:00+05:30")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        at = instant_option(options["at"])
        organisation = organisation_option(options["organisation"])
        try:
            with scope({organisation.pk}):
                case = case_of(organisation, severity=options["severity"].upper(), at=at)
                found = rehearsed(case, matrices=lambda at: matrix_in_force(at=at), directory=Directory.read())
        except DomainError as error:
            raise CommandError(error.message) from error
        show = self._show_json if options["json"] else self._show_text
        show(found, at)

    def _show_json(self, found: Rehearsed, at: datetime) -> None:
        def local(instant: datetime) -> str:
            return instant.astimezone(at.tzinfo).replace(microsecond=0).isoformat()

        steps = [
            {
                "event": step.event,
                "of": step.of,
                "instant": local(step.instant),
                "told_at": local(step.send_at),
                "level": step.level,
                "climbs": step.climbs,
                "told": [{"name": one.name, "email": one.email, "role": one.role} for one in step.told],
                "warning": step.warning,
            }
            for step in (one.step for one in found.told)
        ]
        opened = found.case.opened
        answer = {"organisation": opened.organisation_key, "severity": opened.severity, "at": at.isoformat()}
        self.stdout.write(json.dumps({**answer, "steps": steps}, ensure_ascii=False))

    def _show_text(self, found: Rehearsed, at: datetime) -> None:
        opened, zone = found.case.opened, found.desk_zone
        when = instant_text(at, zone)
        self.stdout.write(f"{opened.severity} of {opened.organisation_name}, submitted {when}, and nobody touches it")
        for one in found.told:
            step = one.step
            level = f" → level {step.level} ({one.level_name})" if step.climbs else ""
            repeats = f": {one.repeats}" if one.repeats else ""
            self.stdout.write(f"{instant_text(step.send_at, zone)}  {one.words}{repeats}{level}")
            for person in step.told:
                address = f" <{person.email}>" if person.email else ""
                self.stdout.write(f"    {person.name}{address}, {person.role}")
            if step.warning:
                self.stdout.write(f"    ! {step.warning}")
        self.stdout.write("Reminders go on until somebody acknowledges: the list ends soon after the last event.")
