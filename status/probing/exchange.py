"""One request over one connection: to an address that was looked at, under the name that it was looked up by."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import h11

from status.probing.addresses import Place
from status.probing.shapes import CheckFailed, Why

AGENT = "ravingCRM-probe/1"
CHUNK = 16 * 1024
MOST_READ = 256 * 1024
EXPIRED = 10  # OpenSSL's code for a certificate whose time is over


@dataclass(frozen=True)
class Answer:
    """What was answered. `text` is empty where nobody asked for it."""

    status: int
    location: str = ""
    text: str = ""


@asynccontextmanager
async def connected(
    addresses: Sequence[str], port: int, *, within: float, tls: ssl.SSLContext | None = None, name: str = ""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the first of the addresses that takes one; `tls`: with a certificate for this name.

    Raises `CheckFailed` when none does within the seconds, or its certificate does not hold.
    """
    try:
        async with asyncio.timeout(within):
            reader, writer = await _first(addresses, port, tls=tls, name=name)
    except TimeoutError as error:
        raise CheckFailed(Why.SLOW_CONNECTION, f"{within:g} s") from error
    try:
        yield reader, writer
    finally:
        writer.transport.abort()  # nothing more is wanted of it, and a peer that hangs would hold up a farewell


async def _first(
    addresses: Sequence[str], port: int, *, tls: ssl.SSLContext | None, name: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    refused: OSError | None = None
    for address in addresses:
        try:
            return await asyncio.open_connection(
                address, port, ssl=tls, server_hostname=name if tls else None, limit=CHUNK * 4
            )
        except ssl.SSLCertVerificationError as error:
            said = "expired" if error.verify_code == EXPIRED else error.verify_message
            raise CheckFailed(Why.CERTIFICATE, said) from error
        except ssl.SSLError as error:
            raise CheckFailed(Why.TLS, (error.reason or "").replace("_", " ").lower()) from error
        except OSError as error:
            refused = error
    said = (refused.strerror or "") if refused else ""
    raise CheckFailed(Why.NO_CONNECTION, said.partition("[")[0].strip() or f"{addresses[0]}:{port}") from refused


async def ask(place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, read_text: bool) -> Answer:
    """GET the place's target; the body is read no further than 256 KB, and only where it is wanted.

    Raises `CheckFailed` when the other side breaks off or speaks no HTTP.
    """
    headers = [("Host", place.header), ("User-Agent", AGENT), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
    http = h11.Connection(h11.CLIENT)
    try:
        sent = http.send(h11.Request(method="GET", target=place.target, headers=[*headers, ("Connection", "close")]))
        sent = (sent or b"") + (http.send(h11.EndOfMessage()) or b"")
        writer.write(sent)
        await writer.drain()
        head = await _head(http, reader)
        text = await _text(http, reader) if read_text else ""
    except (h11.RemoteProtocolError, OSError) as error:
        raise CheckFailed(Why.BROKEN, _said(error)) from error
    named = {name: value.decode("latin-1") for name, value in head.headers}
    return Answer(head.status_code, named.get(b"location", ""), text)


async def _head(http: h11.Connection, reader: asyncio.StreamReader) -> h11.Response:
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.Response):
            return event
        elif not isinstance(event, h11.InformationalResponse):
            raise h11.RemoteProtocolError("no answer")


async def _text(http: h11.Connection, reader: asyncio.StreamReader) -> str:
    body = bytearray()
    while len(body) < MOST_READ:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.Data):
            body += event.data
        else:
            break
    return body.decode("utf-8", "replace")


def _said(error: Exception) -> str:
    return "the connection was reset" if isinstance(error, ConnectionError) else "no HTTP answer"
