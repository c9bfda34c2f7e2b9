"""The worker's turn: a flapping service, drafts and mails, thresholds, claims, gaps, hours kept, months computed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.alone import LOCK, UNLOCK
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import AccountNotice
from sla.engine.instants import to_us
from status.attention import waiting
from status.models import Incident, Probe, ProbeHour, ProbeResult, ProbeRun
from status.operations import probe_checks
from status.operations.incidents import UpdateText, post_update, publish_incident, retract_incident
from status.operations.maintenance import WindowText, plan_window
from status.operations.probe_checks import EVERYBODYS, TURNS, run_probes
from status.operations.probe_keeping import forget_results, roll_up_hours
from status.operations.probes import ProbeText, ask_now, change_probe, define_probe, pause_probe, resume_probe
from status.probing.folding import Standing, Turn, stepped
from status.reckoning.measured import probe_series
from status.uptime.engine import measure
from status.uptime.facts import Facts, ProbeSeries, Terms
from status.uptime.periods import Month
from status.uptime.probing import confirmed_runs
from tests.status.answering import answering, says, serving, status
from tests.support import COLOMBO, actor_of, colombo

MINUTE = timedelta(minutes=1)
BEGAN = colombo("2026-11-16 10:00")


@pytest.fixture(autouse=True)
def _inside(settings):
    settings.PROBE_INSIDE = ["127.0.0.0/8"]


@pytest.fixture
def service():
    """A server that answers with what `say` holds: "U" well, "F" not."""
    say = {"mark": "U"}

    async def answer(reader, writer):
        await answering(says("well") if say["mark"] == "U" else status(503))(reader, writer)

    with serving(answer) as port:
        yield say, port


@pytest.fixture
def probe(world, web, service) -> Probe:
    """It asks the service every minute, from 10:00 on."""
    text = ProbeText(name="Front door", address=f"http://127.0.0.1:{service[1]}/", component=web, timeout=5)
    made = define_probe(actor=actor_of(world.admin), text=text, at=BEGAN)
    Probe.objects.filter(pk=made.pk).update(offset=0, began_at=BEGAN, next_at=BEGAN)
    made.refresh_from_db()
    return made


@pytest.fixture
def live(service, probe) -> Callable[..., None]:
    """`live("UUFFF", 3)`: these results, a minute each, from minute 3 on; `?` is a bell that never rang."""

    def play(marks: str, first: int = 0):
        for number, mark in enumerate(marks):
            service[0]["mark"] = mark
            if mark != "?":
                run_probes(at=BEGAN + (first + number) * MINUTE + timedelta(seconds=4))

    return play


def minute(at) -> int | None:
    return None if at is None else (at - BEGAN) // MINUTE


def runs() -> list[tuple]:
    return [(minute(one.first_failed_at), minute(one.recovered_at)) for one in ProbeRun.objects.order_by("pk")]


def agents() -> list[StaffMember]:
    return list(StaffMember.objects.filter(role="agent", user__is_active=True).select_related("user").order_by("pk"))


def incidents() -> list[Incident]:
    with system_scope("whatever was opened"):
        return list(Incident.objects.order_by("pk"))


def impacts(incident) -> list[tuple]:
    with system_scope("whatever was written"):
        return [(minute(one.begins_at), one.level) for one in incident.impacts.order_by("pk")]


def mails() -> list[tuple[str, str]]:
    with system_scope("whatever was sent"):
        return list(AccountNotice.objects.filter(event="probe").order_by("pk").values_list("recipient", "subject"))


def month(now, **more):
    """November's figure from what the probes saw alone."""
    component = str(Probe.objects.get().component_id)
    begins, ends = colombo("2026-11-01 00:00"), colombo("2026-12-01 00:00")
    refs = {int(component): component}
    series = probe_series(begins=begins, ends=ends, until=now, refs=refs, titles={})
    terms = Terms(components=(component,), core=frozenset({component}))
    return measure(Facts(probes=series), terms, Month("2026-11", COLOMBO), now=now, **more)


pytestmark = pytest.mark.django_db


