"""Surges: tickets of several organisations that speak of the same, and what staff make of it. Clients learn nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import StaffMember, StaffRole
from helpdesk.accounts.queries import served_by
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.operations import queue_account_notice
from status.models import Incident, IncidentTicket, Surge, SurgeState, SurgeTicket
from status.models.surge import LONGEST_WORDS
from status.operations.threads import attach_ticket
from status.surging import Found, Rule, Spoken, stem_of, surges
from tickets.models import Ticket

EVERY = "tickets of every organisation may speak of the same"
NEWEST, USUAL = 1_000, 2_000  # tickets that are read: the newest, and those before them for what is usual
REMEMBERED = timedelta(hours=24)  # for so long the same words are no further surge
SEPARATOR = ", "


def find_surges(*, at: datetime | None = None) -> int:
    """Look for surges among the newest tickets, propose each once and tell the agents; returns how many are new.

    Further tickets of a surge that is known, also of one that was dismissed, are added to it in silence. Tickets that
    stand at an incident that lasts are left out: that is known.
    """
    with transaction.atomic(), system_scope(EVERY):
        now = at or database_now()
        rule = Rule(settings.SURGE_TICKETS, settings.SURGE_ORGANISATIONS, timedelta(minutes=settings.SURGE_MINUTES))
        newest = _newest(now - rule.within)
        if len(newest) < rule.tickets:
            return 0
        known = list(Surge.objects.select_for_update().filter(newest_at__gt=now - REMEMBERED).order_by("pk"))
        usual = list(
            Ticket.objects.filter(pk__lt=newest[-1].ticket_id).order_by("-pk").values_list("subject", flat=True)[:USUAL]
        )
        return sum(_note(found, known, at=now) for found in surges(newest, usual, rule=rule, at=now))


def _newest(since: datetime) -> list[Spoken]:
    explained = IncidentTicket.objects.filter(
        ticket=OuterRef("pk"), incident__resolved_at__isnull=True, incident__retracted_at__isnull=True
    )
    rows = Ticket.objects.order_by("-pk").annotate(is_explained=Exists(explained))
    shown = rows.values_list("pk", "organisation_id", "opened_at", "subject", "is_explained")[:NEWEST]
    return [
        Spoken(pk, owner, opened, subject) for pk, owner, opened, subject, told in shown if opened > since and not told
    ]


def _note(found: Found, known: Sequence[Surge], *, at: datetime) -> bool:
    tickets = list(Ticket.objects.filter(pk__in=[one.ticket_id for one in found.tickets]).order_by("pk"))
    same = next((one for one in known if found.stem in {stem_of(word) for word in one.words.split(SEPARATOR)}), None)
    if same is not None:
        _add(same, tickets)
        return False
    surge = propose_surge(words=SEPARATOR.join(found.words), tickets=tickets, at=at)
    _tell(surge, tickets)
    return True


@transaction.atomic
def propose_surge(*, words: str, tickets: Sequence[Ticket], at: datetime) -> Surge:
    """Note that these tickets, of whichever organisations, share these words. Needs at least one ticket."""
    with system_scope(EVERY):
        opened = [one.opened_at for one in tickets]
        surge = Surge(words=words[:LONGEST_WORDS], began_at=min(opened), newest_at=max(opened), seen_at=at)
        surge.save(force_insert=True)
        _add(surge, tickets)
    return surge


def _add(surge: Surge, tickets: Sequence[Ticket]) -> None:
    rows = [SurgeTicket(surge=surge, ticket=one, organisation_id=one.organisation_id) for one in tickets]
    SurgeTicket.objects.bulk_create(rows, ignore_conflicts=True)
    newest = max(one.opened_at for one in tickets)
    if newest > surge.newest_at:
        surge.newest_at = newest
        surge.save(update_fields=["newest_at"])


def _tell(surge: Surge, tickets: Sequence[Ticket]) -> None:
    """Mail each agent who serves several of its organisations; told of those alone, and by number only."""
    staff = StaffMember.objects.filter(user__is_active=True, role=StaffRole.AGENT).select_related("user")
    for person in staff.order_by("pk"):
        served = served_by(person)
        own = [one for one in tickets if one.organisation_id in served]
        owners = {one.organisation_id for one in own}
        if len(owners) < settings.SURGE_ORGANISATIONS:
            continue
        queue_account_notice(
            recipient=person.user.email,
            event="surge",
            subject=_("Several clients write of the same"),
            text=_(
                "%(tickets)d tickets of %(owners)d organisations speak of “%(words)s”. "
                "Open an incident with them, or dismiss it:\n\n%(address)s\n"
            )
            % {
                "tickets": len(own),
                "owners": len(owners),
                "words": surge.words,
                "address": f"{settings.SITE_URL}{reverse('status:incidents')}",
            },
            about=f"surge:{surge.pk}",
        )


@transaction.atomic
def dismiss_surge(*, surge: Surge, actor: Actor, at: datetime | None = None) -> Surge:
    """Say that it is none. Raises `Conflict` when somebody has decided otherwise meanwhile."""
    locked = _locked(surge, actor=actor)
    if locked.state == SurgeState.OPENED:
        raise Conflict(_("An incident was opened for it already."))
    if locked.state == SurgeState.PROPOSED:
        _decide(locked, SurgeState.DISMISSED, actor=actor, at=at or database_now())
    return locked


@transaction.atomic
def open_for_surge(*, surge: Surge, incident: Incident, actor: Actor, at: datetime | None = None) -> int:
    """Say that this incident explains it, and attach its tickets; returns how many.

    Those of the scope at hand alone, and of organisations that may know of the incident: others stay as they are.
    Raises `Conflict` when it was decided already.
    """
    locked = _locked(surge, actor=actor)
    if locked.state != SurgeState.PROPOSED:
        raise Conflict(_("This was decided already."))
    at = at or database_now()
    attached = 0
    for row in SurgeTicket.objects.filter(surge=surge).select_related("ticket__organisation").order_by("pk"):
        try:
            with transaction.atomic():
                attach_ticket(incident=incident, ticket=row.ticket, actor=actor, at=at)
        except DomainError:  # its organisation may not know of the incident
            continue
        attached += 1
    locked.incident = incident
    _decide(locked, SurgeState.OPENED, actor=actor, at=at)
    return attached


def _locked(surge: Surge, *, actor: Actor) -> Surge:
    require(actor, "incident.write")
    Surge.objects.get(pk=surge.pk)  # in the scope of who asks
    with system_scope(EVERY):
        return Surge.objects.select_for_update().get(pk=surge.pk)


def _decide(surge: Surge, state: SurgeState, *, actor: Actor, at: datetime) -> None:
    surge.state, surge.decided_at, surge.decided_by_id = state, at, actor.staff_id
    with system_scope(EVERY):
        surge.save(update_fields=["state", "decided_at", "decided_by", "incident"])
    record_vendor(action=f"surge.{state.value}", subject=str(surge.public_id), actor=actor, at=at)
