"""A mail's own words and what was there before, in layers: marks in the HTML, marks in the text, signatures.

What is not shown is folded, never deleted; where it is not plain what is whose, everything is shown.
"""

import re

from tickets.mail.forwards import forwarded_in
from tickets.mail.plain import html_to_text
from tickets.mail.quoted_html import HtmlCut, find_html_cut
from tickets.mail.quoting import Mark, find_cut, is_quoted, looked_at, own_lines, split_shared
from tickets.mail.shapes import Mail, Reply, ReplyKind, TextSource
from tickets.mail.signing import is_closing, signature_start
from tickets.mail.thread import prefixes

# Written at the top of our mails. Short, so that no program wraps it.
ABOVE_THIS_LINE = "-- write above this line --"

_WORD = re.compile(r"\w+")
# What a program writes into the plain text beside the words of the HTML: a link's address, a picture's name.
_ADDED = re.compile(
    r"<(?:https?|mailto|tel|ftp):[^<>\s]{1,2000}>|\[(?:cid|image|https?):[^\[\]\n]{0,500}\]|\((?:https?)://[^()\s]{1,2000}\)"
)


def extract_reply(mail: Mail) -> Reply:
    """A mail's visible reply and its folded rest; never raises."""
    try:
        return _extract(mail)
    except Exception:  # noqa: BLE001 - a fault of ours must not hide what a client wrote: all of it is shown
        return Reply(ReplyKind.WHOLE, mail.text, "")


def extract_text(text: str, *, is_forward: bool = False) -> Reply:
    """The same of a plain text; `is_forward` says that the subject announces a forwarded mail."""
    lines = split_shared(text.split("\n"))
    cut = find_cut(lines)
    if cut is None:
        return _signed(lines, len(lines), text)
    if cut.mark is Mark.FORWARD or (is_forward and cut.mark in (Mark.SEPARATOR, Mark.ATTRIBUTION)):
        return Reply(ReplyKind.FORWARD, text, "", forwarded=forwarded_in(lines, cut.at))
    answer = next(own_lines(looked_at(lines), cut.content), -1) if cut.mark is not Mark.SEPARATOR else -1
    before = any(line.strip() for line in lines[: cut.at])
    if answer >= 0:
        if before and is_closing(lines[answer:]):
            return _around(lines, cut.at, answer)
        below = _answer_below(lines, answer)
        return Reply(ReplyKind.INTERLEAVED, text, "") if before or not below else below
    return _signed(lines, cut.at, text) if before else Reply(ReplyKind.WHOLE, text, "")


def _signed(lines: list[str], end: int, text: str) -> Reply:
    """The first `end` lines without their signature."""
    stop = signature_start(lines[:end])
    if not any(line.strip() for line in lines[:stop]):
        stop = end
    visible = "\n".join(lines[:stop]).strip("\n").rstrip()
    folded = "\n".join(lines[stop:]).strip("\n").rstrip()
    if not visible.strip() or not folded.strip():
        return Reply(ReplyKind.WHOLE, text, "")
    return Reply(ReplyKind.CUT, visible, folded)


def _around(lines: list[str], at: int, end: int) -> Reply:
    """An answer with the quotation between its text and its closing words: the quotation is folded."""
    visible = "\n".join(lines[:at]).rstrip() + "\n\n" + "\n".join(lines[end:]).strip("\n")
    return Reply(ReplyKind.CUT, visible.strip("\n").rstrip(), "\n".join(lines[at:end]).strip("\n").rstrip())


def _answer_below(lines: list[str], at: int) -> Reply | None:
    """An answer under the whole quotation: the quotation is folded. None where more quotations follow."""
    if any(is_quoted(line) for line in lines[at:]):
        return None
    stop = at + signature_start(lines[at:])
    visible = "\n".join(lines[at:stop]).strip("\n").rstrip()
    folded = "\n".join([*lines[:at], *lines[stop:]]).strip("\n").rstrip()
    return Reply(ReplyKind.CUT, visible, folded) if visible.strip() else None


def _extract(mail: Mail) -> Reply:
    kinds, _ = prefixes(mail.subject)
    is_forward = kinds[:1] == ("forward",)
    found = extract_text(mail.text, is_forward=is_forward)
    cut = find_html_cut(mail.html) if mail.html else None
    if cut is None or found.kind is ReplyKind.FORWARD:
        return found
    if cut.is_forward or is_forward:
        proposal = forwarded_in(mail.text.split("\n"), 0)
        return Reply(ReplyKind.FORWARD, mail.text, "", forwarded=proposal) if proposal else found
    return _by_html(mail, cut, found)


def _by_html(mail: Mail, cut: HtmlCut, found: Reply) -> Reply:
    """The reply as the HTML's marks tell it, sought in the mail's text; `found` where they tell nothing better."""
    before = html_to_text(mail.html[: cut.at])
    if _WORD.search(cut.tail):
        plain = mail.text_source is TextSource.PLAIN
        if plain or not before.strip():
            return found
        return Reply(ReplyKind.INTERLEAVED, mail.text, "")
    # As if quoted lines followed: what introduces them goes with them.
    own = extract_text(f"{before}\n> x").visible if before.strip() else ""
    end = _end_of(own, mail.text)
    if not end or not mail.text[end:].strip():
        return found
    return Reply(
        ReplyKind.CUT, mail.text[:end].rstrip(), mail.text[end:].strip("\n").rstrip(), html=mail.html[: cut.at]
    )


def _end_of(words: str, text: str) -> int:
    """Where in a text the words end with which it begins; 0 where it does not begin with them."""
    wanted = _WORD.findall(words)
    if not wanted:
        return 0
    masked = _ADDED.sub(lambda added: " " * len(added[0]), text)
    at = 0
    for word, found in zip(wanted, _WORD.finditer(masked), strict=False):
        if found[0] != word:
            return 0
        at = found.end()
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    return line_end if not _WORD.search(masked[at:line_end]) else at
