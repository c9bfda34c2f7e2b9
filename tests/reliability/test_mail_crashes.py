"""The same mail three times, at two addresses, at once, its reader killed at each step: one ticket, one answer."""

from email.message import EmailMessage

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from tests.reliability.test_concurrency import at_once
from tests.reliability.test_crash_points import CRASHED, crash_points
from tickets.models import RawMail, Ticket, TimelineEntry
from tickets.operations.inbound.reading import process_mail, work_off_mail
from tickets.operations.inbound.receiving import receive_mail

POINTS = [point for point in crash_points() if point.startswith("mail.")]


def raw_mail(sender: str, *, by: str = "mx1", text: str = "All of it.") -> bytes:
    message = EmailMessage()
    message["Received"], message["From"], message["To"] = f"by {by}", sender, "support@ravingcrm.example"
    message["Subject"], message["Message-ID"] = "Printer on fire", "<1@acme.example>"
    message.set_content(text)
    message.add_attachment(b"one", maintype="text", subtype="x", filename="a.txt")
    return message.as_bytes()


def bring(raw: bytes, rcpt: str) -> RawMail:
    return receive_mail(raw=raw, channel="smtp", mail_from="alice@acme.example", recipients=[rcpt])


def read_all() -> None:
    """As workers do when every lease has ended."""
    with system_scope("the leases of the dead"):
        RawMail.objects.filter(state="processing").update(next_at="2026-01-01T00:00Z")
    work_off_mail()


def assert_whole(tickets: int) -> None:
    """So many tickets, each said once, and the sender's one acknowledgement of these ten minutes."""
    with system_scope("what stands in the database"):
        assert Ticket.objects.count() == tickets
        assert TimelineEntry.objects.filter(kind__in=("opened", "reply")).count() == tickets
        assert Notice.objects.filter(event="acknowledgement").count() == 1
        assert set(RawMail.objects.values_list("state", flat=True)) == {"done"}


def test_a_mail_is_there_once_wherever_its_reader_dies(committed_world, run_process):
    sender = committed_world.alice.email
    for tickets, point in enumerate(POINTS, 1):

        def take_and_read(raw: bytes = raw_mail(sender, by=point, text=point)) -> None:
            bring(raw, "support@ravingcrm.example")
            work_off_mail()

        assert run_process(take_and_read, crash_at=point) == CRASHED, point
        read_all()
        take_and_read()  # whoever brought it had no answer, and brings it again
        assert_whole(tickets)


def test_the_same_mail_at_two_addresses_read_at_once_is_one_ticket(committed_world):
    sender = committed_world.alice.email
    mails = [raw_mail(sender, by=f"mx{i}") for i in range(3)]
    rows = [bring(mails[i], f"help{i}@ravingcrm.example") for i in (0, 1, 1, 2)]
    assert len({row.pk for row in rows}) == 3
    at_once(*[lambda row=row: process_mail(mail_id=row.pk) for row in rows[1:] + rows[:1]])
    read_all()
    assert_whole(1)
    with system_scope("the rows"):
        assert sorted(RawMail.objects.values_list("outcome", flat=True)) == ["duplicate", "duplicate", "opened"]
