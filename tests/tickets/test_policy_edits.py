"""Publishing a policy: what a new version promises, for whom, from when on, and everything that is refused."""

from datetime import date

import pytest

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import Conflict, DomainError, Forbidden, Stale
from sla.engine.clock import fold
from sla.engine.entries import ClockKind, Entry, EntryKind, State, Targets
from sla.models import Agreement, Calendar, Policy, PolicyVersion
from sla.operations.agreements import agreed_policy, onboard_organisation
from sla.operations.policies import newest_version, publish_policy
from sla.policy_spec import spec_of
from sla.queries import policy_in_force
from sla.versions import calendar_of, engine_targets
from sla.worked import worked_examples
from tests.support import actor_of, colombo
from tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("everything")
NOW = "2026-11-02 10:00"


def changed(spec, **figures):
    """The specification with other figures; `P1={"limit_minutes": 900}` for a severity's."""
    rows = [{**row, **figures.pop(row["severity"], {})} for row in spec["targets"]]
    return {**spec, **figures, "targets": rows}


def publish(world, *, day=None, at=NOW, policy="standard", spec=None, **given):
    found = Policy.objects.get(key=policy)
    newest = newest_version(found)
    figures = {
        name: given.pop(name) for name in list(given) if name in spec_of(newest) or name in ("P1", "P2", "P3", "P4")
    }
    facts = {"reason": "Agreed in October", "seen": newest.number, "actor": actor_of(world.admin), **given}
    draft = spec if spec is not None else changed(spec_of(newest), **figures)
    return publish_policy(policy=found, spec=draft, effective_on=day, at=colombo(at), **facts)


def test_a_version_holds_for_new_tickets_from_its_day_on_and_open_ones_keep_theirs(submit, world):
    before = submit("P1", "2026-11-02 09:00")
    version = publish(world, day=date(2026, 11, 10), P1={"response_minutes": 240})
    assert (version.number, version.effective_from) == (2, colombo("2026-11-10 00:00"))
    still, after = submit("P1", "2026-11-09 09:00"), submit("P1", "2026-11-10 09:00")
    numbers = Ticket.objects.order_by("pk").values_list("policy_version__number", flat=True)
    assert list(numbers) == [1, 1, 2]
    due = {one.pk: one.clocks.get(kind="response").due_at for one in (before, still, after)}
    assert list(due.values()) == [
        colombo("2026-11-03 09:00"), colombo("2026-11-10 09:00"), colombo("2026-11-10 13:00"),
    ]  # fmt: skip
    entry = VendorAuditEntry.objects.filter(action="policy.publish")
    assert [(one.subject, one.reason, one.data["changes"]) for one in entry] == [
        ("standard 2", "Agreed in October", ["P1, first response, minutes: 540 → 240"])
    ]


def test_a_version_for_one_organisation_leaves_the_others_alone(submit, world):
    publish(world, organisation=world.acme, P1={"response_minutes": 60})
    keys = dict(Agreement.objects.values_list("organisation__key", "policy__key"))
    assert (keys["ACME"], keys["GLOBEX"]) == ("standard-acme", "standard")
    own = PolicyVersion.objects.filter(policy__key="standard-acme").order_by("number")
    assert [(one.number, one.reason) for one in own] == [
        (1, "As in version 1 of ravingCRM support policy"), (2, "Agreed in October"),
    ]  # fmt: skip
    assert newest_version(Policy.objects.get(key="standard")).number == 1
    ticket = submit("P1", "2026-11-02 11:00")
    assert ticket.clocks.get(kind="response").due_at == colombo("2026-11-02 12:00")


def test_a_policy_of_one_organisation_is_given_to_a_second_as_a_copy_that_bears_its_own_name(world):
    publish(world, organisation=world.acme, P1={"response_minutes": 60})
    acmes = Policy.objects.get(key="standard-acme")
    given = {"account_manager": world.manager, "deputy": None, "actor": SYSTEM, "at": colombo("2026-11-02 11:00")}
    hooli = onboard_organisation(
        key="HOOLI", name="Hooli", calendar=Calendar.objects.get(key="sri-lanka"), policy=acmes, **given
    )
    own = agreed_policy(hooli)
    assert (own.key, own.name) == ("standard-hooli", "ravingCRM support policy, Hooli")
    first = newest_version(own)
    assert spec_of(first) == spec_of(newest_version(acmes))
    assert (first.number, first.reason) == (1, "As agreed before"), "a client reads no other's name"
    publish(world, policy="standard-acme", at="2026-11-02 12:00", P1={"response_minutes": 30})
    assert newest_version(own) == first


def test_an_organisation_takes_leave_of_a_policy_that_it_shares(world):
    publish(world, organisation=world.acme, P1={"response_minutes": 60})
    acmes = Policy.objects.get(key="standard-acme")
    Agreement.objects.filter(organisation=world.globex).update(policy=acmes)
    publish(world, policy="standard-acme", organisation=world.globex, P1={"response_minutes": 90})
    publish(world, policy="standard-acme", organisation=world.acme, P1={"response_minutes": 30})
    found = dict(Agreement.objects.values_list("organisation__key", "policy__key"))
    assert found == {"ACME": "standard-acme-own", "GLOBEX": "standard-globex"}
    names = Policy.objects.filter(key__in=found.values()).order_by("key").values_list("name", flat=True)
    assert list(names) == ["ravingCRM support policy, Acme Trading", "ravingCRM support policy, Globex"]


