"""What probes saw becomes the engine's series: marks on their grid, retracted runs dropped, silence said as such."""

from datetime import timedelta

import pytest

from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from status.models import Probe, ProbeHour, ProbeResult, ProbeRun
from status.operations.incidents import retract_incident
from status.reckoning.frozen import figures_of
from status.reckoning.months import document_of, month_named, read_document, reckon
from tests.support import colombo

pytestmark = pytest.mark.django_db
APRIL, MAY = month_named("2026-04"), colombo("2026-05-06 00:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def probe(world, web):
    """A probe of the web application, asked every minute at its tenth second."""
    began = colombo("2026-03-01 00:00")
    return Probe.objects.create(
        component=web, name="Front page", address="https://web.example/", interval=60, offset=10, began_at=began,
        next_at=began, updated_at=began,
    )  # fmt: skip


@pytest.fixture
def see(probe):
    """`see("2026-04-11 10:00", marks)`: an hour's marks; the rest of what is stored is as it was."""

    def keep(hour, marks):
        marks = marks.ljust(60, "U")
        at = colombo(hour)
        return ProbeHour.objects.create(probe=probe, hour=at, marks=marks, up=marks.count("U"), failed=marks.count("F"))

    return keep


def whole_month(probe, *, but=()):
    first = colombo("2026-03-31 20:30")
    hours = (first + number * HOUR for number in range(30 * 24 + 4))
    ProbeHour.objects.bulk_create(
        ProbeHour(probe=probe, hour=one, marks="U" * 60, up=60, failed=0) for one in hours if one not in but
    )


def test_a_confirmed_outage_counts_from_its_first_failed_check_and_a_single_failure_does_not(probe, see):
    whole_month(probe, but=[colombo("2026-04-11 10:30"), colombo("2026-04-12 10:30")])
    see("2026-04-11 10:30", "UUFFFUFFFUUU")
    see("2026-04-12 10:30", "UFUFFU")
    found = reckon(APRIL, organisation=None, at=MAY)
    (piece,) = found.whole.working
    assert (piece.begins, piece.ends) == (
        colombo("2026-04-11 10:32:10"), colombo("2026-04-11 10:39:10"),
    )  # fmt: skip
    assert found.whole.totals.counted == 7
    assert found.is_probed
    assert figures_of(found)["probed"]
    assert found.whole.totals.fully_measured
    assert read_document(document_of(found)).whole == found.whole


def test_silence_and_refusals_to_ask_are_neither_up_nor_down(probe, see):
    whole_month(probe, but=[colombo("2026-04-11 10:30"), colombo("2026-04-12 10:30")])
    see("2026-04-11 10:30", "R" * 30)
    totals = reckon(APRIL, organisation=None, at=MAY).whole.totals
    assert (totals.counted, totals.unmeasured) == (0, 90)


def test_an_outage_that_lasted_at_the_months_first_instant_is_known(probe, see):
    whole_month(probe, but=[colombo("2026-03-31 20:30"), colombo("2026-03-31 23:30")])
    see("2026-03-31 20:30", "U" * 20 + "F" * 40)
    ProbeHour.objects.filter(hour__in=[colombo("2026-03-31 21:30"), colombo("2026-03-31 22:30")]).update(marks="F" * 60)
    see("2026-03-31 23:30", "F" * 31)
    first = colombo("2026-03-31 20:50:10")
    ProbeRun.objects.create(
        probe=probe, first_failed_at=first, confirmed_at=first + timedelta(minutes=2),
        recovered_at=colombo("2026-04-01 00:01:10"),
    )  # fmt: skip
    assert reckon(APRIL, organisation=None, at=MAY).whole.totals.counted * 60 == 70


def test_a_retracted_incident_drops_the_run_it_came_from(probe, see, tell):
    whole_month(probe, but=[colombo("2026-04-11 10:30")])
    see("2026-04-11 10:30", "FFFFFU")
    incident = tell("A wrong probe", {}, at="2026-04-11 10:33")
    first = colombo("2026-04-11 10:30:10")
    ProbeRun.objects.create(
        probe=probe, first_failed_at=first, confirmed_at=first + timedelta(minutes=2),
        recovered_at=first + timedelta(minutes=5), incident=incident,
    )  # fmt: skip
    assert reckon(APRIL, organisation=None, at=MAY).whole.totals.counted == 5
    retract(incident)
    assert reckon(APRIL, organisation=None, at=MAY).whole.totals.counted == 0


def retract(incident):
    with system_scope("the test retracts"):
        retract_incident(incident=incident, actor=SYSTEM, reason="It was none", at=colombo("2026-04-11 12:00"))


def test_the_running_hour_is_read_from_its_results(probe, see):
    for hour in range(12):
        see(f"2026-04-{1 + hour // 24:02} {hour % 24:02}:30", "U" * 60)
    begins = colombo("2026-04-01 12:30:10")
    for number, outcome in enumerate(["up", "failed", "failed", "failed", "up", "refused"]):
        ProbeResult.objects.create(probe=probe, slot_at=begins + number * timedelta(minutes=1), outcome=outcome)
    found = reckon(APRIL, organisation=None, at=colombo("2026-04-01 12:36:00"))
    assert found.facts.probes[0].results.endswith("UFFFU?")  # a refusal to ask is known, and no result
    assert found.whole.working[0].begins == colombo("2026-04-01 12:31:10")
