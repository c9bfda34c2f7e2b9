"""What the replays of clocks found, for the admins' page: runs are the vendor's, differences of one's organisations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.tenancy import system_scope
from sla.models.clock import ClockKind
from tickets.models import ClockDifference, ReplayRun

REASON = "a replay is the vendor's own; what it found belongs to organisations"
RUNS_SHOWN = 14
DIFFERENCES_SHOWN = 100
LATE = timedelta(hours=26)  # a nightly run that has not ended by then
FIGURES = {
    "state": _("State"),
    "verdict": _("Verdict"),
    "started_at": _("Started"),
    "due_at": _("Due"),
    "promised_at": _("Last promised"),
    "warn_at": _("Warning"),
    "next_event_at": _("When the sweep looks"),
    "paused_at": _("Paused since"),
    "stopped_at": _("Stopped"),
    "breached_at": _("Breached"),
    "budget": _("Support time"),
    "provisional": _("Provisional"),
    "row": _("The clock itself"),
    "fold": _("It could not be counted"),
}


@dataclass(frozen=True)
class Found:
    """One difference in words. `stored` and `folded` are instants, or texts; empty texts where there is none."""

    row: ClockDifference
    clock: str
    figure: str
    stored: datetime | str
    folded: datetime | str


@dataclass(frozen=True)
class Replays:
    """The newest runs, each with how many figures differed, and what one that has ended found; all as in scope."""

    runs: list[ReplayRun]
    differing: dict[int, int]
    shown: ReplayRun | None
    differences: list[Found]
    seen: int

    @property
    def rows(self) -> list[tuple[ReplayRun, int]]:
        return [(run, self.differing.get(run.pk, 0)) for run in self.runs]

    @property
    def going_on(self) -> ReplayRun | None:
        return next((run for run in self.runs if run.ended_at is None), None)


def replays(*, run_id: int | None = None) -> Replays:
    """The newest runs; the differences are those of the run of this id, or of the newest that has ended."""
    with system_scope(REASON):
        runs = list(ReplayRun.objects.order_by("-pk").defer("sample")[:RUNS_SHOWN])
    ended = [run for run in runs if run.ended_at is not None]
    shown = next((run for run in ended if run.pk == run_id), ended[0] if ended else None)
    found = ClockDifference.objects.filter(run=shown) if shown is not None else ClockDifference.objects.none()
    related = found.select_related("ticket__organisation").order_by("-is_new", "ticket_id", "pk")
    rows = [_found(row) for row in related[:DIFFERENCES_SHOWN]]
    seen = ClockDifference.objects.filter(run_id__any=[run.pk for run in runs]).values("run_id").order_by("run_id")
    differing = dict(seen.annotate(figures=Count("pk")).values_list("run_id", "figures"))
    return Replays(runs, differing, shown, rows, differing.get(shown.pk, 0) if shown is not None else 0)


def differing_count() -> int:
    """How many figures of clocks in scope differed at the newest replay that has ended."""
    with system_scope(REASON):
        newest = ReplayRun.objects.filter(ended_at__isnull=False).order_by("-pk").values_list("pk", flat=True).first()
    return ClockDifference.objects.filter(run_id=newest).count() if newest is not None else 0


def is_late(found: Replays, *, at: datetime) -> bool:
    """Whether no replay has ended for over a night."""
    ended = [run.ended_at for run in found.runs if run.ended_at is not None]
    return not ended or at - max(ended) > LATE


def _found(row: ClockDifference) -> Found:
    clock = str(ClockKind(row.kind).label) if row.kind else ""
    figure = str(FIGURES.get(row.field, row.field))
    return Found(row, clock, figure, _value(row.field, row.stored), _value(row.field, row.folded))


def _value(field: str, text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text) if field.endswith("_at") else text
    except ValueError:  # none, or no instant at all
        return text
