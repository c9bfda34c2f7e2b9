"""From a notice's facts to a mail: subject, plain text and HTML, everything escaped by the template engine."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from helpdesk.notifications.models import Notice


@dataclass(frozen=True)
class Rendered:
    """A mail ready to send."""

    subject: str
    text: str
    html: str


def render_notice(notice: Notice) -> Rendered:
    """Render the notice's template, e.g. `emails/response_overdue-subject.txt`, `-text.txt` and `-html.html`."""
    context = {
        "notice": notice,
        "facts": notice.facts,
        "zone": notice.zone,
        "link": settings.SITE_URL + notice.path,
    }
    base = f"emails/{notice.template}"
    subject = render_to_string(f"{base}-subject.txt", context)
    return Rendered(
        subject=" ".join(subject.split())[:200],
        text=render_to_string(f"{base}-text.txt", context).strip() + "\n",
        html=render_to_string(f"{base}-html.html", context),
    )
