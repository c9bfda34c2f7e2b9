"""A mail becomes what it is: a ticket, a reply, a note, nothing, or something for a person to look at."""

import asyncio
import json
import smtplib
import threading
from email.message import EmailMessage
from functools import partial
from io import BytesIO, StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import User
from helpdesk.lib.dns_records import DnsAway
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope
from helpdesk.notifications.models import MessageReference, Notice
from helpdesk.notifications.reply_address import Purpose
from helpdesk.notifications.threads import reply_address, thread_id
from sla.models import Clock
from tests.isolation.conftest import make_pair
from tests.mail.test_sealed import RECORD, sealed
from tests.support import actor_of, colombo
from tickets.mail.authentication import Proof, proof_of
from tickets.mail.parse import parse_mail
from tickets.mail.wording import body_of, named_severity
from tickets.management.commands.receive_mail import Taker, protocol
from tickets.models import Attachment, EntryKind, MailChannel, MailMessage, RawMail, Ticket, TimelineEntry
from tickets.operations.handling import change_severity
from tickets.operations.inbound.reading import process_mail, work_off_mail
from tickets.operations.inbound.receiving import receive_mail
from tickets.operations.inbound.triage import block_mail, release_mail, reparse_mail
from tickets.operations.merging import merge
from tickets.operations.status import close, resolve

SUPPORT = "support@ravingcrm.example"
AT = "2026-11-16 10:00"
PROVEN = "mx.ravingcrm.example; dmarc=pass header.from=ravingcrm.example"


def mail_of(sender, *, subject="Printer on fire", text="All of it.", to=SUPPORT, files=(), **headers) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.fixture
def arrives(everything):
    """`arrives(raw, at="2026-11-16 10:00")`: stored and read; returns the row as it stands then."""

    def take(raw: bytes, *, at: str = AT, mail_from: str | None = None, recipients=(SUPPORT,)) -> RawMail:
        given = {"channel": "smtp", "mail_from": mail_from, "recipients": recipients}
        row = receive_mail(raw=raw, at=colombo(at), **given)
        process_mail(mail_id=row.pk, at=colombo(at))
        return RawMail.objects.get(pk=row.pk)

    return take


def became(row: RawMail) -> tuple[str, str, str]:
    return (row.state, row.outcome, row.reason)


def answers_drawn() -> int:
    return Notice.objects.filter(event="acknowledgement").count()


def test_a_clients_mail_opens_one_ticket_with_its_files_and_is_acknowledged_once(world, arrives):
    raw = mail_of(
        world.alice.email, subject="P2: Printer", files=[("a.txt", b"one"), ("b.txt", b"")], Message_ID="<1@a>"
    )
    row = arrives(raw)
    ticket = Ticket.objects.get(organisation=world.acme)
    assert became(row) == ("done", "opened", "")
    assert (row.reference, ticket.severity, ticket.channel) == (ticket.reference, "P2", "mail")
    assert (ticket.requester, ticket.subject, ticket.opened_at) == (world.alice, "P2: Printer", colombo(AT))
    assert ticket.description.startswith("All of it.\n\n[Not taken over: “b.txt” is empty.")
    assert Attachment.objects.get(ticket=ticket).name == "a.txt"
    assert MessageReference.objects.get(reference=ticket.reference, direction="in").message_id == "1@a"
    assert answers_drawn() == 1
    again = [arrives(raw), arrives(b"Received: by another way\r\n" + raw, recipients=("help@ravingcrm.example",))]
    assert [one.reference for one in again] == [ticket.reference] * 2
    assert again[0].pk == row.pk
    assert became(again[1]) == ("done", "duplicate", "came_before")
    other = arrives(mail_of(world.alice.email, text="Something else.", Message_ID="<1@a>"))
    assert became(other) == ("done", "opened", "not_acknowledged"), "the id alone hides no mail behind another's"
    assert Ticket.objects.count() == 2
    assert answers_drawn() == 1, "one acknowledgement to a sender in ten minutes"


