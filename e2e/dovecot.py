"""Debian's Dovecot, a real mail server, with one mailbox in a folder of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.launching import free_port
from e2e.debian import install, is_ours_to_install

PROGRAM = "/usr/sbin/dovecot"
PASSWORD = "pass/word,too"
WITHIN_S = 20
MISSING = """\
Dovecot is needed and was not found on this machine.
Install it (Debian: apt-get install dovecot-imapd). {why}"""
CONFIGURATION = """
protocols = imap
base_dir = %(folder)s/run
state_dir = %(folder)s/state
log_path = %(folder)s/log
default_internal_user = %(user)s
default_internal_group = %(group)s
default_login_user = %(user)s
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <%(folder)s/cert.pem
ssl_key = <%(folder)s/key.pem
mail_location = maildir:%(folder)s/mail
passdb {
  driver = static
  args = password=%(password)s
}
userdb {
  driver = static
  args = uid=%(user)s gid=%(group)s home=%(folder)s
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = %(port)s
    ssl = yes
  }
}
"""


class NoDovecot(Exception):
    """There is none and none can be installed; the message says what to do."""


def ensure_dovecot() -> None:
    """As root on Debian it is installed when missing; raises `NoDovecot` elsewhere."""
    why = ""
    if not Path(PROGRAM).exists() and is_ours_to_install():
        why = install("Dovecot", ("dovecot-imapd", "openssl"))
    if not Path(PROGRAM).exists():
        raise NoDovecot(MISSING.format(why=why))


@dataclass
class MailServer:
    """A folder with Dovecot's settings and one mailbox. It runs as a user who may not read everything."""

    folder: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        found = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.user, self.uid, self.gid = found.pw_name, found.pw_uid, found.pw_gid
        group = subprocess.run(["id", "-gn", self.user], check=True, capture_output=True, text=True).stdout.strip()
        facts = {"folder": self.folder, "user": self.user, "group": group, "port": self.port, "password": PASSWORD}
        (self.folder / "dovecot.conf").write_text(CONFIGURATION % facts)
        for name in ("mail/new", "mail/cur", "mail/tmp"):
            (self.folder / name).mkdir(parents=True)
        self._make_certificate()
        for path in (self.folder, *self.folder.rglob("*")):
            shutil.chown(path, self.user, self.gid)

    @property
    def url(self) -> str:
        """Its mailbox's address, as `HELPDESK_IMAP_URLS` would name it."""
        return f"imaps://support%40ravingcrm.example:pass%2Fword%2Ctoo@localhost:{self.port}/INBOX"

    @property
    def certificate(self) -> Path:
        """Its certificate, signed by itself."""
        return self.folder / "cert.pem"

    def deliver(self, name: str, raw: bytes, *, is_read: bool = False) -> Path:
        """Put a mail into the mailbox, as a delivery agent does; returns its file."""
        waits = self.folder / "mail" / "tmp" / name
        waits.write_bytes(raw)
        shutil.chown(waits, self.user, self.gid)
        return waits.rename(self.folder / "mail" / (f"cur/{name}:2,S" if is_read else f"new/{name}"))

    @contextmanager
    def running(self) -> Iterator[None]:
        """It answers within the block, and is gone behind it."""
        argv = [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")]
        given: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}
        with subprocess.Popen(argv, cwd=self.folder, stderr=subprocess.PIPE, **given) as process:
            try:
                self._wait(process)
                yield
            finally:
                process.terminate()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        process.terminate()
        log = self.folder / "log"
        raise NoDovecot(f"Dovecot does not answer: {log.read_text() if log.exists() else process.stderr}")

    def _make_certificate(self) -> None:
        argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"]
        subprocess.run([*argv, *files], check=True, capture_output=True, cwd=self.folder)
