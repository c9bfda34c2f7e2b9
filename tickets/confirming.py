"""Confirming the severity of a ticket whose mail named none: a signed link in its acknowledgement."""

from django.core.signing import BadSignature, Signer

from helpdesk.accounts.models import User
from tickets.models import EntryKind, Ticket, TimelineEntry


def confirmation_path(ticket: Ticket, person: User) -> str:
    """Where this person confirms the severity, below the site's address."""
    return f"{ticket.path}severity/{_signer(ticket).sign(str(person.pk))}/"


def is_confirmation_for(signed: str, *, ticket: Ticket, person: User) -> bool:
    """Whether the link is one that we sent to this person for this ticket, under a key that still holds."""
    try:
        return _signer(ticket).unsign(signed) == str(person.pk)
    except BadSignature:
        return False


def awaits_confirmation(ticket: Ticket) -> bool:
    """Whether the severity was taken by us, since the mail named none, and nobody has set it since."""
    told = TimelineEntry.objects.filter(ticket=ticket, kind__in=(EntryKind.OPENED, EntryKind.SEVERITY))
    kinds = list(told.order_by("at", "id").values_list("kind", "data"))
    return [kind for kind, _ in kinds] == [EntryKind.OPENED] and kinds[0][1].get("severity_named") is False


def _signer(ticket: Ticket) -> Signer:
    return Signer(salt=f"tickets.severity.{ticket.pk}")