def test_a_mail_ticket_that_names_no_severity_gets_its_right_target_when_it_is_triaged(world, arrives):
    """T24: both severities stay in the history, and the deadlines are those of the new one from the receipt on."""
    arrives(mail_of(world.alice.email))
    ticket = Ticket.objects.get()
    assert ticket.severity == "P3"
    change_severity(
        ticket=ticket, severity="P1", reason="All is down.", actor=actor_of(world.agent), at=colombo("2026-11-16 11:00")
    )
    assert Clock.objects.get(ticket=ticket, kind="response").due_at == colombo("2026-11-17 11:00")
    history = TimelineEntry.objects.filter(ticket=ticket).order_by("pk").values_list("kind", "data")
    assert [data["severity"] for kind, data in history if kind == EntryKind.OPENED] == ["P3"]
    assert [(data["from"], data["to"]) for kind, data in history if kind == EntryKind.SEVERITY] == [("P3", "P1")]


def test_thanks_by_mail_after_the_resolution_start_no_clock_and_reopen_nothing(world, arrives, submit):
    """T17."""
    ticket = submit("P1", AT)
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Mended.", at=colombo("2026-11-16 11:00"))
    clocks = list(
        Clock.objects.filter(ticket=ticket).order_by("kind").values_list("kind", "verdict", "due_at", "state")
    )
    thanks = mail_of(world.alice.email, subject=f"Re: [{ticket.reference}] Mended", text="Thank you!")
    assert arrives(thanks, at="2026-11-16 12:00").outcome == "replied"
    ticket.refresh_from_db()
    assert ticket.state == "resolved"
    assert clocks == list(
        Clock.objects.filter(ticket=ticket).order_by("kind").values_list("kind", "verdict", "due_at", "state")
    )


def token_in(address: str) -> str:
    return address.partition("+")[2].partition("@")[0]


def to_ticket(ticket, person, purpose=Purpose.REPLY) -> str:
    return reply_address(
        purpose=purpose, organisation_id=ticket.organisation_id, number=ticket.number, recipient=person.email
    )


def test_an_answer_finds_its_ticket_by_each_mark_and_goes_on_where_the_ticket_went(world, arrives, submit):
    ticket, target = submit(), submit()
    root = thread_id(organisation_id=ticket.organisation_id, number=ticket.number)
    quoting = "It still burns.\n\nOn Monday, Support wrote:\n> Is it mended?"
    ways = [
        {"to": to_ticket(ticket, world.alice), "text": quoting},
        {"In_Reply_To": f"<{root}>", "text": "By its id."},
        {"subject": f"Re: [{ticket.reference}] Invoices fail", "text": "By its tag."},
        {"text": f"By its token.\n\n> ref:{token_in(to_ticket(ticket, world.alice))}"},
    ]
    for way in ways:
        row = arrives(mail_of(world.alice.email, **way), at="2026-11-16 11:00")
        assert (row.outcome, row.reference) == ("replied", ticket.reference)
    entry = TimelineEntry.objects.filter(ticket=ticket, kind="reply").earliest("pk")
    message = MailMessage.objects.get(ticket=ticket, entry_pk=entry.pk)
    assert entry.body == "It still burns."
    assert "Is it mended?" in message.folded
    merge(ticket=ticket, into=target, actor=actor_of(world.agent), at=colombo("2026-11-16 12:00"))
    assert arrives(mail_of(world.alice.email, text="And now?", to=to_ticket(ticket, world.alice))).reference == (
        target.reference
    )
    resolve(ticket=target, actor=actor_of(world.agent), message="Mended.", at=colombo("2026-11-16 13:00"))
    close(ticket=target, actor=actor_of(world.alice), at=colombo("2026-11-16 14:00"))
    row = arrives(mail_of(world.alice.email, text="Again.", to=to_ticket(target, world.alice)), at="2026-11-16 15:00")
    assert row.outcome == "followed"
    assert Ticket.objects.latest("pk").follows == target


