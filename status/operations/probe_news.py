"""What becomes of a confirmed outage: a draft incident that staff are told of; and of a recovery: a proposal to end it.

A probe publishes nothing. What clients read is written by a person.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import StaffMember, StaffRole
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.instants import instant_text, span_text
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.operations import queue_account_notice
from status.attention import keep_attention
from status.maintenance.planned import planned_work
from status.models import Component, ImpactLevel, Incident, IncidentImpact, Phase, ProbeRun
from status.models.incident import LONGEST_TITLE
from status.operations.incidents import UpdateText, open_incident, post_update
from status.probes import words_for

logger = logging.getLogger(__name__)
EVERY = "what a probe saw may belong to any incident"
BATCH = 50


def tell_runs(*, at: datetime | None = None) -> int:
    """Bring each run that is new to an incident, and each recovery to its incident; returns how many.

    Each is a transaction of its own, written with its mails: told once, whoever dies. The drafts that wait are then
    kept for staff's pages.
    """
    told = 0
    with system_scope(EVERY):
        untold = Q(told_at__isnull=True) | Q(recovered_at__isnull=False, recovery_told_at__isnull=True)
        keys = list(ProbeRun.objects.filter(untold).order_by("pk").values_list("pk", flat=True)[:BATCH])
    for key in keys:
        try:
            told += _tell(key, at=at)
        except Exception:
            logger.exception("run %s of a probe could not be told", key)
    with system_scope(EVERY):
        keep_attention()
    return told


def _tell(key: int, *, at: datetime | None) -> int:
    with transaction.atomic(), system_scope(EVERY):
        runs = ProbeRun.objects.select_related("probe__component", "incident")
        run = runs.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
        if run is None:
            return 0
        now = at or database_now()
        if run.told_at is None:
            _tell_of_outage(run, at=now)
            run.told_at = now
        if run.recovered_at is not None and run.recovery_told_at is None:
            _tell_of_recovery(run, at=now)
            run.recovery_told_at = now
        run.save(update_fields=["incident", "told_at", "recovery_told_at"])
    return 1


def _tell_of_outage(run: ProbeRun, *, at: datetime) -> None:
    component = Component.objects.select_for_update().get(pk=run.probe.component_id)  # one incident, not two
    lasting = _lasting(component)
    if lasting is None:
        run.incident = open_incident(
            actor=SYSTEM,
            title=(_("%s does not answer") % component.name)[:LONGEST_TITLE],
            update=_outage(run),
            published=False,
            at=at,
        )
    else:
        run.incident = lasting
        if lasting.is_draft and lasting.owner_id is None:
            post_update(incident=lasting, actor=SYSTEM, update=_outage(run), at=at)
    _mail(run, _("%s does not answer") % component.name, _outage_words)


def _lasting(component: Component) -> Incident | None:
    """The newest incident for everybody that lasts and speaks of the component."""
    about = IncidentImpact.objects.filter(component=component).values("incident")
    lasting = Incident.objects.filter(for_all=True, resolved_at__isnull=True, retracted_at__isnull=True)
    return lasting.filter(pk__in=about).order_by("-started_at", "-pk").first()


def _outage(run: ProbeRun) -> UpdateText:
    said = _("Checks of %(component)s fail. %(why)s") % {
        "component": run.probe.component.name,
        "why": words_for(run.why, run.detail),
    }
    impacts = {run.probe.component_id: ImpactLevel.MAJOR.value}
    return UpdateText(phase=Phase.INVESTIGATING, body=said.strip(), display_at=run.first_failed_at, impacts=impacts)


def _tell_of_recovery(run: ProbeRun, *, at: datetime) -> None:
    """In a draft that nobody has touched, the impact ends where the checks were good again; else a person says so."""
    incident = run.incident
    if incident is None or incident.is_retracted:
        return
    if incident.is_draft and incident.owner_id is None and not _others_last(run):
        said = _("Checks succeed again. Say what it was and resolve it, or retract it if it was no incident.")
        update = UpdateText(
            phase=Phase.MONITORING,
            body=said,
            display_at=run.recovered_at,
            impacts={run.probe.component_id: ImpactLevel.OPERATIONAL.value},
        )
        post_update(incident=incident, actor=SYSTEM, update=update, at=at)
    _mail(run, _("%s answers again") % run.probe.component.name, _recovery_words)


def _others_last(run: ProbeRun) -> bool:
    """Whether another probe still sees the component down."""
    same = ProbeRun.objects.filter(incident=run.incident, probe__component=run.probe.component_id)
    return same.filter(recovered_at__isnull=True).exclude(pk=run.pk).exists()


def _mail(run: ProbeRun, subject: str, words: Callable[[ProbeRun, str], str]) -> None:
    assert run.incident is not None
    address = f"{settings.SITE_URL}{reverse('status:manage', args=[run.incident.public_id])}"
    for person in _agents():
        said = words(run, person.user.time_zone)
        queue_account_notice(
            recipient=person.user.email,
            event="probe",
            subject=subject,
            text=f"{said}\n\n{address}\n",
            about=f"probe-run:{run.pk}",
        )


def _agents() -> Iterable[StaffMember]:
    """Whom an outage is told: the agents who may sign in, the administrators where there is none."""
    staff = StaffMember.objects.filter(user__is_active=True).select_related("user").order_by("pk")
    return list(staff.filter(role=StaffRole.AGENT)) or list(staff.filter(role=StaffRole.ADMIN))


def _outage_words(run: ProbeRun, zone: str) -> str:
    return _(
        "The probe “%(probe)s” of %(component)s has failed %(times)d times in a row, since %(since)s.\n%(why)s\n"
        "%(work)s\nClients are told nothing yet. Publish the incident, or retract it if it is none:"
    ) % {
        "probe": run.probe.name,
        "component": run.probe.component.name,
        "times": run.probe.fail_threshold,
        "since": instant_text(run.first_failed_at, zone),
        "why": words_for(run.why, run.detail),
        "work": _work_words(run, zone),
    }


def _work_words(run: ProbeRun, zone: str) -> str:
    """The maintenance that was under way for the component when the outage was confirmed, a line each.

    Read in the scope of nobody: an agent may not serve the organisation that other work is for.
    """
    with scope(()):
        lasting = [one for one in planned_work(at=run.confirmed_at) if one.is_running]
    return "".join(
        _("Maintenance is under way: “%(title)s”, until %(ends)s.\n")
        % {"title": one.title, "ends": instant_text(one.ends_at, zone)}
        for one in lasting
        if one.concerns(run.probe.component_id)
    )


def _recovery_words(run: ProbeRun, zone: str) -> str:
    assert run.recovered_at is not None
    return _(
        "The probe “%(probe)s” of %(component)s succeeds again, since %(since)s; it was down for %(span)s.\n\n"
        "The incident lasts until you resolve it:"
    ) % {
        "probe": run.probe.name,
        "component": run.probe.component.name,
        "since": instant_text(run.recovered_at, zone),
        "span": span_text(run.recovered_at - run.first_failed_at),
    }
