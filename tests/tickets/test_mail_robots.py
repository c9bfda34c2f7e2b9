"""Machines that answer machines: whatever they take out of a mail, they have nothing to answer within five mails."""

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core import mail as outbox

from helpdesk.accounts.models import Organisation, User
from helpdesk.notifications.models import Notice
from helpdesk.notifications.sending import deliver_due
from tests.support import actor_of, colombo
from tickets.inbound.limits import Earlier, may_be_acknowledged
from tickets.models import RawMail, Ticket
from tickets.operations.conversation import reply
from tickets.operations.inbound.reading import process_mail
from tickets.operations.inbound.receiving import receive_mail

AT = colombo("2026-11-16 10:00")
SECONDS, MINUTES = timedelta(seconds=20), timedelta(minutes=11)


@dataclass
class Desk:
    """An installation: its own address and name, and the client as whom it knows the other one."""

    address: str
    name: str
    organisation: Organisation
    client: User


@pytest.fixture
def desks(world, everything, settings) -> tuple[Desk, Desk]:
    """Two that are each other's clients. They share a database, in organisations of their own, and nothing else."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    desks = (
        Desk("support@one.example", "desk.one.example", world.acme, world.alice),
        Desk("support@two.example", "desk.two.example", world.globex, world.bob),
    )
    for here, there in (desks, desks[::-1]):
        here.client.email = there.address
        here.client.save()
    return desks


@pytest.fixture
def takes(settings) -> Callable[[Desk, bytes, datetime], list[bytes]]:
    """`takes(desk, raw, at)`: reads the mail there; returns the mails that go to its client, as the wire has them."""

    def take(desk: Desk, raw: bytes, at: datetime) -> list[bytes]:
        settings.REPLY_ADDRESS, settings.MESSAGE_ID_DOMAIN = desk.address, desk.name
        settings.DEFAULT_FROM_EMAIL = f"Support <{desk.address}>"
        row = receive_mail(raw=raw, channel="smtp", mail_from=desk.client.email, recipients=[desk.address], at=at)
        process_mail(mail_id=row.pk, at=at)
        return sends(desk)

    return take


def sends(desk: Desk) -> list[bytes]:
    outbox.outbox = []
    deliver_due()
    return [one.message().as_bytes() for one in outbox.outbox if one.to == [desk.client.email]]


def written(sender: str, to: str, *, subject: str = "Invoices fail", **headers: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, to, subject, f"<first@{sender}>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Since this morning.")
    return made.as_bytes()


def as_sent(raw: bytes, _: int) -> bytes:
    return raw


KEPT = ("from", "to", "subject", "content-type", "content-transfer-encoding", "mime-version", "date")


def stripped(raw: bytes, number: int) -> bytes:
    """What the rudest relay makes of it: nothing of ours is left but the text, the subject and who wrote."""
    made = email.message_from_bytes(raw, policy=email.policy.compat32)
    for name in {name for name in made if name.lower() not in KEPT}:
        del made[name]
    made["Message-ID"] = f"<{number}@relay.example>"
    return made.as_bytes()


def rude(raw: bytes, number: int) -> bytes:
    """The same, with a subject that is another one each time and names no ticket."""
    made = email.message_from_bytes(stripped(raw, number))
    del made["Subject"]
    made["Subject"] = f"We have received your request {4700 + number}"
    return made.as_bytes()


@pytest.mark.parametrize("apart", [SECONDS, MINUTES], ids=["fast", "slow"])
@pytest.mark.parametrize("relay", [as_sent, stripped, rude])
def test_two_desks_that_acknowledge_each_other_fall_silent_within_five_mails(desks, takes, relay, apart):
    one, two = desks
    waiting, sent, at = [written(two.address, one.address)], 1, AT
    here, there = one, two
    while waiting and sent <= 10:
        answers = [answer for raw in waiting for answer in takes(here, raw, at)]
        waiting = [relay(raw, sent + place) for place, raw in enumerate(answers)]
        sent += len(waiting)
        here, there, at = there, here, at + apart
    assert sent <= 5
    assert Ticket.objects.filter(organisation=one.organisation).count() >= 1
    assert not RawMail.objects.exclude(state="done").exists()


def away(_: bytes, number: int) -> bytes:
    raw = written("support@two.example", "support@one.example", subject="Out of office", Auto_Submitted="auto-replied")
    return raw.replace(b"first@", b"%d@" % number)


def away_unmarked(raw: bytes, number: int) -> bytes:
    """By a program that says nothing of itself, in no language that we know, to the address that it may answer."""
    to = str(email.message_from_bytes(raw).get("Reply-To", "support@one.example"))
    return written("support@two.example", to, subject="Nisam u uredu").replace(b"first@", b"%d@" % number)


def away_astray(_: bytes, number: int) -> bytes:
    """The same, to our plain address."""
    return away_unmarked(b"", number)


@pytest.mark.parametrize("robot", [away, away_unmarked, away_astray])
def test_an_absence_is_told_and_not_answered_for_ever(world, desks, takes, robot):
    one, two = desks
    waiting, sent, at = takes(one, written(two.address, one.address), AT), 2, AT
    while waiting and sent <= 10:
        at += MINUTES
        waiting = takes(one, robot(waiting[0], sent), at)
        sent += 1 + len(waiting)
    assert sent <= 5
    ticket = Ticket.objects.earliest("pk")
    reply(ticket=ticket, actor=actor_of(world.agent), body="We look into it.", at=at)
    [answer] = sends(one)
    assert takes(one, robot(answer, 50), at + MINUTES) == [], "what a person writes is answered by absences too"


def test_acknowledgements_are_few_whoever_asks_for_them_and_what_the_policy_owes_is_not_cut(world, desks, takes):
    one, two = desks
    acknowledged = 0
    for number in range(8):
        raw = written(two.address, one.address, subject=f"Another thing, {'abcdefgh'[number]}")
        acknowledged += len(takes(one, raw.replace(b"first@", b"%d@" % number), AT + number * MINUTES))
    assert acknowledged == 5
    assert Notice.objects.filter(event="new_ticket").count() == 8, "level 1 is told of each"
    ticket = Ticket.objects.latest("pk")
    reply(ticket=ticket, actor=actor_of(world.agent), body="Done.", at=AT + 9 * MINUTES)
    assert len(sends(one)) == 1


def test_an_acknowledgement_waits_ten_minutes_and_a_day_for_the_same_subject_and_stops_at_five():
    def earlier(minutes: int, subject: str = "Other", *, reason: str = "", outcome: str = "opened") -> Earlier:
        return Earlier(outcome, reason, "ACME-1", subject, timedelta(minutes=minutes))

    allowed = ([], [earlier(10)], [earlier(1, outcome="replied")], [earlier(1, reason="not_acknowledged")])
    refused = (
        [earlier(9)],
        [earlier(60, "Re: [ACME-1] disk 17 FULL")],
        [earlier(20 * i, f"{'abcde'[i]}") for i in range(1, 5)] + [earlier(600)],
    )
    assert [may_be_acknowledged(one, "Disk 9 full") for one in allowed] == [True] * 4
    assert [may_be_acknowledged(one, "Disk 9 full") for one in refused] == [False] * 3
    assert may_be_acknowledged([earlier(60, "")], ""), "no subject is not the same subject"
