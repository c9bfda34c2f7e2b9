"""The people whom a member may administer: their organisations' clients, and all staff."""

from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation, StaffMember, StaffService, Team, User

PAGE = 50


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, by name; `next_after` is the id to go on from, None on the last page."""

    people: list[User]
    next_after: int | None


def organisations_of(member: Member) -> QuerySet[Organisation]:
    """The organisations that the member may see, by name, with who answers for them."""
    found = Organisation.objects.filter(pk__any=member.organisation_ids)
    return found.select_related("account_manager__user", "deputy__user").order_by("name", "pk")


def administered(member: Member) -> QuerySet[User]:
    """Everybody whom the member may look up: all staff, and the clients of the organisations in scope."""
    clients = Q(membership__organisation_id__any=member.organisation_ids)
    found = User.objects.filter(Q(staff_member__isnull=False) | clients)
    return found.select_related("staff_member", "membership__organisation")


def people_page(member: Member, *, organisation: Organisation | None, after: int | None) -> PeoplePage:
    """A page of one organisation's clients, or of the staff without one; at most four queries."""
    found = administered(member)
    if organisation is None:
        found = found.filter(staff_member__isnull=False)
        found = found.prefetch_related(
            Prefetch("staff_member__services", queryset=_services()),
            Prefetch("staff_member__teams", queryset=all_teams()),
        )
    else:
        found = found.filter(membership__organisation=organisation)
    last = User.objects.filter(pk=after).values_list("name", "pk").first() if after else None
    if last is not None:
        found = found.filter(Q(name__gt=last[0]) | Q(name=last[0], pk__gt=last[1]))
    rows = list(found.order_by("name", "pk")[: PAGE + 1])
    return PeoplePage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def services_of(staff: StaffMember) -> QuerySet[StaffService]:
    """The organisations that a staff member serves by name, of those in scope."""
    return _services().filter(staff=staff)


def _services() -> QuerySet[StaffService]:
    return StaffService.objects.select_related("organisation").order_by("organisation__name")


def all_teams() -> QuerySet[Team]:
    """The vendor's teams, by name."""
    return Team.objects.order_by("name", "pk")


def level_two_staff() -> QuerySet[StaffMember]:
    """The active staff who may be an organisation's account manager or deputy, by name."""
    return StaffMember.objects.filter(user__is_active=True).select_related("user").order_by(F("user__name"), "pk")
