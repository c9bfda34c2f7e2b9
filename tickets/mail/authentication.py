"""Whether a mail's From address was proven, by what our own mail server has written into it. Pure."""

import re
from collections.abc import Collection
from enum import StrEnum

from tickets.mail.shapes import Mail

_RESULT = re.compile(r"(?:^|[;\s])(dmarc|dkim|spf)\s{0,3}=\s{0,3}([a-z]{2,20})\b([^;]{0,2000})", re.IGNORECASE)
_IDENTITY = re.compile(r"\b(?:header\.(?:d|i|from)|smtp\.mailfrom|envelope-from)\s{0,3}=\s{0,3}\"?([^\s;\"]{1,320})")
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_LOOKED = 20_000


class Proof(StrEnum):
    """What is known of the sender's address."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"  # nobody that we believe says anything


def proof_of(mail: Mail, hosts: Collection[str]) -> Proof:
    """What the topmost `Authentication-Results` of one of these hosts says: others may have been written by anybody.

    Passed is DMARC, or DKIM or SPF for the very domain of From. Failed is DMARC, or what was asked and did not pass.
    A mail with several From addresses is never proven.
    """
    trusted = {host.lower() for host in hosts}
    said = next((value for value in mail.header_all("authentication-results") if _host(value) in trusted), "")
    if not said:
        return Proof.NONE
    plain = _COMMENT.sub(" ", said.partition(";")[2][:_LOOKED])
    results = [(method.lower(), verdict.lower(), rest) for method, verdict, rest in _RESULT.findall(plain)]
    one = has_one_sender(mail)
    verdicts = {method: verdict for method, verdict, _ in reversed(results)}
    if verdicts.get("dmarc") == "fail":
        return Proof.FAIL
    if one and (verdicts.get("dmarc") == "pass" or any(_aligned(mail.sender.domain, *found) for found in results)):
        return Proof.PASS
    return Proof.FAIL if results or not one else Proof.NONE


def has_one_sender(mail: Mail) -> bool:
    """Whether From names exactly one address: nothing else can be proven."""
    return mail.sender_from == "from" and len(mail.from_addresses) == 1


def _host(value: str) -> str:
    words = value.partition(";")[0].split()
    return words[0].lower() if words else ""


def _aligned(domain: str, method: str, verdict: str, rest: str) -> bool:
    """Whether it passed for the domain of From itself."""
    if method == "dmarc" or verdict != "pass" or not domain:
        return False
    return domain in {found.lower().rpartition("@")[2] for found in _IDENTITY.findall(rest)}
