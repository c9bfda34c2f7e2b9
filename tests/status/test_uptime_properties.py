"""The engine against a counter that looks at every second, and laws that every figure obeys."""

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from status.conformance import run
from status.conformance.reading import read_case
from status.conformance.writing import case_of, of_component
from status.uptime.engine import measure
from status.uptime.facts import Announcement, Facts, Impact, Incident, Level, Maintenance
from status.uptime.reasons import DEFAULT_ON, Reason
from tests.status.world import APRIL, Terms, t, typed

# Everything happens in the last minutes of March and the first of April.
MIDNIGHT, BEFORE, AFTER = t("01 00:00"), -120, 240
COMPONENTS = ("app", "mail")
WEIGHTS = {Level.MAJOR: Fraction(1), Level.PARTIAL: Fraction(1, 3), Level.DEGRADED: Fraction(0)}

seconds = st.integers(BEFORE, AFTER)
spans = st.tuples(seconds, seconds)
impacts = st.tuples(st.sampled_from(COMPONENTS), st.sampled_from(list(WEIGHTS)), spans)
components = st.sampled_from([None, frozenset({"app"}), frozenset({"mail"})])
# Seconds from midnight less 48 h, so that about half of the notices are long enough.
windows = st.tuples(st.lists(st.tuples(seconds, spans), min_size=1, max_size=3), components)
storms = st.tuples(spans, components, st.booleans())
caps = st.one_of(st.none(), st.integers(0, 200))
least = st.sampled_from([0, 0, 30, 90])


def at(second):
    return MIDNIGHT + timedelta(seconds=second)


def facts_of(found, told, typed_in):
    incidents = tuple(
        Incident(f"I-{n}", (Impact(name, level, at(first), at(last)),))
        for n, (name, level, (first, last)) in enumerate(found)
    )
    maintenances = []
    for revisions, names in told:
        said = [(at(when) - timedelta(hours=48), at(first), at(last)) for when, (first, last) in revisions]
        announcements = tuple(Announcement(first, last, when, when) for when, first, last in said)
        maintenances.append(Maintenance("M", announcements, names))
    exclusions = tuple(
        replace(typed("force_majeure", "01 00:00", "01 00:00"), begins=at(first), ends=at(last), components=names,
                approved_by="kumari" if approved else "")
        for (first, last), names, approved in typed_in
    )  # fmt: skip
    return Facts(incidents, tuple(maintenances), exclusions)


def qualifying(revisions):
    """The seconds of the last window that were told 48 h before the part that they belong to began."""
    notice, edges = {}, None
    for number, (when, (first, last)) in enumerate(revisions):
        if edges is None or (first != edges[0] and last != edges[1]):
            notice = {}
        notice = {second: notice.get(second, (when, number)) for second in range(first, last)}
        edges = first, last
    good = set()
    for second in sorted(notice):
        start = second
        while notice.get(start - 1) == notice[second]:
            start -= 1
        if notice[second][0] <= start:  # what one announcement added has its own notice, whenever another came
            good.add(second)
    return good


def counted_by_seconds(found, told, typed_in, cap, shortest):
    """(raw, counted, maintenance) in weighted seconds of April, one second after the other."""
    everyone = set(COMPONENTS)
    announced = [(qualifying(revisions), names or everyone) for revisions, names in told]
    storm = [(range(*span), names or everyone) for span, names, approved in typed_in if approved]

    def weights(second):
        worst = dict.fromkeys(COMPONENTS, Fraction(0))
        for name, level, (first, last) in found:
            if first <= second < last:
                worst[name] = max(worst[name], WEIGHTS[level])
        return worst

    busy = [any(weights(second).values()) for second in range(BEFORE, AFTER)] + [False]
    short, run = set(), []
    for place, is_down in enumerate(busy):
        if is_down:
            run.append(place + BEFORE)
        else:
            short.update(run if len(run) < shortest else ())
            run = []
    raw = counted = Fraction(0)
    left = cap
    for second in range(AFTER):
        worst = weights(second)
        windowed = {n for good, names in announced if second in good for n in names} if left != 0 else set()
        stormy = {n for span, names in storm if second in span for n in names}
        rest = [w for n, w in worst.items() if n not in windowed | stormy and second not in short]
        counts = max(rest, default=Fraction(0))
        if left and any(worst[n] > counts for n in windowed):
            left -= 1
        raw += max(worst.values())
        counted += counts
    return raw, counted


@settings(max_examples=60, deadline=None)
@given(st.lists(impacts, max_size=5), st.lists(windows, max_size=3), st.lists(storms, max_size=2), caps, least)
def test_the_engine_agrees_with_a_counter_of_every_second(found, told, typed_in, cap, shortest):
    terms = Terms(
        components=COMPONENTS,
        core=frozenset(COMPONENTS),
        partial_weight=WEIGHTS[Level.PARTIAL],
        maintenance_cap=None if cap is None else Fraction(cap, 60),
        min_outage=Fraction(shortest, 60),
    )
    figure = measure(facts_of(found, told, typed_in), terms, APRIL)
    raw, counted = counted_by_seconds(found, told, typed_in, cap, shortest)
    assert (figure.totals.raw, figure.totals.counted) == (raw / 60, counted / 60)
    assert sum(item.minutes for item in figure.items) == figure.totals.excluded
    assert 0 <= figure.totals.counted <= figure.totals.raw <= figure.totals.total


@settings(max_examples=20, deadline=None)
@given(st.lists(impacts, max_size=5), st.lists(windows, max_size=2), st.lists(storms, max_size=2), seconds)
def test_every_figure_obeys_the_laws(found, told, typed_in, now):
    terms = Terms(components=COMPONENTS, core=frozenset(COMPONENTS))
    facts = facts_of(found, told, typed_in)
    whole = measure(facts, terms, APRIL)
    assert measure(facts, terms, APRIL, now=at(now)).totals.raw <= whole.totals.raw
    alone = [measure(facts, replace(terms, components=(name,)), APRIL).totals.counted for name in COMPONENTS]
    assert max(alone) <= whole.totals.counted <= sum(alone)
    strict = replace(terms, reasons=frozenset())
    assert measure(facts, strict, APRIL).totals.counted == whole.totals.raw
    free = replace(terms, reasons=DEFAULT_ON | {Reason.EMERGENCY_MAINTENANCE})
    assert measure(facts, free, APRIL).totals.counted <= whole.totals.counted


@settings(max_examples=30, deadline=None)
@given(st.lists(impacts, max_size=5), st.lists(windows, max_size=3), st.lists(storms, max_size=2), caps, least, seconds)
def test_a_month_written_in_the_published_format_reads_back_and_passes(found, told, typed_in, cap, shortest, now):
    terms = Terms(
        components=COMPONENTS,
        core=frozenset({"app"}),
        partial_weight=WEIGHTS[Level.PARTIAL],
        maintenance_cap=None if cap is None else Fraction(cap, 60),
        min_outage=Fraction(shortest, 60),
        beta_since={"mail": MIDNIGHT},
    )
    facts = facts_of(found, told, typed_in)
    figure = measure(facts, terms, APRIL, now=at(now))
    case = json.loads(json.dumps(case_of("x", facts, terms, APRIL, figure, now=at(now))))
    again = read_case(case, None)
    assert (again.facts, again.terms) == (facts, terms)
    assert run({"cases": [case]}) == [("x", True, "")]
    for name in COMPONENTS:
        alone, own = replace(terms, components=(name,)), of_component(facts, name)
        assert measure(own, alone, APRIL).totals == measure(facts, alone, APRIL).totals
