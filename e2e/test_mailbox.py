"""A mailbox at a real mail server: Debian's Dovecot, over TLS."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from e2e.dovecot import MailServer, ensure_dovecot
from e2e.people import EMAILS
from helpdesk.lib.tenancy import system_scope
from tickets.inbound.imap import mailbox_of
from tickets.models import PolledMailbox, RawMail
from tickets.operations.inbound.polling import poll_mailbox
from tickets.operations.inbound.reading import process_mail

WITHIN_S = 30


@pytest.fixture
def server() -> Iterator[MailServer]:
    ensure_dovecot()
    with tempfile.TemporaryDirectory(prefix="hd-imap-") as folder:
        Path(folder).chmod(0o755)
        yield MailServer(Path(folder))


def mail(sender: str, text: bytes) -> bytes:
    return f"From: {sender}\r\nSubject: By a mailbox\r\n\r\n".encode() + text + b"\r\n"


def poll(server: MailServer, more: str = "") -> tuple[int, PolledMailbox]:
    """How many mails were taken, and the mailbox's row."""
    box = mailbox_of(server.url + more)
    taken = poll_mailbox(box=box)
    with system_scope("the test looks at its mailbox"):
        return taken, PolledMailbox.objects.get(name=box.name)


def stored(text: bytes) -> RawMail:
    with system_scope("the test looks at its mails"):
        (found,) = [row for row in RawMail.objects.filter(channel="imap") if text in bytes(row.raw)]
        return found


def became(row: RawMail) -> RawMail:
    """The row once it has been read: by us, or by the demo's worker, which may have been faster."""
    until = time.monotonic() + WITHIN_S
    while row.settled_at is None and time.monotonic() < until:
        process_mail(mail_id=row.pk)
        with system_scope("the test looks at its mails"):
            row.refresh_from_db()
        time.sleep(0.2)
    return row


def test_a_mailbox_at_a_real_server_is_read_once_whatever_is_marked_broken_or_renumbered(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = mail(EMAILS["client"], b"It burns: \xff " + b"x" * 3_000)
    server.deliver("1", known)
    read = server.deliver("2", mail("stranger@nowhere.example", b"Read by somebody already."), is_read=True)
    broken = server.deliver("3", mail("stranger@nowhere.example", b"Its file is broken."))
    server.deliver("4", mail("stranger@nowhere.example", b"Behind the broken one."))
    assert "CERTIFICATE_VERIFY_FAILED" in refused_by_an_untrusted_server(server)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    broken.chmod(0)
    with server.running():
        taken = sum(poll(server)[0] for _ in range(3))
        assert taken == 3, "one that cannot be read keeps nobody"
        assert (bytes(stored(b"It burns").raw), stored(b"It burns").mail_from) == (known, None)
        assert read.exists(), "no flag has changed, or its file would have another name"
        row = poll(server)[1]
        assert (len(row.missed), "tried again" in row.last_error) == (1, True)
    assert poll(server)[1].last_error, "nobody answers"
    found = [path for path in (server.folder / "mail").rglob("*") if path.name.startswith("3")]
    found[0].chmod(0o600)
    for path in (server.folder / "mail").glob("dovecot*"):
        path.unlink()
    time.sleep(1.1)  # a UIDVALIDITY is an instant in seconds
    with server.running():
        taken, row = poll(server)
        assert (taken, row.last_error, row.missed) == (4, "", {}), "numbered anew, everything is read anew"
        assert (stored(b"It burns").deliveries, stored(b"Its file is broken").deliveries) == (2, 1)
        taken, row = poll(server, "?move-to=Taken")
        assert (taken, row.last_error) == (0, "")
        server.deliver("5", mail("stranger@nowhere.example", b"To be moved."))
        assert poll(server, "?move-to=Taken")[0] == 1
    (moved,) = [path for path in (server.folder / "mail" / ".Taken").glob("*/*") if path.parent.name in ("new", "cur")]
    assert b"To be moved." in moved.read_bytes()
    assert became(stored(b"It burns")).outcome == "opened"


def refused_by_an_untrusted_server(server: MailServer) -> str:
    assert not settings.IMAP_URLS
    with server.running():
        return poll(server)[1].last_error
