"""What notices tell of, in words; and which of them a person may want in the app only."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

# Acknowledgements always go by mail, and so does what the ladder asks somebody to take on (POLICY 7), and the notice of
# maintenance (POLICY 10).
ALWAYS_MAILED: Mapping[str, object] = {
    "acknowledgement": _("Your ticket is received"),
    "response_overdue": _("First response overdue"),
    "limit_passed": _("Resolution limit passed"),
    "asked": _("Escalated by hand"),
    "reopened_twice": _("A ticket was reopened twice"),
    "handed": _("An escalation was handed to you"),
    "unacknowledged": _("Nobody has acknowledged it yet"),
    "maintenance": _("Planned maintenance"),
    "clock_differs": _("A stored clock differs from its timeline"),
}
FOR_CLIENTS: Mapping[str, object] = {
    "reply": _("The support team replied"),
    "waiting": _("The support team waits for your answer"),
    "resolved": _("Your ticket is resolved"),
    "severity_changed": _("The severity was changed"),
    "planned": _("The plan was changed"),
    "outside": _("Your ticket is outside standard support"),
    "covered": _("Your ticket is within standard support after all"),
    "merged": _("Your ticket was merged into another one"),
}
FOR_STAFF: Mapping[str, object] = {
    "new_ticket": _("A new ticket"),
    "client_reply": _("A client replied"),
    "confirmed": _("A client said how severe it is"),
    "assigned": _("A ticket was assigned to you"),
    "mentioned": _("A colleague mentioned you by name"),
    "reopened": _("A ticket was reopened"),
    "withdrawn": _("A ticket was withdrawn"),
    "rated": _("A client says that it did not help"),
    "warning": _("Most of the support time is used"),
    "target_missed": _("The resolution target is missed"),
}
NAMES: Mapping[str, object] = {**ALWAYS_MAILED, **FOR_CLIENTS, **FOR_STAFF}


def event_name(event: str) -> str:
    """The event in words; as it is called inside where it has none."""
    return str(NAMES.get(event, event.replace("_", " ")))


def choices_of(*, staff: bool) -> Mapping[str, object]:
    """The events that somebody on this side may want in the app only, each with its words."""
    return FOR_STAFF if staff else FOR_CLIENTS
