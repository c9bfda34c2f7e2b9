"""Mails that are brought again and again, by two ways, until whoever brings them is sure: what a mail server does."""

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from faults.world import REASON, VENDOR, House
from helpdesk.accounts.models import ClientRole
from helpdesk.accounts.operations import add_client
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from tickets.operations.inbound.receiving import receive_mail

A_SECOND = 2  # mails written while things break
MARK = "letter "
WAYS = ("support", "help")  # the same mail at two of our addresses is not the same bytes


@dataclass(frozen=True)
class Letter:
    """One mail of one client: what it says, and from which share of the run on it is brought."""

    token: str
    sender: str
    after: float


def write_letters(houses: Sequence[House], *, seconds: float) -> list[Letter]:
    """So many mails, each from a person of its own: nobody is acknowledged twice within ten minutes."""
    number = int(A_SECOND * seconds)
    with system_scope(REASON), muted():
        return [_letter(houses[place % len(houses)], place, place / number) for place in range(number)]


def _letter(house: House, place: int, after: float) -> Letter:
    sender = f"writer{place}@{house.organisation.key.lower()}.example"
    name = f"Writer {place}"
    add_client(organisation=house.organisation, email=sender, name=name, role=ClientRole.USER, actor=SYSTEM)
    return Letter(str(uuid.uuid4()), sender, after)


def raw_of(letter: Letter, way: str) -> bytes:
    """The mail as one of our addresses gets it."""
    mail = EmailMessage()
    mail["Received"] = f"by {way}.{VENDOR}"
    mail["From"], mail["To"] = letter.sender, f"support@{VENDOR}, help@{VENDOR}"
    mail["Subject"], mail["Message-ID"] = f"P3: {letter.token}", f"<{letter.token}@client.example>"
    mail.set_content(MARK + letter.token)
    return mail.as_bytes()


class Post:
    """All letters by both ways, in turn and for ever; each only from its moment on."""

    def __init__(self, letters: Sequence[Letter], *, seconds: float) -> None:
        self._parcels = [(letter, way) for letter in letters for way in WAYS]
        self._seconds, self._began = seconds, time.monotonic()
        self.number = len(self._parcels)

    def parcels(self, start: int) -> Iterator[tuple[Letter, str]]:
        """What is to be brought next, beginning somewhere; none that is not written yet."""
        place = start
        while True:
            letter, way = self._parcels[place % self.number]
            place += 1
            if self._began + letter.after * self._seconds <= time.monotonic():
                yield letter, way


def bring(letter: Letter, way: str) -> None:
    """Hand it over. Without an answer it is brought again: the caller does so in any case."""
    recipients = [f"{way}@{VENDOR}"]
    receive_mail(raw=raw_of(letter, way), channel="smtp", mail_from=letter.sender, recipients=recipients, ring=False)