def test_no_mark_of_another_organisation_joins_shows_or_reopens_a_ticket(world, arrives):
    pair = make_pair(world)
    theirs = pair.globex
    token = to_ticket(theirs, world.bob)
    root = thread_id(organisation_id=theirs.organisation_id, number=theirs.number)
    before = TimelineEntry.objects.filter(ticket=theirs).count()
    for i, way in enumerate(
        [
            {"to": token}, {"to": to_ticket(theirs, world.alice)}, {"In_Reply_To": f"<{root}>"},
            {"References": "<canary-4711@mail.example>"}, {"subject": f"Re: [{theirs.reference}] x"},
            {"text": f"ref:{token.partition('+')[2].partition('@')[0]}"}, {"to": token.replace("+", "+a")},
            {"to": token.replace("@", "a@")}, {"to": SUPPORT.replace("@", "+@")},
            {"to": f"support+{token.partition('+')[2][:40]}@ravingcrm.example"},
        ]
    ):  # fmt: skip
        row = arrives(mail_of(world.alice.email, **{"subject": f"No {i}", **way}), at="2026-11-16 11:00")
        assert row.outcome == "opened"
        assert row.reference.startswith("ACME-")
    assert TimelineEntry.objects.filter(ticket=theirs).count() == before


def test_who_is_not_known_or_not_believed_opens_nothing_and_gets_no_answer(world, arrives, settings):
    assert became(arrives(mail_of("stranger@nowhere.example"))) == ("quarantined", "", "unknown_sender")
    assert became(arrives(b"")) == ("quarantined", "", "unknown_sender")
    assert became(arrives(mail_of(world.agent.user.email))) == ("quarantined", "", "unproven_sender")
    settings.MAIL_AUTHENTICATORS = ["mx.ravingcrm.example"]
    for said, reason in (
        ("mx.ravingcrm.example; dmarc=fail", "spoofed"),
        ("mx.evil.example; dmarc=pass", "unproven_sender"),
        ("mx.ravingcrm.example; spf=pass smtp.mailfrom=x@evil.example", "spoofed"),
    ):
        raw = mail_of(world.alice.email, text=said, Authentication_Results=said)
        assert became(arrives(raw)) == ("quarantined", "", reason)
    forged = mail_of(world.alice.email, Message_ID="<f@a>")
    assert became(arrives(forged)) == ("quarantined", "", "unproven_sender")
    said = f"mx.ravingcrm.example; dkim=pass header.d={world.alice.email.partition('@')[2]}"
    true = mail_of(world.alice.email, Message_ID="<f@a>", Authentication_Results=said)
    assert arrives(true).outcome == "opened", "a forged mail that came first does not stand for it"
    User.objects.filter(pk=world.alice.pk).update(is_active=False)
    late = mail_of(world.alice.email, text="Late.", Authentication_Results=said)
    assert became(arrives(late)) == ("quarantined", "", "unknown_sender")
    assert Ticket.objects.count() == answers_drawn() == 1
    assert work_off_mail() == 0


def test_staff_write_by_a_proven_mail_to_a_token_of_their_own_and_a_note_stays_inside(world, arrives, submit, settings):
    settings.MAIL_AUTHENTICATORS = ["mx.ravingcrm.example"]
    ticket, agent = submit(), world.agent.user
    proof = {"Authentication_Results": PROVEN.replace("ravingcrm.example;", "ravingcrm.example;")}
    sent = Notice.objects.filter(audience="client").count()
    note = arrives(mail_of(agent.email, text="Psst.", to=to_ticket(ticket, agent, Purpose.NOTE), **proof))
    assert note.outcome == "noted"
    assert not TimelineEntry.objects.get(ticket=ticket, kind="note").is_public
    assert Notice.objects.filter(audience="client").count() == sent
    for to in (SUPPORT, to_ticket(ticket, world.manager.user, Purpose.NOTE), to_ticket(ticket, agent, Purpose.REPLY)):
        row = arrives(mail_of(agent.email, text=f"To {to}", to=to, **proof))
        assert became(row) == ("quarantined", "", "staff_without_token")
    answer = arrives(mail_of(agent.email, text="Sorry.", to=to_ticket(ticket, agent, Purpose.ANSWER), **proof))
    assert answer.outcome == "replied"
    assert Clock.objects.get(ticket=ticket, kind="response").verdict == "met"


