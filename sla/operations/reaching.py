"""Whom an edit of a calendar or a policy reaches, and that who edits serves them all.

What everybody has, new organisations too (the published policy and calendar, the escalation matrix), is edited by those
who serve every organisation. What only some organisations have is edited by whoever serves each of these. The words of
a refusal name neither the other organisations nor their number, but the admins who can make the edit; a page shows
them in place of its form.
"""

from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.accounts.queries import served_by
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import system_scope
from sla.models import Agreement, Calendar, Clock, PlannedEdit, Policy
from sla.queries import DEFAULT_CALENDAR, DEFAULT_POLICY

OWN = "an edit reaches organisations that who edits may not serve: only whether there are any is told"
NAMED = 3  # admins in the words of a refusal


def require_everybody(actor: Actor) -> None:
    """Raise `Forbidden` unless the actor serves every organisation: what is edited is for all, later ones too."""
    _refuse(everybody_hindrance(actor))


def require_calendar(actor: Actor, calendar: Calendar) -> None:
    """Raise `Forbidden` unless the actor serves each organisation whose tickets the calendar counts."""
    _refuse(calendar_hindrance(actor, calendar))


def require_policy(actor: Actor, policy: Policy, *, organisation: Organisation | None = None) -> None:
    """Raise `Forbidden` unless the actor serves each organisation that has the policy; the one, where it is for one."""
    _refuse(policy_hindrance(actor, policy, organisation=organisation))


def require_plan(actor: Actor, plan: PlannedEdit) -> None:
    """Raise `Forbidden` unless the actor serves everybody whom a planned edit reaches, as who planned it did."""
    _refuse(plan_hindrance(actor, plan))


def everybody_hindrance(actor: Actor) -> str:
    """Why the actor cannot edit what is for everybody, and who can; empty when they can."""
    if _limits(actor) is None:
        return ""
    return _("This is for every organisation, and you serve only some. %(who)s") % {"who": _who_can()}


def calendar_hindrance(actor: Actor, calendar: Calendar) -> str:
    """Why the actor cannot edit this calendar, and who can; empty when they can."""
    if calendar.key == DEFAULT_CALENDAR:
        return everybody_hindrance(actor)
    if (served := _limits(actor)) is None:
        return ""
    with system_scope(OWN):  # both statements begin here: a queryset has the scope that it was made in
        # Whose new tickets it counts, and whose open ones it still does.
        agreed = Agreement.objects.filter(calendar=calendar).values_list("organisation_id", flat=True)
        live = Clock.objects.filter(calendar=calendar, state__in=("running", "paused"))
        reached = {*agreed, *live.values_list("organisation_id", flat=True).distinct()}
    return _shared() if reached - served else ""


def policy_hindrance(actor: Actor, policy: Policy, *, organisation: Organisation | None = None) -> str:
    """Why the actor cannot edit this policy, or not for this organisation, and who can; empty when they can."""
    if (served := _limits(actor)) is None:
        return ""
    if organisation is not None:
        return "" if organisation.pk in served else _shared()
    if policy.key == DEFAULT_POLICY:
        return everybody_hindrance(actor)
    with system_scope(OWN):
        reached = set(Agreement.objects.filter(policy=policy).values_list("organisation_id", flat=True))
    return _shared() if reached - served else ""


def plan_hindrance(actor: Actor, plan: PlannedEdit) -> str:
    """Why the actor cannot decide on a planned edit; empty when they can."""
    if plan.calendar is not None:
        return calendar_hindrance(actor, plan.calendar)
    assert plan.policy is not None, "the database knows of no edit of nothing"
    return policy_hindrance(actor, plan.policy, organisation=plan.only_for)


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


def _refuse(hindrance: str) -> None:
    if hindrance:
        raise Forbidden(hindrance)


def _shared() -> str:
    return _("This is also for organisations that you do not serve. %(who)s") % {"who": _who_can()}


def _who_can() -> str:
    admins = StaffMember.objects.filter(role="admin", serves_all=True, user__is_active=True)
    names = list(admins.order_by("user__name", "pk").values_list("user__name", flat=True)[: NAMED + 1])
    if not names:
        return _("An admin who serves every one can change it.")
    listed = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
    return _("An admin who serves every one can change it: %(names)s.") % {"names": listed}
