"""What people say of themselves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import ProfileForm, filled_in
from helpdesk.accounts.operations import update_profile


@member_view("any")
def account(request: MemberRequest) -> HttpResponse:
    """One's own name and time zone; a POST changes them."""
    user = request.member.user
    initial = {"name": user.name, "time_zone": user.time_zone}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    status = filled_in(form, lambda: update_profile(user=user, **form.cleaned_data, actor=request.member.actor))
    if not status:
        messages.success(request, "Saved.")
        return redirect("account")
    return render(request, "accounts/account.html", {"form": form}, status=status)
