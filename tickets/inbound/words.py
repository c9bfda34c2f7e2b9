"""What became of a mail, and why, in words for the people who look after the mail."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.mail.authentication import Proof
from tickets.models import MailOutcome, MailState, RawMail

# For each reason that a mail waits or became nothing: a few words for the list, then what it means.
_REASONS = {
    "spoofed": (
        gettext_lazy("Sender not who it says"),
        gettext_lazy("Our mail server checked the sender, and the mail failed: somebody may write in another's name."),
    ),
    "unknown_sender": (
        gettext_lazy("Unknown sender"),
        gettext_lazy("Nobody with this address is an active person of a client, or of our staff."),
    ),
    "unproven_sender": (
        gettext_lazy("Sender not proven"),
        gettext_lazy(
            "The address is of a person whom we know, or of a client's domain, and no mail server of ours says that it "
            "is true."
        ),
    ),
    "staff_without_token": (
        gettext_lazy("From staff, not an answer"),
        gettext_lazy("Staff write by mail only when they answer a notice of their own about a ticket."),
    ),
    "too_many_tickets": (
        gettext_lazy("Too many tickets"),
        gettext_lazy("Its sender has opened so many tickets within the hour that more of them wait."),
    ),
    "too_large": (
        gettext_lazy("Too large"),
        gettext_lazy("It is larger than what we read of a mail, so its text would not be whole."),
    ),
    "unparsable": (
        gettext_lazy("Not readable"),
        gettext_lazy("Its structure is so broken that its text may be missing. The raw mail is kept."),
    ),
    "refused": (
        gettext_lazy("Refused"),
        gettext_lazy("The ticket or its rules did not take it."),
    ),
    "automatic": (
        gettext_lazy("Automatic"),
        gettext_lazy("A machine's answer that belongs to no ticket that goes on."),
    ),
    "too_many_automatic": (
        gettext_lazy("Automatic, too many"),
        gettext_lazy("Its ticket has had so many automatic answers in half an hour that no more are kept."),
    ),
    "not_acknowledged": (
        gettext_lazy("Not acknowledged"),
        gettext_lazy(
            "It came from a list, or its sender had been acknowledged lately: machines must not answer each other."
        ),
    ),
    "came_before": (
        gettext_lazy("Came before"),
        gettext_lazy("The same mail had come by another way and was written down then."),
    ),
    "canary": (
        gettext_lazy("Our own test mail"),
        gettext_lazy("It was sent to see that mail goes out and comes in. How long it took stands under channels."),
    ),
    "own": (gettext_lazy("Our own mail"), gettext_lazy("The helpdesk itself had written it.")),
    "bounce": (
        gettext_lazy("A report of the mail system"),
        gettext_lazy("It says how a mail of ours fared. That is noted with our mail."),
    ),
}
_STATES = {
    MailState.STORED: ("badge", gettext_lazy("Not read yet")),
    MailState.PROCESSING: ("badge info", gettext_lazy("Being read")),
    MailState.QUARANTINED: ("verdict verdict-missed", gettext_lazy("Waits for a person")),
    MailState.FAILED: ("verdict verdict-breached", gettext_lazy("Could not be read")),
    MailState.BLOCKED: ("verdict verdict-void", gettext_lazy("Blocked")),
}
_OUTCOMES = {
    MailOutcome.OPENED: ("verdict verdict-met", gettext_lazy("Opened a ticket")),
    MailOutcome.FOLLOWED: ("verdict verdict-met", gettext_lazy("Opened a ticket that follows another")),
    MailOutcome.REPLIED: ("verdict verdict-met", gettext_lazy("A reply")),
    MailOutcome.NOTED: ("verdict verdict-met", gettext_lazy("An internal note")),
    MailOutcome.KEPT: ("verdict verdict-void", gettext_lazy("An automatic answer, kept on its ticket")),
    MailOutcome.DROPPED: ("verdict verdict-void", gettext_lazy("Became nothing")),
    MailOutcome.DUPLICATE: ("verdict verdict-void", gettext_lazy("Had come before")),
}
_PROOFS = {
    Proof.PASS.value: ("verdict verdict-met", gettext_lazy("Sender verified")),
    Proof.FAIL.value: ("verdict verdict-breached", gettext_lazy("Sender check failed")),
    Proof.NONE.value: ("verdict verdict-missed", gettext_lazy("Sender not verified")),
}
Mark = tuple[str, str | Promise]


def fate_of(row: RawMail) -> Mark:
    """What became of the mail: the classes of its mark, and its words."""
    if row.state in _STATES:
        return _STATES[MailState(row.state)]
    return _OUTCOMES.get(MailOutcome(row.outcome)) or ("badge", _("Done"))


def proof_mark(proof: str) -> Mark | None:
    """What is known of the sender's address, as a mark; None before the mail was read."""
    return _PROOFS.get(proof)


def reason_of(row: RawMail) -> tuple[str | Promise, str | Promise]:
    """Why it waits or became nothing: in a few words, and in a sentence. Both empty where nothing is to be said."""
    if row.state == MailState.FAILED:
        return _("The reading failed"), _("It was tried five times. Have it read again once the cause is mended.")
    if not row.reason:
        return "", ""
    return _REASONS.get(row.reason, (row.reason.replace("_", " ").capitalize(), ""))
