"""What every page's frame shows: the person, where they may go, and what an admin must not overlook.

The person's own account is in the frame's menu, not among the rooms.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from helpdesk.accounts.invited import mails_seen_by
from helpdesk.accounts.members import Member
from helpdesk.lib.tenancy import has_scope
from helpdesk.notifications.queries import dead_account_count, dead_count, unread_count
from sla.listing import UnreadyYear, unready_calendars
from status.attention import waiting


class Entry(NamedTuple):
    """One link of the navigation."""

    label: str
    url: str
    active: bool


BEFORE_JULY = (6, 30)  # in UTC it may be July somewhere already

# Label, view, the capability that it needs.
STAFF_ROOMS = (
    ("Queue", "tickets:queue", "queue.read"),
    ("Tickets", "tickets:list", "queue.read"),
    ("Escalations", "tickets:escalations", "escalations.read"),
    ("Service", "status:incidents", "incident.write"),
    ("My clients", "tickets:clients", "clients.read"),
    ("New ticket", "tickets:new", "ticket.open"),
    ("Settings", "settings:index", "settings.people"),
)
# A room whose pages have tabs among them: its first page, and the others.
SHARED_ROOMS = {"status:incidents": ("status:windows", "status:uptime_now")}
CLIENT_ROOMS = (
    ("Tickets", "tickets:list", "ticket.open"),
    ("New ticket", "tickets:new", "ticket.open"),
    ("People", "colleagues", "people.invite"),
)


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The frame's context: `member`, `navigation`, `search_url`, the scripts' nonce, and what could not be delivered.

    `dead_notices` and `dead_account_mails` are for those with the outbox; 0 for all others. `missing_lists` are for
    those with the calendars.
    """
    # As text: the header names the nonce once it has been asked for, and a lazy one counts as empty until then.
    nonce = str(getattr(request, "csp_nonce", ""))
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return {"member": None, "navigation": [], "csp_nonce": nonce}
    navigation = _navigation(member, request.path)
    unread = unread_count(member.user.email) if has_scope() else 0
    frame = {"member": member, "navigation": navigation, "csp_nonce": nonce, "inbox_unread": unread}
    frame["events_port"] = settings.EVENTS_PORT
    frame["waiting_drafts"] = waiting() if member.may("incident.write") else []
    return {**frame, "search_url": reverse("tickets:search"), **_failed(member), "missing_lists": _missing(member)}


def _failed(member: Member) -> dict[str, int]:
    """How many mails were given up. None are counted for a page that tells of a failure outside the request's scope."""
    if not (member.may("settings.outbox") and has_scope()):
        return {"dead_notices": 0, "dead_account_mails": 0}
    return {
        "dead_notices": dead_count(),
        "dead_account_mails": dead_account_count(seen=mails_seen_by(member)),
    }


def _missing(member: Member) -> list[UnreadyYear]:
    """From July on, for those with the calendars: which have no list of next year's holidays at all (POLICY 3)."""
    at = now()
    if not (member.may("settings.calendar") and has_scope()) or (at.month, at.day) < BEFORE_JULY:
        return []
    return [one for one in unready_calendars(member, at=at) if one.is_missing]


def _navigation(member: Member, path: str) -> list[Entry]:
    rooms = [
        (label, reverse(view), [reverse(one) for one in (view, *SHARED_ROOMS.get(view, ()))])
        for label, view, capability in (STAFF_ROOMS if member.is_staff else CLIENT_ROOMS)
        if member.may(capability)
    ]
    # The longest address that the path begins with: /tickets/new/ lies below /tickets/.
    here = max((url for *_, urls in rooms for url in urls if path.startswith(url)), key=len, default="")
    return [Entry(label, url, here in urls) for label, url, urls in rooms]
