"""Raw mail by HTTP, signed: for the pipe of a mail server on another machine, or whatever receives mail elsewhere."""

import hashlib
import hmac
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from helpdesk.lib.clock import database_now
from tickets.mail.caps import RAW
from tickets.models import MailChannel
from tickets.operations.inbound.receiving import receive_mail
from tickets.views.gates import Refused, gate, read_body, said

FRESH_S = 300  # how far the sender's clock may be from the database's
SIGNATURE, TIMESTAMP, DIGEST = "X-Helpdesk-Signature", "X-Helpdesk-Timestamp", "X-Helpdesk-Body-SHA256"
MAIL_FROM, RCPT = "X-Helpdesk-Mail-From", "X-Helpdesk-Rcpt"
SHA256 = re.compile("[0-9a-f]{64}")
SECONDS = re.compile("[0-9]{1,12}")


@gate
def mail_in(request: HttpRequest) -> HttpResponse:
    """Store the body, byte for byte; JSON with the mail's `id`, and whether these bytes were `known` before.

    The signature is the HMAC-SHA256, in hexadecimal, under one of `HELPDESK_MAIL_IN_SECRETS`, of four lines, each with
    a line feed behind it: the timestamp (seconds since 1970), the envelope's sender, its recipients, and the SHA-256 of
    the body. So a stranger is refused before anything of a body is read. 503: bring it again; 4xx: it never will be.
    """
    if not settings.MAIL_IN_SECRETS:
        return said(404, "no secret is set, so nothing is taken in here")
    digest = _signed_digest(request)
    raw = read_body(request, most=RAW)
    if not hmac.compare_digest(hashlib.sha256(raw).hexdigest(), digest):
        raise Refused(400, "the body is not the one that was signed")
    row = receive_mail(
        raw=raw, channel=MailChannel.HTTP, mail_from=_mail_from(request), recipients=_recipients(request)
    )
    return JsonResponse({"id": str(row.public_id), "known": row.deliveries > 1})


def _signed_digest(request: HttpRequest) -> str:
    """The body's SHA-256 that the sender has signed. Raises `Refused` (403) without a signature, or with an old one."""
    lines = [request.headers.get(name, "") for name in (TIMESTAMP, MAIL_FROM, RCPT, DIGEST)]
    stamp, digest, given = lines[0], lines[3], request.headers.get(SIGNATURE, "")
    if not (SECONDS.fullmatch(stamp) and SHA256.fullmatch(digest) and SHA256.fullmatch(given)):
        raise Refused(403, "not signed as this door asks for")
    # WSGI hands headers over as Latin-1: so these are the very bytes that came.
    if not _is_signed("".join(f"{line}\n" for line in lines).encode("latin-1", "replace"), given):
        raise Refused(403, "not signed as this door asks for")
    if abs(database_now().timestamp() - int(stamp)) > FRESH_S:
        raise Refused(403, f"the timestamp is more than {FRESH_S} seconds away from our clock")
    return digest


def _is_signed(signed: bytes, given: str) -> bool:
    """Whether the signature is one under a secret of ours; each is compared in the same time."""
    made = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in settings.MAIL_IN_SECRETS]
    return any(hmac.compare_digest(one, given) for one in made)


def _mail_from(request: HttpRequest) -> str | None:
    """The envelope's sender: `<>` is the null sender of reports; without the header it was not told."""
    told = _text(request, MAIL_FROM)
    return told.strip("<>") if told else None


def _recipients(request: HttpRequest) -> list[str]:
    found = [one.strip().strip("<>") for one in _text(request, RCPT).split(",")]
    return [one for one in found if one]


def _text(request: HttpRequest, name: str) -> str:
    return request.headers.get(name, "").strip().encode("latin-1", "replace").decode("utf-8", "replace")