def test_robots_lists_and_our_own_mail_draw_no_answer_and_open_at_most_what_a_list_may(world, arrives, submit):
    ticket, sender = submit(), world.alice.email
    drawn = answers_drawn()
    robot = {"Auto_Submitted": "auto-replied", "subject": "Out of office"}
    assert became(arrives(mail_of(sender, **robot))) == ("done", "dropped", "automatic")
    kept = [
        arrives(mail_of(sender, text=f"Away {i}.", to=to_ticket(ticket, world.alice), **robot)).outcome
        for i in range(7)
    ]
    assert kept == ["kept"] * 6 + ["dropped"]
    entry = TimelineEntry.objects.filter(ticket=ticket, kind="reply").latest("pk")
    assert entry.data == {"answers": False, "automatic": True}
    own = mail_of(sender, X_Helpdesk_Instance="helpdesk.ravingcrm.example")
    assert became(arrives(own)) == ("done", "dropped", "own")
    assert became(arrives(mail_of(SUPPORT))) == ("done", "dropped", "own")
    bounce = mail_of("MAILER-DAEMON@mx.example", subject="Undelivered Mail Returned to Sender")
    assert became(arrives(bounce, mail_from="")) == ("done", "dropped", "bounce")
    assert arrives(mail_of(sender, List_Id="<all.acme.example>")).outcome == "opened"
    assert answers_drawn() == drawn


def test_a_sender_who_opens_too_many_tickets_waits_for_a_person(world, arrives):
    rows = [arrives(mail_of(world.alice.email, subject=f"No {i}", text=f"Text {i}")) for i in range(22)]
    assert [row.outcome for row in rows[:20]] == ["opened"] * 20
    assert {became(row) for row in rows[20:]} == {("quarantined", "", "too_many_tickets")}
    assert answers_drawn() == 1


def test_what_the_operations_refuse_waits_and_leaves_nothing_and_a_fault_is_tried_again(world, arrives, monkeypatch):
    world.acme.is_active = False
    world.acme.save()
    assert became(arrives(mail_of(world.alice.email)))[0] == "quarantined"
    world.acme.is_active = True
    world.acme.save()
    monkeypatch.setattr("tickets.operations.inbound.deciding.write_letter", lambda letter: 1 / 0)
    row = arrives(mail_of(world.alice.email, text="Faulty."))
    assert (row.state, row.attempts, row.error) == ("stored", 1, "ZeroDivisionError: division by zero")
    for _ in range(4):
        RawMail.objects.filter(pk=row.pk).update(next_at=colombo(AT))
        process_mail(mail_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, Ticket.objects.count()) == ("failed", 5, 0)


def test_the_command_tells_of_every_mail_and_asks_for_it_again_when_the_database_is_away(
    world, tmp_path, monkeypatch, capsys
):
    known, strange, broken = (tmp_path / name for name in ("known.eml", "strange.eml", "broken.eml"))
    text = "Mended?\n\nOn Monday, Bob wrote:\n> No."
    known.write_bytes(mail_of(world.alice.email, text=text, files=[("a.txt", b"one")]))
    strange.write_bytes(mail_of("who@nowhere.example"))
    broken.write_bytes(b"Content-Type: text/plain; name*\n\n\x00")
    files = [str(known), str(strange), str(broken), str(known)]
    out = StringIO()
    call_command("ingest_mail", *files, "--now", "--json", "--rcpt", SUPPORT, stdout=out)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["ticket"] for one in told] == ["ACME-1", None, None, "ACME-1"]
    assert [one["quarantine"] for one in told] == [None, "unknown_sender", "unknown_sender", None]
    assert (told[0]["verdict"], told[0]["reply"], told[0]["from"]) == ("human", "Mended?", world.alice.email)
    assert told[0]["text"] == told[3]["text"]
    assert told[0]["text"].startswith("Mended?")
    assert [(one["name"], one["size"]) for one in told[0]["attachments"]] == [("a.txt", 3)]
    assert all(isinstance(one["ms"], float) for one in told)
    assert told[1]["text"].strip() == "All of it."

    def away(**_):
        raise OperationalError("away")

    monkeypatch.setattr("tickets.management.commands.ingest_mail.receive_mail", away)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(b"x")))
    with pytest.raises(SystemExit) as ended:
        call_command("ingest_mail")
    assert ended.value.code == 75


