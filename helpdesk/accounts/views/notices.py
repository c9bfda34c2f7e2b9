"""Which notices go by mail: everybody's own choice."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import NoticesForm, filled_in
from helpdesk.accounts.operations import choose_notices
from helpdesk.accounts.wishes import in_app_only
from helpdesk.notifications.events import ALWAYS_MAILED


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("any")
def notices(request: MemberRequest) -> HttpResponse:
    """A tick for each event that goes by mail; a POST changes them."""
    member = request.member
    posted = request.POST if request.method == "POST" else None
    form = NoticesForm(posted, staff=member.is_staff, kept=in_app_only(member.user))
    status = filled_in(form, lambda: choose_notices(user=member.user, events=form.in_app_only(), actor=member.actor))
    if not status:
        messages.success(request, _("Saved."))
        return redirect("notices")
    context: dict[str, forms.Form | list[object]] = {"form": form, "always": list(ALWAYS_MAILED.values())}
    return render(request, "accounts/notices.html", context, status=status)
