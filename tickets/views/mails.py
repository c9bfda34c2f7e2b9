"""A mail as it was sent: its HTML, cleaned, in a frame that may do nothing; for who may read its entry."""

from base64 import b64encode
from uuid import UUID

from csp.decorators import csp_update
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.numbers import row_number
from helpdesk.lib.storage import attachment_storage
from tickets.inbound.html import Shown, cleaned_mail
from tickets.inbound.listing import mail_id_for
from tickets.mail.files import cids_of
from tickets.models import MailMessage, Ticket, TimelineEntry
from tickets.queries import attachments_of, mail_of
from tickets.views.frame import ticket_or_404

PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
MOST_BYTES = 8 * 1024 * 1024  # of all pictures of one mail that are put into its document
_ELSEWHERE = "elsewhere"  # what `pictures` says in an address that asks for them
# The document is of no origin, so nothing that it loads would carry its reader's session: what it shows is in it.
_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src %s; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
_DOCUMENT = """<!doctype html>
<html lang="und"><head><meta charset="utf-8"><title>Mail</title><style>
:root { color-scheme: light; }
body { margin: 1rem; background: #fff; color: #17222b; font: 15px/1.5 sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%%; height: auto; }
img:not([src]) { display: none; }
img[alt]:not([src]):not([alt=""]) { display: inline; outline: 1px dashed #85847a; padding: 0 0.3em; }
pre { white-space: pre-wrap; }
</style></head><body>%s</body></html>"""


# The page holds the frame: allowed on this page alone.
@csp_update({"frame-src": ["'self'"]})
@require_safe
@member_view("any")
def as_sent(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    """The page of one mail. Raises `Http404` unless the member sees the entry and it came by HTML mail."""
    ticket, entry, mail = _mail(request, public_id, pk)
    shown = cleaned_mail(mail.html, pictures={})
    context = {
        "ticket": ticket,
        "entry": entry,
        "mail": mail,
        "shown": shown,
        "elsewhere": _wants_elsewhere(request),
        "raw_id": mail_id_for(request.member, mail) if shown is None else None,
    }
    return render(request, "tickets/mail.html", context)


@require_safe
@member_view("any")
def frame(request: MemberRequest, public_id: UUID, pk: int) -> HttpResponse:
    """The mail's HTML as a document of its own, for the frame. Raises `Http404` as the page does."""
    ticket, entry, mail = _mail(request, public_id, pk)
    elsewhere = _wants_elsewhere(request)
    shown = _shown(request, ticket, entry, mail, elsewhere=elsewhere)
    if shown is None:
        raise Http404("The mail is too large to be shown.")
    answer = HttpResponse(_DOCUMENT % shown.html, headers=_HEADERS)
    answer.headers["Content-Security-Policy"] = _POLICY % ("data: https:" if elsewhere else "data:")
    return answer


def _shown(
    request: MemberRequest, ticket: Ticket, entry: TimelineEntry, mail: MailMessage, *, elsewhere: bool
) -> Shown | None:
    pictures = _pictures(request, ticket, entry, mail)
    return cleaned_mail(mail.html, pictures=pictures, elsewhere=elsewhere)


def _pictures(request: MemberRequest, ticket: Ticket, entry: TimelineEntry, mail: MailMessage) -> dict[str, str]:
    """The pictures that the HTML names, by content id, from the files of the entry that the member may have."""
    named = cids_of(mail.html)
    wanted = {public_id: cid for cid, public_id in mail.pictures.items() if cid in named}
    found: dict[str, str] = {}
    room = MOST_BYTES
    for file in attachments_of(ticket, member=request.member, entries=[entry.pk]) if wanted else ():
        cid = wanted.get(str(file.public_id))
        if cid is None or file.content_type not in PICTURES or file.size > room:
            continue
        room -= file.size
        with attachment_storage().open(file.storage_name) as content:
            found[cid] = f"data:{file.content_type};base64,{b64encode(content.read()).decode()}"
    return found


def _wants_elsewhere(request: MemberRequest) -> bool:
    return request.GET.get("pictures") == _ELSEWHERE


def _mail(request: MemberRequest, public_id: UUID, pk: int) -> tuple[Ticket, TimelineEntry, MailMessage]:
    ticket = ticket_or_404(request.member, public_id)
    found = None if row_number(str(pk)) is None else mail_of(ticket, pk, staff=request.member.is_staff)
    if found is None:
        raise Http404("There is no such mail.")
    return ticket, *found
