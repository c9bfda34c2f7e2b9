"""By which ways mail comes in, how it stands, and a test mail to ourselves."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.accounts.forms import refusal_status
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from tickets.inbound.channels import failed_posts, mail_channels
from tickets.inbound.health import mail_health
from tickets.operations.inbound.canary import ask_canary
from tickets.operations.inbound.provider_posts import reread_post
from tickets.views.mail_desk import mail_admin


@mail_admin
@require_safe
def channels(request: MemberRequest) -> HttpResponse:
    """The page of the channels and of the mail's health."""
    return _page(request, status=200)


@mail_admin
@require_POST
def test(request: MemberRequest) -> HttpResponse:
    """Send a test mail to our own address; the page then says what becomes of it."""
    try:
        with transaction.atomic():
            ask_canary(actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _page(request, status=refusal_status(error))
    return redirect("settings:mail_channels")


@mail_admin
@require_POST
def read_post(request: MemberRequest, pk: int) -> HttpResponse:
    """Have a provider's post that could not be read tried again."""
    try:
        reread_post(post_id=pk, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _page(request, status=refusal_status(error))
    messages.success(request, _("The post is read again: what it brought shows itself in a moment."))
    return redirect("settings:mail_channels")


def _page(request: MemberRequest, *, status: int) -> HttpResponse:
    context = {
        "channels": mail_channels(),
        "failed_posts": failed_posts(),
        "health": mail_health(at=database_now()),
        "address": settings.REPLY_ADDRESS,
        "every_minutes": round(settings.MAIL_CANARY_SECONDS / 60),
    }
    return render(request, "settings/mail_channels.html", context, status=status)
