"""The admins' list of the mails that came in, and one of them: why it waits, what stands in it, what to do with it.

A raw mail belongs to no organisation and may be about any: only admins who serve every one come in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, View, member_view
from helpdesk.accounts.forms import refusal_status, refused
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.numbers import row_number
from tickets.forms.mail import ReleaseForm
from tickets.inbound.listing import (
    KINDS,
    LOOKED_AT,
    bytes_of,
    mail_by_id,
    mail_page,
    people_for,
    reads_raw_mail,
    waiting_count,
)
from tickets.inbound.source import read_source
from tickets.inbound.words import fate_of, proof_mark, reason_of
from tickets.models import MailState, RawMail
from tickets.operations.inbound.triage import WAITS, block_mail, release_mail, reparse_mail, unblock_mail
from tickets.views.files import GUARDS

LONGEST_TEXT = 200
KIND_NAMES: dict[str, str | Promise] = {
    "waiting": gettext_lazy("Waits for a person"),
    "failed": gettext_lazy("Could not be read"),
    "blocked": gettext_lazy("Blocked"),
    "unread": gettext_lazy("Not read yet"),
    "ticket": gettext_lazy("Opened a ticket"),
    "reply": gettext_lazy("Became a reply or a note"),
    "automatic": gettext_lazy("Automatic"),
    "duplicate": gettext_lazy("Had come before"),
    "all": gettext_lazy("Every mail"),
}


def mail_admin(view: View) -> View:
    """Mark a view as one for those who may read raw mail; others get 403."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not reads_raw_mail(request.member):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return member_view("settings.outbox")(guarded)


@mail_admin
@require_safe
def mails(request: MemberRequest) -> HttpResponse:
    """A page of the mails, those that wait for a person unless asked otherwise. An unknown state shows none."""
    kind = request.GET.get("state", "").strip() or "waiting"
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT]
    context: dict[str, Any] = {"kinds": KIND_NAMES.items(), "kind": kind, "text": text, "waiting": waiting_count()}
    context |= {"unproven": not settings.MAIL_AUTHENTICATORS, "believed": settings.MAIL_TRUST_FROM}
    context |= {"sealed": settings.MAIL_DKIM}
    if kind not in KINDS:
        return render(request, "settings/mails.html", {**context, "unknown_state": kind, "kind": ""}, status=400)
    before = request.GET.get("before", "")
    page = mail_page(kind=kind, text=text, before=row_number(before))
    narrowed = {"state": kind, **({"q": text} if text else {})}
    context |= {
        "rows": [(row, fate_of(row), proof_mark(row.proof), reason_of(row)) for row in page.rows],
        "searched": page.searched,
        "next": f"?{urlencode({**narrowed, 'before': page.next_before})}" if page.next_before else "",
        "first": f"?{urlencode(narrowed)}" if before else "",
        "now": database_now(),
    }
    return render(request, "settings/mails.html", context)


@mail_admin
@require_safe
def mail(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """One mail; `person` in the address is whom to look for among the clients' people."""
    return _page(request, _mail(mail_id), status=200)


@mail_admin
@require_safe
def source(_request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """The mail as it came, as a download that no browser opens."""
    row = _mail(mail_id)
    answer = HttpResponse(bytes_of(row), content_type="application/octet-stream", headers=GUARDS)
    answer.headers["Content-Disposition"] = f'attachment; filename="mail-{row.public_id}.eml"'
    return answer


@mail_admin
@require_POST
def release(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Write it into the desk in the name of the person chosen."""
    row = _mail(mail_id)
    people = people_for(_looked_for(request, row))
    form = ReleaseForm(request.POST, people=people)
    if not form.is_valid():
        return _page(request, row, failed=form, status=422)
    person, done = form.chosen(), []
    status = refused(
        form, lambda: done.append(release_mail(mail_id=mail_id, person=person, actor=request.member.actor))
    )
    if status:
        return _page(request, _mail(mail_id), failed=form, status=status)
    if done[0].state == MailState.DONE:
        said = _("The mail stands on %(reference)s, in the name of %(name)s.")
        messages.success(request, said % {"reference": done[0].reference, "name": person.name})
    else:
        messages.warning(request, _("The mail still waits: see why below."))
    return redirect("settings:mail", mail_id=mail_id)


@mail_admin
@require_POST
def block(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Put it away, with whatever else its sender sends that would wait."""
    said = _("The mail is put away. What else its sender sends and would wait is put away too.")
    return _done(request, mail_id, block_mail, lambda _result: said)


@mail_admin
@require_POST
def unblock(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Let its sender's mails be seen again."""

    def said(many: int) -> str:
        return ngettext("%(many)s mail waits for a person again.", "%(many)s mails wait for a person again.", many) % {
            "many": many
        }

    return _done(request, mail_id, unblock_mail, said)


@mail_admin
@require_POST
def reread(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Have it read again, from its bytes, as if it had just come."""
    said = _("The mail is read again. In a few seconds this page says what became of it.")
    return _done(request, mail_id, reparse_mail, lambda _result: said)


def _done(
    request: MemberRequest, mail_id: UUID, operation: Callable[..., Any], said: Callable[[Any], str]
) -> HttpResponse:
    row = _mail(mail_id)
    try:
        with transaction.atomic():
            result = operation(mail_id=mail_id, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _page(request, row, status=refusal_status(error))
    messages.success(request, said(result))
    return redirect("settings:mail", mail_id=mail_id)


def _page(request: MemberRequest, row: RawMail, *, failed: ReleaseForm | None = None, status: int) -> HttpResponse:
    waits, read = row.state in WAITS, read_source(row, bytes_of(row, upto=LOOKED_AT))
    wanted = _looked_for(request, row, forwards=read.forwards.key if read.forwards else "")
    people = people_for(wanted) if waits else []
    context = {
        "mail": row,
        "fate": fate_of(row),
        "proof": proof_mark(row.proof),
        "reason": reason_of(row),
        "read": read,
        "waits": waits,
        "blocked": row.state == MailState.BLOCKED,
        "wanted": wanted,
        "people": people,
        "form": failed or ReleaseForm(people=people),
        "now": database_now(),
    }
    return render(request, "settings/mail.html", context, status=status)


def _looked_for(request: MemberRequest, row: RawMail, *, forwards: str = "") -> str:
    """Whom to look for: what was typed, else the sender's address, else whom they forward, else the sender's domain."""
    data = request.POST if request.method == "POST" else request.GET
    typed = data.get("look_for")
    if typed is not None:
        return typed.replace("\0", "").strip()[:LONGEST_TEXT]
    known = next((one for one in (row.sender, forwards) if one and people_for(one)), "")
    domain = row.sender.rpartition("@")[2]
    return known or (f"@{domain}" if domain else row.sender)


def _mail(mail_id: UUID) -> RawMail:
    found = mail_by_id(mail_id)
    if found is None:
        raise Http404("There is no such mail.")
    return found
