"""From a row to the mail as it goes out: its text, whom it answers, and what it tells other machines.

One mail for each recipient, with a reply address of their own; nobody else stands in it.
"""

from anymail.message import AnymailMessage
from django.conf import settings
from django.urls import reverse

from helpdesk.notifications.drafts import Audience
from helpdesk.notifications.models import AccountNotice, Notice
from helpdesk.notifications.queries import thread_of
from helpdesk.notifications.rendering import Rendered, render_notice
from helpdesk.notifications.threads import number_of, return_path, thread_id
from helpdesk.notifications.wishes import may_stay_in_app

INSTANCE_HEADER = "X-Helpdesk-Instance"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Providers that take any envelope sender; others take its domain only, or none.
CHOOSING = {f"anymail.backends.{name}.EmailBackend" for name in ("amazon_ses", "mailjet", "postal", "sparkpost")}
# What somebody wrote to the client: a person's mail, though a machine sends it.
WRITTEN_BY_A_PERSON = {"reply", "waiting"}
ANSWERS_A_MAIL = {"acknowledgement"}


def message_of(notice: Notice | AccountNotice) -> AnymailMessage:
    """The mail of a notice. Reads the ids of the thread; raises whatever its template raises."""
    rendered = render_notice(notice) if isinstance(notice, Notice) else Rendered(notice.subject, notice.full_text, "")
    about = _about_ticket(notice) if isinstance(notice, Notice) else _to_end_it(notice)
    message = AnymailMessage(
        subject=rendered.subject,
        body=rendered.text,
        to=[notice.recipient],
        reply_to=[rendered.reply_to] if rendered.reply_to else None,
        headers={
            "Message-ID": notice.message_id,
            INSTANCE_HEADER: settings.MESSAGE_ID_DOMAIN,
            **_for_machines(notice),
            **about,
        },
        metadata={"event": notice.event},
        tags=[notice.event],
    )
    if rendered.html:
        message.attach_alternative(rendered.html, "text/html")
    if isinstance(notice, Notice) and notice.facts.get("calendar"):
        message.attach("maintenance.ics", notice.facts["calendar"], "text/calendar; method=PUBLISH")
    _report_to(message, return_path(notice.message_id))
    return message


def _report_to(message: AnymailMessage, address: str) -> None:
    """Have what becomes of the mail reported to an address of its own, where the way out lets us choose one."""
    if settings.EMAIL_BACKEND == SMTP:  # hands `from_email` over as the envelope's sender
        message.extra_headers.setdefault("From", message.from_email)
        message.from_email = address
    elif settings.EMAIL_BACKEND in CHOOSING:
        message.envelope_sender = address


def _for_machines(notice: Notice | AccountNotice) -> dict[str, str]:
    """That a machine wrote it, so that no other one answers. What a person wrote may be answered by an absence."""
    by_person = notice.event in WRITTEN_BY_A_PERSON and isinstance(notice, Notice)
    if by_person and notice.audience == Audience.CLIENT:  # type: ignore[union-attr]  # a notice, as was asked
        return {}
    kind = "auto-replied" if notice.event in ANSWERS_A_MAIL else "auto-generated"
    return {"Auto-Submitted": kind, "X-Auto-Response-Suppress": "All"}


def _to_end_it(notice: AccountNotice) -> dict[str, str]:
    """How whoever subscribed to it ends it with one click of their mail program (RFC 8058)."""
    if not notice.is_listed or not notice.secret:
        return {}
    return {
        "List-Id": f"Status of the service <status.{settings.MESSAGE_ID_DOMAIN}>",
        "List-Unsubscribe": f"<{notice.secret}unsubscribe/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _about_ticket(notice: Notice) -> dict[str, str]:
    """The thread that it belongs to, and for what a person may do without, where that is chosen."""
    number = number_of(notice.reference)
    if number is None:
        return {}
    root = thread_id(organisation_id=notice.organisation_id, number=number)
    ids = [root, *thread_of(notice)]
    headers = {"In-Reply-To": f"<{ids[-1]}>", "References": " ".join(f"<{one}>" for one in ids)}
    if may_stay_in_app(notice):
        key = notice.reference.rpartition("-")[0]
        headers["List-Id"] = f"Tickets of {key} <{key.lower()}.tickets.{settings.MESSAGE_ID_DOMAIN}>"
        headers["List-Unsubscribe"] = f"<{settings.SITE_URL}{reverse('notices')}>"
    return headers
