"""Maintenance that comes again: the rule, its changes, and the windows that are made from it ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import SYSTEM, Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import wake
from status.maintenance.recurring import FIRST_YEARS, BadRule, BadStart, BadZone, NoDays, checked_rule, occurrences
from status.models import ImpactLevel, MaintenanceSeries, MaintenanceWindow, SeriesAudience, SeriesComponent
from status.models.series import LONGEST_RULE, LONGEST_ZONE
from status.operations.audience import chosen_audience, chosen_components, refuse_unserved
from status.operations.checks import line
from status.operations.maintenance import BELL
from status.operations.telling import tell_of_window
from status.operations.window_frame import (
    RIGHT,
    announce,
    audit_window,
    checked_impact,
    checked_words,
    insert_window,
    save_window,
)

MADE_AHEAD = timedelta(days=60)
LONGEST = 7 * 1440  # minutes: a week
EVERY = "windows of a series are made for whichever organisations may know of them"


@dataclass(frozen=True, kw_only=True)
class SeriesText:
    """A series as typed: what is done, and a rule of wall times in a zone."""

    title: str
    rule: str
    first_on: date
    opens: time
    minutes: int
    zone: str
    body: str = ""
    impact: str = ImpactLevel.MAJOR
    components: Sequence[int] = ()


@transaction.atomic
def plan_series(
    *,
    actor: Actor,
    text: SeriesText,
    organisations: Sequence[Organisation] | None = None,
    at: datetime | None = None,
) -> MaintenanceSeries:
    """Begin a series; its windows of the next 60 days are made and published at once.

    Raises `DomainError` beside the input for a missing title, a rule that gives no day, an unknown zone, a length of
    nothing or more than a week, an unknown component or impact, and an empty audience; `Forbidden` as `plan_window`.
    """
    require(actor, RIGHT)
    at = at or database_now()
    audience = chosen_audience(organisations)
    series = MaintenanceSeries(for_all=organisations is None, created_at=at)
    components = _fill(series, text, at=at)
    with system_scope(EVERY):
        series.save(force_insert=True)
        SeriesAudience.objects.bulk_create(SeriesAudience(series=series, organisation_id=pk) for pk in sorted(audience))
        _write_components(series, components)
    _audit("maintenance.series_plan", series, actor=actor, at=at)
    _make(series, actor=actor, at=at)
    return series


@transaction.atomic
def change_series(
    *, series: MaintenanceSeries, actor: Actor, text: SeriesText, at: datetime | None = None
) -> MaintenanceSeries:
    """Change a series from now on. Raises as `plan_series`, and `Conflict` for one that has ended.

    Windows ahead that nobody touched by hand follow: those that the rule gives no more are cancelled and the others
    made; what was moved, extended or begun by hand stays as it was announced.
    """
    locked = _locked(series, actor=actor)
    at = at or database_now()
    before = (locked.rule, locked.first_on, locked.opens, locked.minutes, locked.zone)
    components = _fill(locked, text, at=at)
    with system_scope(EVERY):
        locked.save()
        SeriesComponent.objects.filter(series=locked).delete()
        _write_components(locked, components)
    if before != (locked.rule, locked.first_on, locked.opens, locked.minutes, locked.zone):
        _give_way(locked, actor=actor, at=at)
    _audit("maintenance.series_change", locked, actor=actor, at=at)
    _make(locked, actor=actor, at=at)
    return locked


@transaction.atomic
def end_series(*, series: MaintenanceSeries, actor: Actor, at: datetime | None = None) -> MaintenanceSeries:
    """Make no more windows. Those that are announced stay: each is cancelled by itself.

    Raises `Conflict` for one that has ended, `Forbidden` as `change_series`.
    """
    locked = _locked(series, actor=actor)
    at = at or database_now()
    locked.ended_at = locked.updated_at = at
    with system_scope(EVERY):
        locked.save(update_fields=["ended_at", "updated_at"])
    _audit("maintenance.series_end", locked, actor=actor, at=at)
    return locked


def make_windows(*, at: datetime | None = None) -> int:
    """Make the windows of every series for the next 60 days; returns how many. A second worker makes none again."""
    with transaction.atomic(), system_scope(EVERY):
        now = at or database_now()
        keys = list(MaintenanceSeries.objects.filter(ended_at__isnull=True).values_list("pk", flat=True))
    made = 0
    for key in keys:
        with transaction.atomic(), system_scope(EVERY):
            held = MaintenanceSeries.objects.select_for_update(skip_locked=True)
            one = held.filter(pk=key, ended_at__isnull=True).first()
            if one is not None:
                made += _make(one, actor=SYSTEM, at=now)
    return made


def _make(series: MaintenanceSeries, *, actor: Actor, at: datetime) -> int:
    """Insert the windows that the rule gives and that are not there; each is published as it is made."""
    with system_scope(EVERY):
        there = set(MaintenanceWindow.objects.filter(series=series).values_list("occurs_at", flat=True))
        audience = list(SeriesAudience.objects.filter(series=series).values_list("organisation_id", flat=True))
        components = list(SeriesComponent.objects.filter(series=series).values_list("component_id", flat=True))
    made = [instant for instant in _instants(series, at=at) if instant not in there]
    for begins in made:
        window = MaintenanceWindow(
            title=series.title,
            body=series.body,
            impact=series.impact,
            for_all=series.for_all,
            begins_at=begins,
            ends_at=begins + timedelta(minutes=series.minutes),
            published_at=at,
            series=series,
            occurs_at=begins,
            created_at=at,
            updated_at=at,
        )
        insert_window(window, audience=audience, components=components)
        announce(window, actor=actor, at=at)
        audit_window("maintenance.made", window, actor=actor, at=at, data={"series": str(series.public_id)})
    if made:
        tell_of_window(window)
        wake(BELL)
    return len(made)


def _instants(series: MaintenanceSeries, *, at: datetime) -> list[datetime]:
    return occurrences(
        series.rule,
        first_on=series.first_on,
        opens=series.opens,
        zone=series.zone,
        since=at + timedelta(microseconds=1),
        until=at + MADE_AHEAD,
    )


def _give_way(series: MaintenanceSeries, *, actor: Actor, at: datetime) -> None:
    """Cancel the windows ahead that the changed rule gives no more, of those that nobody touched by hand.

    The instant that one was made for is freed, so that a rule that comes back to it makes another.
    """
    kept = set(_instants(series, at=at))
    with system_scope(EVERY):
        untouched = MaintenanceWindow.objects.select_for_update().filter(
            series=series, revision=0, begins_at__gt=at, started_at__isnull=True, cancelled_at__isnull=True
        )
        for window in untouched:
            same_length = window.ends_at - window.begins_at == timedelta(minutes=series.minutes)
            if window.occurs_at in kept and same_length:
                continue
            window.cancelled_at, window.cancellation = at, _("The series has other times now.")
            window.revision, window.series, window.occurs_at = window.revision + 1, None, None
            save_window(window, at=at)
            tell_of_window(window)
            audit_window("maintenance.cancel", window, actor=actor, at=at, reason=window.cancellation)
    wake(BELL)


def _locked(series: MaintenanceSeries, *, actor: Actor) -> MaintenanceSeries:
    require(actor, RIGHT)
    MaintenanceSeries.objects.get(pk=series.pk)  # in the scope of who asks
    with system_scope(EVERY):
        locked = MaintenanceSeries.objects.select_for_update().get(pk=series.pk)
        audience = frozenset(SeriesAudience.objects.filter(series=locked).values_list("organisation_id", flat=True))
    refuse_unserved(audience)
    if locked.ended_at is not None:
        raise Conflict(_("This series has ended; begin another one."))
    return locked


def _fill(series: MaintenanceSeries, text: SeriesText, *, at: datetime) -> list[int]:
    series.title, series.body = checked_words(text.title, text.body)
    series.impact = checked_impact(text.impact)
    series.zone = line(text.zone, field="zone", longest=LONGEST_ZONE, missing=_("Name a zone, as Asia/Colombo."))
    series.first_on, series.opens, series.minutes = text.first_on, text.opens, text.minutes
    if not 0 < text.minutes <= LONGEST:
        raise DomainError(_("A window lasts from a minute to a week."), field="minutes")
    series.rule = _rule(text)
    series.updated_at = at
    return [one.pk for one in chosen_components(text.components)]


def _rule(text: SeriesText) -> str:
    written = line(text.rule, field="rule", longest=LONGEST_RULE, missing=_("Give a rule, as FREQ=WEEKLY;BYDAY=SA."))
    try:
        return checked_rule(written, first_on=text.first_on, opens=text.opens, zone=text.zone)
    except BadZone as error:
        raise DomainError(_("There is no such time zone."), field="zone") from error
    except BadStart as error:
        first, last = FIRST_YEARS
        raise DomainError(
            _("A series begins between %(first)s and %(last)s.") % {"first": first, "last": last}, field="first_on"
        ) from error
    except NoDays as error:
        raise DomainError(
            _("No day of the next decades meets this rule. Look at the days and months that it names together."),
            field="rule",
        ) from error
    except BadRule as error:
        raise DomainError(
            _("This is no rule that gives days. Write it as FREQ=WEEKLY;BYDAY=SA or FREQ=MONTHLY;BYDAY=2SA."),
            field="rule",
        ) from error


def _write_components(series: MaintenanceSeries, keys: Sequence[int]) -> None:
    SeriesComponent.objects.bulk_create(SeriesComponent(series=series, component_id=pk) for pk in keys)


def _audit(action: str, series: MaintenanceSeries, *, actor: Actor, at: datetime) -> None:
    said = {
        "rule": series.rule,
        "zone": series.zone,
        "opens": f"{series.opens:%H:%M}",
        "first_on": series.first_on.isoformat(),
        "minutes": series.minutes,
    }
    record_vendor(action=action, subject=str(series.public_id), actor=actor, at=at, data=said)
