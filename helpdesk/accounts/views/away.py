"""Being away: staff say it themselves."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import AbsenceForm, filled_in
from helpdesk.accounts.operations import set_away


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("any")
def away(request: MemberRequest) -> HttpResponse:
    """One's own absence; a POST sets or clears it."""
    staff, zone = request.member.staff, request.member.user.time_zone
    if staff is None:
        raise Http404("Only staff are away.")
    initial = {"away_from": staff.away_from, "away_until": staff.away_until}
    form = AbsenceForm(request.POST if request.method == "POST" else None, initial=initial, zone=zone)
    status = filled_in(form, lambda: set_away(staff=staff, **form.cleaned_data, actor=request.member.actor))
    if not status:
        messages.success(request, _("Your absence was saved."))
        return redirect("away")
    return render(request, "accounts/away.html", {"form": form, "zone": zone}, status=status)
