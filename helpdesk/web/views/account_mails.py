"""The admins' outbox of mails about people's accounts: invitations, password resets. Never their links."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.invited import mails_seen_by
from helpdesk.lib.errors import DomainError
from helpdesk.notifications.models import AccountNotice, DeliveryState
from helpdesk.notifications.operations import retry_account_notice
from helpdesk.notifications.queries import SHOWN, account_outbox

ADMIN = member_view("settings.outbox")


@ADMIN
@require_safe
def account_mails(request: MemberRequest) -> HttpResponse:
    """The newest account mails, by state; those that the admin may see. An unknown state shows none."""
    state = request.GET.get("state", "").strip()
    known = not state or state in DeliveryState.values
    found = account_outbox(state=state, seen=mails_seen_by(request.member)) if known else []
    context = {
        "mails": found,
        "capped": len(found) == SHOWN,
        "state": state if known else "",
        "unknown_state": "" if known else state,
        "states": DeliveryState.choices,
        "bodies": settings.DEMO,
    }
    return render(request, "settings/account_mails.html", context, status=200 if known else 400)


@ADMIN
@require_POST
def retry(request: MemberRequest, pk: int) -> HttpResponse:
    """Queue a failed account mail again."""
    found = _mail(request, pk)
    try:
        retry_account_notice(notice=found, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The mail to {found.recipient} is queued again.")
    return redirect("settings:account_outbox")


def _mail(request: MemberRequest, pk: int) -> AccountNotice:
    found = account_outbox(seen=mails_seen_by(request.member), pk=pk)
    if not found:
        raise Http404
    return found[0]
