"""Probes: defining them, changing what they ask, pausing them, and asking once by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from status.models import Component, Probe, ProbeKind, ProbeRun
from status.models.probe import INTERVALS, LONGEST_ADDRESS, LONGEST_NAME, LONGEST_STATUSES, LONGEST_TEXT
from status.operations.checks import line
from status.probes import check_of, guard
from status.probing.addresses import http_place, tcp_place
from status.probing.checking import run_checks
from status.probing.grid import slot_of
from status.probing.shapes import Outcome, Statuses

MOST = 500
LONGEST_TIMEOUT = 20
SPREAD = 7  # seconds from one probe's slot to the next one's, so that they do not all ask at once


@dataclass(frozen=True, kw_only=True)
class ProbeText:
    """What a probe asks, as typed. Its interval and thresholds are taken when it is defined, and stay."""

    name: str
    kind: str = ProbeKind.HTTP
    address: str
    component: Component | None
    connect_timeout: int = 5
    timeout: int = 10
    statuses: str = "200-299"
    text: str = ""
    interval: int = 60
    fail_threshold: int = 3
    success_threshold: int = 2


@transaction.atomic
def define_probe(*, actor: Actor, text: ProbeText, at: datetime | None = None) -> Probe:
    """Begin to ask a component, from its next slot on.

    Raises `DomainError` beside the input for a name or component that is missing, an address, codes, times or
    thresholds that are none, and one probe too many; `Forbidden` without the right. An address inside a network is
    taken: whether it is asked is decided by each check, and its result says so.
    """
    require(actor, "component.define")
    at = at or database_now()
    if Probe.objects.count() >= MOST:
        raise DomainError(_("There are %d probes already; change one of them.") % MOST)
    if text.interval not in INTERVALS:
        raise DomainError(_("Choose an interval from the list."), field="interval")
    for field in ("fail_threshold", "success_threshold"):
        if not 1 <= getattr(text, field) <= 10:
            raise DomainError(_("A number from 1 to 10."), field=field)
    newest = Probe.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    probe = Probe(
        interval=text.interval,
        fail_threshold=text.fail_threshold,
        success_threshold=text.success_threshold,
        offset=(newest + 1) * SPREAD % text.interval,
    )
    probe.began_at = probe.next_at = slot_of(at, interval=probe.interval, offset=probe.offset)
    _write(probe, text, at=at)
    _audit("probe.define", probe, actor=actor, at=at)
    return probe


@transaction.atomic
def change_probe(*, probe: Probe, actor: Actor, text: ProbeText, at: datetime | None = None) -> Probe:
    """Change what a probe asks, not how often nor what confirms: its results stay one series.

    Raises as `define_probe`, and `DomainError` for another component: what it saw was of the first.
    """
    require(actor, "component.define")
    locked = Probe.objects.select_for_update().get(pk=probe.pk)
    at = at or database_now()
    if text.component is not None and text.component.pk != locked.component_id:
        raise DomainError(_("What it saw belongs to its component; define another probe."), field="component")
    _write(locked, text, at=at)
    _audit("probe.change", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def pause_probe(*, probe: Probe, actor: Actor, at: datetime | None = None) -> Probe:
    """Ask no more, until it is resumed; the time between counts as not measured. A paused one stays as it is.

    Raises `Conflict` during a confirmed outage whose incident was not retracted: it would never be seen to end.
    """
    require(actor, "component.define")
    locked = Probe.objects.select_for_update().get(pk=probe.pk)
    at = at or database_now()
    lasting = ProbeRun.objects.filter(probe=locked, recovered_at__isnull=True)
    if lasting.exclude(incident__retracted_at__isnull=False).exists():
        raise Conflict(
            _("It is down: paused, it would count as down for ever. Put its address right, or retract its incident.")
        )
    if locked.paused_at is None:
        locked.paused_at = locked.updated_at = at
        locked.save(update_fields=["paused_at", "updated_at"])
        _audit("probe.pause", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def resume_probe(*, probe: Probe, actor: Actor, at: datetime | None = None) -> Probe:
    """Ask again, from the next slot on. One that is not paused stays as it is."""
    require(actor, "component.define")
    locked = Probe.objects.select_for_update().get(pk=probe.pk)
    at = at or database_now()
    if locked.paused_at is not None:
        locked.paused_at, locked.updated_at = None, at
        locked.next_at = slot_of(at, interval=locked.interval, offset=locked.offset)
        locked.save(update_fields=["paused_at", "updated_at", "next_at"])
        _audit("probe.resume", locked, actor=actor, at=at)
    return locked


def ask_now(*, probe: Probe, actor: Actor) -> Outcome | None:
    """Ask once, here, and say what came of it; no result is kept. None where a fault of ours left none."""
    require(actor, "incident.write")
    (found,) = run_checks([check_of(probe)], guard=guard())
    return found


def _write(probe: Probe, text: ProbeText, *, at: datetime) -> None:
    if text.component is None or text.component.retired_at is not None:
        raise DomainError(_("Choose a component from the list."), field="component")
    if text.kind not in ProbeKind.values:
        raise DomainError(_("Choose a kind from the list."), field="kind")
    probe.component, probe.kind = text.component, text.kind
    probe.name = line(text.name, field="name", longest=LONGEST_NAME, missing=_("Give it a name."))
    probe.address = _address(text)
    probe.text = line(text.text, field="text", longest=LONGEST_TEXT)
    probe.statuses = _statuses(text)
    probe.connect_timeout, probe.timeout = _timeouts(text, probe.interval)
    probe.updated_at = at
    probe.save()


def _address(text: ProbeText) -> str:
    typed = line(text.address, field="address", longest=LONGEST_ADDRESS, missing=_("Say what is asked."))
    try:
        if text.kind == ProbeKind.TCP:
            tcp_place(typed)
        else:
            http_place(typed)
    except ValueError as error:
        wanted = {
            ProbeKind.TCP: _("A host and a port, as in mail.example:25."),
            ProbeKind.HTTP: _("An address as in https://app.example/health, without a password."),
        }
        raise DomainError(wanted[ProbeKind(text.kind)], field="address") from error
    return typed


def _statuses(text: ProbeText) -> str:
    typed = line(text.statuses or "200-299", field="statuses", longest=LONGEST_STATUSES)
    try:
        Statuses.read(typed)
    except ValueError as error:
        raise DomainError(_("Status codes as in 200-299, 401."), field="statuses") from error
    return typed


def _timeouts(text: ProbeText, interval: int) -> tuple[int, int]:
    most = min(LONGEST_TIMEOUT, interval - 1)
    if not 1 <= text.timeout <= most:
        raise DomainError(_("From 1 to %d seconds.") % most, field="timeout")
    if not 1 <= text.connect_timeout <= text.timeout:
        raise DomainError(_("From 1 second to those for all of it."), field="connect_timeout")
    return text.connect_timeout, text.timeout


def _audit(action: str, probe: Probe, *, actor: Actor, at: datetime) -> None:
    said = {"component": probe.component.name, "kind": probe.kind, "address": probe.address}
    record_vendor(action=action, subject=probe.name, actor=actor, at=at, data=said)
