"""The demo answers its own mails: what a client would write comes in by the door that every mail comes in by."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest
from helpdesk.lib.clock import database_now
from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice
from helpdesk.web.client_answers import answer_to
from helpdesk.web.views.outbox import ADMIN, AnswerForm, is_answerable, notice_page
from tickets.models import MailChannel
from tickets.operations.inbound.receiving import receive_mail


@ADMIN
@require_POST
def answer(request: MemberRequest, pk: int) -> HttpResponse:
    """Write to the mail's reply address as its recipient. In the demo alone: 404 elsewhere."""
    found = Notice.objects.select_related("organisation").filter(pk=pk).first()
    if found is None or not is_answerable(found):
        raise Http404
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return notice_page(request, found, status=422, answer=form)
    with transaction.atomic():
        mail = render_notice(found)
    raw = answer_to(found, mail, body=form.cleaned_data["body"], at=database_now())
    receive_mail(raw=raw, channel=MailChannel.SMTP, mail_from=found.recipient, recipients=[mail.reply_to])
    said = _("The mail to %(address)s is received. In a few seconds it stands on %(reference)s.")
    messages.success(request, said % {"address": settings.REPLY_ADDRESS, "reference": found.reference})
    return redirect("settings:notice", pk=pk)
