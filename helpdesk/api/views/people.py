"""People: the list and one of them, as much of each as the asking member may see."""

from typing import Any

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.listing import administered, all_teams
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Membership, StaffMember, StaffRole, StaffService, User
from helpdesk.accounts.permissions import Role, Scope
from helpdesk.api.errors import BadParameter
from helpdesk.api.filters import BooleanFilter, ListFilters
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.people import (
    ROLES,
    STORED,
    PersonAnswer,
    PersonChange,
    administers,
    manages,
    person_facts,
)
from helpdesk.api.views.base import ApiRequest, ApiView, changed, one
from helpdesk.api.views.person_changes import change_person

MANAGERS_ONLY = "This filter is for those who administer people."


class PeopleFilters(ListFilters):
    """What the list of people can be narrowed to."""

    organisation = django_filters.CharFilter(method="of_organisation", help_text="An organisation's key.")
    is_staff = BooleanFilter(method="of_side", help_text="Of the vendor's staff, or clients.")
    q = django_filters.CharFilter(method="named", help_text="A part of the name; for who administers, of the address.")
    role = django_filters.ChoiceFilter(choices=ROLES, method="in_role", help_text=MANAGERS_ONLY)
    has_access = BooleanFilter(method="with_access", help_text=MANAGERS_ONLY)

    def of_organisation(self, found: QuerySet[User], name: str, value: str) -> QuerySet[User]:  # noqa: ARG002
        return found.filter(membership__organisation=self.organisation_of(value))

    def of_side(self, found: QuerySet[User], name: str, value: str) -> QuerySet[User]:  # noqa: ARG002
        return found.filter(staff_member__isnull=value == "false")

    def named(self, found: QuerySet[User], name: str, value: str) -> QuerySet[User]:  # noqa: ARG002
        wanted = Q(name__icontains=value)
        return found.filter(wanted | Q(email__icontains=value) if manages(self.member) else wanted)

    def in_role(self, found: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        self._for_managers(name)
        role = Role(value)
        return found.filter(membership__role=STORED[role]) if role in STORED else found.filter(staff_member__role=role)

    def with_access(self, found: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        self._for_managers(name)
        return found.filter(is_active=value == "true")

    def _for_managers(self, name: str) -> None:
        if not manages(self.member):
            raise BadParameter(MANAGERS_ONLY, field=name)


class People(ApiView):
    """The people whom one may see."""

    filters = PeopleFilters
    orders = {"name": Order("name", "pk"), "newest": Order("-pk")}
    paged = True

    @describe("people_list", tag="People", summary="List people", answer=PersonAnswer, page=True)
    def get(self, request: ApiRequest) -> Response:
        """Clients get the people of their own organisation, staff also each other and the clients whom they serve."""
        member = request.member
        return self.page(people_seen_by(member), lambda person: show_person(member, person))


class OnePerson(ApiView):
    """One person."""

    capabilities = {"PATCH": "settings.people"}
    scope = Scope.PEOPLE
    tagged = True
    must_match = frozenset({"PATCH"})

    @describe("people_read", tag="People", summary="Read about a person", answer=PersonAnswer)
    def get(self, request: ApiRequest, pk: int) -> Response:
        """Names for everybody who sees them; more for who administers them."""
        return one(show_person(request.member, _person(request.member, pk)))

    @describe(
        "people_update",
        tag="People",
        summary="Change role, access, or what a staff member does",
        answer=PersonAnswer,
        body=PersonChange,
        example={"has_access": False, "reason": "Left the company."},
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        """For admins: each part by its own operation, all in one transaction. Everything is audited."""
        member = request.member
        _person(member, pk)
        sent = self.body(PersonChange)
        _lock(pk)
        found = _person(member, pk)
        refuse_changed(request, show_person(member, found), required=True)
        change_person(member, found, sent)
        return changed(show_person(member, _person(member, pk)), path=f"/api/v1/people/{pk}/")


def people_seen_by(member: Member) -> QuerySet[User]:
    """Clients: their own organisation's. Staff: all staff and the clients whom they serve. Without access: managers."""
    if member.organisation is not None:
        found = User.objects.filter(membership__organisation=member.organisation)
        found = found.select_related("staff_member", "membership__organisation")
    else:
        found = administered(member)
    if not manages(member):
        return found.filter(is_active=True)
    if administers(member):
        services = StaffService.objects.select_related("organisation").order_by("organisation__key")
        return found.prefetch_related(
            Prefetch("staff_member__services", queryset=services),
            Prefetch("staff_member__teams", queryset=all_teams()),
        )
    return found


def show_person(member: Member, person: User) -> dict[str, Any]:
    """The person as this member gets them."""
    return dict(PersonAnswer(person_facts(member, person), context={"member": member}).data)


def _person(member: Member, pk: int) -> User:
    found = people_seen_by(member).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _lock(pk: int) -> None:
    """Lock the person with what their answer tells. Where admins could fall to none, all of them, always in order.

    Keys stay free: another change's audit row points at this person, and would wait for us while we wait for it.
    """
    User.objects.select_for_update(no_key=True).get(pk=pk)
    Membership.objects.select_for_update(no_key=True).filter(user_id=pk).first()
    mine = Q(user_id=pk)
    if StaffMember.objects.filter(mine, role=StaffRole.ADMIN).exists():
        mine |= Q(role=StaffRole.ADMIN, user__is_active=True)
    list(StaffMember.objects.select_for_update(of=("self",), no_key=True).filter(mine).order_by("pk"))
