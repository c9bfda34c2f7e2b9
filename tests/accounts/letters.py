"""Reading what was mailed about accounts: the rows, and the links in them."""

import re

from django.conf import settings

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice

# Names and words that somebody may plant in the hope that a page or a mail runs them.
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "javascript:alert(1)",
]


def mails(recipient: str = "") -> list[AccountNotice]:
    """The account mails, the oldest first; to one address if given."""
    with system_scope("the test reads what was queued"):
        found = AccountNotice.objects.order_by("pk")
        return list(found.filter(recipient=recipient) if recipient else found)


def link_in(mail: AccountNotice) -> str:
    """The path of the invitation's link, which begins with the site's own address and stands on a line of its own."""
    [path] = re.findall(rf"^{re.escape(settings.SITE_URL)}(/invitations/\S+/)$", mail.full_text, re.M)
    return path


def token_in(mail: AccountNotice) -> str:
    """The token of the link."""
    return link_in(mail).removeprefix("/invitations/").removesuffix("/")