def test_a_reader_gives_its_worker_back_after_a_turn_and_rings_for_the_rest(world, everything, monkeypatch):
    rung: list[str] = []
    for number in range(3):
        receive_mail(raw=mail_of(world.alice.email, Message_ID=f"<turn-{number}@a>"), channel="smtp", ring=False)
    monkeypatch.setattr("tickets.operations.inbound.reading.A_TURN", 2)
    monkeypatch.setattr("tickets.operations.inbound.reading.wake", rung.append)
    assert (work_off_mail(in_turn=True), rung) == (2, ["tickets.read_mail"])
    assert (work_off_mail(), rung) == (1, ["tickets.read_mail"])


def test_a_raw_mail_is_seen_by_no_organisation(world, arrives):
    arrives(mail_of(world.alice.email))
    with scope({world.acme.pk}):
        assert not RawMail.objects.exists()
        assert MailMessage.objects.exists()
    with scope({world.globex.pk}):
        assert not MailMessage.objects.exists()


def test_a_severity_is_named_on_purpose_and_a_text_is_never_empty_nor_too_long():
    for subject in ("P1: down", "[p2] slow", "Slow (P2)", "Down, severity P1", "prio: P3", "Re: [P1] x"):
        assert named_severity(subject), subject
    for subject in ("HP P2 is broken", "P5: x", "GP1 x", "", "Page P12"):
        assert named_severity(subject) == "", subject
    assert body_of(" ", 0, []) == "[An empty mail.]"
    assert body_of("", 2, []) == "[A mail without text, with 2 files.]"
    assert len(body_of("x" * 60_000, 1, ["a.txt"])) == 50_000
    proofs = {
        "mx.a.example; dmarc=pass": Proof.PASS, "mx.a.example; spf=pass smtp.mailfrom=x@b.example": Proof.PASS,
        "mx.a.example; dmarc=fail; dkim=pass header.d=b.example": Proof.FAIL, "mx.a.example; none": Proof.NONE,
        "mx.b.example; dmarc=pass": Proof.NONE, "mx.a.example; dkim=pass header.d=c.example": Proof.FAIL,
    }  # fmt: skip
    for said, proof in proofs.items():
        parsed = parse_mail(mail_of("x@b.example", Authentication_Results=said))
        assert proof_of(parsed, ["MX.a.example"]) is proof, said


def test_a_person_writes_a_waiting_mail_down_blocks_its_sender_or_has_it_read_again(world, arrives):
    admin, stranger = actor_of(world.admin), "alice@home.example"
    row = arrives(mail_of(stranger, Message_ID="<r@a>"))
    with pytest.raises(Forbidden):
        release_mail(mail_id=row.public_id, person=world.alice, actor=actor_of(world.agent))
    with pytest.raises(DomainError):
        release_mail(mail_id=row.public_id, person=world.agent.user, actor=admin)
    assert release_mail(mail_id=row.public_id, person=world.alice, actor=admin, at=colombo(AT)).outcome == "opened"
    ticket = Ticket.objects.get()
    assert (ticket.requester, MailMessage.objects.get().verified, answers_drawn()) == (world.alice, False, 0)
    with pytest.raises(Conflict):
        release_mail(mail_id=row.public_id, person=world.alice, actor=admin)
    spam = arrives(mail_of("spam@nowhere.example", text="Buy."))
    assert block_mail(mail_id=spam.public_id, actor=admin).state == "blocked"
    assert became(arrives(mail_of("spam@nowhere.example", text="Buy more.")))[0] == "blocked"
    later = arrives(mail_of("dora@acme.example", text="Help."))
    User.objects.filter(pk=world.alice.pk).update(email="dora@acme.example")
    reparse_mail(mail_id=later.public_id, actor=admin, at=colombo(AT))
    assert work_off_mail() == 1
    later.refresh_from_db()
    assert became(later) == ("done", "opened", "")


