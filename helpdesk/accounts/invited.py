"""Reads about invitations: the lists of the pages, and the doors to one."""

from collections.abc import Sequence

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from helpdesk.accounts.listing import administered
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import ClientInvitation, Organisation, StaffInvitation
from helpdesk.lib.tenancy import system_scope

SHOWN = 100
VENDORS = "admins list the invitations to the vendor's side, which belong to no organisation"


def client_invitations(organisation: Organisation) -> list[ClientInvitation]:
    """The organisation's open and expired invitations, the newest first, capped."""
    found = ClientInvitation.objects.filter(organisation=organisation, token_digest__isnull=False)
    return list(found.select_related("invited_by").order_by("-invited_at", "-pk")[:SHOWN])


def staff_invitations() -> list[StaffInvitation]:
    """The open and expired invitations to the vendor's side, the newest first, capped."""
    with system_scope(VENDORS):
        found = StaffInvitation.objects.filter(token_digest__isnull=False).select_related("invited_by")
        return list(found.order_by("-invited_at", "-pk")[:SHOWN])


def staff_invitations_from(*, behind: Q, order: Sequence[str], limit: int) -> list[StaffInvitation]:
    """Every invitation to the vendor's side, also spent ones, of which the condition holds: the first `limit`."""
    with system_scope(VENDORS):
        found = StaffInvitation.objects.filter(behind).select_related("invited_by")
        return list(found.order_by(*order)[:limit])


def client_invitation(pk: int, *, lock: bool = False) -> ClientInvitation | None:
    """The invitation of this id, if it is in scope; locked until the transaction's end if so wished."""
    found = ClientInvitation.objects.select_related("organisation", "invited_by").filter(pk=pk)
    return (found.select_for_update(of=("self",)) if lock else found).first()


def staff_invitation(pk: int, *, lock: bool = False) -> StaffInvitation | None:
    """The invitation of this id to the vendor's side; for admins. Locked until the transaction's end if so wished."""
    with system_scope(VENDORS):
        found = StaffInvitation.objects.select_related("invited_by").filter(pk=pk)
        return (found.select_for_update(of=("self",)) if lock else found).first()


def mails_seen_by(member: Member) -> Q:
    """Which account mails an admin may see: of their people by address, of invitations by the invitation.

    Another organisation may have invited the same address, also one of their own people: that mail is not theirs.
    """
    if member.staff is not None and member.staff.serves_all:
        return Q()
    theirs = ClientInvitation.objects.filter(organisation_id__any=member.organisation_ids)
    names = theirs.annotate(named=Concat(Value("client-invitation:"), Cast("pk", CharField()))).values("named")
    own = Q(about="", recipient__in=administered(member).values("email"))
    return own | Q(about__in=names) | Q(about__startswith="staff-invitation:")
