"""How much of one sender is too much: tickets, acknowledgements, automatic answers on a ticket.

The signs that machines give of themselves end most loops (`tickets.mail.verdict`); these limits end those with a
machine that gives none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tickets.mail.thread import base_subject
from tickets.models import MailOutcome, RawMail

NOT_ACKNOWLEDGED = "not_acknowledged"  # the reason of a mail that opened a ticket and was not answered
DAY, HOUR, HALF_AN_HOUR = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30)
ONE_ACKNOWLEDGEMENT = timedelta(minutes=10)
ACKNOWLEDGEMENTS_A_DAY = 5
TICKETS_AN_HOUR = 20  # what is more waits for a person
AUTOMATIC_ON_A_TICKET = 6  # in half an hour
MOST_LOOKED_AT = 500  # mails of one sender within the day
_OPENS = (MailOutcome.OPENED, MailOutcome.FOLLOWED)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Earlier:
    """What another mail of the same sender became that was read before, and how far apart the two came."""

    outcome: str
    reason: str
    reference: str
    subject: str
    ago: timedelta


def earlier_mails(row: RawMail) -> list[Earlier]:
    """The sender's mails of a day that were read before, whichever came first. Needs the system scope."""
    at = row.received_at
    found = RawMail.objects.filter(sender=row.sender, received_at__gt=at - DAY, received_at__lt=at + DAY)
    found = found.exclude(pk=row.pk).exclude(outcome=MailOutcome.NONE).order_by("-received_at")
    values = found.values_list("outcome", "reason", "reference", "subject", "received_at")[:MOST_LOOKED_AT]
    return [
        Earlier(outcome, reason, reference, subject, abs(at - came))
        for outcome, reason, reference, subject, came in values
    ]


def opens_too_many(earlier: Sequence[Earlier]) -> bool:
    """Whether the sender has opened as many tickets within the hour as anybody may."""
    return sum(one.outcome in _OPENS and one.ago < HOUR for one in earlier) >= TICKETS_AN_HOUR


def answers_too_often(earlier: Sequence[Earlier], reference: str) -> bool:
    """Whether a machine of the sender's has answered this ticket so often that it may be answering another machine."""
    kept = (MailOutcome.KEPT, reference)
    return sum((one.outcome, one.reference) == kept and one.ago < HALF_AN_HOUR for one in earlier) >= (
        AUTOMATIC_ON_A_TICKET
    )


def may_be_acknowledged(earlier: Sequence[Earlier], subject: str) -> bool:
    """Whether an acknowledgement may go: one in ten minutes, five a day, and one a day for the same subject.

    Numbers in the subject do not tell it from another: machines count. What the policy owes the client otherwise
    (answers, breaches, the closing) is not limited here.
    """
    acknowledged = [one for one in earlier if one.outcome in _OPENS and one.reason != NOT_ACKNOWLEDGED]
    shape = _shape(subject)
    return (
        all(one.ago >= ONE_ACKNOWLEDGEMENT for one in acknowledged)
        and len(acknowledged) < ACKNOWLEDGEMENTS_A_DAY
        and not (shape and any(_shape(one.subject) == shape for one in acknowledged))
    )


def _shape(subject: str) -> str:
    return _NUMBER.sub("0", base_subject(subject)).casefold()
