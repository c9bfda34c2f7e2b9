"""The admins' outbox: what was sent to whom, when and why; what failed, and trying it again."""

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import refusal_status
from helpdesk.lib.errors import DomainError
from helpdesk.notifications.drafts import Audience
from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.operations import retry_notice
from helpdesk.notifications.queries import SHOWN, outbox
from helpdesk.notifications.rendering import Rendered, render_notice

ADMIN = member_view("settings.outbox")


@ADMIN
@require_safe
def notices(request: MemberRequest) -> HttpResponse:
    """The newest notices, by state and by ticket. An unknown state shows none and says so."""
    state = request.GET.get("state", "").strip()
    reference = request.GET.get("ticket", "").replace("\0", "").strip().upper()
    known = not state or state in DeliveryState.values
    found = list(outbox(state=state, reference=reference)) if known else []
    context = {
        "notices": [(row, subject_of(row)) for row in found],
        "capped": len(found) == SHOWN,
        "state": state if known else "",
        "unknown_state": "" if known else state,
        "reference": reference,
        "states": DeliveryState.choices,
    }
    return render(request, "settings/outbox.html", context, status=200 if known else 400)


# A mail brings its own styles, which pages may not: allowed on this page alone, for the sandbox in it.
@csp_update({"style-src": ["'unsafe-inline'"]})
@ADMIN
@require_safe
def notice(request: MemberRequest, pk: int) -> HttpResponse:
    """One notice with the mail as it is sent, its HTML in a sandbox without any right."""
    return notice_page(request, _notice(pk), status=200)


@ADMIN
@require_POST
def retry(request: MemberRequest, pk: int) -> HttpResponse:
    """Queue a failed notice again."""
    found = _notice(pk)
    try:
        retry_notice(notice=found, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return notice_page(request, found, status=refusal_status(error))
    messages.success(request, f"The notice to {found.recipient} is queued again.")
    return redirect("settings:notice", pk=pk)


class AnswerForm(forms.Form):
    """What the client answers, in the demo."""

    body = forms.CharField(
        label=gettext_lazy("Answer"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "required": True})
    )


def is_answerable(found: Notice) -> bool:
    """Whether the demo may answer it in the recipient's place: a mail to a client."""
    return settings.DEMO and found.audience == Audience.CLIENT


def notice_page(
    request: MemberRequest, found: Notice, *, status: int, answer: AnswerForm | None = None
) -> HttpResponse:
    """The page of one notice; in the demo with the form to answer it."""
    context = {
        "answer": (answer or AnswerForm()) if is_answerable(found) else None,
        "notice": found,
        "what": subject_of(found),
        "mail": _rendered(found),
        "dead": found.state == DeliveryState.DEAD,
    }
    return render(request, "settings/notice.html", context, status=status)


def subject_of(found: Notice) -> str:
    """What a notice is about, in a few words: `Response overdue`."""
    return found.template.replace("_", " ").capitalize()


def _rendered(found: Notice) -> Rendered | None:
    """The mail; None when its template cannot be rendered, which may be the very reason it failed."""
    try:
        with transaction.atomic():
            return render_notice(found)
    except Exception:  # noqa: BLE001 - whatever the template raises, the page must open to show the last error
        return None


def _notice(pk: int) -> Notice:
    found = Notice.objects.select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
