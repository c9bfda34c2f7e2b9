"""What a ticket or message takes from a mail: its subject, its text, the severity that it names. Pure."""

import re
from hashlib import sha256

from tickets.mail.shapes import Mail

LONGEST_SUBJECT = 200
LONGEST_TEXT = 50_000
NO_SUBJECT = "(no subject)"
CUT = "\n\n[Cut here: the rest is in the mail itself.]"
# Where a person writes it on purpose: first, in brackets, or behind the word. Not the printer called P2.
_SEVERITY = re.compile(
    r"^\W{0,5}(P[1-4])\b|[\[(]\s?(P[1-4])\s?[\])]|\b(?:severity|priority|prio|sev)\W{0,3}(P[1-4])\b", re.IGNORECASE
)


def subject_of(mail: Mail, base_subject: str) -> str:
    """The subject of a new ticket: the mail's, else the first line of its text; never empty."""
    first = next((line.strip() for line in mail.text.split("\n") if line.strip()), "")
    subject = base_subject.strip() or mail.subject.strip() or first or NO_SUBJECT
    return subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…"


def named_severity(subject: str) -> str:
    """P1 to P4 where the subject names one: `P1: all is down`, `[P2] …`, `… (P3)`, `severity P1`; else empty."""
    found = _SEVERITY.search(subject[:500])
    return next(word.upper() for word in found.groups() if word) if found else ""


def body_of(text: str, files: int, refused: list[str]) -> str:
    """The text of an entry: never empty, not too long, with the files that were not taken over named below it."""
    body = text.strip()
    if not body:
        body = (
            f"[A mail without text, with {files} {'file' if files == 1 else 'files'}.]" if files else "[An empty mail.]"
        )
    below = "".join(f"\n\n[Not taken over: {one}]" for one in refused[:20])
    room = LONGEST_TEXT - len(below) - len(CUT)
    return (body if len(body) <= room else body[:room].rstrip() + CUT) + below


def content_key(mail: Mail) -> str:
    """The same for the same mail, whichever way and to which address of ours it came: hexadecimal.

    The Message-ID and what was written. The id alone would let anybody hide a mail behind another's.
    """
    files = [one.sha256 for one in mail.attachments]
    said = [mail.message_id, mail.sender.key, mail.subject, str(mail.date), mail.text, *files]
    return sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()
