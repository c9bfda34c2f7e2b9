"""Rehearsal equals reality: what is told ahead is what the real sweep does with the same case, notice by notice."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.notifications.drafts import Recipient
from helpdesk.notifications.models import Notice
from sla.models import Clock, MatrixLevel, MatrixRule, MatrixVersion
from sla.queries import matrix_in_force
from sla.versions import Matrix, forget_versions
from tests.support import COLOMBO, actor_of, colombo, in_turn
from tickets.ladder.answers import answer_of
from tickets.ladder.cases import case_of
from tickets.ladder.levels import Levels
from tickets.ladder.rehearsal import TICK, rehearse
from tickets.models import Escalation, Ticket
from tickets.operations.handling import escalate
from tickets.operations.matrix import publish_matrix
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import sweep

ALICE = Recipient(email="alice@acme.example", name="Alice", role="Requester of ACME-1")
NAMED = {"acknowledgement": "submitted", "new_ticket": "submitted"}


def rehearsed(world, severity, at):
    acme = Organisation.objects.get(pk=world.acme.pk)
    case = case_of(acme, severity=severity, at=colombo(at), requester=ALICE)
    return rehearse(case, matrices=lambda at: matrix_in_force(at=at), directory=Directory.read())


def lived(until):
    """Sweep at the first instant at which anything is due, again and again; what was told, in order."""
    while True:
        clocks = Clock.objects.filter(next_event_at__isnull=False).values_list("next_event_at", flat=True)
        reminders = Escalation.objects.filter(remind_at__isnull=False).values_list("remind_at", flat=True)
        at = min([*(one + TICK for one in clocks), *reminders], default=None)
        if at is None or at > until:
            break
        sweep(at=at)
    rows = Notice.objects.values_list("event", "next_at", "recipient", "role", "level")
    # The acknowledgement is the client's, so no level stands on it.
    return sorted((NAMED.get(event, event), at, to, role, level or 1) for event, at, to, role, level in rows)


def told(steps):
    return sorted(
        (step.event, step.send_at, person.email, person.role, step.level) for step in steps for person in step.told
    )


FRIDAY, POYA_EVE, HALF_OPEN = "2026-11-20 16:50", "2026-12-22 17:00", "2026-11-23 08:00"


@pytest.mark.parametrize(
    "case",
    in_turn(
        f"P1 {FRIDAY}", "P3 2026-11-23 16:00", f"P4 {FRIDAY}",
        also=(f"P2 {POYA_EVE}", "P2 2026-12-24 23:30", f"P1 {HALF_OPEN}", "P4 2026-11-22 12:00"),
    ),
)  # fmt: skip
def test_every_notice_rehearsed_is_what_the_sweep_then_sends_to_whom_and_when(submit, world, case):
    severity, at = case.split(" ", 1)
    steps = rehearsed(world, severity, at)
    submit(severity, at)
    assert lived(steps[-1].noticed_at) == told(steps)
    highest = 2 if severity == "P4" else 3  # a P4 is promised no resolution, so no limit passes
    assert Ticket.objects.get().level == max(step.level for step in steps) == highest
    assert {"submitted", "warning", "response_overdue", "unacknowledged"} <= {step.event for step in steps}
    assert [step.event for step in steps][-1] == "unacknowledged"


def unsaved(row):
    """The same as a row that is not there yet, as the editor makes them."""
    names = [one.attname for one in row._meta.fields if one.name not in ("id", "version")]
    return type(row)(**{name: getattr(row, name) for name in names})


def test_rules_that_nobody_has_saved_are_rehearsed_as_they_are_lived_once_saved(submit, world):
    """Another ladder altogether: four levels, its own rule for a P2, quiet hours, repeats, a role and an address."""
    now = matrix_in_force(at=colombo("2026-11-20 09:00"))
    board = MatrixLevel(level=4, name="Board", contact="b", kind="address", address="b@b.example")
    levels = [*map(unsaved, now.levels.values()), board]
    kept = [unsaved(rule) for rule in now.all_rules if rule.event not in ("limit_passed", "unacknowledged")]
    new = [
        MatrixRule(event="limit_passed", recipients=["level4", "level2", "role:admin"], level_after=4),
        MatrixRule(event="target_missed", severity="P2", recipients=["assignee_or_level1", "address:o@o.example"]),
        MatrixRule(event="unacknowledged", recipients=["same"], quiet_hours="closed", repeat_minutes=90),
    ]
    draft = Matrix(MatrixVersion(number=0, reminder_minutes=120), levels, [*kept, *new])
    acme = Organisation.objects.get(pk=world.acme.pk)
    case = case_of(acme, severity="P2", at=colombo(FRIDAY), requester=ALICE)
    before = MatrixVersion.objects.count()
    steps = rehearse(case, matrices=lambda _at: draft, directory=Directory.read())
    assert MatrixVersion.objects.count() == before, "a rehearsal saves nothing"
    assert max(step.level for step in steps) == 4
    publish_matrix(
        levels=levels, rules=[*kept, *new], reminder_minutes=120, reason="As rehearsed", seen=now.version.number,
        actor=actor_of(world.admin), at=colombo("2026-11-20 09:30"),
    )  # fmt: skip
    submit("P2", FRIDAY)
    assert lived(steps[-1].noticed_at) == told(steps)
    forget_versions()


def asked_for(world, ticket, at):
    escalate(ticket=ticket, reason="It burns", actor=actor_of(world.alice), at=at)


def reopened_twice(world, ticket, at):
    for since in (timedelta(hours=2), timedelta(0)):
        resolve(ticket=ticket, message="Done.", actor=actor_of(world.agent), at=at - since - timedelta(minutes=30))
        reopen(ticket=ticket, reason="No.", actor=actor_of(world.alice), at=at - since)


@pytest.mark.parametrize(("event", "done"), [("asked", asked_for), ("reopened_twice", reopened_twice)])
@pytest.mark.parametrize("at", ["2026-11-23 14:00", "2026-11-23 18:00"])
def test_what_people_do_is_answered_by_the_core_that_rehearses(submit, world, event, done, at):
    """Nobody touches a rehearsed ticket. What somebody's doing calls for has the same core's answer."""
    version = matrix_in_force(at=colombo(FRIDAY)).version
    told_too = ["level2", "role:admin", "address:b@b.example"]
    version.rules.create(event="reopened_twice", level_after=2, recipients=told_too, quiet_hours="closed")
    forget_versions()
    moment, matrix = colombo(at), matrix_in_force(at=colombo(at))
    case = case_of(Organisation.objects.get(pk=world.acme.pk), severity="P3", at=colombo("2026-11-23 09:00"))
    found = replace(case.opened, event=event, instant=moment)
    answer = answer_of(found, levels=Levels(matrix, Directory.read(), at=moment), matrix=matrix, at=moment)
    ticket = submit("P3", "2026-11-23 09:00")
    done(world, ticket, moment)
    rows = Notice.objects.filter(event=event).values_list("recipient", "role", "next_at", "level")
    assert sorted(rows) == sorted((one.email, one.role, answer.send_at, answer.level) for one in answer.people)
    assert (Ticket.objects.get().level, answer.climbs) == (2, True)
    forget_versions()


def test_the_rehearsal_knows_who_is_away_when_and_who_stands_in(submit, world):
    overdue, back = colombo("2026-11-23 16:50"), colombo("2026-11-24 12:00")
    StaffMember.objects.filter(pk=world.manager.pk).update(away_from=overdue - timedelta(hours=1), away_until=back)
    steps = rehearsed(world, "P1", "2026-11-20 16:50")
    roles = [(step.event, person.role) for step in steps for person in step.told]
    assert ("response_overdue", "Deputy of ACME") in roles
    assert ("limit_passed", "Account manager of ACME") in roles
    submit("P1", "2026-11-20 16:50")
    assert lived(steps[-1].noticed_at) == told(steps)


def test_a_severitys_own_rule_quiet_hours_and_repeat_are_rehearsed_as_they_are_lived(submit, world):
    version = matrix_in_force(at=colombo("2026-11-20 16:50")).version
    own = {"severity": "P1", "recipients": ["level2", "role:admin", "address:boss@elsewhere.example"]}
    version.rules.create(event="response_overdue", level_after=2, quiet_hours="closed", repeat_minutes=60, **own)
    version.rules.create(event="unacknowledged", severity="P1", recipients=["same"], quiet_hours="closed")
    forget_versions()
    steps = rehearsed(world, "P1", "2026-11-20 16:50")
    overdue = next(step for step in steps if step.event == "response_overdue")
    assert {"malini@ravingcrm.example", "boss@elsewhere.example"} < {one.email for one in overdue.told}
    reminders = [step for step in steps if step.event == "unacknowledged"]
    assert reminders[0].of == "response_overdue"
    assert reminders[0].send_at.astimezone(COLOMBO).hour == 8, "an hour of support time later is the next morning"
    submit("P1", "2026-11-20 16:50")
    assert lived(steps[-1].noticed_at) == told(steps)
    forget_versions()


def test_the_command_prints_the_whole_ladder_in_words_and_as_json(world):
    given = {"organisation": "acme", "severity": "p1", "at": "2026-11-20T16:50:00+05:30"}
    plain, document = StringIO(), StringIO()
    call_command("rehearse_ladder", **given, stdout=plain)
    call_command("rehearse_ladder", **given, json=True, stdout=document)
    found = json.loads(document.getvalue())
    overdue = next(step for step in found["steps"] if step["event"] == "response_overdue")
    assert (overdue["instant"], overdue["level"]) == ("2026-11-23T16:50:00+05:30", 2)
    assert [one["email"] for one in overdue["told"]] == ["malini@ravingcrm.example"]
    lines = plain.getvalue().splitlines()
    assert lines[0] == "P1 of Acme Trading, submitted Fri 20 Nov 2026, 16:50 (Colombo), and nobody touches it"
    assert "Mon 23 Nov 2026, 16:50 (Colombo)  First response overdue → level 2 (Account Manager)" in lines
    assert "    Malini <malini@ravingcrm.example>, Account manager of ACME" in lines
    assert lines[-1].startswith("Reminders go on until somebody acknowledges")
    for wrong in ({"severity": "P9"}, {"organisation": "NOBODY"}, {"at": "2026-11-20T16:50"}, {"at": "soon"}):
        with pytest.raises(CommandError):
            call_command("rehearse_ladder", **{**given, **wrong}, stdout=StringIO())


def test_the_matrix_page_rehearses_a_case_and_says_what_is_wrong_with_one(world, signed_in):
    page, admin = "/settings/matrix/", signed_in(world.admin)
    given = {"organisation": "ACME", "severity": "P1", "at": "2026-11-20 16:50"}
    assert admin.get(page).context["rehearsed"] is None
    answer = admin.get(page, given)
    shown = answer.context["rehearsed"]
    assert [one.step.level for one in shown.told if one.step.climbs] == [2, 3]
    text = answer.content.decode()
    assert "Mon 23 Nov 2026, 16:50 (Colombo)" in text
    assert "malini@ravingcrm.example" in text
    wrong = admin.get(page, {**given, "at": "tomorrow"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["at"])
    assert 'value="tomorrow"' in wrong.content.decode()
    assert admin.get(page, {**given, "at": "1800-01-01 08:00"}).status_code == 422
    assert admin.get(page, {**given, "organisation": "NOBODY"}).status_code == 422
    StaffMember.objects.filter(pk=world.admin.pk).update(serves_all=False)
    assert admin.get(page, given).status_code == 422, "another's organisation is not among the choices"