@pytest.fixture
def listener():
    """The listener on a port of its own, on an event loop in a thread."""
    loop, taker = asyncio.new_event_loop(), Taker(MailChannel.SMTP)
    server = loop.run_until_complete(
        loop.create_server(partial(protocol, taker, loop=loop, lmtp=False), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_the_listener_answers_once_a_mail_is_stored_byte_for_byte_and_asks_for_it_again_otherwise(
    listener, monkeypatch
):
    taken: list[dict] = []
    monkeypatch.setattr("tickets.management.commands.receive_mail.close_old_connections", lambda: None)
    monkeypatch.setattr("tickets.management.commands.receive_mail.receive_mail", lambda **given: taken.append(given))
    raw = b"Subject: x\r\n\r\n" + b"y" * 5_000 + b"\xff\r\n.dot\r\n"
    with smtplib.SMTP("127.0.0.1", listener) as client:
        client.sendmail("a@acme.example", [SUPPORT, "help@ravingcrm.example"], raw)
        client.sendmail("", [SUPPORT], raw)
        assert [(one["raw"], one["mail_from"], one["channel"]) for one in taken] == [
            (raw, "a@acme.example", "smtp"), (raw, "", "smtp"),
        ]  # fmt: skip
        assert taken[0]["recipients"] == [SUPPORT, "help@ravingcrm.example"]
        monkeypatch.setattr("tickets.management.commands.receive_mail.receive_mail", lambda **_: 1 / 0)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("a@acme.example", [SUPPORT], raw)
        assert refused.value.smtp_code == 451


def test_a_mail_that_is_read_at_once_is_never_fetched_back_from_the_database(world, everything, tmp_path):
    """Row by row a large mail would cross the wire three times."""
    (tmp_path / "a.eml").write_bytes(mail_of(world.alice.email))
    with CaptureQueriesContext(connection) as asked:
        call_command("ingest_mail", "--now", str(tmp_path / "a.eml"), stdout=StringIO())
    fetched = [
        one["sql"] for one in asked if one["sql"].startswith("SELECT") and '"tickets_rawmail"."raw"' in one["sql"]
    ]
    assert (fetched, Ticket.objects.count()) == ([], 1)


def test_where_no_server_of_ours_says_anything_the_mails_own_signature_counts(world, arrives, settings, monkeypatch):
    settings.MAIL_TRUST_FROM, settings.MAIL_DKIM = False, True
    domain = world.alice.email.partition("@")[2]
    asked: list[str] = []
    monkeypatch.setattr("tickets.inbound.senders.txt_records", lambda name: asked.append(name) or {RECORD})

    def made(number: int) -> bytes:
        return sealed(mail_of(world.alice.email, Message_ID=f"<s{number}@a>"), domain=domain.encode())

    assert became(arrives(made(1))) == ("done", "opened", "")
    assert asked == [f"k1._domainkey.{domain}"]
    assert RawMail.objects.get().proof == "pass"
    waits = ("quarantined", "", "unproven_sender")
    assert became(arrives(made(2).replace(b"All of it", b"All of me"))) == waits  # not forged: lists break them too
    settings.MAIL_AUTHENTICATORS = ["mx.a.example"]
    judged = b"Authentication-Results: mx.a.example; dmarc=fail\n" + made(3)
    assert became(arrives(judged)) == ("quarantined", "", "spoofed")  # who judges for us is asked first
    settings.MAIL_DKIM = False
    assert became(arrives(made(4))) == waits
    settings.MAIL_DKIM = True
    monkeypatch.setattr("tickets.inbound.senders.txt_records", _away)
    assert became(arrives(made(5))) == waits


def _away(name):
    raise DnsAway(name)
