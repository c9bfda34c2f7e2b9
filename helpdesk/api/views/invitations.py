"""Invitations into client organisations: our admins', and those of a client's own admins."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.invited import client_invitation
from helpdesk.accounts.models import ClientInvitation, InvitationState
from helpdesk.accounts.operations import invite_client, resend_invitation, revoke_invitation
from helpdesk.accounts.permissions import Scope
from helpdesk.api.filters import ListFilters
from helpdesk.api.paging import Order
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.invitations import STATES, ClientInvitationAnswer, ClientInvitationNew
from helpdesk.api.serializers.tickets import EmptyBody
from helpdesk.api.views.base import ApiRequest, ApiView, changed, made, one
from helpdesk.api.views.tickets import chosen_organisation
from helpdesk.lib.clock import database_now

_OPEN = Q(accepted_at__isnull=True, revoked_at__isnull=True)
IN_STATE = {
    InvitationState.PENDING: _OPEN & Q(expires_at__gt=Now()),
    InvitationState.EXPIRED: _OPEN & Q(expires_at__lte=Now()),
    InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
    InvitationState.REVOKED: Q(revoked_at__isnull=False),
}


class InvitationFilters(ListFilters):
    """What the list of invitations can be narrowed to."""

    organisation = django_filters.CharFilter(method="of_organisation", help_text="An organisation's key.")
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state")

    def of_organisation(
        self, found: QuerySet[ClientInvitation], name: str, value: str  # noqa: ARG002
    ) -> QuerySet[ClientInvitation]:  # fmt: skip
        return found.filter(organisation=self.organisation_of(value))

    def in_state(
        self, found: QuerySet[ClientInvitation], name: str, value: str  # noqa: ARG002
    ) -> QuerySet[ClientInvitation]:  # fmt: skip
        return found.filter(IN_STATE[InvitationState(value)])


class InviterView(ApiView):
    """For our admins, and for a client's own."""

    capabilities = dict.fromkeys(("GET", "POST", "DELETE"), "people.invite")
    scope = Scope.PEOPLE
    tagged = True

    def found(self, pk: int, *, lock: bool = False) -> ClientInvitation:
        """The invitation, if it is in scope. Raises `NotFound` for foreign and missing alike."""
        row = client_invitation(pk, lock=lock)
        if row is None:
            raise NotFound
        return row

    def shown(self, row: ClientInvitation) -> dict[str, Any]:
        """The invitation as it stands at this moment."""
        context = {"member": self.request.member, "at": database_now()}
        return dict(ClientInvitationAnswer(row, context=context).data)


class Invitations(InviterView):
    """The invitations of the organisations in scope."""

    filters = InvitationFilters
    orders = {"newest": Order("-invited_at", "-pk"), "oldest": Order("invited_at", "pk")}
    paged = True

    @describe(
        "invitations_list", tag="Invitations", summary="List invitations", answer=ClientInvitationAnswer, page=True
    )
    def get(self, request: ApiRequest) -> Response:
        """Also spent ones. Clients get those into their own organisation."""
        context = {"member": request.member, "at": database_now()}
        found = ClientInvitation.objects.select_related("organisation", "invited_by")
        return self.page(found, lambda row: ClientInvitationAnswer(row, context=context).data)

    @describe(
        "invitations_create",
        tag="Invitations",
        summary="Invite somebody into an organisation",
        answer=ClientInvitationAnswer,
        body=ClientInvitationNew,
        status=201,
        example={"email": "nadeesha@acme.example", "name": "Nadeesha", "role": "client_user", "organisation": "ACME"},
    )
    def post(self, request: ApiRequest) -> Response:
        """A mail goes out with a link that works for some days. The API never shows the link."""
        sent = self.body(ClientInvitationNew)
        row = invite_client(
            organisation=chosen_organisation(request.member, sent.pop("organisation", None)),
            role=sent.pop("role").removeprefix("client_"),
            actor=request.member.actor,
            **sent,
        )
        return made(self.shown(self.found(row.pk)), path=invitation_path(row.pk))


class OneInvitation(InviterView):
    """One invitation."""

    @describe("invitations_read", tag="Invitations", summary="Read an invitation", answer=ClientInvitationAnswer)
    def get(self, request: ApiRequest, pk: int) -> Response:  # noqa: ARG002 - the framework's signature
        """Whether it still opens, and until when."""
        return one(self.shown(self.found(pk)))

    @describe("invitations_delete", tag="Invitations", summary="Revoke an invitation", status=204)
    def delete(self, request: ApiRequest, pk: int) -> Response:
        """Its link opens nothing from now on. The record of it stays."""
        row = self.found(pk, lock=True)
        refuse_changed(request, self.shown(row))
        revoke_invitation(invitation=row, actor=request.member.actor)
        return Response(status=204)


class Resending(InviterView):
    """Sending one again."""

    @describe(
        "invitations_resend",
        tag="Invitations",
        summary="Send an invitation again",
        answer=ClientInvitationAnswer,
        body=EmptyBody,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        """A new link with a new end; the old link is dead."""
        row = self.found(pk, lock=True)
        self.body(EmptyBody)
        refuse_changed(request, self.shown(row))
        resend_invitation(invitation=row, actor=request.member.actor)
        return changed(self.shown(self.found(pk)), path=invitation_path(pk))


def invitation_path(pk: int) -> str:
    """Where an invitation into a client organisation is, below the site's address."""
    return f"/api/v1/invitations/{pk}/"