def test_what_is_announced_for_its_day_can_be_replaced_and_nothing_comes_before_it(world):
    publish(world, day=date(2026, 12, 1), P1={"response_minutes": 240})
    with pytest.raises(Conflict, match="Version 2 is announced for 01 December 2026 already"):
        publish(world, day=date(2026, 11, 20), warn_percent=50)
    third = publish(world, day=date(2026, 12, 1), P1={"response_minutes": 300})
    policy = Policy.objects.get(key="standard")
    assert policy_in_force(policy.pk, at=colombo("2026-11-30 23:59")).number == 1
    assert policy_in_force(policy.pk, at=colombo("2026-12-01 00:00")) == third


@pytest.mark.parametrize(
    ("figures", "field", "said"),
    [
        ({"P1": {"target_minutes": 2000}}, "P1-target_minutes", "The target is later than the limit"),
        ({"P1": {"response_minutes": 1081}}, "P1-response_minutes", "due after the resolution’s limit"),
        ({"P1": {"limit_minutes": None}}, "P1-limit_minutes", "Target and limit go together"),
        ({"P1": {"response_minutes": 0}}, "P1-response_minutes", "1 to 200000 support minutes"),
        ({"P4": {"response_minutes": 1}}, "P3-response_minutes", "later than for P4"),
        ({"P1": {"name": " "}}, "P1-name", "Say what the severity is called"),
        ({"working_day_minutes": 0}, "working_day_minutes", "1 to 1440"),
        ({"warn_percent": 100}, "warn_percent", "1 to 99 per cent"),
        ({"reopen_minutes": 999_999}, "reopen_minutes", "longer than can be counted"),
        ({"reading": "soon"}, "reading", "how a working day is read"),
        ({"not_covered": []}, "not_covered", "An empty list"),
        ({"users_part": ["x" * 301]}, "users_part", "At most 30 lines of 300"),
        ({}, None, "Nothing would change"),
    ],
)
def test_what_contradicts_itself_is_refused_with_its_reason(world, figures, field, said):
    before = PolicyVersion.objects.count()
    with pytest.raises(DomainError, match=said) as refused:
        publish(world, **figures)
    assert refused.value.field == field
    assert PolicyVersion.objects.count() == before


def test_a_policy_without_targets_or_without_a_severity_is_refused(world):
    spec = spec_of(newest_version(Policy.objects.get(key="standard")))
    empty = dict.fromkeys(("response_minutes", "target_minutes", "limit_minutes"))
    with pytest.raises(DomainError, match="A policy without targets promises nothing"):
        publish(world, spec={**spec, "targets": [{**row, **empty} for row in spec["targets"]]})
    with pytest.raises(DomainError, match="each severity once"):
        publish(world, spec={**spec, "targets": spec["targets"][:3]})


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"seen": 7}, Stale, "Version 1 was published meanwhile"),
        ({"reason": " "}, DomainError, "Say why"),
        ({"reason": "x" * 301}, DomainError, "longer than 300"),
        ({"day": date(2026, 11, 1)}, DomainError, "This date is past"),
    ],
)
def test_an_edit_needs_its_reason_a_day_to_come_and_the_newest_version(world, given, error, said):
    with pytest.raises(error, match=said):
        publish(world, warn_percent=50, **given)


def test_only_admins_publish_and_only_for_those_who_have_the_policy(world):
    with pytest.raises(Forbidden):
        publish(world, warn_percent=50, actor=actor_of(world.agent))
    publish(world, warn_percent=50, organisation=world.acme)
    with pytest.raises(Conflict, match="Acme Trading does not have this policy"):
        publish(world, warn_percent=60, organisation=world.acme)


def test_a_clock_that_waiting_does_not_pause_runs_on(world):
    calendar = calendar_of(Calendar.objects.get(key="sri-lanka").current_version_id)
    opened, waits = colombo("2026-11-02 09:00"), colombo("2026-11-02 10:00")
    minutes = {"P1": dict.fromkeys(ClockKind, 540)}
    entries = [Entry(opened, EntryKind.OPENED, "P1"), Entry(waits, EntryKind.PAUSED)]
    targets = Targets(minutes=minutes, unpaused=frozenset({ClockKind.LIMIT}))
    states = {
        kind: fold(
            kind=kind, entries=entries, policies=[(opened, targets)], calendars=[(opened, calendar)], at=waits
        ).state
        for kind in ClockKind
    }
    assert states == {
        ClockKind.RESPONSE: State.PAUSED, ClockKind.TARGET: State.PAUSED, ClockKind.LIMIT: State.RUNNING,
    }  # fmt: skip


def test_examples_are_those_that_a_ticket_of_that_instant_gets(submit, world):
    calendar = Calendar.objects.get(key="sri-lanka")
    version = newest_version(Policy.objects.get(key="standard"))
    cases = worked_examples(engine_targets(version, version.targets.all()), calendar, at=colombo("2026-11-02 10:00"))
    assert [(one.title.partition(" of ")[0], one.received_at) for one in cases] == [
        ("Friday, 16:59", colombo("2026-11-06 16:59")),
        ("The eve", colombo("2026-11-23 15:30")),
        ("The year’s last day, 16:00", colombo("2026-12-31 16:00")),
    ]
    for case in cases:
        ticket = submit("P1", f"{case.received_at:%Y-%m-%d %H:%M}")
        stored = [ticket.clocks.get(kind=kind).due_at for kind in ("response", "target", "limit")]
        assert [reading.due for reading in case.rows[0][1]] == stored
    assert "Poya" in cases[1].title
    assert cases[1].told[-1].label.startswith("due: ")