def test_an_outage_counts_from_its_first_failure_and_is_told_once_as_a_draft(world, web, live):
    live("UUFF")
    assert (runs(), incidents(), mails()) == ([], [], [])
    live("FFF", 4)
    assert runs() == [(2, None)]
    (draft,) = incidents()
    assert (draft.is_draft, draft.for_all, draft.title) == (True, True, "Web application does not answer")
    assert impacts(draft) == [(2, "major_outage")]
    assert mails() == [(one.user.email, "Web application does not answer") for one in agents()]
    assert [one.public_id for one in waiting()] == [str(draft.public_id)]


def test_the_mail_of_an_outage_names_the_maintenance_that_is_under_way_for_the_component(world, web, component, live):
    other, told = component("Reports"), BEGAN - timedelta(days=5)
    for title, more in (
        ("New disks", {"components": [web.pk]}),
        ("Everything", {}),
        ("Of reports", {"components": [other.pk]}),
        ("Of ACME alone", {"organisations": [world.acme]}),
        ("Tomorrow", {"begins_at": BEGAN + timedelta(days=1), "ends_at": BEGAN + timedelta(days=2)}),
    ):
        only = more.pop("organisations", None)
        times = {"begins_at": BEGAN - timedelta(hours=1), "ends_at": BEGAN + timedelta(hours=3), **more}
        with scope({world.acme.pk, world.globex.pk}):
            plan_window(
                actor=actor_of(world.admin), text=WindowText(title=title, **times), organisations=only, at=told
            )  # fmt: skip
    live("FFF")
    with system_scope("the mails"):
        texts = {one.text for one in AccountNotice.objects.filter(event="probe")}
    for text in texts:
        lines = [line for line in text.splitlines() if line.startswith("Maintenance is under way")]
        assert sorted(line.split("”")[0].split("“")[1] for line in lines) == ["Everything", "New disks"]
        assert "13:00" in lines[0]
    assert len(texts) >= 1


def test_a_recovery_ends_the_impact_of_an_untouched_draft_and_publishes_nothing(world, live):
    live("FFFFUUU")
    (draft,) = incidents()
    assert (runs(), draft.is_draft, draft.is_open) == ([(0, 4)], True, True)
    assert impacts(draft) == [(0, "major_outage"), (4, "operational")]
    assert [subject for _, subject in mails()][-1] == "Web application answers again"
    live("FFF", 7)
    assert (runs(), len(incidents())) == ([(0, 4), (7, None)], 1)
    assert impacts(draft)[2:] == [(7, "major_outage")]


def test_what_a_person_has_written_of_is_left_to_people(world, live, serving):
    live("FFF")
    (draft,) = incidents()
    actor = actor_of(world.agent)
    publish_incident(incident=draft, actor=actor, at=BEGAN + 3 * MINUTE)
    live("UU", 4)
    assert (runs(), impacts(draft), len(mails())) == ([(0, 4)], [(0, "major_outage")], 2 * len(agents()))
    end = UpdateText(phase="resolved", body="It works again.", display_at=BEGAN + 4 * MINUTE)
    post_update(incident=draft, actor=actor, update=end, at=BEGAN + 6 * MINUTE)
    live("FFF", 6)
    assert len(incidents()) == 2, "what is over is not opened again by a probe"


def test_a_flapping_service_confirms_nothing(live):
    live("UFFUFFUFUF")
    assert (runs(), incidents()) == ([], [])


def test_a_second_probe_of_the_component_joins_its_incident(world, web, probe, live):
    text = ProbeText(name="Back door", address=probe.address, component=web, timeout=5)
    second = define_probe(actor=actor_of(world.admin), text=text, at=BEGAN)
    live("FFFF")
    assert ProbeRun.objects.filter(probe=second).count() == 1
    assert len(incidents()) == 1
    assert {one.incident_id for one in ProbeRun.objects.all()} == {incidents()[0].pk}


