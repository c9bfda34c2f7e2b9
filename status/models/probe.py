"""Probes: what is asked of a component at a fixed interval, what came of it, and the outages that it proves.

The checks of a probe stand on a grid: slot 0 of each hour begins `offset` seconds after the hour, and every slot is one
interval wide. So a series of results needs no instants, and an hour of them is one short text.
"""

from django.db import models

from status.models.component import Component
from status.models.incident import Incident

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_STATUSES, LONGEST_TEXT, LONGEST_DETAIL = 60, 500, 80, 200, 200
HOUR_S = 3600
INTERVALS = (30, 60, 120, 300, 600)  # seconds; each divides the hour


class ProbeKind(models.TextChoices):
    """How a probe asks."""

    HTTP = "http", "HTTP(S)"
    TCP = "tcp", "TCP"


class ProbeState(models.TextChoices):
    """What is confirmed of a probe's component. Before the first confirmed outage it counts as up."""

    UP = "up", "Up"
    DOWN = "down", "Down"


class ProbeOutcome(models.TextChoices):
    """What came of one check. A refusal of ours to ask is neither up nor down."""

    UP = "up", "Up"
    FAILED = "failed", "Failed"
    REFUSED = "refused", "Not asked"


class Probe(models.Model):
    """A check of a component. It is paused, never deleted: what it saw is part of contract figures.

    Its interval and thresholds stay as they were set, so that its results are one series. `streak` and `streak_from`
    count the checks that speak against `state`, and name the first of them.
    """

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="probes")
    name = models.CharField(max_length=LONGEST_NAME)
    kind = models.CharField(max_length=4, choices=ProbeKind, default=ProbeKind.HTTP)
    address = models.CharField(max_length=LONGEST_ADDRESS, help_text="An HTTP(S) address, or host:port.")
    interval = models.PositiveSmallIntegerField(default=60, help_text="Seconds from check to check.")
    offset = models.PositiveSmallIntegerField(default=0, help_text="Seconds after the hour of the first slot.")
    connect_timeout = models.PositiveSmallIntegerField(default=5, help_text="Seconds.")
    timeout = models.PositiveSmallIntegerField(default=10, help_text="Seconds for all of a check.")
    statuses = models.CharField(max_length=LONGEST_STATUSES, default="200-299", help_text="As in 200-299, 401.")
    text = models.CharField(max_length=LONGEST_TEXT, blank=True, help_text="What the answer has to hold.")
    fail_threshold = models.PositiveSmallIntegerField(default=3)
    success_threshold = models.PositiveSmallIntegerField(default=2)
    paused_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(help_text="Its first slot.")
    next_at = models.DateTimeField(help_text="The slot that is asked for next.")
    claimed_until = models.DateTimeField(null=True, help_text="Until then nobody else asks.")
    state = models.CharField(max_length=4, choices=ProbeState, default=ProbeState.UP)
    streak = models.PositiveSmallIntegerField(default=0)
    streak_from = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True, help_text="The slot of the newest result.")
    last_outcome = models.CharField(max_length=7, choices=ProbeOutcome, blank=True)
    last_ms = models.PositiveIntegerField(null=True)
    last_why = models.CharField(max_length=20, blank=True)
    last_detail = models.CharField(max_length=LONGEST_DETAIL, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(address="") & models.Q(kind__in=ProbeKind.values),
                name="status_probe_filled",
            ),
            models.CheckConstraint(
                condition=models.Q(interval__in=INTERVALS, offset__lt=models.F("interval")), name="status_probe_grid"
            ),
            models.CheckConstraint(
                condition=models.Q(fail_threshold__range=(1, 10), success_threshold__range=(1, 10)),
                name="status_probe_thresholds",
            ),
            # Never two checks at once: one ends before the next begins.
            models.CheckConstraint(
                condition=models.Q(
                    connect_timeout__gte=1, timeout__gte=models.F("connect_timeout"), timeout__lt=models.F("interval")
                ),
                name="status_probe_in_time",
            ),
            models.CheckConstraint(condition=models.Q(state__in=ProbeState.values), name="status_probe_state"),
        )
        indexes = (
            models.Index(fields=("next_at",), condition=models.Q(paused_at__isnull=True), name="status_probe_due"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def is_down(self) -> bool:
        """Whether its outage is confirmed and its recovery is not."""
        return self.state == ProbeState.DOWN


class ProbeResult(models.Model):
    """One check, kept for some weeks; the marks of its hour stay. `why` is a code, empty for what was as expected."""

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="results", db_index=False)
    slot_at = models.DateTimeField()
    outcome = models.CharField(max_length=7, choices=ProbeOutcome)
    ms = models.PositiveIntegerField(null=True, help_text="Milliseconds until the answer; empty where there was none.")
    why = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=LONGEST_DETAIL, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("probe", "slot_at"), name="status_result_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=ProbeOutcome.values), name="status_result_outcome"),
        )
        indexes = (models.Index(fields=("slot_at",), name="status_results_by_age"),)


class ProbeHour(models.Model):
    """An hour of results, kept for ever: a mark for each slot, U up, F failed, R not asked, ? without a result."""

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="hours", db_index=False)
    hour = models.DateTimeField()
    marks = models.CharField(max_length=HOUR_S // INTERVALS[0])
    up = models.PositiveSmallIntegerField()
    failed = models.PositiveSmallIntegerField()
    ms_median = models.PositiveIntegerField(null=True)
    ms_p95 = models.PositiveIntegerField(null=True)
    ms_max = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("probe", "hour"), name="status_hour_once"),
            models.CheckConstraint(condition=models.Q(marks__regex="^[UFR?]+$"), name="status_hour_marks"),
        )


class ProbeRun(models.Model):
    """A confirmed outage: from the first failed check to the first good one of a confirmed recovery (R8).

    Where its incident was retracted it counts for nothing.
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="runs", db_index=False)
    first_failed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    recovered_at = models.DateTimeField(null=True)
    recovery_confirmed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=LONGEST_DETAIL, blank=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="probe_runs")
    told_at = models.DateTimeField(null=True, help_text="When staff were told of the outage.")
    recovery_told_at = models.DateTimeField(null=True, help_text="When staff were told of its end.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("probe", "first_failed_at"), name="status_run_once"),
            models.UniqueConstraint(
                fields=("probe",), condition=models.Q(recovered_at__isnull=True), name="status_run_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(recovered_at__isnull=True) | models.Q(recovered_at__gt=models.F("first_failed_at")),
                name="status_run_forward",
            ),
        )
        indexes = (
            models.Index(
                fields=("id",),
                condition=models.Q(told_at__isnull=True)
                | models.Q(recovered_at__isnull=False, recovery_told_at__isnull=True),
                name="status_runs_untold",
            ),
        )
