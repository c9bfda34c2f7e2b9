"""Whom an edit of a calendar or a policy reaches, and that who edits serves them all.

What everybody has, new organisations too (the published policy and calendar, the escalation matrix), is edited by those
who serve every organisation. What only some organisations have is edited by whoever serves each of these.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.accounts.queries import served_by
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import system_scope
from sla.models import Agreement, Calendar, Clock, Policy
from sla.queries import DEFAULT_CALENDAR, DEFAULT_POLICY

OWN = "an edit reaches organisations that who edits may not serve: they are counted, not named"


def require_everybody(actor: Actor) -> None:
    """Raise `Forbidden` unless the actor serves every organisation: what is edited is for all, later ones too."""
    if _limits(actor) is not None:
        said = _("This is for every organisation, and you serve only some. Somebody who serves them all can change it.")
        raise Forbidden(said)


def require_calendar(actor: Actor, calendar: Calendar) -> None:
    """Raise `Forbidden` unless the actor serves each organisation whose tickets the calendar counts."""
    if calendar.key == DEFAULT_CALENDAR:
        require_everybody(actor)
    elif (served := _limits(actor)) is not None:
        # Whose new tickets it counts, and whose open ones it still does.
        agreed = Agreement.objects.filter(calendar=calendar).values_list("organisation_id", flat=True)
        live = Clock.objects.filter(calendar=calendar, state__in=("running", "paused"))
        with system_scope(OWN):
            reached = {*agreed, *live.values_list("organisation_id", flat=True).distinct()}
        _require_all(reached - served)


def require_policy(actor: Actor, policy: Policy, *, organisation: Organisation | None = None) -> None:
    """Raise `Forbidden` unless the actor serves each organisation that has the policy; the one, where it is for one."""
    served = _limits(actor)
    if served is None:
        return
    if organisation is not None:
        _require_all({organisation.pk} - served)
    elif policy.key == DEFAULT_POLICY:
        require_everybody(actor)
    else:
        with system_scope(OWN):
            reached = set(Agreement.objects.filter(policy=policy).values_list("organisation_id", flat=True))
        _require_all(reached - served)


def _limits(actor: Actor) -> frozenset[int] | None:
    """The organisations that the actor serves; None where that is every one, later ones too."""
    if actor.kind is ActorKind.SYSTEM:
        return None
    me = StaffMember.objects.filter(pk=actor.staff_id or 0).first()
    if me is None:
        raise Forbidden(_("Only our own staff can do this."))
    if me.serves_all:
        return None
    with system_scope(OWN):
        return served_by(me)


def _require_all(others: set[int] | frozenset[int]) -> None:
    if others:
        said = ngettext(
            "This is also for %(n)d organisation that you do not serve. Somebody who serves it too can change it.",
            "This is also for %(n)d organisations that you do not serve. Somebody who serves them too can change it.",
            len(others),
        )
        raise Forbidden(said % {"n": len(others)})
