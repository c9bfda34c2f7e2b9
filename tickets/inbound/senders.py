"""Who sent a mail, as far as the helpdesk knows them, and what that allows. Needs the system scope."""

from dataclasses import dataclass

from django.conf import settings

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import OrganisationDomain, User
from helpdesk.accounts.queries import member_of, verified_domain
from helpdesk.lib.dns_records import txt_records
from helpdesk.notifications.models import OwnAddress
from tickets.mail.authentication import Proof, has_one_sender, proof_of
from tickets.mail.sealed import is_sealed
from tickets.mail.shapes import Mail, Own


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The person whose address stands in From: a claim, however well proven. `domain`: what vouches for nobody's."""

    member: Member | None
    proof: Proof
    domain: OrganisationDomain | None = None

    @property
    def refusal(self) -> str:
        """Why nothing is written in this person's name, in a code word; empty where it may be.

        What a mail server of ours has not found proven is nobody's. Only where there is none, and only if the settings
        say so, a client's mail is believed as the transport has let it in; staff and strangers never are.
        """
        if self.proof is Proof.FAIL:
            return "spoofed"
        if self.member is None and self.domain is None:
            return "unknown_sender"
        at_its_word = settings.MAIL_TRUST_FROM and not settings.MAIL_AUTHENTICATORS
        if self.proof is Proof.NONE and not (at_its_word and self.member is not None and not self.member.is_staff):
            return "unproven_sender"
        return ""


def proven(mail: Mail, raw: bytes) -> Proof:
    """What a mail server of ours says of the sender; where none does, what the mail's own DKIM signature proves.

    One that does not hold proves nothing either way: lists and relays break them. Asks name servers, so no transaction
    is open.
    """
    proof = proof_of(mail, settings.MAIL_AUTHENTICATORS)
    if proof is not Proof.NONE or not settings.MAIL_DKIM or not has_one_sender(mail):
        return proof
    return Proof.PASS if is_sealed(raw, mail.sender.domain, txt_records) else Proof.NONE


def sender_of(mail: Mail, proof: Proof) -> Sender:
    """The active person with exactly this address, whose organisation is active; `proof`: what is known of it.

    Of an address that is nobody's: the organisation's verified domain that it lies in.
    """
    address = mail.sender.key
    person = _person(address)
    if person is not None:
        return Sender(member=member_of(person) if person.is_active else None, proof=proof)
    return Sender(member=None, proof=proof, domain=verified_domain(mail.sender.domain) if address else None)


def _person(address: str) -> User | None:
    if not address or "\x00" in address:
        return None
    # Locked: one sender's mails are settled one after the other, so that what is limited is counted. By the address as
    # people are stored, for which there is an index.
    people = User.objects.select_related("staff_member", "membership__organisation")
    return people.select_for_update(no_key=True, of=("self",)).filter(email=address.lower()).first()


def our_own() -> Own:
    """What this installation calls its own: addresses that receive, and the marks of mails that it wrote."""
    known = {address.lower() for address in OwnAddress.objects.values_list("address", flat=True)}
    return Own(
        addresses=frozenset(known | {settings.REPLY_ADDRESS.lower()}),
        instance=settings.MESSAGE_ID_DOMAIN,
        id_domains=frozenset({settings.MESSAGE_ID_DOMAIN.lower()}),
    )
