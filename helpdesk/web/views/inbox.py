"""Everybody's inbox: what they were told, whether by mail or here only."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.numbers import row_number
from helpdesk.notifications.events import event_name
from helpdesk.notifications.models import Notice
from helpdesk.notifications.operations import mark_read
from helpdesk.notifications.queries import inbox_of


@require_safe
@member_view("any")
def inbox(request: MemberRequest) -> HttpResponse:
    """One's notices, newest first."""
    before = row_number(request.GET.get("before", ""))
    rows, following = inbox_of(request.member.user.email, before=before)
    context = {
        "rows": [(row, event_name(row.event)) for row in rows],
        "newest": rows[0].pk if rows and before is None else None,
        "any_unread": any(row.read_at is None for row in rows),
        "next": f"?before={following}" if following else "",
        "first": "?" if before is not None else "",
        "zone": request.member.user.time_zone,
    }
    return render(request, "web/inbox.html", context)


@require_POST
@member_view("any")
def opened(request: MemberRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    address = request.member.user.email
    notice = Notice.objects.filter(pk=pk, recipient=address).first()
    if notice is None:
        raise Http404("There is no such notice.")
    mark_read(address=address, upto=pk, only=True)
    safe = url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None)
    return redirect(notice.path if safe else "inbox")


@require_POST
@member_view("any")
def all_read(request: MemberRequest) -> HttpResponse:
    """Mark as read what the page showed and all that is older; what came since stays unread."""
    upto = row_number(request.POST.get("upto", ""))
    if upto is None:
        raise Http404("There is no such notice.")
    marked = mark_read(address=request.member.user.email, upto=upto)
    said = ngettext("{} notice is marked as read.", "{} notices are marked as read.", marked).format(marked)
    messages.success(request, said)
    return redirect("inbox")
