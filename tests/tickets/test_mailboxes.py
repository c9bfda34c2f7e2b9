"""Mailboxes over IMAP: every mail once, none in another's way, whatever a server does."""

from datetime import timedelta

import pytest
from django.conf import settings as real_settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError

from helpdesk.lib.alone import LOCK, UNLOCK
from helpdesk.lib.clock import database_now
from tests.conftest import owner_connection
from tests.tickets.imap_server import Server
from tickets.inbound.channels import mail_channels
from tickets.inbound.imap import mailbox_of
from tickets.models import PolledMailbox, RawMail
from tickets.operations.inbound import polling as mail_polling
from tickets.operations.inbound.polling import LOCKS, poll_mailboxes


@pytest.fixture
def store(settings, everything):
    server = Server()
    settings.IMAP_URLS = [server.store.url]
    yield server.store
    server.shutdown()
    server.server_close()


def mail(number: int) -> bytes:
    return f"From: alice@acme.example\r\nSubject: No {number}\r\n\r\nText \r\n".encode() + b"\xff\x00\r\n"


def polled() -> int:
    """A poll that goes well; tells how many were taken."""
    taken = poll_mailboxes()
    assert PolledMailbox.objects.get().last_error == ""
    return taken


def test_new_mails_are_taken_once_byte_for_byte_and_nothing_in_the_mailbox_changes(store):
    store.put(3, mail(3))
    store.put(5, mail(5))
    assert [polled(), polled()] == [2, 0]
    store.put(6, mail(6))
    assert polled() == 1
    rows = RawMail.objects.order_by("pk")
    assert [bytes(row.raw) for row in rows] == [mail(3), mail(5), mail(6)]
    assert {(row.channel, row.mail_from, row.deliveries) for row in rows} == {("imap", None, 1)}
    assert set(store.mails) == {3, 5, 6}
    assert not any(word in said for said in store.said for word in ("STORE", "SELECT", "UNSEEN"))
    store.uid_validity = 8
    assert polled() == 3, "ids that mean nothing any more are read anew"
    assert [row.deliveries for row in rows.all()] == [2, 2, 2]


def test_a_mail_came_when_its_server_had_it_but_never_before_the_mailbox_was_last_empty(store):
    store.put(1, mail(1))
    polled()
    row, now = PolledMailbox.objects.get(), database_now()
    assert RawMail.objects.get().received_at == row.tried_at, "of what lay there at first nobody knows since when"
    PolledMailbox.objects.update(emptied_at=now - timedelta(hours=2))
    hour_ago = (now - timedelta(hours=1)).replace(microsecond=0)
    for uid, came in ((2, hour_ago), (3, now - timedelta(days=9)), (4, now + timedelta(days=9))):
        store.put(uid, mail(uid), came.strftime("%d-%b-%Y %H:%M:%S +0000"))
    polled()
    times = [row.received_at for row in RawMail.objects.order_by("pk")[1:]]
    assert times == [hour_ago, now - timedelta(hours=2), PolledMailbox.objects.get().tried_at]


def test_a_mail_that_the_server_does_not_hand_over_is_tried_again_and_the_others_go_on(store):
    for uid in range(1, 7):
        store.put(uid, mail(uid))
    store.refused, store.silent, store.broken = {1}, {3}, {5}
    assert poll_mailboxes() == 2
    row = PolledMailbox.objects.get()
    assert (row.last_uid, sorted(row.missed)) == (5, ["1", "3", "5"])
    assert (row.polled_at, "EOF" in row.last_error) == (None, True), "the connection broke"
    assert poll_mailboxes() == 1, "what lies behind is read over the next one"
    row.refresh_from_db()
    assert row.last_error == "Mails that could not be fetched and are tried again: UID 1, 3, 5."
    store.refused, store.silent, store.broken = set(), set(), set()
    assert poll_mailboxes() == 0, "not before its time"
    later = (database_now() - timedelta(seconds=1)).isoformat()
    row.missed = {uid: {**note, "next_at": later} for uid, note in row.missed.items()}
    row.save()
    del store.mails[3]  # somebody has taken it away meanwhile
    assert polled() == 2
    row.refresh_from_db()
    assert (row.missed, RawMail.objects.count()) == ({}, 5)


def test_a_server_that_hands_nothing_over_stops_the_reading_before_everything_is_passed_by(store, monkeypatch):
    monkeypatch.setattr(mail_polling, "MOST_MISSED", 3)
    for uid in range(1, 9):
        store.put(uid, mail(uid))
    store.refused = set(range(1, 9))
    assert [poll_mailboxes(), poll_mailboxes()] == [0, 0]
    row = PolledMailbox.objects.get()
    assert (row.last_uid, "more than 3 mails" in row.last_error) == (3, True)


