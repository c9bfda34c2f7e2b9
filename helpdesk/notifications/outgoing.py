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
from helpdesk.notifications.threads import number_of, thread_id
from helpdesk.notifications.wishes import may_stay_in_app

INSTANCE_HEADER = "X-Helpdesk-Instance"
# What somebody wrote to the client: a person's mail, though a machine sends it.
WRITTEN_BY_A_PERSON = {"reply", "waiting"}
ANSWERS_A_MAIL = {"acknowledgement"}


def message_of(notice: Notice | AccountNotice) -> AnymailMessage:
    """The mail of a notice. Reads the ids of the thread; raises whatever its template raises."""
    rendered = render_notice(notice) if isinstance(notice, Notice) else Rendered(notice.subject, notice.full_text, "")
    about = _about_ticket(notice) if isinstance(notice, Notice) else {}
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
    return message


def _for_machines(notice: Notice | AccountNotice) -> dict[str, str]:
    """That a machine wrote it, so that no other one answers. What a person wrote may be answered by an absence."""
    by_person = notice.event in WRITTEN_BY_A_PERSON and isinstance(notice, Notice)
    if by_person and notice.audience == Audience.CLIENT:  # type: ignore[union-attr]  # a notice, as was asked
        return {}
    kind = "auto-replied" if notice.event in ANSWERS_A_MAIL else "auto-generated"
    return {"Auto-Submitted": kind, "X-Auto-Response-Suppress": "All"}


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
