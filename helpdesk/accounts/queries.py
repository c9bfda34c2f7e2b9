"""Reads about people and organisations."""

from collections.abc import Collection, Iterable
from datetime import datetime
from hmac import compare_digest

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import (
    ApiToken,
    ClientRole,
    Membership,
    Organisation,
    OrganisationDomain,
    StaffMember,
    StaffService,
    User,
)
from helpdesk.accounts.models.token import digest_of
from helpdesk.accounts.permissions import Role, Scope
from helpdesk.lib.prepared import prepared

ENDED_SHOWN = 20
LONGEST_DOMAIN = 253


def member_of(user: User, *, scopes: frozenset[Scope] | None = None) -> Member | None:
    """The member that this person is now, or None when they belong to nobody. Needs the system scope.

    `scopes` are those of the token that they came with; None when they signed in themselves.
    """
    staff: StaffMember | None = getattr(user, "staff_member", None)
    if staff is not None:
        return Member(user=user, role=Role(staff.role), organisation_ids=served_by(staff), staff=staff, scopes=scopes)
    membership: Membership | None = getattr(user, "membership", None)
    if membership is None or not membership.organisation.is_active:
        return None
    role = Role.CLIENT_ADMIN if membership.role == ClientRole.ADMIN else Role.CLIENT_USER
    return Member(
        user=user,
        role=role,
        organisation_ids=frozenset({membership.organisation_id}),
        organisation=membership.organisation,
        is_confirmed=membership.is_confirmed,
        scopes=scopes,
    )


def bearer_of(text: str) -> ApiToken | None:
    """The live token of this text with its active person and what decides their role; None for any other text.

    `asked_at` on it is the database's clock at this look. Needs the system scope.
    """
    parts = text.split("_", 2)
    if len(parts) != 3 or not text.isascii() or "\x00" in text:
        return None
    found = ApiToken.objects.select_related("person__staff_member", "person__membership__organisation")
    found = found.filter(prefix=parts[1][:8], revoked_at__isnull=True, person__is_active=True)
    token = found.annotate(asked_at=Now()).filter(expires_at__gt=Now()).first()
    if token is None or not compare_digest(token.digest, digest_of(text)):
        return None
    return token


def tokens_of(person: User) -> QuerySet[ApiToken]:
    """A person's tokens, the newest first."""
    return ApiToken.objects.filter(person=person).order_by("-created_at", "-pk")


def tokens_shown(person: User, *, at: datetime) -> list[tuple[ApiToken, bool]]:
    """A person's tokens for a page, each with whether it works at `at`: all that do, then the newest of the others."""
    live = Q(revoked_at__isnull=True, expires_at__gt=at)
    tokens = tokens_of(person)
    ended = tokens.exclude(live)[:ENDED_SHOWN]
    return [*((token, True) for token in tokens.filter(live)), *((token, False) for token in ended)]


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


def staff_serving_all_of(organisation_ids: Collection[int]) -> QuerySet[StaffMember]:
    """The active staff who serve each of these organisations; all active staff where there are none. By their ids."""
    whole = Count("services", filter=Q(services__organisation_id__in=list(organisation_ids)))
    found = StaffMember.objects.filter(user__is_active=True).annotate(whole=whole)
    found = found.filter(Q(serves_all=True) | Q(whole=len(set(organisation_ids))))
    return found.select_related("user").order_by("pk")


@prepared
def holders_for(*, organisation: int) -> QuerySet[StaffMember]:
    """The same as a list."""
    return staff_serving(organisation)


def clients_of(organisation_id: int) -> QuerySet[User]:
    """The active people of one organisation, by name."""
    return User.objects.filter(is_active=True, membership__organisation_id=organisation_id).order_by("name", "pk")


def domains_of(organisation: Organisation) -> QuerySet[OrganisationDomain]:
    """An organisation's mail domains, by name."""
    rows: QuerySet[OrganisationDomain] = OrganisationDomain.objects.filter(organisation=organisation)
    return rows.order_by("domain")


def lapsed_domains() -> QuerySet[OrganisationDomain]:
    """The domains in scope that counted once and count no more."""
    rows: QuerySet[OrganisationDomain] = OrganisationDomain.objects.filter(lapsed_at__isnull=False)
    return rows


def verified_domain(domain: str) -> OrganisationDomain | None:
    """The verified domain that this one is or lies below, the longest, of an active organisation in scope."""
    try:
        labels = domain.encode("idna").decode().lower().split(".") if len(domain) <= LONGEST_DOMAIN else []
    except UnicodeError:
        return None
    names = [".".join(labels[place:]) for place in range(len(labels) - 1)]
    rows = OrganisationDomain.objects.select_related("organisation")
    found = rows.filter(domain__in=names, verified_at__isnull=False, organisation__is_active=True)
    return max(found, key=lambda row: len(row.domain), default=None)
