"""A little IMAP server in a thread, with one folder; it misbehaves on demand as real ones do."""

import base64
import re
import socketserver
import threading
from dataclasses import dataclass, field

CAME = "16-Nov-2026 04:30:00 +0000"


@dataclass
class Store:
    """What lies in the folder, and how its server behaves."""

    mails: dict[int, bytes] = field(default_factory=dict)
    came: dict[int, str] = field(default_factory=dict)
    uid_validity: int = 7
    refused: set[int] = field(default_factory=set)  # UIDs whose FETCH is answered with NO
    silent: set[int] = field(default_factory=set)  # UIDs of which FETCH says nothing
    broken: set[int] = field(default_factory=set)  # UIDs at which the connection ends
    moved: dict[int, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    password: str = "secret"
    port: int = 0

    def put(self, uid: int, raw: bytes, came: str = CAME) -> None:
        self.mails[uid], self.came[uid] = raw, came

    @property
    def url(self) -> str:
        return f"imap://support%40ravingcrm.example:{self.password}@127.0.0.1:{self.port}/INBOX"


class Handler(socketserver.StreamRequestHandler):
    """One connection: each command is a method; its answer ends with the tag and OK, unless it says otherwise."""

    server: "Server"

    def handle(self) -> None:
        self.store = self.server.store
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.store.said.append(command)
            name, _, rest = command.partition(" ")
            if name.upper() == "UID":
                name, _, rest = rest.partition(" ")
            end = getattr(self, f"do_{name.lower()}")(rest)
            if end == "hang up":
                return
            self.say(f"{tag} {end or 'OK done'}")
            if name.upper() == "LOGOUT":
                return

    def say(self, line: str, raw: bytes = b"", rest: str = "") -> None:
        self.wfile.write(line.encode() + (b"\r\n" + raw if raw else b"") + rest.encode() + b"\r\n")

    def do_capability(self, _: str) -> None:
        self.say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 MOVE")

    def do_login(self, rest: str) -> str | None:
        return None if rest.endswith(f'"{self.store.password}"') else "NO wrong password"

    def do_authenticate(self, _: str) -> None:
        self.say("+ ")
        self.store.said.append(base64.b64decode(self.rfile.readline()).decode())

    def do_examine(self, _: str) -> None:
        self.say(f"* {len(self.store.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.store.uid_validity}] valid")

    do_select = do_examine

    def do_list(self, _: str) -> None:
        self.say('* LIST () "/" Processed')

    def do_search(self, rest: str) -> None:
        first, _, last = re.match(r"UID (\d+)(:(\*))?", rest).groups()
        uids = sorted(self.store.mails)
        found = [uid for uid in uids if uid >= int(first)] or uids[-1:] if last else [int(first)]
        self.say(" ".join(["* SEARCH", *(str(uid) for uid in found if uid in self.store.mails)]))

    def do_fetch(self, rest: str) -> str | None:
        uid, _, parts = rest.partition(" ")
        number, raw = int(uid), self.store.mails.get(int(uid))
        if number in self.store.refused:
            return "NO the store is at fault"
        if number in self.store.broken:
            return "hang up"
        if raw is None or number in self.store.silent:
            return None
        if "BODY" not in parts:
            self.say(f'* 1 FETCH (UID {uid} INTERNALDATE "{self.store.came[number]}" RFC822.SIZE {len(raw)})')
            return None
        cut = re.search(r"<0\.(\d+)>", parts)
        raw = raw[: int(cut[1])] if cut else raw
        self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}", raw, " FLAGS (\\Seen))")
        return None

    def do_move(self, rest: str) -> None:
        uid = int(rest.split(maxsplit=1)[0])
        self.store.moved[uid] = self.store.mails.pop(uid)

    def do_logout(self, _: str) -> None:
        self.say("* BYE")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = Store(port=self.server_address[1])
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