def test_time_without_a_result_is_neither_up_nor_down_and_interrupts_nothing(probe, live):
    live("UFF??FUU")
    assert runs() == [(1, 6)]
    now = BEGAN + 8 * MINUTE
    figure = month(now)
    assert figure.totals.raw == 5, "from the first failure to the first success (R8)"
    known = 6
    assert figure.totals.unmeasured == figure.totals.elapsed - known, "and coverage tells of the rest (R9)"


def test_a_refusal_to_ask_is_no_result(settings, probe, live):
    settings.PROBE_INSIDE = []
    live("UUUU")
    assert set(ProbeResult.objects.values_list("outcome", "why")) == {("refused", "inside")}
    assert (runs(), month(BEGAN + 4 * MINUTE).totals.unmeasured) == ([], month(BEGAN + 4 * MINUTE).totals.elapsed)


def test_a_retracted_incident_takes_its_run_with_it(world, live, serving):
    live("FFFUU")
    now = BEGAN + 5 * MINUTE
    assert month(now).totals.raw == 3
    retract_incident(incident=incidents()[0], actor=actor_of(world.agent), reason="A drill.", at=now)
    assert month(now).totals.raw == 0


def test_a_slot_is_asked_once_whoever_rings_and_a_late_bell_leaves_a_gap(probe, live):
    at = BEGAN + timedelta(seconds=4)
    assert [run_probes(at=at), run_probes(at=at + timedelta(seconds=20)), run_probes(at=at + 3 * MINUTE)] == [1, 0, 1]
    assert [minute(one) for one in ProbeResult.objects.order_by("pk").values_list("slot_at", flat=True)] == [0, 3]
    Probe.objects.update(claimed_until=BEGAN + 6 * MINUTE)
    assert run_probes(at=BEGAN + 5 * MINUTE) == 0, "somebody is still asking"
    assert run_probes(at=BEGAN + 6 * MINUTE) == 1, "a worker that died holds it no longer"


def test_what_never_answers_keeps_one_worker_waiting_and_no_second(probe):
    others = connection.copy()
    try:
        with others.cursor() as cursor:
            cursor.execute(LOCK, [TURNS, EVERYBODYS])
            assert run_probes(at=BEGAN) == 0, "another worker is still asking: this one goes on to other work"
            cursor.execute(UNLOCK, [TURNS, EVERYBODYS])
            assert run_probes(at=BEGAN) == 1
            cursor.execute(LOCK, [TURNS, EVERYBODYS])
            assert cursor.fetchone() == (True,), "the turn has let go of it"
    finally:
        others.close()


@pytest.mark.parametrize(("longest", "asked"), [(0.0, 1), (20.0, 3)])
def test_a_turn_that_has_lasted_long_begins_no_further_round(world, web, probe, monkeypatch, longest, asked):
    for number in (2, 3):
        text = ProbeText(name=f"Door {number}", address=probe.address, component=web)
        define_probe(actor=actor_of(world.admin), text=text, at=BEGAN)
    Probe.objects.update(next_at=BEGAN)
    monkeypatch.setattr(probe_checks, "AT_ONCE", 1)
    monkeypatch.setattr(probe_checks, "LONGEST_TURN_S", longest)
    assert run_probes(at=BEGAN) == asked


def test_a_month_is_computed_from_the_hours_when_the_results_have_gone(probe, live):
    live("UFFFUU")
    now = BEGAN + timedelta(hours=2)
    before = month(now)
    assert roll_up_hours(at=now) == 1
    (hour,) = ProbeHour.objects.all()
    assert (hour.marks, hour.up, hour.failed) == ("?" * 30 + "UFFFUU" + "?" * 24, 3, 3), "10:00 in Colombo is 04:30"
    assert hour.ms_median is not None
    assert hour.ms_median <= hour.ms_p95 <= hour.ms_max
    assert forget_results(at=now + timedelta(days=36)) == 6
    assert ProbeResult.objects.count() == 0
    after = month(now)
    assert (
        (after.totals.raw, after.totals.unmeasured)
        == (before.totals.raw, before.totals.unmeasured)
        == (3, after.totals.unmeasured)
    )


