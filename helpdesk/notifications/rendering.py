"""From a notice's facts to a mail: subject, plain text and HTML, everything escaped by the template engine."""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string

from helpdesk.notifications.drafts import Audience
from helpdesk.notifications.models import Notice
from helpdesk.notifications.reply_address import Purpose, token_of
from helpdesk.notifications.threads import number_of, reply_address


@dataclass(frozen=True)
class Rendered:
    """A mail ready to send. `reply_to` is this recipient's own address to answer it; empty where there is none."""

    subject: str
    text: str
    html: str
    reply_to: str = ""


def render_notice(notice: Notice) -> Rendered:
    """Render the notice's template, e.g. `emails/response_overdue-subject.txt`, `-text.txt` and `-html.html`."""
    answered = _reply_addresses(notice)
    context = {
        **answered,
        "notice": notice,
        "facts": notice.facts,
        "zone": notice.zone,
        "site": settings.SITE_URL,
        "link": settings.SITE_URL + notice.path,
        "token": token_of(answered.get("reply_to", ""), base=settings.REPLY_ADDRESS),
    }
    base = f"emails/{notice.template}"
    subject = render_to_string(f"{base}-subject.txt", context)
    return Rendered(
        subject=" ".join(subject.split())[:200],
        text=render_to_string(f"{base}-text.txt", context).strip() + "\n",
        html=render_to_string(f"{base}-html.html", context),
        reply_to=answered.get("reply_to", ""),
    )


def _reply_addresses(notice: Notice) -> dict[str, str]:
    """Where this recipient answers the mail: a client to the ticket, staff as a note or, elsewhere, to the client."""
    number = number_of(notice.reference)
    if number is None or not notice.audience:
        return {}
    address = partial(reply_address, organisation_id=notice.organisation_id, number=number, recipient=notice.recipient)
    if notice.audience == Audience.CLIENT:
        return {"reply_to": address(purpose=Purpose.REPLY)}
    return {"reply_to": address(purpose=Purpose.NOTE), "answer_to": address(purpose=Purpose.ANSWER)}
