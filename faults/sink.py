"""A mail server that keeps a list of what it has taken, and misbehaves while the faults last."""

import asyncio
import hashlib
import json
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session

from faults.board import Board
from faults.evidence import Mail

SLOW_S = (0.1, 0.35)  # what an ordinary message takes while the faults last
HANGS_FOR_S = 30
TRY_LATER = "451 4.3.0 Try again later"
TAKEN = "250 2.0.0 Taken"


def mood(number: int) -> str:
    """How the sink treats its n-th message. Of forty it takes four without an answer, refuses four, hangs at one."""
    if number % 40 == 20:
        return "hang"
    return {3: "drop", 7: "refuse"}.get(number % 10, "take")


class Sink:
    """Takes mail for anybody. One line of its list is one message taken, written before any answer."""

    def __init__(self, *, board: Board, taken: TextIO, tally: TextIO) -> None:
        self._board, self._taken, self._tally = board, taken, tally
        self._number = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """The hook of aiosmtpd for a message; returns the reply."""
        if self._board.is_calm:
            self._take(envelope)
            return TAKEN
        self._number += 1
        found = mood(self._number)
        self._tally.write(f"{found}\n")
        self._tally.flush()
        if found == "hang":
            await self._hang()
        if found in ("hang", "refuse"):
            return TRY_LATER
        self._take(envelope)
        if found == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return TAKEN
        # Taken and not yet answered: a sender killed now repeats the message.
        await asyncio.sleep(SLOW_S[0] + (SLOW_S[1] - SLOW_S[0]) * (self._number % 7) / 6)
        return TAKEN

    async def _hang(self) -> None:
        for _ in range(HANGS_FOR_S * 10):
            if self._board.is_calm:
                return
            await asyncio.sleep(0.1)

    def _take(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        row = [str(mail["Message-ID"]), envelope.rcpt_tos[0], digest(mail)]
        self._taken.write(json.dumps(row) + "\n")
        self._taken.flush()


def digest(mail: EmailMessage) -> str:
    """A fingerprint of the subject and the plain text; boundaries and dates differ in a repeat."""
    text = mail.get_body(("plain",))
    said = f"{mail['Subject']}\n{text.get_content() if text else ''}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def serve(listening: socket.socket, *, board: Board, taken: Path, tally: Path) -> None:
    """Serve on the socket for ever."""
    with taken.open("a") as list_of_mails, tally.open("a") as moods:
        sink = Sink(board=board, taken=list_of_mails, tally=moods)
        asyncio.run(_serve(listening, sink))


async def _serve(listening: socket.socket, sink: Sink) -> None:
    loop = asyncio.get_running_loop()

    def connection() -> Any:
        return SMTP(sink, hostname="sink.example", loop=loop)

    server = await loop.create_server(connection, sock=listening)
    await server.serve_forever()


def read(taken: Path) -> tuple[Mail, ...]:
    """What the sink has taken, in order."""
    return tuple(Mail(*json.loads(line)) for line in taken.read_text().splitlines())
