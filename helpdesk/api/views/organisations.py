"""Client organisations: the list, adding one, and who answers for it at level 2."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.listing import level_two_staff
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation, StaffMember
from helpdesk.accounts.operations import set_account_manager
from helpdesk.accounts.permissions import Scope
from helpdesk.api.filters import BooleanFilter, ListFilters
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.organisations import OrganisationAnswer, OrganisationChange, OrganisationNew
from helpdesk.api.views.base import ApiRequest, ApiView, changed, made, one
from helpdesk.lib.errors import DomainError
from sla.models import Agreement, Calendar, Policy
from sla.operations.agreements import agreed_policy, onboard_organisation
from sla.visible import calendars_seen_by, policies_seen_by

NOBODY = "This is no active member of our staff."


class OrganisationFilters(ListFilters):
    """What the list of organisations can be narrowed to."""

    active = BooleanFilter(method="is_open", help_text="Inactive ones open no tickets.")

    def is_open(self, found: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:  # noqa: ARG002
        return found.filter(is_active=value == "true")


class Organisations(ApiView):
    """The organisations that one may see."""

    capabilities = {"POST": "settings.people"}
    scope = Scope.PEOPLE
    filters = OrganisationFilters
    orders = {"key": Order("key"), "newest": Order("-pk")}
    paged = True
    tagged = True

    @describe(
        "organisations_list", tag="Organisations", summary="List organisations", answer=OrganisationAnswer, page=True
    )
    def get(self, request: ApiRequest) -> Response:
        """Clients get their own, staff those that they serve."""
        return self.page(organisations_seen_by(request.member), lambda row: show_organisation(request.member, row))

    @describe(
        "organisations_create",
        tag="Organisations",
        summary="Add an organisation",
        answer=OrganisationAnswer,
        body=OrganisationNew,
        status=201,
        example={"key": "HOOLI", "name": "Hooli", "account_manager": 4, "calendar": "sri-lanka", "policy": "standard"},
    )
    def post(self, request: ApiRequest) -> Response:
        """For admins. Who serves all of them, adds this one or is named in it serves it from their next request on."""
        sent = self.body(OrganisationNew)
        calendar, policy = _calendar(request.member, sent["calendar"]), _policy(request.member, sent["policy"])
        row: Any = onboard_organisation(
            key=sent["key"],
            name=sent["name"],
            account_manager=_staff("account_manager", sent["account_manager"]),
            deputy=_deputy(sent, None),
            calendar=calendar,
            policy=policy,
            actor=request.member.actor,
        )
        row.calendar_key, row.policy_key = calendar.key, agreed_policy(row).key
        return made(show_organisation(request.member, row), path=organisation_path(row))


class OneOrganisation(ApiView):
    """One organisation."""

    capabilities = {"PATCH": "settings.people"}
    scope = Scope.PEOPLE
    tagged = True
    must_match = frozenset({"PATCH"})

    @describe("organisations_read", tag="Organisations", summary="Read an organisation", answer=OrganisationAnswer)
    def get(self, request: ApiRequest, key: str) -> Response:
        """Its account manager is whom level 2 of the escalation matrix reaches."""
        return one(show_organisation(request.member, _organisation(request.member, key)))

    @describe(
        "organisations_update",
        tag="Organisations",
        summary="Name the account manager and the deputy",
        answer=OrganisationAnswer,
        body=OrganisationChange,
        example={"account_manager": 4, "deputy": 5},
    )
    def patch(self, request: ApiRequest, key: str) -> Response:
        """For admins."""
        found = _organisation(request.member, key)
        sent = self.body(OrganisationChange)
        Organisation.objects.select_for_update(no_key=True).get(pk=found.pk)
        found = _organisation(request.member, key)
        refuse_changed(request, show_organisation(request.member, found), required=True)
        if not sent:
            raise DomainError("Say what changes: account_manager or deputy.")
        set_account_manager(
            organisation=found,
            account_manager=_manager(sent, found),
            deputy=_deputy(sent, found.deputy),
            actor=request.member.actor,
        )
        found = _organisation(request.member, key)
        return changed(show_organisation(request.member, found), path=organisation_path(found))


def organisations_seen_by(member: Member) -> QuerySet[Organisation]:
    """The organisations of the member's scope with who answers for them and under what they are."""
    agreed = Agreement.objects.filter(organisation_id=OuterRef("pk"))
    found = Organisation.objects.filter(pk__any=member.organisation_ids)
    return found.select_related("account_manager__user", "deputy__user").annotate(
        calendar_key=Subquery(agreed.values("calendar__key")[:1]),
        policy_key=Subquery(agreed.values("policy__key")[:1]),
    )


def organisation_path(row: Organisation) -> str:
    """Where the organisation is, below the site's address."""
    return f"/api/v1/organisations/{row.key}/"


def show_organisation(member: Member, row: Organisation) -> dict[str, Any]:
    """The organisation as this member gets it."""
    return dict(OrganisationAnswer(row, context={"member": member}).data)


def _organisation(member: Member, key: str) -> Organisation:
    found = organisations_seen_by(member).filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def _staff(field: str, person_id: int) -> StaffMember:
    found = level_two_staff().filter(user_id=person_id).first()
    if found is None:
        raise DomainError(NOBODY, field=field)
    return found


def _manager(sent: Mapping[str, Any], found: Organisation) -> StaffMember:
    if "account_manager" in sent:
        return _staff("account_manager", sent["account_manager"])
    if found.account_manager is None:
        raise DomainError("Name the account manager too: there is none yet.", field="account_manager")
    return found.account_manager


def _deputy(sent: Mapping[str, Any], held: StaffMember | None) -> StaffMember | None:
    if "deputy" not in sent:
        return held
    return None if sent["deputy"] is None else _staff("deputy", sent["deputy"])


def _calendar(member: Member, key: str) -> Calendar:
    found = calendars_seen_by(member).filter(key=key).first()
    if found is None:
        raise DomainError("There is no calendar of this key.", field="calendar")
    return found


def _policy(member: Member, key: str) -> Policy:
    found = policies_seen_by(member).filter(key=key).first()
    if found is None:
        raise DomainError("There is no policy of this key.", field="policy")
    return found
