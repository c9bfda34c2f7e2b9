"""How many mails invitations may cause: ours must not become somebody's weapon."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from helpdesk.accounts.models import Organisation
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.audit.operations import LONGEST_SUBJECT
from helpdesk.lib.actors import Actor
from helpdesk.lib.errors import Conflict

DAY = timedelta(days=1)
CLIENTS_PER_DAY = 50
ADDRESS_PER_DAY = 4  # an invitation, and sent again three times
MAILED = ("invitation.create", "invitation.resend")


def limit_mails(*, email: str, organisation: Organisation | None, actor: Actor, at: datetime) -> None:
    """Raise `Conflict` before one mail too many, new and repeated ones alike, in the 24 hours up to `at`.

    An address gets four from an organisation, and four to the vendor's side (None, which needs the system's scope);
    a client organisation's admins send fifty. Counted from the log, which has every one of them and cannot be altered.
    """
    entries: QuerySet[Any] = VendorAuditEntry.objects.all()
    if organisation is not None:
        entries = AuditEntry.objects.filter(organisation=organisation)
    sent = entries.filter(action__in=MAILED, at__gt=at - DAY).aggregate(
        all=Count("pk"), same=Count("pk", filter=Q(subject=email[:LONGEST_SUBJECT]))
    )
    if sent["same"] >= ADDRESS_PER_DAY:
        raise Conflict(f"{ADDRESS_PER_DAY} invitations went to {email} within a day. Go on tomorrow.", field="email")
    if actor.is_client and sent["all"] >= CLIENTS_PER_DAY:
        raise Conflict(f"{CLIENTS_PER_DAY} invitations went out within a day. Go on tomorrow, or ask our support desk.")
