"""A mailbox elsewhere: what its address says, and the few things that are asked of its server over IMAP."""

import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from imaplib import IMAP4
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from tickets.mail.caps import RAW

TIMEOUT_S = 30.0  # of the connection, and of each wait for the server
PORTS = {"imaps": 993, "imap+starttls": 143, "imap": 143}
OPTIONS = {"move-to", "since", "token-file"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CAME_AT = re.compile(rb'INTERNALDATE "([^"]{1,40})"')
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,15})")
# What says that the connection, not one mail, is at fault.
BROKEN = (IMAP4.abort, OSError)
FAULTS = (*BROKEN, IMAP4.error, ImapToolsError)


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One folder of one account, as `HELPDESK_IMAP_URLS` names it."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    move_to: str = ""
    since: date | None = None
    token_file: str = ""

    @property
    def name(self) -> str:
        """What it is known by; without the password."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.user} at {self.host}{port}/{self.folder}"

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way reads the password."""
        return self.scheme != "imap" or self.host in LOOPBACK


def mailbox_of(url: str) -> Mailbox:
    """The mailbox of an address: `imaps://user:password@host:port/FOLDER?move-to=…&since=2026-11-01&token-file=…`.

    Parts are percent-encoded. Raises `ValueError` with what is wrong; never says the password.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError("this is no address") from error
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in PORTS:
        raise ValueError(f"it begins with none of {', '.join(f'{one}://' for one in PORTS)}")
    if not (host and user):
        raise ValueError("it names no host, or no user")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := set(options) - OPTIONS:
        raise ValueError(f"{host}: there is no option {', '.join(sorted(unknown))}")
    if not (password or options.get("token-file")):
        raise ValueError(f"{host}: it has neither a password nor a token-file")
    try:
        since = date.fromisoformat(options["since"]) if options.get("since") else None
    except ValueError as error:
        raise ValueError(f"{host}: since is no date such as 2026-11-01") from error
    return Mailbox(
        scheme=parts.scheme, host=host, port=port or PORTS[parts.scheme], user=user, password=password,
        folder=unquote(parts.path.strip("/")) or "INBOX", move_to=options.get("move-to", ""), since=since,
        token_file=options.get("token-file", ""),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A mail as it lies there. `came_at`: when the server had it; None where it does not say."""

    raw: bytes
    came_at: datetime | None


class Folder:
    """An opened folder. Nothing here marks a mail as read; `\\Seen` is neither asked nor believed."""

    def __init__(self, client: BaseMailBox, box: Mailbox) -> None:
        self._client, self._box = client, box
        # Read-only unless mails are moved: not even a server's own habit changes what lies there.
        client.folder.set(box.folder, readonly=not box.move_to)
        told = client.client.response("UIDVALIDITY")[1]
        self.uid_validity = int(told[-1]) if told and told[-1] else 0

    def uids(self, *, after: int) -> list[int]:
        """The ids above this one, lowest first; with the address's `since`, only of mails from that day on."""
        since = self._box.since
        named = f" SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year}" if since else ""
        # `*` is the highest there is, even where that lies below.
        found = self._client.uids(f"UID {after + 1}:*{named}", charset=None)
        return sorted(uid for uid in map(int, found) if uid > after)

    def fetch(self, uid: int) -> Fetched | None:
        """A mail; None where there is none of this id. Beyond the cap of a mail only its beginning is asked for."""
        about = b" ".join(_texts(self._asked(uid, "(UID INTERNALDATE RFC822.SIZE)")))
        size = SIZE.search(about)
        if size is None:
            if self._client.uids(f"UID {uid}", charset=None):
                raise IMAP4.error("the server has this mail and tells nothing of it")
            return None
        part = f"<0.{RAW}>" if int(size[1]) > RAW else ""
        for answer in self._asked(uid, f"(UID BODY.PEEK[]{part})"):
            if isinstance(answer, tuple):
                return Fetched(raw=answer[1], came_at=_came_at(about))
        raise IMAP4.error("the server did not hand this mail over")

    def move(self, uid: int) -> None:
        """Move a mail to the folder that the address names."""
        self._client.move(str(uid), self._box.move_to)

    def make_ready_to_move(self) -> None:
        """Make the folder where mails go to, where there is none. Raises where the server cannot move."""
        told = self._client.client.capability()[1][-1]
        # What it said before the sign-in names less.
        self._client.client.capabilities = tuple(str(told, "ascii", "replace").upper().split())
        if "MOVE" not in self._client.client.capabilities:
            # The way around it would remove whatever else is marked as deleted there.
            raise IMAP4.error("the server knows no MOVE, so mails can only be left where they lie")
        if not self._client.folder.exists(self._box.move_to):
            self._client.folder.create(self._box.move_to)

    def _asked(self, uid: int, parts: str) -> Sequence[object]:
        status, answers = self._client.client.uid("fetch", str(uid), parts)
        if status != "OK":
            raise IMAP4.error(f"the server answered {status}: {answers!r:.200}")
        return list(answers or ())


@contextmanager
def opened(box: Mailbox) -> Iterator[Folder]:
    """The folder, signed in. Raises one of `FAULTS`; servers' certificates are checked."""
    client = _connected(box)
    try:
        if box.token_file:
            client.xoauth2(box.user, Path(box.token_file).read_text().strip(), initial_folder=None)
        elif (box.user + box.password).isascii():
            client.login(box.user, box.password, initial_folder=None)
        else:
            client.login_utf8(box.user, box.password, initial_folder=None)
        folder = Folder(client, box)
        if box.move_to:
            folder.make_ready_to_move()
        yield folder
    finally:
        try:
            client.logout()
        except FAULTS:
            client.client.shutdown()


def _connected(box: Mailbox) -> BaseMailBox:
    if box.scheme == "imap":
        return MailBoxUnencrypted(box.host, box.port, timeout=TIMEOUT_S)
    make = MailBox if box.scheme == "imaps" else MailBoxStartTls
    return make(box.host, box.port, timeout=TIMEOUT_S, ssl_context=ssl.create_default_context())


def _texts(answers: Sequence[object]) -> list[bytes]:
    """Everything that a server says besides the mails themselves."""
    found = [one[0] if isinstance(one, tuple) else one for one in answers]
    return [one for one in found if isinstance(one, bytes)]


def _came_at(about: bytes) -> datetime | None:
    told = CAME_AT.search(about)
    if told is None:
        return None
    try:
        return datetime.strptime(told[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
