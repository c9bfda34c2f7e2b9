"""Who sent a mail, as far as the helpdesk knows them, and what that allows. Needs the system scope."""

from dataclasses import dataclass

from django.conf import settings

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import User
from helpdesk.accounts.queries import member_of
from helpdesk.notifications.models import OwnAddress
from tickets.mail.authentication import Proof, proof_of
from tickets.mail.shapes import Mail, Own


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The person whose address stands in From: a claim, however well proven."""

    member: Member | None
    proof: Proof

    @property
    def refusal(self) -> str:
        """Why nothing is written in this person's name, in a code word; empty where it may be.

        With a mail server of ours that checks senders, what it did not find proven is nobody's. Without one, a client's
        mail is believed, as the transport has let it in; staff are never believed without proof.
        """
        if self.proof is Proof.FAIL:
            return "spoofed"
        if self.member is None:
            return "unknown_sender"
        unproven = self.proof is Proof.NONE
        if unproven and (settings.MAIL_AUTHENTICATORS or self.member.is_staff):
            return "unproven_sender"
        return ""


def sender_of(mail: Mail) -> Sender:
    """The active person with exactly this address, whose organisation is active, and the proof of it."""
    return Sender(member=_member(mail.sender.key), proof=proof_of(mail, settings.MAIL_AUTHENTICATORS))


def _member(address: str) -> Member | None:
    if not address or "\x00" in address:
        return None
    people = User.objects.select_related("staff_member", "membership__organisation")
    person = people.filter(email__iexact=address, is_active=True).first()
    return member_of(person) if person is not None else None


def our_own() -> Own:
    """What this installation calls its own: addresses that receive, and the marks of mails that it wrote."""
    known = {address.lower() for address in OwnAddress.objects.values_list("address", flat=True)}
    return Own(
        addresses=frozenset(known | {settings.REPLY_ADDRESS.lower()}),
        instance=settings.MESSAGE_ID_DOMAIN,
        id_domains=frozenset({settings.MESSAGE_ID_DOMAIN.lower()}),
    )
