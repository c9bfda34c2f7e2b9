"""Reads about people and organisations."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import (
    ClientRole,
    Membership,
    Organisation,
    StaffMember,
    StaffService,
    User,
)
from helpdesk.accounts.permissions import Role


def member_of(user: User) -> Member | None:
    """The member that this person is now, or None when they belong to nobody. Needs the system scope."""
    staff: StaffMember | None = getattr(user, "staff_member", None)
    if staff is not None:
        return Member(user=user, role=Role(staff.role), organisation_ids=served_by(staff), staff=staff)
    membership: Membership | None = getattr(user, "membership", None)
    if membership is None or not membership.organisation.is_active:
        return None
    role = Role.CLIENT_ADMIN if membership.role == ClientRole.ADMIN else Role.CLIENT_USER
    return Member(
        user=user,
        role=role,
        organisation_ids=frozenset({membership.organisation_id}),
        organisation=membership.organisation,
    )


def served_by(staff: StaffMember) -> frozenset[int]:
    """The ids of the organisations that this staff member serves. Needs the system scope."""
    if staff.serves_all:
        return frozenset(Organisation.objects.values_list("pk", flat=True))
    return frozenset(StaffService.objects.filter(staff=staff).values_list("organisation_id", flat=True))


def organisations_in(ids: Iterable[int]) -> QuerySet[Organisation]:
    """These organisations by name."""
    return Organisation.objects.filter(pk__in=list(ids)).order_by("name")


def staff_serving(organisation_id: int) -> QuerySet[StaffMember]:
    """The active staff who serve this organisation, by name: those who may hold its tickets."""
    serves = Q(serves_all=True) | Q(services__organisation_id=organisation_id)
    found = StaffMember.objects.filter(serves, user__is_active=True)
    return found.select_related("user").order_by("user__name", "pk").distinct()


def clients_of(organisation_id: int) -> QuerySet[User]:
    """The active people of one organisation, by name."""
    return User.objects.filter(is_active=True, membership__organisation_id=organisation_id).order_by("name", "pk")
