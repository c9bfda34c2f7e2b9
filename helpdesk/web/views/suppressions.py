"""The admins' list of addresses that get no mail, and letting one have mail again."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import refused
from helpdesk.accounts.listing import administered
from helpdesk.accounts.members import Member
from helpdesk.lib.numbers import row_number
from helpdesk.notifications.models import Suppression
from helpdesk.notifications.operations import lift_suppression
from helpdesk.notifications.operations.bounces import LONGEST_REASON
from helpdesk.notifications.queries import SHOWN, suppressions

ADMIN = member_view("settings.outbox")


class LiftForm(forms.Form):
    """Why an address may have mail again."""

    reason = forms.CharField(
        label=gettext_lazy("Why does mail reach it again?"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON, "required": True}),
    )


@ADMIN
@require_safe
def suppressed(request: MemberRequest) -> HttpResponse:
    """The newest such addresses, of the people whom the admin administers; or those that hold a text."""
    return _page(request)


@ADMIN
@require_POST
def lift(request: MemberRequest, pk: int) -> HttpResponse:
    """Let one have mail again. A refused reason is shown beside its address."""
    found = None if row_number(str(pk)) is None else Suppression.objects.filter(seen_by(request.member), pk=pk).first()
    if found is None:
        raise Http404
    form = LiftForm(request.POST)
    form.is_valid()
    reason = str(form["reason"].value() or "")
    status = refused(form, lambda: lift_suppression(suppression=found, reason=reason, actor=request.member.actor))
    if status:
        return _page(request, failed=(found.pk, form), status=status)
    messages.success(request, _("%(address)s gets mail again.") % {"address": found.address})
    return redirect("settings:suppressed")


def seen_by(member: Member) -> Q:
    """Which of these addresses an admin may see: of their people; of everybody for those who serve all."""
    if member.staff is not None and member.staff.serves_all:
        return Q()
    return Q(address__in=administered(member).values("email"))


def _page(request: MemberRequest, *, failed: tuple[int, LiftForm] | None = None, status: int = 200) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:200]
    rows = list(suppressions(seen=seen_by(request.member), text=text))
    if failed is not None and failed[0] not in {row.pk for row in rows}:
        rows = [*Suppression.objects.filter(pk=failed[0]), *rows]
    context = {
        "rows": [
            (row, failed[1] if failed and failed[0] == row.pk else LiftForm(auto_id=f"id_{row.pk}_%s")) for row in rows
        ],
        "text": text,
        "capped": len(rows) == SHOWN,
    }
    return render(request, "settings/suppressed.html", context, status=status)
