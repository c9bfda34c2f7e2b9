"""The rules of uptime by hand-made edges; what is down, what may be left out, and what is measured."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from status.uptime.claims import Cause
from status.uptime.engine import by_component
from status.uptime.facts import (
    Announcement,
    Facts,
    Impact,
    Incident,
    Level,
    Maintenance,
    ProbeSeries,
    Terms,
    UsualWindow,
)
from status.uptime.figures import display, roll_up
from status.uptime.periods import Month, months_of
from status.uptime.reasons import DEFAULT_ON, Reason, Refused
from tests.status.world import APP, APRIL, COLOMBO, down, figure, minutes, t, typed, window

TWO = Terms(components=("app", "mail"), core=frozenset({"app", "mail"}))


def refused(found):
    return [one.why for one in found.refusals]


# The month and what is down


def test_a_colombo_month_begins_at_half_past_six_in_the_evening_utc():
    assert APRIL.begins == Month("2026-03", COLOMBO).ends
    assert datetime.fromtimestamp(APRIL.begins / 1e6, UTC) == datetime(2026, 3, 31, 18, 30, tzinfo=UTC)
    across = [down("2026-03-31T23:59:59", "2026-04-01T00:00:01")]
    assert figure(across).totals.counted == figure(across, month=Month("2026-03", COLOMBO)).totals.counted
    assert figure(across).totals.counted == Fraction(1, 60)


def test_an_outage_that_ends_with_the_month_leaves_the_next_untouched():
    ends = [down("30 23:00", "2026-05-01T00:00")]
    assert figure(ends).totals.counted == 60
    assert figure(ends, month=Month("2026-05", COLOMBO)).working == ()


def test_what_is_open_ends_now_and_nothing_lies_beyond_it():
    still, planned = down("10 10:00", None), down("10 12:00", "10 13:00")
    assert figure([still, planned], now=t("10 10:30")).totals.counted == 30
    assert figure([still]).totals.counted == Fraction((APRIL.ends - int(t("10 10:00").timestamp() * 1e6)), 60_000_000)
    early = figure([still], now=t("2026-03-01T00:00")).totals
    assert (early.counted, early.elapsed, early.coverage, early.fully_measured) == (0, 0, None, False)
    assert early.observed_uptime is None


def test_a_reversed_interval_holds_no_time():
    assert minutes(figure([down("10 11:00", "10 10:00")])) == (0, 0, 0)


def test_impacts_decide_component_by_component_and_the_worst_wins():
    steps = Incident(
        "I-1",
        (
            Impact("app", Level.DEGRADED, t("10 09:00"), None),
            Impact("app", Level.PARTIAL, t("10 10:00"), t("10 11:00")),
            Impact("mail", Level.MAJOR, t("10 10:30"), t("10 11:30")),
            Impact("reports", Level.MAJOR, t("10 08:00"), t("10 18:00")),
        ),
    )
    half = replace(TWO, partial_weight=Fraction(1, 2))
    assert minutes(figure([steps], terms=half)) == (75, 0, 75)
    alone = by_component(Facts((steps,)), half, APRIL)
    assert {name: one.totals.counted for name, one in alone.items()} == {"app": 30, "mail": 60}


def test_a_hundred_and_one_incidents_are_all_counted():
    many = [down(f"{1 + n // 20:02} {n % 20:02}:00", f"{1 + n // 20:02} {n % 20:02}:01") for n in range(101)]
    assert figure(many).totals.counted == 101


def test_an_organisations_incident_is_in_its_own_figure_only():
    own = [down("10 10:00", "10 11:00", organisations=frozenset({"A"}))]
    counted = {who: figure(own, terms=replace(APP, organisation=who)).totals.counted for who in ("A", "B", None)}
    assert counted == {"A": 60, "B": 0, None: 0}


# Notice


@pytest.mark.parametrize(
    ("announced", "counted"), [("09 01:00:00", 0), ("09 01:00:01", 120), ("09 01:01:00", 120), ("11 02:00:00", 120)]
)
def test_exactly_48_hours_are_enough_and_a_second_less_is_not(announced, counted):
    outage, told = [down("11 01:00", "11 03:00")], window((announced, "11 01:00", "11 03:00"))
    found = figure(outage, [told])
    assert found.totals.counted == counted
    assert refused(found) == ([Refused.SHORT_NOTICE] if counted else [])


def test_the_notice_counts_from_the_later_of_page_and_mail_and_not_from_one_alone():
    def counted(published, queued):
        said = Announcement(t("11 01:00"), t("11 03:00"), published and t(published), queued and t(queued))
        return figure([down("11 01:00", "11 03:00")], [Maintenance("M-1", (said,))]).totals.counted

    assert counted("08 01:00", "09 01:00") == 0
    assert counted("08 01:00", "09 01:01") == counted("09 01:01", "08 01:00") == 120
    assert counted("08 01:00", None) == counted(None, "08 01:00") == 120


@pytest.mark.parametrize(
    ("told", "counted", "why"),
    [
        # The tail of an extension: 47 h 59 min before 03:00 is late, the announced part keeps its notice.
        ([("06 01:00", "11 01:00", "11 03:00"), ("09 03:01", "11 01:00", "11 05:00")], 120, [Refused.SHORT_NOTICE]),
        ([("06 01:00", "11 01:00", "11 03:00"), ("09 03:00", "11 01:00", "11 05:00")], 0, []),
        # Both edges moved, by a minute: everything is new.
        ([("06 01:00", "11 01:00", "11 05:00"), ("10 01:00", "11 01:01", "11 04:59")], 240, [Refused.SHORT_NOTICE]),
        # One edge drawn in: what is left keeps its notice, also when that happens late.
        ([("06 01:00", "11 01:00", "11 05:00"), ("11 02:00", "11 01:00", "11 04:00")], 60, []),
        # Begun earlier: the added head is late.
        ([("06 01:00", "11 02:00", "11 05:00"), ("10 01:00", "11 01:00", "11 05:00")], 60, [Refused.SHORT_NOTICE]),
        # Drawn in and let out again: what was given up is new.
        (
            [("06 01:00", "11 01:00", "11 05:00"), ("07 01:00", "11 01:00", "11 03:00"),
             ("10 01:00", "11 01:00", "11 05:00")],
            120,
            [Refused.SHORT_NOTICE],
        ),
        # Moved edge by edge: the notice does not wander along.
        (
            [("06 01:00", "11 00:00", "11 01:00"), ("10 01:00", "11 00:00", "11 05:00"),
             ("10 01:01", "11 01:00", "11 05:00")],
            240,
            [Refused.SHORT_NOTICE],
        ),
        # Told again without a change.
        ([("06 01:00", "11 01:00", "11 05:00"), ("10 01:00", "11 01:00", "11 05:00")], 0, []),
    ],
)  # fmt: skip
def test_a_window_that_is_changed(told, counted, why):
    found = figure([down("11 01:00", "11 05:00")], [window(*told)])
    assert found.totals.counted == counted
    assert refused(found) == why


def test_an_over_run_counts_and_a_cancelled_window_leaves_nothing_out():
    outage, told = [down("11 00:50", "11 03:10")], ("06 01:00", "11 01:00", "11 03:00")
    assert minutes(figure(outage, [window(told)])) == (140, 120, 20)
    cancelled = figure(outage, [window(told, cancelled=True)])
    assert (cancelled.totals.counted, refused(cancelled)) == (140, [Refused.CANCELLED])


def test_a_window_of_other_components_or_another_client_leaves_nothing_out():
    told, outage = ("06 01:00", "11 01:00", "11 03:00"), [down("11 01:00", "11 03:00")]
    assert figure(outage, [window(told, components=frozenset({"mail"}))]).totals.counted == 120
    theirs = window(told, organisations=frozenset({"A"}))
    assert figure(outage, [theirs]).totals.counted == 120
    assert figure(outage, [theirs], terms=replace(APP, organisation="A")).totals.counted == 0


def test_only_usual_times_are_left_out_where_they_are_agreed_and_a_night_may_pass_midnight():
    night = replace(APP, usual_windows=(UsualWindow(5, 82_800, 7_200),))  # Saturday 23:00 to Sunday 02:00
    found = figure([down("11 22:00", "12 03:00")], [window(("01 00:00", "11 22:00", "12 03:00"))], terms=night)
    assert minutes(found) == (300, 180, 120)
    assert refused(found) == [Refused.OUTSIDE_USUAL_WINDOWS] * 2
    assert figure([down("11 22:00", "12 03:00")], terms=replace(APP, usual_windows=())).totals.counted == 300


def test_the_cap_takes_the_first_minutes_and_what_nobody_needed_uses_up_nothing():
    capped = replace(TWO, maintenance_cap=Fraction(60))
    told = window(("01 00:00", "11 01:00", "11 06:00"), components=frozenset({"app"}))
    found = figure([down("11 01:00", "11 03:00"), down("11 01:00", "11 02:00", component="mail")], [told], terms=capped)
    assert minutes(found) == (120, 60, 60)
    assert [(one.counted, one.begins) for one in found.working] == [(1, t("11 01:00")), (0, t("11 02:00"))]
    assert minutes(figure([down("11 01:00", "11 03:00")], [told], terms=capped)) == (120, 60, 60)


def test_short_notice_is_left_out_only_where_emergencies_are_agreed_and_up_to_their_cap():
    outage, told = [down("11 01:00", "11 03:00")], [window(("11 00:59", "11 01:00", "11 03:00"))]
    agreed = replace(APP, reasons=DEFAULT_ON | {Reason.EMERGENCY_MAINTENANCE})
    assert minutes(figure(outage, told)) == (120, 0, 120)
    assert minutes(figure(outage, told, terms=agreed)) == (120, 60, 60)
    assert minutes(figure(outage, [window(("11 01:00", "11 01:00", "11 03:00"))], terms=agreed)) == (120, 0, 120)


# Typed exclusions


@pytest.mark.parametrize(
    ("exclusion", "why"),
    [
        (typed("force_majeure", "10 10:00", "10 10:40"), None),
        (typed("force_majeure", "10 10:00", "10 10:40", approved_by=""), Refused.NOT_APPROVED),
        (typed("force_majeure", "10 10:00", "10 10:40", approved_by="nimal"), Refused.NOT_APPROVED),
        (typed("force_majeure", "10 10:00", "10 10:40", evidence=" "), Refused.NO_EVIDENCE),
        (typed("bad_luck", "10 10:00", "10 10:40"), Refused.NOT_ON_THE_LIST),
        (typed("scheduled_maintenance", "10 10:00", "10 10:40"), Refused.COMPUTED_NEVER_TYPED),
        (typed("below_minimum_duration", "10 10:00", "10 10:40"), Refused.COMPUTED_NEVER_TYPED),
        (typed("denial_of_service", "10 10:00", "10 10:40"), Refused.SWITCHED_OFF),
        (typed("suspension", "10 10:00", "10 10:40"), Refused.ONE_ORGANISATION_ONLY),
        (typed("beta_feature", "10 10:00", "10 10:40"), Refused.NOT_A_BETA_COMPONENT),
    ],
)
def test_an_exclusion_qualifies_or_says_why_not(exclusion, why):
    found = figure([down("10 10:00", "10 11:00")], exclusions=[exclusion])
    assert minutes(found) == ((60, 0, 60) if why else (60, 40, 20))
    assert refused(found) == ([why] if why else [])


def test_what_one_client_caused_lowers_no_other_figure():
    theirs = typed("customer_caused", "10 10:00", "10 10:40", organisations=frozenset({"A"}))
    outage = [down("10 10:00", "10 11:00")]
    found = {who: figure(outage, exclusions=[theirs], terms=replace(APP, organisation=who)) for who in ("A", "B", None)}
    assert {who: one.totals.counted for who, one in found.items()} == {"A": 20, "B": 60, None: 60}
    assert found["B"].refusals == found[None].refusals == ()


def test_a_beta_feature_is_left_out_when_it_was_one_before_the_outage_and_is_not_core():
    beta = typed("beta_feature", "10 10:00", "10 11:00")
    outage = [down("10 09:30", "10 11:00", component="lab")]
    terms = replace(APP, components=("lab",), beta_since={"lab": t("10 09:30")})
    assert minutes(figure(outage, exclusions=[beta], terms=terms)) == (90, 60, 30)
    late = replace(terms, beta_since={"lab": t("10 09:31")})
    assert minutes(figure(outage, exclusions=[beta], terms=late)) == (90, 0, 90)
    core = replace(terms, core=frozenset({"lab"}))
    assert minutes(figure(outage, exclusions=[beta], terms=core)) == (90, 0, 90)


def test_the_gap_is_itemised_once_whatever_overlaps_and_carries_its_evidence():
    told = window(("06 01:00", "11 01:00", "11 03:00"))
    storm = typed("force_majeure", "11 02:00", "11 04:00")
    found = figure([down("11 00:30", "11 03:30"), down("11 03:00", "11 05:00")], [told], [storm])
    assert minutes(found) == (270, 180, 90)
    assert [(one.cause, one.minutes) for one in found.items] == [
        (Cause(Reason.SCHEDULED_MAINTENANCE, "M-1", announced_at=t("06 01:00")), 120),
        (Cause(Reason.FORCE_MAJEURE, "X-1", "https://proof.example/1", "kumari"), 60),
    ]
    assert found.by_reason == {Reason.SCHEDULED_MAINTENANCE: 120, Reason.FORCE_MAJEURE: 60}
    assert sum(one.raw_minutes - one.counted_minutes for one in found.working) == found.totals.excluded


def test_an_exclusion_for_one_component_does_not_hide_another_that_is_down():
    storm = typed("force_majeure", "10 10:00", "10 11:00", components=frozenset({"app"}))
    outage = [down("10 10:00", "10 11:00"), down("10 10:30", "10 10:45", component="mail", level=Level.PARTIAL)]
    assert minutes(figure(outage, exclusions=[storm], terms=TWO)) == (60, 45, 15)
    half = replace(TWO, partial_weight=Fraction(1, 2))
    assert minutes(figure(outage, exclusions=[storm], terms=half)) == (60, Fraction(105, 2), Fraction(15, 2))


def test_the_shortest_outage_is_asked_of_the_whole_run_also_across_months_components_and_windows():
    ten = replace(TWO, min_outage=Fraction(10))
    relay = [down("10 10:00", "10 10:06"), down("10 10:06", "10 10:12", component="mail")]
    assert figure(relay, terms=ten).totals.counted == 12
    assert figure([down("2026-03-31T23:55", "01 00:05")], terms=ten).totals.counted == 5
    over_run = figure([down("11 01:00", "11 03:05")], [window(("06 01:00", "11 01:00", "11 03:00"))], terms=ten)
    assert over_run.totals.counted == 5
    short = figure([down("10 10:00", "10 10:09:59")], terms=ten)
    assert (short.totals.counted, list(short.by_reason)) == (0, [Reason.BELOW_MINIMUM_DURATION])


# Probes and coverage


@pytest.mark.parametrize(
    ("results", "now", "down_minutes"),
    [
        ("UUFFUUU", None, 0),
        ("FFUFF", None, 0),
        ("UUFFFUU", None, 3),
        ("UUFFFUFFFUUU", None, 7),
        ("UUFFFUFU", "06 10:20", 18),
        ("FFFUUFFFUU", None, 6),
        ("UFF?FUU", None, 4),  # no result neither confirms nor interrupts
        ("UFFFU?U", None, 3),
        ("UFF???", None, 0),
        ("UUFFFUU", "06 10:03:59", 0),  # not confirmed yet
        ("UUFFFUU", "06 10:04", 2),
        ("UUFFFUU", "06 10:05:30", Fraction(7, 2)),  # one good check is no recovery yet
    ],
)
def test_a_probe_outage_runs_from_its_first_failed_check_to_the_first_good_one(results, now, down_minutes):
    series = ProbeSeries("P-1", "app", t("06 10:00"), results)
    assert figure(probes=[series], now=now and t(now)).totals.counted == down_minutes


def test_a_run_whose_incident_was_retracted_is_dropped_and_only_that_one():
    series = ProbeSeries("P-1", "app", t("06 10:00"), "FFFUUFFFFUU", dropped=frozenset({t("06 10:00")}))
    assert figure(probes=[series]).totals.counted == 4
    assert figure([down("06 10:05", "06 10:09")], probes=[series]).totals.counted == 4


def test_time_without_a_result_lowers_coverage_and_nothing_else():
    silent = ProbeSeries("P-1", "app", t("06 10:00"), "UU???UU")
    other = ProbeSeries("P-2", "app", t("06 10:03"), "U")
    assert figure(probes=[silent]).totals.unmeasured == 3
    assert figure(probes=[silent, other]).totals.unmeasured == 2
    assert figure(probes=[silent], now=t("06 10:02:30")).totals.unmeasured == Fraction(1, 2)
    assert figure(probes=[silent]).totals.uptime == 100


@pytest.mark.parametrize(("unmeasured", "full"), [(432, True), (433, False), (50_000, False)])
def test_a_month_under_99_per_cent_coverage_is_not_fully_measured(unmeasured, full):
    totals = figure(unmeasured=Fraction(unmeasured)).totals
    assert (totals.fully_measured, totals.uptime) == (full, 100)
    assert totals.coverage == 100 - Fraction(min(unmeasured, 43_200), 432)


# Figures


def test_the_display_is_cut_off_and_the_target_is_compared_before_that():
    assert [display(Fraction(n)) for n in ("99.9999", "100", "0", "7.0009", "99.4996")] == [
        "99.999", "100.000", "0.000", "7.000", "99.499",
    ]  # fmt: skip
    exactly = figure([down("10 10:00", "10 13:36")]).totals
    over = figure([down("10 10:00", "10 13:36:01")]).totals
    assert (exactly.uptime, exactly.target_met, exactly.budget_left) == (Fraction(199, 2), True, 0)
    assert (over.target_met, over.budget_left, display(over.uptime)) == (False, Fraction(-1, 60), "99.499")


@pytest.mark.parametrize(
    ("month", "zone", "total"),
    [("2026-02", "Asia/Colombo", 40_320), ("2028-02", "Asia/Colombo", 41_760), ("2026-12", "Asia/Colombo", 44_640),
     ("2026-03", "Europe/London", 44_580), ("2026-10", "Europe/London", 44_700)],
)  # fmt: skip
def test_a_month_has_the_minutes_that_it_has(month, zone, total):
    assert Month(month, ZoneInfo(zone)).minutes == total


def test_a_quarter_and_a_year_add_minutes():
    outage = [down("2026-01-31T22:00", "2026-02-01T02:00")]
    quarter = roll_up(figure(outage, month=month).totals for month in months_of("2026-Q1", COLOMBO))
    assert (quarter.total, quarter.counted, quarter.budget) == (129_600, 240, 648)
    assert quarter.uptime == 100 - Fraction(24_000, 129_600)
    assert [month.name for month in months_of("2026-Q4", COLOMBO)] == ["2026-10", "2026-11", "2026-12"]
    assert sum(month.minutes for month in months_of("2028", COLOMBO)) == 366 * 1440
    with pytest.raises(ValueError, match="no months"):
        roll_up([])


def test_observed_figures_begin_with_the_component_and_the_contract_with_the_month():
    totals = figure([down("15 23:30", "16 00:30")], since=t("16 00:00")).totals
    assert (totals.total, totals.counted, totals.observed, totals.observed_down) == (43_200, 60, 21_600, 30)


def test_a_month_freezes_five_local_days_after_its_end():
    assert APRIL.freezes_at() == t("2026-05-06T00:00")
    assert Month("2026-12", COLOMBO).freezes_at(days=0) == t("2027-01-01T00:00")


@pytest.mark.parametrize(
    "broken",
    [lambda: Terms(components=()), lambda: replace(APP, partial_weight=Fraction(2)),
     lambda: replace(APP, min_outage=Fraction(-1)), lambda: replace(APP, target=Fraction(101)),
     lambda: UsualWindow(7, 0, 3600), lambda: UsualWindow(0, 3600, 3600), lambda: Month("2026-4", COLOMBO),
     lambda: ProbeSeries("P", "app", t("06 10:00"), "F", fail_threshold=0), lambda: months_of("2026-Q5", COLOMBO)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(broken):
    with pytest.raises(ValueError, match=r"\w"):
        broken()
