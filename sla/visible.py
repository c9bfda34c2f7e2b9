"""Which policies and calendars a person learns of: one that an organisation has of its own bears its name.

The published ones are everybody's to read. Of the others somebody sees those that organisations of their scope have,
and the calendars that they made, until an organisation has them; staff who serve every organisation see all. Agreements
and clocks are asked in the request's scope, and for the person's organisations besides.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.accounts.members import Member
from sla.models import Agreement, Calendar, Clock, Policy
from sla.queries import DEFAULT_CALENDAR, DEFAULT_POLICY


def sees_all(member: Member) -> bool:
    """Whether no organisation is hidden from the person, later ones included."""
    return member.staff is not None and member.staff.serves_all


def policies_seen_by(member: Member) -> QuerySet[Policy]:
    """Staff: the published one and those of the organisations that they serve. Clients: the one that they have."""
    found = Policy.objects.all()
    if sees_all(member):
        return found
    agreed = Q(pk__in=_agreements(member).values("policy_id"))
    return found.filter(agreed | Q(key=DEFAULT_POLICY) if member.is_staff else agreed)


def calendars_seen_by(member: Member, *, past: bool = True) -> QuerySet[Calendar]:
    """As `policies_seen_by`; staff also see what they made, and what open tickets of theirs are still counted by.

    Without `past` the latter are left out: to find them running clocks are read, which is too much for every page.
    """
    found = Calendar.objects.all()
    if sees_all(member):
        return found
    agreed = Q(pk__in=_agreements(member).values("calendar_id"))
    if member.staff is None:
        return found.filter(agreed)
    seen = agreed | Q(key=DEFAULT_CALENDAR) | Q(made_by=member.staff)
    if not past:
        return found.filter(seen)
    live = Clock.objects.filter(calendar=OuterRef("pk"), state__in=("running", "paused"))
    counts = Exists(live.filter(organisation_id__any=member.organisation_ids))
    return found.filter(seen | counts)


def _agreements(member: Member) -> QuerySet[Agreement]:
    return Agreement.objects.filter(organisation_id__any=member.organisation_ids)