def test_a_mail_beyond_the_cap_is_taken_with_its_beginning(store, monkeypatch):
    monkeypatch.setattr("tickets.inbound.imap.RAW", 20)
    store.put(1, mail(1))
    polled()
    assert bytes(RawMail.objects.get().raw) == mail(1)[:20]


def test_mails_are_moved_once_they_are_stored(store, settings):
    settings.IMAP_URLS = [f"{store.url}?move-to=Processed&since=2026-11-01"]
    store.put(1, mail(1))
    assert polled() == 1
    assert (set(store.mails), store.moved) == (set(), {1: mail(1)})
    assert any(said.endswith("UID 1:* SINCE 1-Nov-2026") for said in store.said)


def test_a_token_from_a_file_signs_in(store, settings, tmp_path):
    (tmp_path / "token").write_text("ya29.x\n")
    settings.IMAP_URLS = [f"{store.url}?token-file={tmp_path}/token"]
    assert polled() == 0
    assert "user=support@ravingcrm.example\x01auth=Bearer ya29.x\x01\x01" in store.said


def test_faults_are_told_without_the_password_and_a_database_that_is_away_passes_nothing_by(
    store, settings, monkeypatch
):
    store.put(1, mail(1))
    with monkeypatch.context() as patched:
        patched.setattr(mail_polling, "receive_mail", lambda **_: (_ for _ in ()).throw(OperationalError("away")))
        with pytest.raises(OperationalError):
            poll_mailboxes()
    assert PolledMailbox.objects.get().last_uid == 0
    wrong = store.url.replace("secret", "hush")
    settings.IMAP_URLS = [wrong, wrong.replace(str(store.port), "1")]
    assert poll_mailboxes() == 0
    told = mail_channels()
    assert {one.channel.value: one.is_configured for one in told} == {
        "command": None, "smtp": None, "lmtp": None, "http": False, "provider": False, "imap": True,
    }  # fmt: skip
    boxes = [one for one in told if one.channel == "imap"]
    assert [one.name.partition(" at ")[0] for one in boxes] == ["support@ravingcrm.example"] * 2
    assert "wrong password" in boxes[0].last_error
    assert "refused" in boxes[1].last_error
    assert "hush" not in repr([boxes, mailbox_of(wrong)])


def test_two_workers_never_read_one_mailbox_at_once(store):
    store.put(1, mail(1))
    PolledMailbox.objects.create(name=mailbox_of(store.url).name)
    other = owner_connection(real_settings.DATABASES["default"]["NAME"])
    key = [LOCKS, PolledMailbox.objects.get().pk]
    with other.cursor() as cursor:
        cursor.execute(LOCK, key)
        assert poll_mailboxes() == 0
        assert store.said == []
        cursor.execute(UNLOCK, key)
    assert polled() == 1
    with other.cursor() as cursor:
        cursor.execute(LOCK, key)
        assert cursor.fetchone() == (True,), "it was given back"
    other.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("pop3://a:b@mail.example/", "begins with none of"),
        ("imaps://mail.example/INBOX", "no host, or no user"),
        ("imaps://a@mail.example/INBOX", "neither a password nor a token-file"),
        ("imaps://a:b@mail.example/?since=soon", "since is no date"),
        ("imaps://a:b@mail.example/?folder=x", "there is no option folder"),
        ("imaps://a:b@mail.example:x/", "no address"),
        ("imap://a:b@mail.example/", "in the clear"),
    ],
)
def test_a_mistake_in_a_mailboxs_address_stops_the_start(settings, url, said):
    settings.IMAP_URLS = [url]
    with pytest.raises(SystemCheckError, match=said):
        call_command("check")


def test_an_address_names_its_parts_percent_encoded(settings):
    box = mailbox_of("imaps://support%40a.example:p%2Cw%40@imap.a.example/Kunden/Hilfe%20DE?move-to=Fertig%2FMail")
    assert (box.user, box.password, box.port, box.folder, box.move_to) == (
        "support@a.example", "p,w@", 993, "Kunden/Hilfe DE", "Fertig/Mail",
    )  # fmt: skip
    assert box.name == "support@a.example at imap.a.example/Kunden/Hilfe DE"
    settings.IMAP_URLS = ["imaps://a:b@c.example/", "imaps://a:c@c.example/INBOX"]
    with pytest.raises(SystemCheckError, match="twice"):
        call_command("check")
