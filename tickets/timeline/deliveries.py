"""How the mails to a ticket's clients went, in words beside the entry that each quotes: for staff only."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.queries import delivery_of
from tickets.models import Ticket

_LONGEST = 160  # characters of what the other side said
_SAID: dict[str, str] = {
    DeliveryState.QUEUED: gettext_noop("Mail queued for %(names)s"),
    DeliveryState.SENT: gettext_noop("Mail sent to %(names)s"),
    DeliveryState.SUPPRESSED: gettext_noop("No mail to %(names)s: the address is suppressed"),
    DeliveryState.APP: gettext_noop("In the app only, as %(names)s chose"),
}


def deliveries(ticket: Ticket, *, opening: int) -> dict[int, list[str]]:
    """By entry, one line for each state: `Mail sent to Alice, Amara`. The acknowledgement stands at the `opening`.

    One statement. Simulated history was sent to nobody and is left out.
    """
    notices = delivery_of(organisation_id=ticket.organisation_id, reference=ticket.reference)
    found: dict[int, dict[str, list[Notice]]] = {}
    for notice in notices:
        entry = opening if notice.event == "acknowledgement" else notice.entry_id
        if entry is not None and notice.state != DeliveryState.ARCHIVED:
            found.setdefault(entry, {}).setdefault(notice.state, []).append(notice)
    return {
        entry: [line for state, same in states.items() for line in _lines(state, same)]
        for entry, states in found.items()
    }


def _lines(state: str, notices: list[Notice]) -> Iterable[str]:
    if state in (DeliveryState.BOUNCED, DeliveryState.DEAD):
        return [_failed(notice) for notice in notices]
    late = [one for one in notices if one.soft_bounces]
    names = ", ".join(one.recipient_name or one.recipient for one in notices)
    said = _(_SAID[state]) % {"names": names}
    return [said, *(_delayed(one) for one in late)]


def _failed(notice: Notice) -> str:
    words = {"name": notice.recipient_name or notice.recipient, "error": notice.last_error[:_LONGEST]}
    if notice.state == DeliveryState.BOUNCED:
        return _("Mail to %(name)s came back: %(error)s") % words
    return _("Mail to %(name)s failed: %(error)s") % words


def _delayed(notice: Notice) -> str:
    words = {"name": notice.recipient_name or notice.recipient, "times": notice.soft_bounces}
    return _("Mail to %(name)s was reported late (%(times)s)") % words
