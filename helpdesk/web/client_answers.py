"""The demo's other side: a raw mail as a client's mail program would write it in answer to one of ours."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import Rendered


def answer_to(notice: Notice, mail: Rendered, *, body: str, at: datetime) -> bytes:
    """The answer's bytes: to the recipient's own reply address, quoting our mail below as most programs do."""
    answer = EmailMessage(policy=SMTP)
    answer["From"] = formataddr((notice.recipient_name, notice.recipient))
    answer["To"] = mail.reply_to
    answer["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    answer["Date"] = format_datetime(at)
    answer["Message-ID"] = make_msgid(domain=notice.recipient.rpartition("@")[2])
    answer["In-Reply-To"] = answer["References"] = notice.message_id
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())
    said = "\n".join(body.splitlines()).strip()
    answer.set_content(f"{said}\n\nOn {at:%a, %-d %b %Y at %H:%M}, Support wrote:\n{quoted}\n")
    return answer.as_bytes()
