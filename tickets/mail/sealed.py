"""Whether a mail carries a DKIM signature of its sender's domain that holds. Knows no framework; names are asked of it.

`dkimpy` does the arithmetic. Its work on a hostile mail has no bound of its own, so what would take long is refused
here before: too large a mail, too long a header or signature, too many spaces in a row.
"""

import logging
import re
import time
from collections.abc import Callable, Collection

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

LookUp = Callable[[str], Collection[str]]
logger = logging.getLogger(__name__)
LARGEST = 25 * 2**20  # bytes of a mail
MOST_LINES = 700_000
LONGEST_HEAD, MOST_HEAD_LINES = 64 * 1024, 1_500
LONGEST_SIGNATURE, LONGEST_KEY = 4_000, 2_000  # bytes of the header field; characters of the record: RSA of 8192 bits
MOST_SIGNATURES, WHOLE_S = 3, 10.0
# Stripping the ends of lines takes the square of the spaces that are no end of a line.
_RUN = re.compile(rb"[ \t]{32,}+(?!\r?\n)")
MOST_STEPS = 50_000_000
_GAP = re.compile(rb"\s{64}")
_END = re.compile(rb"\r?\n\r?\n")
KINDS = (b"rsa-sha256",)  # SHA-1 proves nothing any more


def is_sealed(raw: bytes, domain: str, look_up: LookUp) -> bool:
    """Whether a signature of exactly this domain, over From and the whole body, holds. Never raises.

    `look_up(name)` hands out the TXT records of a name, and may raise: who cannot be asked has proven nothing. It is
    asked at most three times, for names below `domain` only, and no more once ten seconds have passed.
    """
    try:
        return bool(domain) and _is_bounded(raw) and _any_holds(raw, domain.lower().encode("idna"), look_up)
    except Exception as fault:  # noqa: BLE001 - the mail is hostile: whatever is wrong with it, it is not proven
        logger.info("a signature could not be checked: %s: %s", type(fault).__name__, str(fault)[:200])
        return False


def _is_bounded(raw: bytes) -> bool:
    if len(raw) > LARGEST or raw.count(b"\n") > MOST_LINES:
        return False
    end = _END.search(raw, 0, LONGEST_HEAD)
    if end is None or raw.count(b"\n", 0, end.start()) > MOST_HEAD_LINES:
        return False
    steps = 0
    for run in _RUN.finditer(raw):
        steps += (run.end() - run.start()) ** 2
        if steps > MOST_STEPS:
            return False
    return True


def _any_holds(raw: bytes, domain: bytes, look_up: LookUp) -> bool:
    signer, until = dkim.DKIM(raw), time.monotonic() + WHOLE_S
    fields = [value for name, value in signer.headers if name.lower() == b"dkim-signature"]
    aligned = [number for number, value in enumerate(fields) if _is_of(value, domain)]
    return any(
        time.monotonic() < until and signer.verify(idx=number, dnsfunc=lambda name, **_: _key(name, look_up))
        for number in aligned[:MOST_SIGNATURES]
    )


def _is_of(value: bytes, domain: bytes) -> bool:
    """Whether the signature is of the very domain, and of a kind that covers all: one of a part (`l=`) does not."""
    if len(value) > LONGEST_SIGNATURE or _GAP.search(value):
        return False
    try:
        tags = parse_tag_value(value)
    except InvalidTagValueList:
        return False
    covers = {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}
    of_it = tags.get(b"d", b"").lower() == domain
    return of_it and tags.get(b"a") in KINDS and b"l" not in tags and b"from" in covers


def _key(name: bytes, look_up: LookUp) -> bytes | None:
    """The one record of the key; of several nobody knows which counts."""
    found = [text for text in look_up(name.decode("ascii").rstrip(".")) if "p=" in text and len(text) <= LONGEST_KEY]
    return found[0].encode() if len(found) == 1 else None
