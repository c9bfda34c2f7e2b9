"""Signatures of mails, made with a key of the test: whose they are, what they cover, and what they may cost."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.timing import least_seconds
from tickets.mail.sealed import is_sealed

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
RECORD = f"v=DKIM1; k=rsa; p={PUBLIC}"
RAW = (
    b"From: Anna <anna@acme.example>\r\nTo: support@vendor.example\r\nSubject: Printer\r\n"
    b"Message-ID: <m1@acme.example>\r\n\r\nIt  burns. \r\nAgain.\r\n\r\n"
)


def sealed(raw: bytes = RAW, *, domain: bytes = b"acme.example", **more) -> bytes:
    return dkim.sign(raw, b"k1", domain, PRIVATE, **more) + raw


def published(name: str) -> list[str]:
    assert name.startswith("k1._domainkey."), name
    return [RECORD]


@pytest.mark.parametrize("head", [b"simple", b"relaxed"])
@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
def test_a_signature_of_the_senders_domain_holds_also_with_the_line_ends_of_unix(head, body):
    raw = sealed(canonicalize=(head, body))
    assert is_sealed(raw, "ACME.example", published)
    assert is_sealed(raw.replace(b"\r\n", b"\n"), "acme.example", published)


@pytest.mark.parametrize(
    "raw",
    [
        RAW, b"", sealed().replace(b"burns", b"burst"), sealed().replace(b"Printer", b"Pay now"),
        sealed().replace(b"anna@", b"boss@"), b"From: Boss <boss@acme.example>\r\n" + sealed(), sealed() + b"more\r\n",
        sealed(length=True), sealed(length=True) + b"more\r\n", sealed(domain=b"example"),
        sealed(domain=b"evil.example"), sealed(domain=b"mail.acme.example"),
        sealed(signature_algorithm=b"rsa-sha1"), sealed().replace(b"b=", b"b=A", 1), sealed()[:300],
        sealed().replace(b"DKIM-Signature: v=1", b"DKIM-Signature: v=1; v=1"), b"\xff" + sealed(),
    ],
)  # fmt: skip
def test_nothing_else_is_proven(raw):
    assert not is_sealed(raw, "acme.example", published)


def away(_name):
    raise TimeoutError


@pytest.mark.parametrize(
    "look_up",
    [
        away, lambda _: [], lambda _: ["v=spf1 -all"], lambda _: [RECORD, RECORD + " "], lambda _: ["v=DKIM1; p="],
        lambda _: ["v=DKIM1; p=AAAA"], lambda _: ["p=" + "A" * 3_000], lambda _: [f"v=DKIM1; k=ed25519; p={PUBLIC}"],
        lambda _: [f"v=DKIM1; s=other; p={PUBLIC[:-8]}"], lambda _: ["\udcff p="],
    ],
)  # fmt: skip
def test_a_name_server_that_is_away_or_answers_nonsense_proves_nothing_and_is_no_fault(look_up):
    assert not is_sealed(sealed(), "acme.example", look_up)


def test_it_is_asked_little_and_for_names_below_the_sender_only():
    asked = []

    def look_up(name):
        asked.append(name)
        return []

    other = dkim.sign(RAW, b"k1", b"evil.example", PRIVATE)
    mine = [dkim.sign(RAW, f"k{n}".encode(), b"acme.example", PRIVATE) for n in range(6)]
    assert not is_sealed(other + b"".join(mine) + RAW, "acme.example", look_up)
    assert asked == [f"k{n}._domainkey.acme.example" for n in range(3)]
    assert is_sealed(other + sealed(), "acme.example", published)  # the first that is theirs counts


HEAD = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.example; s=k1; h=from; bh=AAAA; b=AAAA\r\n"
    + RAW[:60]
)
HOSTILE = {
    "spaces": HEAD + b"\r\n\r\n" + b" " * 5_000_000 + b"x",
    "runs of spaces": HEAD + b"\r\n\r\n" + (b" " * 4_000 + b"x") * 2_000,
    "empty lines": HEAD + b"\r\n\r\n" + b"\r\n" * 2_000_000,
    "a long signature": b"DKIM-Signature: v=1; " + b"b=" * 60_000 + b"\r\n" + sealed(),
    "a gap in a signature": sealed().replace(b" b=", b" " * 3_000 + b"b=", 1),
    "folded for ever": b"X: y\r\n" + b" z\r\n" * 40_000 + sealed(),
    "many names": sealed().replace(b"h=from", b"h=from" + b":a" * 50_000, 1),
    "too large": sealed() + b"x" * (25 * 2**20),
    "no end of the head": b"X: y\r\n" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_costs_little(name):
    assert not is_sealed(HOSTILE[name], "acme.example", published)
    assert least_seconds(lambda: is_sealed(HOSTILE[name], "acme.example", published), below=1) < 1
