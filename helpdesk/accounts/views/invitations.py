"""Sending an invitation again and revoking it: for our admins, and for a client's admin in their own organisation."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.invited import client_invitation, staff_invitation
from helpdesk.accounts.models import ClientInvitation, StaffInvitation
from helpdesk.accounts.operations import resend_invitation, revoke_invitation
from helpdesk.lib.errors import DomainError

ADMIN = member_view("settings.people")
INVITER = member_view("people.invite")
SENT = "A new invitation to {} is on its way; the link of the earlier one is dead."
GONE = "The invitation to {} is revoked: its link opens nothing any more."


@ADMIN
@require_POST
def resend_client(request: MemberRequest, pk: int) -> HttpResponse:
    """Send an invitation to a client organisation again."""
    found = _found(client_invitation(pk))
    return _done(request, found, resend_invitation, SENT)


@ADMIN
@require_POST
def revoke_client(request: MemberRequest, pk: int) -> HttpResponse:
    """Revoke an invitation to a client organisation."""
    found = _found(client_invitation(pk))
    return _done(request, found, revoke_invitation, GONE)


@ADMIN
@require_POST
def resend_staff(request: MemberRequest, pk: int) -> HttpResponse:
    """Send an invitation to the vendor's side again."""
    found = _found(staff_invitation(pk))
    return _done(request, found, resend_invitation, SENT)


@ADMIN
@require_POST
def revoke_staff(request: MemberRequest, pk: int) -> HttpResponse:
    """Revoke an invitation to the vendor's side."""
    found = _found(staff_invitation(pk))
    return _done(request, found, revoke_invitation, GONE)


@INVITER
@require_POST
def resend_colleague(request: MemberRequest, pk: int) -> HttpResponse:
    """Send an invitation to one's own organisation again."""
    found = _found(client_invitation(pk))
    return _done(request, found, resend_invitation, SENT)


@INVITER
@require_POST
def revoke_colleague(request: MemberRequest, pk: int) -> HttpResponse:
    """Revoke an invitation to one's own organisation."""
    found = _found(client_invitation(pk))
    return _done(request, found, revoke_invitation, GONE)


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def _done(
    request: MemberRequest, row: ClientInvitation | StaffInvitation, operation: Callable[..., Any], said: str
) -> HttpResponse:
    """Back to the list, with what came of it; a refusal is said there too."""
    try:
        operation(invitation=row, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said.format(row.email))
    if not request.member.is_staff:
        return redirect("colleagues")
    key = f"?organisation={row.organisation.key}" if isinstance(row, ClientInvitation) else ""
    return redirect(reverse("settings:people") + key)