def test_an_outage_that_began_the_month_before_is_confirmed_in_this_one(probe, live):
    Probe.objects.update(began_at=colombo("2026-10-31 23:50"), next_at=colombo("2026-10-31 23:50"))
    october = colombo("2026-10-31 23:58")
    rows = [ProbeResult(probe=probe, slot_at=october + number * MINUTE, outcome="failed") for number in range(4)]
    rows += [ProbeResult(probe=probe, slot_at=october + number * MINUTE, outcome="up") for number in (4, 5)]
    ProbeResult.objects.bulk_create(rows)
    ProbeRun.objects.create(
        probe=probe, first_failed_at=october, confirmed_at=october + 2 * MINUTE, recovered_at=october + 4 * MINUTE
    )
    assert month(colombo("2026-11-01 01:00")).totals.raw == 2, "from midnight on"


def test_a_probe_that_is_down_is_not_paused_until_its_incident_is_retracted(world, probe, live, serving):
    live("FFF")
    admin = actor_of(world.admin)
    with pytest.raises(Conflict, match="down for ever"):
        pause_probe(probe=probe, actor=admin, at=BEGAN + 3 * MINUTE)
    retract_incident(incident=incidents()[0], actor=admin, reason="A wrong address.", at=BEGAN + 3 * MINUTE)
    assert pause_probe(probe=probe, actor=admin, at=BEGAN + 4 * MINUTE).is_paused
    assert run_probes(at=BEGAN + 5 * MINUTE) == 0
    resume_probe(probe=probe, actor=admin, at=BEGAN + 9 * MINUTE)
    assert run_probes(at=BEGAN + 9 * MINUTE) == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"address": "ftp://a.example"}, "address"),
        ({"address": "http://user:secret@a.example/"}, "address"),
        ({"kind": "tcp", "address": "a.example"}, "address"),
        ({"kind": "icmp"}, "kind"),
        ({"component": None}, "component"),
        ({"statuses": "twenty"}, "statuses"),
        ({"timeout": 21}, "timeout"),
        ({"timeout": 5, "connect_timeout": 6}, "connect_timeout"),
        ({"interval": 45}, "interval"),
        ({"interval": 600, "fail_threshold": 0}, "fail_threshold"),
    ],
)
def test_what_is_no_probe_is_refused_beside_its_input(world, web, typed, field):
    text = {"name": "Door", "address": "https://app.example/", "component": web, **typed}
    with pytest.raises(DomainError) as refused:
        define_probe(actor=actor_of(world.admin), text=ProbeText(**text))
    assert refused.value.field == field


def test_administrators_define_and_any_staff_ask_once(world, web, probe):
    text = ProbeText(name="Door", address=probe.address, component=web, timeout=5)
    with pytest.raises(Forbidden):
        define_probe(actor=actor_of(world.agent), text=text)
    with pytest.raises(Forbidden):
        change_probe(probe=probe, actor=actor_of(world.agent), text=text)
    found = ask_now(probe=probe, actor=actor_of(world.agent))
    assert found is not None
    assert found.verdict == "up"
    assert ProbeResult.objects.count() == 0


MARKS = st.text(alphabet="UF?", max_size=60)


@given(marks=MARKS, failures=st.integers(1, 4), successes=st.integers(1, 4))
def test_the_worker_confirms_what_the_uptime_engine_does(marks, failures, successes):
    series = ProbeSeries(
        "p", "web", BEGAN, marks, fail_threshold=failures, success_threshold=successes
    )  # fmt: skip
    standing, found = Standing(), []
    for number, mark in enumerate(marks):
        if mark != "?":
            at = BEGAN + number * MINUTE
            standing, turn, since = stepped(standing, at, good=mark == "U", failures=failures, successes=successes)
            if turn is Turn.DOWN:
                found.append([since, None])
            elif turn is Turn.UP:
                found[-1][1] = since
    expected = confirmed_runs(series, to_us(BEGAN + 100 * MINUTE))
    assert [(to_us(first), last and to_us(last)) for first, last in found] == expected
