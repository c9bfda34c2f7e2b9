"""Asking before sending: some want to read of some events in the app only."""

from django.conf import settings
from django.utils.module_loading import import_string

from helpdesk.notifications.events import ALWAYS_MAILED
from helpdesk.notifications.models import Notice

MOST_URGENT = "P1"


def stays_in_app(notice: Notice) -> bool:
    """Whether its recipient reads such notices in the app only. P1, acknowledgements and the ladder always go by mail.

    Who wants what is asked of `settings.NOTICE_WISHES`: this package knows no people.
    """
    if not may_stay_in_app(notice):
        return False
    ask = import_string(settings.NOTICE_WISHES)
    return bool(ask(address=notice.recipient, event=notice.event))


def may_stay_in_app(notice: Notice) -> bool:
    """Whether its recipient may choose to do without the mail."""
    return notice.event not in ALWAYS_MAILED and notice.facts.get("severity") != MOST_URGENT
