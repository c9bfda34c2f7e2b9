"""The people whom a member may administer: their organisations' clients, and all staff."""

from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation, StaffMember, StaffService, Team, User

PAGE = 50
CLIENT_ROLES = {"client_user": "user", "client_admin": "admin"}


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, by name; `next_after` is the id to go on from, None on the last page."""

    people: list[User]
    next_after: int | None


@dataclass(frozen=True, kw_only=True)
class PeopleFilters:
    """What the list is narrowed to: an organisation (None: the staff), a text in name or address, a role, access.

    A text without an organisation searches everybody whom the member may see.
    """

    organisation: Organisation | None = None
    text: str = ""
    role: str = ""
    access: str = ""

    @property
    def everybody(self) -> bool:
        return self.organisation is None and bool(self.text or self.role in CLIENT_ROLES)


def organisations_of(member: Member) -> QuerySet[Organisation]:
    """The organisations that the member may see, by name, with who answers for them."""
    found = Organisation.objects.filter(pk__any=member.organisation_ids)
    return found.select_related("account_manager__user", "deputy__user").order_by("name", "pk")


def administered(member: Member) -> QuerySet[User]:
    """Everybody whom the member may look up: all staff, and the clients of the organisations in scope."""
    clients = Q(membership__organisation_id__any=member.organisation_ids)
    found = User.objects.filter(Q(staff_member__isnull=False) | clients)
    return found.select_related("staff_member", "membership__organisation")


def people_page(member: Member, *, filters: PeopleFilters, after: int | None) -> PeoplePage:
    """A page of the people that the filters leave, by name; at most four queries."""
    among = _among(administered(member), filters)
    # The list itself is asked: where a person of another one would stand is nobody's business.
    last = among.filter(pk=after).values_list("name", "pk").first() if after else None
    found = _narrowed(among, filters)
    if filters.organisation is None:
        found = found.prefetch_related(
            Prefetch("staff_member__services", queryset=_services()),
            Prefetch("staff_member__teams", queryset=all_teams()),
        )
    if last is not None:
        found = found.filter(Q(name__gt=last[0]) | Q(name=last[0], pk__gt=last[1]))
    rows = list(found.order_by("name", "pk")[: PAGE + 1])
    return PeoplePage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def _among(found: QuerySet[User], filters: PeopleFilters) -> QuerySet[User]:
    """The people whom one list holds: an organisation's, the staff, or everybody for a search."""
    if filters.organisation is not None:
        return found.filter(membership__organisation=filters.organisation)
    return found if filters.everybody else found.filter(staff_member__isnull=False)


def _narrowed(found: QuerySet[User], filters: PeopleFilters) -> QuerySet[User]:
    if filters.text:
        found = found.filter(Q(name__icontains=filters.text) | Q(email__icontains=filters.text))
    if filters.role in CLIENT_ROLES:
        found = found.filter(membership__role=CLIENT_ROLES[filters.role])
    elif filters.role:
        found = found.filter(staff_member__role=filters.role)
    return found.filter(is_active=filters.access == "on") if filters.access else found


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
