"""`manage.py sla_due`: the deadlines that the engine would give, and why."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.accounts.management.options import instant_option, organisation_option
from helpdesk.lib.instants import instant_text, span_text
from helpdesk.lib.tenancy import scope
from sla.engine.entries import ClockKind, Entry, EntryKind, Reading
from sla.engine.trace import explain
from sla.folding import Subject, fold_clocks
from sla.models import Calendar, Policy, Severity
from sla.queries import DEFAULT_CALENDAR, DEFAULT_POLICY, agreement_of, policy_in_force

NAMES = {
    ClockKind.RESPONSE: "First response",
    ClockKind.TARGET: "Resolution target",
    ClockKind.LIMIT: "Resolution limit",
}


class Command(BaseCommand):
    help = "Prints the deadlines of a ticket received at an instant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--severity", required=True, help="P1, P2, P3 or P4")
        parser.add_argument("--at", required=True, help="ISO 8601 with an offset: 2026-11-20T16:59:00+05:30")
        parser.add_argument("--organisation", metavar="KEY", help="whose policy and calendar; default: the published")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--explain", action="store_true", help="the reason, line by line")

    def handle(self, *args: Any, **options: Any) -> None:
        severity, at = self._severity(options["severity"]), instant_option(options["at"])
        calendar, policy_id = self._terms(options["organisation"])
        version = policy_in_force(policy_id, at=at)
        subject = Subject(ticket_id=0, organisation_id=0, opened_at=at, policy_version_id=version.pk, calendar=calendar)
        opened = Entry(at=at, kind=EntryKind.OPENED, severity=severity)
        readings = fold_clocks(subject=subject, entries=[opened], at=at)
        show = self._show_json if options["json"] else self._show_text
        show(severity, at, calendar, readings, with_reason=options["explain"])

    def _severity(self, text: str) -> str:
        if text.upper() not in Severity.values:
            raise CommandError(f"{text} is no severity; choose one of {', '.join(Severity.values)}.")
        return text.upper()

    def _terms(self, key: str | None) -> tuple[Calendar, int]:
        if key is None:
            calendar = Calendar.objects.filter(key=DEFAULT_CALENDAR).first()
            policy = Policy.objects.filter(key=DEFAULT_POLICY).first()
            if calendar is None or policy is None:
                raise CommandError("No policy is loaded yet: run `manage.py seed_policy` first.")
            return calendar, policy.pk
        organisation = organisation_option(key)
        with scope({organisation.pk}):
            agreement = agreement_of(organisation.pk)
        return agreement.calendar, agreement.policy_id

    def _show_json(
        self,
        severity: str,
        at: datetime,
        calendar: Calendar,
        readings: dict[ClockKind, Reading],
        *,
        with_reason: bool,
    ) -> None:
        answer: dict[str, Any] = {"severity": severity, "at": at.isoformat(), "calendar": calendar.key}
        for kind, reading in readings.items():
            due = reading.due.astimezone(at.tzinfo).isoformat() if reading.due else None
            answer[kind.value] = {"due": due, "provisional": reading.provisional}
            if with_reason:
                answer[kind.value]["trace"] = [line.label for line in explain(reading)]
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _show_text(
        self,
        severity: str,
        at: datetime,
        calendar: Calendar,
        readings: dict[ClockKind, Reading],
        *,
        with_reason: bool,
    ) -> None:
        zone = calendar.time_zone
        self.stdout.write(f"{severity} received {instant_text(at, zone)}, calendar “{calendar.name}”")
        for kind, reading in readings.items():
            budget = f"{span_text(reading.budget)} of support time" if reading.budget is not None else "no promise"
            note = ", at the earliest: a year's holiday list is not confirmed" if reading.provisional else ""
            self.stdout.write(f"{NAMES[kind]}: {instant_text(reading.due, zone)} ({budget}{note})")
            for line in explain(reading) if with_reason else ():
                self.stdout.write(f"    {line.label}")
