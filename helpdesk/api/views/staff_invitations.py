"""Invitations to the vendor's side, for our admins."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.accounts.invited import staff_invitation, staff_invitations_from
from helpdesk.accounts.listing import organisations_of
from helpdesk.accounts.models import StaffInvitation
from helpdesk.accounts.operations import invite_staff, resend_invitation, revoke_invitation
from helpdesk.accounts.permissions import Scope
from helpdesk.api.paging import Order, limit_of, listed, next_url, read_cursor
from helpdesk.api.preconditions import refuse_changed
from helpdesk.api.schema import describe
from helpdesk.api.serializers.invitations import StaffInvitationAnswer, StaffInvitationNew
from helpdesk.api.serializers.tickets import EmptyBody
from helpdesk.api.views.base import ApiRequest, ApiView, changed, made, one
from helpdesk.api.views.person_changes import chosen_served, chosen_teams
from helpdesk.lib.clock import database_now


class AdminView(ApiView):
    """For admins."""

    capabilities = dict.fromkeys(("GET", "POST", "DELETE"), "settings.people")
    scope = Scope.PEOPLE
    tagged = True

    def found(self, pk: int, *, lock: bool = False) -> StaffInvitation:
        """The invitation. Raises `NotFound` for a missing one."""
        row = staff_invitation(pk, lock=lock)
        if row is None:
            raise NotFound
        return row

    def shown(self, row: StaffInvitation) -> dict[str, Any]:
        """The invitation as it stands at this moment."""
        return dict(StaffInvitationAnswer(row, context=self.context()).data)

    def context(self) -> dict[str, Any]:
        """What an answer needs to know: who asks, which organisations they serve, and what time it is."""
        member = self.request.member
        served = frozenset(organisations_of(member).values_list("key", flat=True))
        return {"member": member, "served": served, "at": database_now()}


class StaffInvitations(AdminView):
    """The invitations to the vendor's side."""

    orders = {"newest": Order("-invited_at", "-pk"), "oldest": Order("invited_at", "pk")}
    paged = True

    @describe(
        "staff_invitations_list",
        tag="Invitations",
        summary="List invitations to the vendor's side",
        answer=StaffInvitationAnswer,
        page=True,
    )
    def get(self, request: ApiRequest) -> Response:
        """Also spent ones."""
        order, limit, key = self.order(), limit_of(request), read_cursor(request, self.order())
        behind = Q() if key is None else order.behind(key)
        rows = staff_invitations_from(behind=behind, order=order.columns, limit=limit + 1)
        more = next_url(request, order, order.key_of(rows[limit - 1])) if len(rows) > limit else None
        context = self.context()
        return Response(listed([StaffInvitationAnswer(row, context=context).data for row in rows[:limit]], more))

    @describe(
        "staff_invitations_create",
        tag="Invitations",
        summary="Invite somebody to the vendor's side",
        answer=StaffInvitationAnswer,
        body=StaffInvitationNew,
        status=201,
        example={"email": "kamal@ravingcrm.example", "role": "agent", "serves_all": True, "teams": ["support"]},
    )
    def post(self, request: ApiRequest) -> Response:
        """You can give only what you serve yourself. Without a team, level 1 tells them of no new ticket."""
        sent = self.body(StaffInvitationNew)
        row = invite_staff(**_given(self, sent), actor=request.member.actor)
        return made(self.shown(self.found(row.pk)), path=staff_invitation_path(row.pk))


def _given(view: ApiView, sent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "email": sent["email"],
        "name": sent.get("name", ""),
        "role": sent["role"],
        "serves": chosen_served(view.request.member, sent),
        "teams": chosen_teams(sent.get("teams", [])),
    }


class OneStaffInvitation(AdminView):
    """One invitation to the vendor's side."""

    @describe(
        "staff_invitations_read",
        tag="Invitations",
        summary="Read an invitation to the vendor's side",
        answer=StaffInvitationAnswer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:  # noqa: ARG002 - the framework's signature
        """Whether it still opens, and until when."""
        return one(self.shown(self.found(pk)))

    @describe(
        "staff_invitations_delete", tag="Invitations", summary="Revoke an invitation to the vendor's side", status=204
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        """Its link opens nothing from now on. The record of it stays."""
        row = self.found(pk, lock=True)
        refuse_changed(request, self.shown(row))
        revoke_invitation(invitation=row, actor=request.member.actor)
        return Response(status=204)


class StaffResending(AdminView):
    """Sending one again."""

    @describe(
        "staff_invitations_resend",
        tag="Invitations",
        summary="Send an invitation to the vendor's side again",
        answer=StaffInvitationAnswer,
        body=EmptyBody,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        """A new link with a new end; the old link is dead."""
        row = self.found(pk, lock=True)
        self.body(EmptyBody)
        refuse_changed(request, self.shown(row))
        resend_invitation(invitation=row, actor=request.member.actor)
        return changed(self.shown(self.found(pk)), path=staff_invitation_path(pk))


def staff_invitation_path(pk: int) -> str:
    """Where an invitation to the vendor's side is, below the site's address."""
    return f"/api/v1/staff-invitations/{pk}/"
