"""A process that takes mail in over SMTP or LMTP, from a mail server in front of it. The demo runs one, too."""

import asyncio
import logging
import signal
from argparse import ArgumentParser
from functools import partial
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from tickets.mail.caps import RAW
from tickets.models import MailChannel
from tickets.operations.inbound.receiving import receive_mail

logger = logging.getLogger(__name__)
TAKEN = "250 2.0.0 Taken"
TRY_LATER = "451 4.3.0 Not taken in now, bring it again"
LONGEST_LINE = 2**20  # real mails have lines longer than the 1,000 characters that the standard allows


class Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class Lmtp(LMTP):
    line_length_limit = LONGEST_LINE


class Taker:
    """Answers a mail with 250 once it is committed, and with 451 when it could not be: its bringer keeps it."""

    def __init__(self, channel: MailChannel) -> None:
        self._channel = channel

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """The hook of aiosmtpd for a message; returns the reply."""
        try:
            await asyncio.to_thread(self._take, envelope)
        except Exception:
            logger.exception("a mail could not be taken in")
            return TRY_LATER
        return TAKEN

    def _take(self, envelope: Envelope) -> None:
        close_old_connections()
        raw = envelope.content
        assert isinstance(raw, bytes), "the listener decodes nothing"
        try:
            sender = (envelope.mail_from or "").strip("<>")  # empty: the null sender of reports
            receive_mail(raw=raw, channel=self._channel, mail_from=sender, recipients=envelope.rcpt_tos)
        except Error:
            close_old_connections()
            raise


class Command(BaseCommand):
    """Stands behind a mail server, which queues while this process or the database is away; no public MX itself."""

    help = "Take mail in over SMTP or LMTP until asked to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2525)
        parser.add_argument("--lmtp", action="store_true", help="Speak LMTP rather than SMTP.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        asyncio.run(serve(host=options["host"], port=options["port"], lmtp=options["lmtp"]))


async def serve(*, host: str, port: int, lmtp: bool) -> None:
    """Listen until a signal asks to stop; a mail that was taken by then is committed."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, stop.set)
    taker = Taker(MailChannel.LMTP if lmtp else MailChannel.SMTP)
    server = await loop.create_server(partial(protocol, taker, loop=loop, lmtp=lmtp), host, port)
    async with server:
        await stop.wait()


def protocol(taker: Taker, *, loop: asyncio.AbstractEventLoop, lmtp: bool) -> SMTP:
    """One connection's protocol: bytes as they come, up to the cap of a mail."""
    speak = Lmtp if lmtp else Smtp
    return speak(
        taker, data_size_limit=RAW, enable_SMTPUTF8=True, decode_data=False, hostname="helpdesk", loop=loop,
        ident="helpdesk",
    )  # fmt: skip
